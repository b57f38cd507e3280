// Stores and edits of func.h.
#include "compiler/ssa/func.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gannet::ssa {
namespace {

// An integer of that type as Const keeps it: sign-extended from its width, bools 0 or 1.
std::int64_t canonicalInt(Type type, std::int64_t value) {
  switch (sizeBytes(type)) {
  case 1:
    return type == Type::Bool ? (value & 1) : static_cast<std::int8_t>(value);
  case 2:
    return static_cast<std::int16_t>(value);
  case 4:
    return static_cast<std::int32_t>(value);
  default:
    return value;
  }
}

std::uint64_t constKey(Op op, Type type, std::int64_t bits) {
  std::uint64_t h = static_cast<std::uint64_t>(bits) * 0x9e3779b97f4a7c15u;
  return h ^ (static_cast<std::uint64_t>(type) << 8) ^ static_cast<std::uint64_t>(op);
}

} // namespace

Func::Func(std::string name) : name_(std::move(name)) {}

// ---- values

void Func::storeArgs(Value &v, std::span<const ValueId> args) {
  if (args.size() > v.arg_capacity_) {
    v.arg_capacity_ = static_cast<std::uint32_t>(args.size());
    ValueId *to = static_cast<ValueId *>(arena_.allocate(args.size_bytes(), alignof(ValueId)));
    std::copy(args.begin(), args.end(), to);
    v.args_ = to;
  } else {
    std::copy(args.begin(), args.end(), v.args_);
  }
  v.arg_count_ = static_cast<std::uint32_t>(args.size());
}

ValueId Func::newValue(BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux) {
  if ((value_count_ & (kChunk - 1)) == 0)
    value_chunks_.push_back(std::make_unique<Value[]>(kChunk));
  ValueId id(value_count_++);
  Value &v = (*this)[id];
  v.op = op;
  v.type = type;
  v.block = b;
  v.aux_int = aux.aux_int;
  v.sym = aux.sym;
  v.aux_id = aux.aux_id;
  v.pos = pos;
  storeArgs(v, args);
  for (ValueId a : args)
    ++(*this)[a].uses;
  return id;
}

ValueId Func::add(BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux) {
  ValueId v = newValue(b, op, type, args, pos, aux);
  (*this)[b].values.push_back(v);
  return v;
}

ValueId Func::insert(BlockId b, std::size_t index, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux) {
  ValueId v = newValue(b, op, type, args, pos, aux);
  std::vector<ValueId> &values = (*this)[b].values;
  values.insert(values.begin() + static_cast<std::ptrdiff_t>(index), v);
  return v;
}

ValueId Func::addPhi(BlockId b, Type type, std::span<const ValueId> args, SrcPos pos) {
  std::size_t at = 0;
  const std::vector<ValueId> &values = (*this)[b].values;
  while (at < values.size() && (*this)[values[at]].op == Op::Phi)
    ++at;
  return insert(b, at, Op::Phi, type, args, pos);
}

ValueId Func::constInt(Type type, std::int64_t value) {
  value = canonicalInt(type, value);
  std::vector<ValueId> &known = consts_[constKey(Op::Const, type, value)];
  for (ValueId v : known) {
    const Value &c = (*this)[v];
    if (c.block == entry() && c.op == Op::Const && c.type == type && c.aux_int == value)
      return v;
  }
  ValueId v = add(entry(), Op::Const, type, {}, {}, {.aux_int = value});
  known.push_back(v);
  return v;
}

ValueId Func::constFloat(Type type, double value) {
  std::int64_t bits = type == Type::F32 ? std::bit_cast<std::int32_t>(static_cast<float>(value))
                                        : std::bit_cast<std::int64_t>(value);
  std::vector<ValueId> &known = consts_[constKey(Op::ConstF, type, bits)];
  for (ValueId v : known) {
    const Value &c = (*this)[v];
    if (c.block == entry() && c.op == Op::ConstF && c.type == type && c.aux_int == bits)
      return v;
  }
  ValueId v = add(entry(), Op::ConstF, type, {}, {}, {.aux_int = bits});
  known.push_back(v);
  return v;
}

