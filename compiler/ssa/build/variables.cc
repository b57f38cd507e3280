#include "compiler/ssa/build/variables.h"

namespace gannet::ssa {

ValueId Variables::resolve(ValueId v) const {
  while (true) {
    ValueId next = forward_.at(v);
    if (!next)
      return v;
    v = next;
  }
}

ValueId Variables::makePhi(BlockId b, Id v) {
  ValueId phi = f_.addPhi(b, types_[v], {}, f_[b].pos);
  phis_.push_back(phi);
  write(b, v, phi);
  if (isSealed(b))
    pending_.push_back({phi, v});
  else
    incomplete_[b.raw].push_back({phi, v});
  return phi;
}

// The value of v at the end of b, as far as it is known without completing phis.
ValueId Variables::find(BlockId b, Id v) {
  BlockId at = b;
  ValueId value;
  std::vector<BlockId> passed;
  while (true) {
    auto def = defs_.find(key(at, v));
    if (def != defs_.end()) {
      value = resolve(def->second);
      break;
    }
    const Block &block = f_[at];
    if (!isSealed(at) || block.preds.size() > 1) {
      value = makePhi(at, v);
      break;
    }
    if (block.preds.empty() || passed.size() > f_.blockCount()) { // unreachable, alone or in a ring
      value = v == kMemory           ? initial_memory
              : isFloat(types_[v]) ? f_.constFloat(types_[v], 0)
                                   : f_.constInt(types_[v], 0);
      write(at, v, value);
      break;
    }
    passed.push_back(at);
    at = block.preds[0].block;
  }
  for (BlockId p : passed)
    defs_[key(p, v)] = value;
  return value;
}

ValueId Variables::read(BlockId b, Id v) {
  ValueId value = find(b, v);
  if (!pending_.empty()) {
    completePending();
    value = resolve(value);
  }
  return value;
}

bool Variables::forwardIfTrivial(ValueId phi) {
  ValueId only;
  for (ValueId arg : f_[phi].args()) {
    ValueId a = resolve(arg);
    if (a == phi || a == only)
      continue;
    if (only)
      return false;
    only = a;
  }
  if (!only) // names nothing but itself: not reachable
    only = f_[phi].type == Type::Mem ? initial_memory
           : isFloat(f_[phi].type)     ? f_.constFloat(f_[phi].type, 0)
                                       : f_.constInt(f_[phi].type, 0);
  forward_[phi] = only;
  return true;
}

void Variables::completePending() {
  std::vector<ValueId> batch;
  while (!pending_.empty()) {
    Phi p = pending_.back();
    pending_.pop_back();
    batch.push_back(p.value);
    BlockId b = f_[p.value].block;
    for (std::size_t i = 0; i < f_[b].preds.size(); ++i)
      f_.addArg(p.value, find(f_[b].preds[i].block, p.variable));
  }
  for (auto it = batch.rbegin(); it != batch.rend(); ++it)
    forwardIfTrivial(*it);
}

void Variables::seal(BlockId b) {
  if (isSealed(b))
    return;
  if (b.raw >= sealed_.size())
    sealed_.resize(b.raw + 1);
  sealed_[b.raw] = true;
  auto found = incomplete_.find(b.raw);
  if (found == incomplete_.end())
    return;
  std::vector<Phi> phis = std::move(found->second);
  incomplete_.erase(found);
  for (Phi &p : phis)
    pending_.push_back(p);
  completePending();
}

void Variables::finish() {
  for (std::uint32_t i = 0; i < f_.blockCount(); ++i)
    seal(BlockId(i));
  for (bool changed = true; changed;) {
    changed = false;
    for (ValueId phi : phis_)
      if (!forward_.at(phi) && forwardIfTrivial(phi))
        changed = true;
  }
  for (std::uint32_t i = 0; i < f_.blockCount(); ++i) {
    BlockId b(i);
    if (f_[b].removed)
      continue;
    for (ValueId v : f_[b].values)
      for (unsigned k = 0; k < f_[v].argCount(); ++k)
        if (ValueId to = resolve(f_[v].arg(k)); to != f_[v].arg(k))
          f_.setArg(v, k, to);
    for (unsigned k = 0; k < f_[b].controls.size(); ++k)
      if (ValueId to = resolve(f_[b].controls[k]); to != f_[b].controls[k])
        f_.replaceControl(b, k, to);
  }
  for (Binding &b : bindings_)
    b.value = resolve(b.value);
  // Forwarded phis name each other at most: let go of their operands first.
  for (ValueId phi : phis_)
    if (forward_.at(phi))
      f_.setArgs(phi, {});
  for (ValueId phi : phis_)
    if (forward_.at(phi))
      f_.remove(phi);
}

} // namespace gannet::ssa
