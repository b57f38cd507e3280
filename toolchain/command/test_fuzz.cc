#include "toolchain/command/test_fuzz.h"

#include <algorithm>
#include <string_view>

namespace gannet::command {

namespace {

// As go has them ("skipInstrumentation").
constexpr std::string_view kEnginePackages[] = {
    "context", "internal/fuzz", "internal/godebug", "internal/runtime/maps", "internal/sync", "reflect", "runtime",
    "sync",    "sync/atomic",   "syscall",          "testing",               "time",
};

bool isOfEngine(const Package &package) {
  return package.standard &&
         std::find(std::begin(kEnginePackages), std::end(kEnginePackages), package.import_path) != std::end(kEnginePackages);
}

} // namespace

bool mayFuzz(const Package &package, const modules::ModuleSet &modules) {
  if (package.standard)
    return modules.mainAt(package.dir) != nullptr;
  return !package.module || package.module->main;
}

void countEdges(const std::vector<Package *> &packages) {
  for (Package *p : packages)
    p->edge_counters = !p->generated && !p->name.ends_with("_test") && !isOfEngine(*p);
}

} // namespace gannet::command