void Func::setArg(ValueId v, unsigned i, ValueId arg) {
  Value &value = (*this)[v];
  GANNET_DCHECK(i < value.arg_count_, "no such operand");
  ++(*this)[arg].uses;
  --(*this)[value.args_[i]].uses;
  value.args_[i] = arg;
}

void Func::setArgs(ValueId v, std::span<const ValueId> args) {
  Value &value = (*this)[v];
  for (ValueId a : args)
    ++(*this)[a].uses;
  for (ValueId a : value.args())
    --(*this)[a].uses;
  if (!args.empty() && value.args_ != nullptr && args.data() >= value.args_ &&
      args.data() < value.args_ + value.arg_capacity_) {
    std::vector<ValueId> copy(args.begin(), args.end()); // the span is a part of the list that changes
    storeArgs(value, copy);
    return;
  }
  storeArgs(value, args);
}

void Func::addArg(ValueId v, ValueId arg) {
  Value &value = (*this)[v];
  ++(*this)[arg].uses;
  if (value.arg_count_ == value.arg_capacity_) {
    std::uint32_t capacity = value.arg_capacity_ == 0 ? 2 : value.arg_capacity_ * 2;
    ValueId *to = static_cast<ValueId *>(arena_.allocate(capacity * sizeof(ValueId), alignof(ValueId)));
    std::copy(value.args_, value.args_ + value.arg_count_, to);
    value.args_ = to;
    value.arg_capacity_ = capacity;
  }
  value.args_[value.arg_count_++] = arg;
}

void Func::removeArg(ValueId v, unsigned i) {
  Value &value = (*this)[v];
  GANNET_CHECK(i < value.arg_count_, "no such operand");
  --(*this)[value.args_[i]].uses;
  std::copy(value.args_ + i + 1, value.args_ + value.arg_count_, value.args_ + i);
  --value.arg_count_;
}

void Func::reset(ValueId v, Op op, Type type, std::span<const ValueId> args, Aux aux) {
  setArgs(v, args);
  Value &value = (*this)[v];
  value.op = op;
  value.type = type;
  value.aux_int = aux.aux_int;
  value.sym = aux.sym;
  value.aux_id = aux.aux_id;
  value.scale = value.cond = 0;
  value.extra = 0;
  value.flags &= ValueFlags::InNoPreempt;
}

void Func::makeCopy(ValueId v, ValueId of) {
  GANNET_CHECK(v != of, "a copy of itself");
  reset(v, Op::Copy, (*this)[of].type, {of});
}

void Func::replaceUses(ValueId from, ValueId to) {
  for (BlockId b : order_) {
    Block &block = (*this)[b];
    for (ValueId v : block.values) {
      Value &value = (*this)[v];
      for (unsigned i = 0; i < value.arg_count_; ++i)
        if (value.args_[i] == from)
          setArg(v, i, to);
    }
    for (unsigned i = 0; i < block.controls.size(); ++i)
      if (block.controls[i] == from)
        replaceControl(b, i, to);
  }
}

void Func::remove(ValueId v) {
  Value &value = (*this)[v];
  GANNET_CHECK(value.uses == 0, "removing a value that is used");
  std::vector<ValueId> &values = (*this)[value.block].values;
  values.erase(std::find(values.begin(), values.end(), v));
  setArgs(v, {});
  value.op = Op::Invalid;
  value.block = {};
}

void Func::move(ValueId v, BlockId to) {
  Value &value = (*this)[v];
  std::vector<ValueId> &values = (*this)[value.block].values;
  values.erase(std::find(values.begin(), values.end(), v));
  value.block = to;
  (*this)[to].values.push_back(v);
}

void Func::reserveValues(std::uint32_t count) {
  while (value_count_ < count) {
    if ((value_count_ & (kChunk - 1)) == 0)
      value_chunks_.push_back(std::make_unique<Value[]>(kChunk));
    ++value_count_;
  }
}

void Func::define(ValueId v, BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux) {
  reset(v, op, type, args, aux);
  (*this)[v].block = b;
  (*this)[v].pos = pos;
  (*this)[b].values.push_back(v);
  if (op == Op::Const || op == Op::ConstF)
    consts_[constKey(op, type, aux.aux_int)].push_back(v);
}

