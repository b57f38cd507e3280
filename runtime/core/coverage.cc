// Coverage: where the linker put the counters of instrumented packages (runtime/go/coverage.go).
#include "runtime/core/linker_symbols.h"
#include "runtime/core/layout.h"

namespace gannet::rt {

extern "C" Ret2 gn_coverageCounters() {
  return {reinterpret_cast<uptr>(rt_covctrs), static_cast<uptr>(rt_ecovctrs - rt_covctrs)};
}

}  // namespace gannet::rt
