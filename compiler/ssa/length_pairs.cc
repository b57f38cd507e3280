#include "compiler/ssa/length_pairs.h"

#include "compiler/ssa/alias.h"

#include <algorithm>
#include <cstdint>
#include <tuple>

namespace gannet::ssa {
namespace {

// Where a marked value comes from: entries are neighbours if they differ in `place` alone, by one word.
struct Source {
  Op op;
  ValueId of, memory; // Select: the call. Load: the base address and the state of memory
  LocalId local;
  SymId sym;
  ValueId index;
  std::int64_t place; // of a register among the others, or an offset in words
  ValueId value;

  auto key() const { return std::tuple(op, of.raw, memory.raw, local.raw, sym.raw, index.raw, place, value.raw); }
};

bool isNext(const Source &a, const Source &b) {
  return a.op == b.op && a.of == b.of && a.memory == b.memory && a.local == b.local && a.sym == b.sym && a.index == b.index &&
         b.place == a.place + 1;
}

void addSource(const Func &f, ValueId v, std::vector<Source> &out) {
  const Value &value = f[v];
  Source s{value.op, {}, {}, {}, {}, {}, value.aux_int, v};
  switch (value.op) {
  case Op::Arg:
    break;
  case Op::Select:
    s.of = value.arg(0);
    break;
  case Op::Load: {
    Address a = addressOf(f, value.arg(0));
    if (!a.exact || a.offset % 8 != 0)
      return;
    s.of = a.base, s.local = a.local, s.sym = a.sym, s.index = a.index, s.memory = value.arg(1);
    s.place = a.offset / 8;
    break;
  }
  default:
    return;
  }
  out.push_back(s);
}

} // namespace

std::vector<std::pair<ValueId, ValueId>> lengthPairs(const Func &f) {
  std::vector<Source> sources;
  for (BlockId b : f.blocks())
    for (ValueId v : f[b].values)
      if ((f[v].flags & ValueFlags::NonNegative) != 0 && f[v].type == Type::I64)
        addSource(f, v, sources);
  std::sort(sources.begin(), sources.end(), [](const Source &a, const Source &b) { return a.key() < b.key(); });
  std::vector<std::pair<ValueId, ValueId>> out;
  for (std::size_t i = 0; i + 1 < sources.size(); ++i)
    if (isNext(sources[i], sources[i + 1]))
      out.push_back({sources[i].value, sources[i + 1].value});
  return out;
}

} // namespace gannet::ssa