// ---- blocks

BlockId Func::addBlock(BlockKind kind, SrcPos pos) {
  BlockId b(static_cast<std::uint32_t>(blocks_.size()));
  blocks_.push_back(std::make_unique<Block>());
  blocks_.back()->kind = kind;
  blocks_.back()->pos = pos;
  order_.push_back(b);
  return b;
}

void Func::setControl(BlockId b, ValueId v) { setControls(b, {v}); }

void Func::setControls(BlockId b, std::span<const ValueId> controls) {
  Block &block = (*this)[b];
  for (ValueId c : controls)
    ++(*this)[c].uses;
  for (ValueId c : block.controls)
    --(*this)[c].uses;
  block.controls = std::vector<ValueId>(controls.begin(), controls.end());
}

void Func::replaceControl(BlockId b, unsigned i, ValueId v) {
  ++(*this)[v].uses;
  --(*this)[(*this)[b].controls[i]].uses;
  (*this)[b].controls[i] = v;
}

void Func::addEdge(BlockId from, BlockId to) {
  Block &source = (*this)[from];
  Block &target = (*this)[to];
  auto succ_index = static_cast<std::uint32_t>(source.succs.size());
  auto pred_index = static_cast<std::uint32_t>(target.preds.size());
  source.succs.push_back({to, pred_index});
  target.preds.push_back({from, succ_index});
}

void Func::reserveBlocks(std::uint32_t count) {
  while (blocks_.size() < count) {
    blocks_.push_back(std::make_unique<Block>());
    blocks_.back()->removed = true;
  }
}

void Func::setEdge(BlockId from, std::uint32_t succ_index, BlockId to, std::uint32_t pred_index) {
  std::vector<Edge> &succs = (*this)[from].succs;
  std::vector<Edge> &preds = (*this)[to].preds;
  if (succs.size() <= succ_index)
    succs.resize(succ_index + 1);
  if (preds.size() <= pred_index)
    preds.resize(pred_index + 1);
  succs[succ_index] = {to, pred_index};
  preds[pred_index] = {from, succ_index};
}

namespace {

// Takes entry `at` out of an edge list and renumbers the far ends of those behind it.
void eraseEdge(Func &f, BlockId b, std::uint32_t at, bool preds) {
  std::vector<Edge> &list = preds ? f[b].preds : f[b].succs;
  list.erase(list.begin() + at);
  for (std::uint32_t i = at; i < list.size(); ++i) {
    Block &far = f[list[i].block];
    (preds ? far.succs : far.preds)[list[i].index].index = i;
  }
}

// Takes predecessor `at` from `b`, with its phi operands.
void erasePred(Func &f, BlockId b, std::uint32_t at) {
  eraseEdge(f, b, at, true);
  for (ValueId v : f[b].values) {
    if (f[v].op != Op::Phi)
      continue;
    f.removeArg(v, at);
    if (f[b].preds.size() == 1) {
      ValueId only = f[v].arg(0);
      if (only != v)
        f.makeCopy(v, only);
    }
  }
}

} // namespace

void Func::removeEdge(BlockId from, unsigned succ_index) {
  Edge e = (*this)[from].succs[succ_index];
  eraseEdge(*this, from, succ_index, false);
  erasePred(*this, e.block, e.index);
}

void Func::redirectEdge(BlockId from, unsigned succ_index, BlockId to) {
  Edge old = (*this)[from].succs[succ_index];
  (*this)[from].succs[succ_index] = {to, static_cast<std::uint32_t>((*this)[to].preds.size())};
  (*this)[to].preds.push_back({from, succ_index});
  erasePred(*this, old.block, old.index);
}

BlockId Func::splitEdge(BlockId from, unsigned succ_index) {
  Edge e = (*this)[from].succs[succ_index];
  BlockId middle = addBlock(BlockKind::Plain, (*this)[from].pos);
  Block &m = (*this)[middle];
  m.preds.push_back({from, succ_index});
  m.succs.push_back(e);
  (*this)[from].succs[succ_index] = {middle, 0};
  (*this)[e.block].preds[e.index] = {middle, 0};
  return middle;
}

