// Copy and phi elimination: uses of a copy name what was copied, and a phi that joins one value with itself is a copy.
//
// Runs until nothing changes, for a phi may become trivial when another one has. The copies go.
#include "compiler/ssa/copy_elim.h"

namespace gannet::ssa {
namespace {

// What a chain of copies ends in.
ValueId source(const Func &f, ValueId v) {
  while (f[v].op == Op::Copy)
    v = f[v].arg(0);
  return v;
}

void forwardOperands(Func &f, BlockId b) {
  for (ValueId v : f[b].values)
    for (unsigned i = 0; i < f[v].argCount(); ++i)
      if (f[f[v].arg(i)].op == Op::Copy)
        f.setArg(v, i, source(f, f[v].arg(i)));
  for (unsigned i = 0; i < f[b].controls.size(); ++i)
    if (f[f[b].controls[i]].op == Op::Copy)
      f.replaceControl(b, i, source(f, f[b].controls[i]));
}

// All are unused but those of unreachable cycles.
void removeCopies(Func &f) {
  for (BlockId b : f.blocks())
    std::erase_if(f[b].values, [&](ValueId v) {
      if (f[v].op != Op::Copy || f[v].uses != 0)
        return false;
      f.setArgs(v, {});
      f[v].op = Op::Invalid;
      f[v].block = {};
      return true;
    });
}

// The one value that a phi joins apart from itself, or none.
ValueId onlyOperand(const Func &f, ValueId phi) {
  ValueId only;
  for (ValueId a : f[phi].args()) {
    a = source(f, a);
    if (a == phi || a == only)
      continue;
    if (only)
      return {};
    only = a;
  }
  return only;
}

} // namespace

void eliminateCopies(PassContext &ctx, Func &f) {
  for (bool changed = true; changed;) {
    changed = false;
    for (BlockId b : f.blocks())
      for (ValueId v : f[b].values) {
        if (f[v].op != Op::Phi)
          continue;
        ValueId only = onlyOperand(f, v);
        if (only && ctx.step()) {
          f.makeCopy(v, only);
          changed = true;
        }
      }
  }
  for (BlockId b : f.blocks())
    forwardOperands(f, b);
  for (DebugBinding &binding : f.debug_bindings)
    binding.value = source(f, binding.value);
  removeCopies(f);
}

} // namespace gannet::ssa
