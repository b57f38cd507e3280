// The SSA passes and the back end, over random functions. The argument is the size that randomFunc is asked for; items are
// values of the function before the passes.
#include "compiler/object/unit.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/random_func.h"
#include "compiler/x86/backend.h"

#include <benchmark/benchmark.h>

namespace gannet {
namespace {

constexpr std::uint64_t kSeeds = 8; // functions taken in turn

std::int64_t valuesOf(const ssa::Func &f) {
  std::size_t count = 0;
  for (ssa::BlockId b : f.blocks())
    count += f[b].values.size();
  return static_cast<std::int64_t>(count);
}

void genericPasses(benchmark::State &state) {
  std::uint64_t seed = 0;
  std::int64_t items = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::unique_ptr<ssa::Func> f = ssa::randomFunc(seed++ % kSeeds, static_cast<int>(state.range(0)));
    items += valuesOf(*f);
    ssa::PassContext context;
    state.ResumeTiming();
    ssa::runPasses(context, *f, ssa::genericPasses(), {});
  }
  state.SetItemsProcessed(items);
}
BENCHMARK(genericPasses)->Arg(2)->Arg(20);

// Late passes, selection, register allocation and encoding, of functions that went through the generic passes.
void backEnd(benchmark::State &state) {
  x86::Encoder encoder;
  std::uint64_t seed = 0;
  std::int64_t items = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::unique_ptr<ssa::Func> f = ssa::randomFunc(seed++ % kSeeds, static_cast<int>(state.range(0)));
    ssa::PassContext context;
    ssa::runPasses(context, *f, ssa::genericPasses(), {});
    items += valuesOf(*f);
    object::Unit unit;
    std::string error;
    state.ResumeTiming();
    if (!x86::compileFunc(*f, {}, encoder, unit, error))
      state.SkipWithError(error.c_str());
  }
  state.SetItemsProcessed(items);
}
BENCHMARK(backEnd)->Arg(2)->Arg(20);

} // namespace
} // namespace gannet

BENCHMARK_MAIN();