BlockId Func::splitBlock(BlockId b, std::size_t count) {
  BlockId rest = addBlock();
  Block &from = (*this)[b];
  Block &to = (*this)[rest];
  to.values.assign(from.values.begin() + static_cast<std::ptrdiff_t>(count), from.values.end());
  from.values.resize(count);
  for (ValueId v : to.values)
    (*this)[v].block = rest;
  to.kind = from.kind;
  to.likely = from.likely;
  to.cond = from.cond;
  to.pos = from.pos;
  to.no_preempt = from.no_preempt & NoPreempt::Tail;
  from.no_preempt &= ~NoPreempt::Tail;
  to.controls = std::move(from.controls);
  to.succs = std::move(from.succs);
  for (const Edge &e : to.succs)
    (*this)[e.block].preds[e.index].block = rest;
  from.controls.clear();
  from.succs.clear();
  from.kind = BlockKind::Plain;
  from.likely = 0;
  addEdge(b, rest);
  return rest;
}

void Func::absorb(BlockId a, BlockId b) {
  Block &to = (*this)[a];
  Block &from = (*this)[b];
  GANNET_CHECK(to.kind == BlockKind::Plain && to.succs[0].block == b && from.preds.size() == 1, "not a pair to be joined");
  for (ValueId v : from.values)
    (*this)[v].block = a;
  to.values.insert(to.values.end(), from.values.begin(), from.values.end());
  to.kind = from.kind;
  to.likely = from.likely;
  to.cond = from.cond;
  to.pos = from.pos;
  to.controls = std::move(from.controls);
  to.succs = std::move(from.succs);
  for (const Edge &e : to.succs)
    (*this)[e.block].preds[e.index].block = a;
  from.values.clear();
  from.controls.clear();
  from.succs.clear();
  from.preds.clear();
  from.removed = true;
  order_.erase(std::find(order_.begin(), order_.end(), b));
}

void Func::swapSuccs(BlockId b) {
  Block &block = (*this)[b];
  GANNET_CHECK(block.succs.size() == 2, "two successors");
  std::swap(block.succs[0], block.succs[1]);
  for (std::uint32_t i = 0; i < 2; ++i)
    (*this)[block.succs[i].block].preds[block.succs[i].index].index = i;
  block.likely = static_cast<std::int8_t>(-block.likely);
}

void Func::removeBlock(BlockId b) {
  Block &block = (*this)[b];
  while (!block.succs.empty())
    removeEdge(b, static_cast<unsigned>(block.succs.size() - 1));
  GANNET_CHECK(block.preds.empty(), "removing a block that is reached");
  setControls(b, {});
  for (ValueId v : block.values)
    setArgs(v, {});
  for (ValueId v : block.values) {
    Value &value = (*this)[v];
    GANNET_CHECK(value.uses == 0, "removing a block whose value is used");
    value.op = Op::Invalid;
    value.block = {};
  }
  block.values.clear();
  block.removed = true;
  order_.erase(std::find(order_.begin(), order_.end(), b));
}

// ---- tables

SymId Func::symbol(std::string_view name) {
  auto found = symbol_ids_.find(name);
  if (found != symbol_ids_.end())
    return found->second;
  std::string_view kept = arena_.copy(name);
  SymId id(static_cast<std::uint32_t>(symbols_.size()));
  symbols_.push_back({kept});
  symbol_ids_.emplace(kept, id);
  return id;
}

LayoutId Func::addLayout(Layout layout) {
  layouts_.push_back(std::move(layout));
  return LayoutId(static_cast<std::uint32_t>(layouts_.size() - 1));
}

LocalId Func::addLocal(Local local) {
  local.name = arena_.copy(local.name);
  locals_.push_back(local);
  return LocalId(static_cast<std::uint32_t>(locals_.size() - 1));
}

CallId Func::addCall(CallInfo call) {
  calls_.push_back(std::move(call));
  return CallId(static_cast<std::uint32_t>(calls_.size() - 1));
}

InlineSiteId Func::addInlineSite(InlineSite site) {
  inline_sites_.push_back(site);
  return InlineSiteId(static_cast<std::uint32_t>(inline_sites_.size() - 1));
}

} // namespace gannet::ssa
