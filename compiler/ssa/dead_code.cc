// Dead-code elimination: branches on constants become jumps, unreachable blocks go, and values that nothing needs go.
//
// Needed are the controls of reachable blocks, what has an effect of its own (op.h, isRemovable), and the operands of
// what is needed. A call or store that no path needs stays: other passes decide about those. So do arguments and constants at
// the start that a variable of the source has: they cost nothing there, and debuggers show them.
#include "compiler/ssa/dead_code.h"

#include "compiler/ssa/dominators.h"

namespace gannet::ssa {
namespace {

// Keeps only successor edge `keep` and makes the block plain.
void keepOneEdge(Func &f, BlockId b, unsigned keep) {
  f.clearControls(b);
  f[b].kind = BlockKind::Plain;
  f[b].likely = 0;
  for (unsigned i = static_cast<unsigned>(f[b].succs.size()); i-- > 0;)
    if (i != keep)
      f.removeEdge(b, i);
}

void foldBranch(Func &f, BlockId b) {
  Block &block = f[b];
  if (block.kind != BlockKind::If && block.kind != BlockKind::JumpTable)
    return;
  const Value *control = &f[block.controls[0]];
  bool negated = false;
  while (control->op == Op::Copy || (control->op == Op::BoolNot && block.kind == BlockKind::If)) {
    negated ^= control->op == Op::BoolNot;
    control = &f[control->arg(0)];
  }
  if (control->op != Op::Const)
    return;
  std::int64_t value = control->aux_int;
  if (block.kind == BlockKind::If) {
    keepOneEdge(f, b, (value != 0) != negated ? 0 : 1);
    return;
  }
  if (value < 0 || static_cast<std::size_t>(value) >= block.succs.size())
    return; // never gets here
  keepOneEdge(f, b, static_cast<unsigned>(value));
}

// Only of blocks that are reached: a loop that was cut off may be left with values that are made of themselves alone.
void foldBranches(Func &f) {
  std::vector<bool> reached(f.blockCount(), false);
  std::vector<BlockId> work{f.entry()};
  reached[f.entry().raw] = true;
  while (!work.empty()) {
    const BlockId b = work.back();
    work.pop_back();
    foldBranch(f, b);
    for (const Edge &e : f[b].succs)
      if (!reached[e.block.raw]) {
        reached[e.block.raw] = true;
        work.push_back(e.block);
      }
  }
}

} // namespace

void removeUnreachableBlocks(Func &f) {
  std::vector<bool> reached(f.blockCount(), false);
  for (BlockId b : postorder(f))
    reached[b.raw] = true;
  std::vector<BlockId> kept, dead;
  for (BlockId b : f.blocks())
    (reached[b.raw] ? kept : dead).push_back(b);
  if (dead.empty())
    return;
  for (BlockId b : dead) {
    while (!f[b].succs.empty())
      f.removeEdge(b, static_cast<unsigned>(f[b].succs.size() - 1));
    f.clearControls(b);
  }
  for (BlockId b : dead)
    for (ValueId v : f[b].values)
      f.setArgs(v, {});
  for (BlockId b : dead) {
    for (ValueId v : f[b].values) {
      GANNET_CHECK(f[v].uses == 0, "a value of an unreachable block is used");
      f[v].op = Op::Invalid;
      f[v].block = {};
    }
    f[b].values.clear();
    f[b].removed = true;
  }
  f.setBlockOrder(std::move(kept));
}

void eliminateDeadCode(PassContext &, Func &f) {
  foldBranches(f);
  removeUnreachableBlocks(f);

  std::vector<bool> needed(f.valueCount(), false);
  std::vector<ValueId> work;
  auto need = [&](ValueId v) {
    if (!needed[v.raw]) {
      needed[v.raw] = true;
      work.push_back(v);
    }
  };
  for (BlockId b : f.blocks()) {
    for (ValueId v : f[b].controls)
      need(v);
    for (ValueId v : f[b].values)
      if (!isRemovable(f[v].op))
        need(v);
  }
  for (const DebugBinding &b : f.debug_bindings)
    if (const Value &v = f[b.value]; v.block == f.entry() && (v.op == Op::Arg || v.op == Op::Const))
      need(b.value);
  while (!work.empty()) {
    ValueId v = work.back();
    work.pop_back();
    for (ValueId a : f[v].args())
      need(a);
  }
  for (BlockId b : f.blocks())
    for (ValueId v : f[b].values)
      if (!needed[v.raw])
        f.setArgs(v, {});
  for (BlockId b : f.blocks()) {
    std::vector<ValueId> &values = f[b].values;
    auto keep = values.begin();
    for (ValueId v : values) {
      if (needed[v.raw]) {
        *keep++ = v;
        continue;
      }
      f[v].op = Op::Invalid;
      f[v].block = {};
    }
    values.erase(keep, values.end());
  }
}

} // namespace gannet::ssa
