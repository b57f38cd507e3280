#include "toolchain/command/profiles.h"

#include "toolchain/command/paths.h"

#include <algorithm>

namespace gannet::command {

namespace {

bool byPath(const Package *a, const Package *b) { return a->import_path < b->import_path; }

// The program keeps its package; `shares`: what it depends on is others', too.
void attach(Loader &loader, Package &program, const std::string &file, bool shares) {
  program.profile = file;
  const std::string for_main = shares ? program.import_path : "";
  for (Package *&dep : program.deps)
    dep = loader.profiled(*dep, file, for_main);
  Package *runtime = loader.profiled(*loader.runtimePackage(), file, for_main);
  // Of that copy nothing else may tell.
  if (shares && std::find(program.deps.begin(), program.deps.end(), runtime) == program.deps.end())
    program.deps.insert(std::upper_bound(program.deps.begin(), program.deps.end(), runtime, byPath), runtime);
}

} // namespace

void attachProfiles(Loader &loader, const std::vector<Package *> &roots, const std::string &mode) {
  if (mode == "off")
    return;
  if (mode != "auto") {
    const std::string file = absolutePath(mode);
    for (Package *p : loader.inDependencyOrder(roots))
      p->profile = file;
    return;
  }
  for (Package *p : roots)
    if (const std::string file = p->dir + "/default.pgo"; p->name == "main" && pathExists(file))
      attach(loader, *p, file, roots.size() > 1);
}

} // namespace gannet::command
