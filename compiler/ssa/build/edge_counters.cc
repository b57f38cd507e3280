// Counters for fuzzing (-d=libfuzzer): a byte for each part of the source that may run or not. The engine, package internal/fuzz,
// keeps an input that counts what none before it did. A function's counters are one variable, which the linker places beside
// those of the other functions (object::kFuzzCounter).
#include "compiler/ssa/build/function_builder.h"

namespace gannet::ssa {

namespace {

std::string countersOf(const Func &f) {
  return f.name() + "..fuzz";
}

} // namespace

// What ran once stays different from what never ran: after 255 comes 1 (NeverZero: Fioraldi, Maier, Eißfeldt, Heuse: AFL++:
// Combining Incremental Steps of Fuzzing Research, 2020).
void FunctionBuilder::countEdge() {
  if (!context_.count_edges)
    return;
  ValueId counter = symAddr(countersOf(f_), edge_count_++);
  ValueId next = b_.binary(Op::Add, load(Type::I8, counter), constant(Type::I8, 1));
  ValueId wrapped = emit(Op::Eq, Type::Bool, {next, constant(Type::I8, 0)});
  store(counter, b_.binary(Op::Add, next, emit(Op::ZeroExt, Type::I8, {wrapped})));
}

void FunctionBuilder::countOtherwise(BlockId none, BlockId done) {
  if (!none.valid())
    return;
  startCounted(none);
  jump(done);
}

void FunctionBuilder::defineEdgeCounters() {
  if (edge_count_ == 0)
    return;
  object::Unit &unit = data_.unit();
  unit.defineZero(unit.symbol(countersOf(f_)), object::SymbolKind::NoPtrBss,
                  object::kFuzzCounter | (func_.dup_ok ? object::kDupOk : 0u), 1, edge_count_);
}

} // namespace gannet::ssa
