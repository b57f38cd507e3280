// Summing up the profiles that packages are compiled with, once for all of them: the actions of Builder that do so.
#include "toolchain/command/build.h"

#include "compiler/base/file.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"

namespace gannet::command {

JobGraph::Id Builder::profileJob(JobGraph &graph, const std::string &profile) {
  auto [known, fresh] = profile_jobs_.try_emplace(profile);
  if (!fresh)
    return known->second;
  profiles_[profile];
  const std::string folder = work_.folder(work_.reserve(1));
  return known->second = graph.add([this, profile, folder](bool) { return preprocess(profile, folder); });
}

std::string Builder::profileAction(const std::string &profile) const {
  auto bytes = readFile(profile);
  Hasher h;
  h.add("profile 1");
  h.add(tool_hashes_.at("preprofile"));
  h.add(bytes ? *bytes : profile);
  return h.finish();
}

bool Builder::preprocess(const std::string &profile, const std::string &folder) {
  Cache::Output &out = profiles_.at(profile);
  const std::string action = profileAction(profile);
  if (!options_.rebuild_all)
    if (auto hit = cache_.find(action)) {
      out = hit->at("profile");
      return true;
    }
  std::string messages, tool = loader_.sdk().tool("preprofile");
  if (!pathExists(tool) && !options_.dry_run)
    if (auto program = goProgram(loader_.sdk(), "preprofile"))
      tool = *program;
  out.path = folder + "/pgo.preprofile";
  const bool made = makeDirs(folder) && runTool(Package(), {tool, "-o", out.path, "-i", profile}, "", messages);
  if (!made || !messages.empty()) {
    std::lock_guard<std::mutex> hold(report_lock_);
    print("# " + profile + "\n" + messages);
  }
  if (!made || options_.dry_run)
    return made;
  auto stored = cache_.store(action, {{"profile", out.path}});
  if (!stored) {
    std::lock_guard<std::mutex> hold(report_lock_);
    print("gannet: " + stored.error() + "\n");
    return false;
  }
  showCommand("", {"cp", out.path, stored->at("profile").path});
  out = stored->at("profile");
  return true;
}

} // namespace gannet::command
