#include "toolchain/command/build_cover.h"

#include "toolchain/command/embed.h"
#include "toolchain/command/hash.h"
#include "toolchain/command/paths.h"

namespace gannet::command {

namespace {

bool isTestFile(const std::string &path) { return path.ends_with("_test.go"); }

std::string packageConfig(const Package &package, const CoverStep &step) {
  const bool of_files = package.import_path == "command-line-arguments";
  return "{\"OutConfig\":" + jsonString(step.config) + ",\"PkgPath\":" + jsonString(package.import_path) +
         ",\"PkgName\":" + jsonString(package.name) + ",\"Granularity\":\"perblock\",\"ModulePath\":" +
         jsonString(package.module ? package.module->path : "") + ",\"Local\":" + (of_files ? "true" : "false") +
         ",\"EmitMetaFile\":" + jsonString(step.meta) + "}\n";
}

} // namespace

CoverStep planCover(const std::string &tool, const Package &package, const std::vector<std::string> &sources,
                    const std::string &work) {
  CoverStep step;
  step.config = work + "/coveragecfg";
  if (package.cover_meta)
    step.meta = work + "/covmeta." + sha256Of(package.import_path);
  // The first file that cover writes holds the counters.
  step.sources = {work + "/covervars.go"};
  std::string outputs = step.sources[0] + "\n";
  std::vector<std::string> inputs;
  for (const std::string &source : sources) {
    if (isTestFile(source)) {
      step.sources.push_back(source);
      continue;
    }
    std::string name = baseName(source), counting = work + "/" + name.substr(0, name.size() - 3) + ".cover.go";
    inputs.push_back(absolutePath(source));
    outputs += counting + "\n";
    step.sources.push_back(counting);
  }
  step.files = {{"pkgcfg.txt", packageConfig(package, step)}, {"coveroutfiles.txt", outputs}};
  // Names of variables that no other package's can be mistaken for.
  step.command = {tool, "-pkgcfg", work + "/pkgcfg.txt", "-mode", package.cover_mode, "-var",
                  "goCover_" + sha256Of(package.import_path).substr(0, 12) + "_", "-outfilelist", work + "/coveroutfiles.txt"};
  step.command.insert(step.command.end(), inputs.begin(), inputs.end());
  return step;
}

} // namespace gannet::command
