#include "toolchain/command/staleness.h"

#include "toolchain/command/program_file.h"

namespace gannet::command {

namespace {

constexpr char kChanged[] = "build ID mismatch";
constexpr char kDependency[] = "stale dependency: ";

// Of a package that is not in the cache: the one that it follows from, where there is one.
std::string reasonOfMiss(const Package &package, const StaleReasons &known) {
  std::string reason = kChanged;
  for (const Package *dep : package.deps) {
    auto stale = known.find(dep);
    if (stale == known.end())
      continue;
    if (stale->second.starts_with(kDependency))
      return stale->second;
    if (reason == kChanged)
      reason = kDependency + dep->import_path;
  }
  return reason;
}

} // namespace

StaleReasons staleReasons(const Loader &loader, const Builder &builder, const std::vector<Package *> &roots,
                          const std::function<std::string(const Package &)> &target, bool rebuild_all) {
  StaleReasons out;
  for (const Package *p : loader.inDependencyOrder(roots)) {
    const Compiled *compiled = builder.compiled(*p);
    if (!compiled)
      continue; // nothing to compile
    if (rebuild_all) {
      out[p] = "build -a flag in use";
      continue;
    }
    std::string program = target(*p);
    if (!compiled->cached)
      out[p] = reasonOfMiss(*p, out);
    else if (!program.empty() && !hasBuildId(program, builder.programHash(*p).substr(0, kBuildIdDigits)))
      out[p] = "not installed but available in build cache";
  }
  return out;
}

} // namespace gannet::command
