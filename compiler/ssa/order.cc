// A depth-first walk from each value in turn over what must come before it, with an explicit stack.
#include "compiler/ssa/order.h"

#include <unordered_map>

namespace gannet::ssa {

ValueId memoryArg(const Func &f, ValueId v) {
  const Value &value = f[v];
  if (value.op == Op::Phi || value.argCount() == 0)
    return {};
  ValueId last = value.arg(value.argCount() - 1);
  while (f[last].op == Op::Copy)
    last = f[last].arg(0);
  return f[last].type == Type::Mem ? last : ValueId();
}

bool makesMemory(const Func &f, ValueId v) {
  const Value &value = f[v];
  if (value.op == Op::Copy)
    return false;
  return value.type == Type::Mem || writesMem(value.op);
}

namespace {

class Orderer {
public:
  Orderer(const Func &f, BlockId b, bool sink_cheap) : f_(f), block_(b), sink_cheap_(sink_cheap) {}

  std::vector<ValueId> run() {
    const Block &block = f_[block_];
    for (std::uint32_t i = 0; i < block.values.size(); ++i)
      index_.emplace(block.values[i].raw, i);
    state_.assign(block.values.size(), Unseen);
    findReaders();
    for (ValueId v : block.values)
      if (f_[v].op == Op::Phi)
        place(v);
    for (ValueId v : block.values)
      if (hasEffect(f_[v].op, Effects::Entry))
        place(v);
    for (ValueId v : block.values)
      if (!(sink_cheap_ && sinks(v)))
        visit(v);
    for (ValueId v : block.controls)
      if (f_[v].block == block_)
        visit(v);
    for (ValueId v : block.values)
      visit(v);
    return std::move(out_);
  }

private:
  enum State : std::uint8_t { Unseen, Open, Placed };
  struct Frame {
    ValueId value;
    std::uint32_t next; // readers of the memory it replaces, operands, operands that are flags
  };

  bool sinks(ValueId v) const { return f_[v].type == Type::Flags || hasEffect(f_[v].op, Effects::Cheap); }

  std::uint32_t indexOf(ValueId v) const { return index_.find(v.raw)->second; }

  void place(ValueId v) {
    State &s = state_[indexOf(v)];
    if (s == Placed)
      return;
    s = Placed;
    out_.push_back(v);
  }

  // Readers of each memory state, by the state; the writers of the block then wait for them.
  void findReaders() {
    for (ValueId v : f_[block_].values) {
      ValueId mem = memoryArg(f_, v);
      if (mem && !makesMemory(f_, v))
        readers_[mem.raw].push_back(v);
    }
  }

  const std::vector<ValueId> *readersBefore(ValueId v) const {
    if (f_[v].op == Op::Phi || f_[v].op == Op::Select || !makesMemory(f_, v))
      return nullptr;
    ValueId mem = memoryArg(f_, v);
    if (!mem)
      return nullptr;
    auto found = readers_.find(mem.raw);
    return found == readers_.end() ? nullptr : &found->second;
  }

  void visit(ValueId root) {
    if (state_[indexOf(root)] == Placed)
      return;
    stack_.push_back({root, 0});
    state_[indexOf(root)] = Open;
    while (!stack_.empty()) {
      Frame &top = stack_.back();
      const Value &value = f_[top.value];
      const std::vector<ValueId> *readers = readersBefore(top.value);
      std::uint32_t reader_count = readers == nullptr ? 0 : static_cast<std::uint32_t>(readers->size());
      if (top.next == 2 * value.argCount() + reader_count) {
        ValueId done = top.value;
        stack_.pop_back();
        place(done);
        continue;
      }
      std::uint32_t i = top.next++;
      // flags in a second round, so that they are made right before their user
      bool flags_round = i >= reader_count + value.argCount();
      ValueId dep = i < reader_count ? (*readers)[i] : value.arg((i - reader_count) % value.argCount());
      if (f_[dep].block != block_ || (i >= reader_count && (f_[dep].type == Type::Flags) != flags_round))
        continue;
      State &s = state_[indexOf(dep)];
      if (s == Placed)
        continue;
      GANNET_CHECK(s != Open, "values of a block wait for one another: " + f_.name());
      s = Open;
      stack_.push_back({dep, 0});
    }
  }

  const Func &f_;
  BlockId block_;
  bool sink_cheap_;
  std::unordered_map<std::uint32_t, std::uint32_t> index_;
  std::unordered_map<std::uint32_t, std::vector<ValueId>> readers_;
  std::vector<State> state_;
  std::vector<Frame> stack_;
  std::vector<ValueId> out_;
};

} // namespace

std::vector<ValueId> orderedValues(const Func &f, BlockId b, bool sink_cheap) { return Orderer(f, b, sink_cheap).run(); }

} // namespace gannet::ssa
