// Switches over values and over types.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::ssa {

// Integer constants only: a tree of comparisons. False if the switch is not of that kind; nothing is made then.
bool FunctionBuilder::constantSwitch(const Node &n, const Val &tag, std::span<const BlockId> bodies,
                                     BlockId otherwise) {
  constexpr std::size_t kTreeFrom = 6, kLeaf = 3;
  if (!types::isInteger(n.x->type) || tag.count != 1 || !isInt(f_[tag[0]].type))
    return false;
  struct Entry {
    std::int64_t value;
    BlockId body;
  };
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < n.list.size(); ++i)
    for (const Node *v : n.list[i]->list) {
      if (v->op != ir::Op::Const)
        return false;
      entries.push_back({static_cast<std::int64_t>(constant::wordVal(constant::toInt(v->value()))), bodies[i]});
    }
  if (entries.size() < kTreeFrom)
    return false;
  bool is_unsigned = isUnsigned(n.x->type);
  std::stable_sort(entries.begin(), entries.end(), [&](const Entry &a, const Entry &b) {
    return is_unsigned ? static_cast<std::uint64_t>(a.value) < static_cast<std::uint64_t>(b.value) : a.value < b.value;
  });
  Type t = f_[tag[0]].type;
  std::function<void(std::size_t, std::size_t)> search = [&](std::size_t first, std::size_t last) {
    if (last - first <= kLeaf) {
      for (std::size_t i = first; i < last; ++i) {
        BlockId next = i + 1 == last ? otherwise : newBlock();
        branch(emit(Op::Eq, Type::Bool, {tag[0], constant(t, entries[i].value)}), entries[i].body, next);
        if (i + 1 != last)
          startSealed(next);
      }
      return;
    }
    std::size_t middle = first + (last - first) / 2;
    BlockId low = newBlock(), high = newBlock();
    branch(emit(is_unsigned ? Op::LtU : Op::Lt, Type::Bool, {tag[0], constant(t, entries[middle].value)}), low, high);
    startSealed(low);
    search(first, middle);
    startSealed(high);
    search(middle, last);
  };
  search(0, entries.size());
  return true;
}

void FunctionBuilder::switchStmt(const Node &n) {
  BlockId done = n.label() ? label(n.label()) : newBlock();
  std::vector<BlockId> bodies;
  BlockId otherwise = done;
  for (const Node *c : n.list) {
    bodies.push_back(newBlock());
    if (c->has(ir::kDefault))
      otherwise = bodies.back();
  }
  Val tag;
  if (n.x)
    tag = stable(n.x->type, expr(*n.x));
  at(n);
  if (!n.x || !constantSwitch(n, tag, bodies, otherwise)) {
    for (std::size_t i = 0; i < n.list.size(); ++i)
      for (const Node *v : n.list[i]->list) {
        at(*v);
        BlockId next = newBlock();
        if (!n.x) {
          condition(*v, bodies[i], next);
        } else {
          ValueId same;
          if (v->op == ir::Op::Nil)
            same = equalNil(*n.x, tag);
          else if (v->op == ir::Op::Const && types::isString(n.x->type))
            same = equalStringConst(tag, v->value().stringVal());
          else
            same = equal(n.x->type, tag, expr(*v));
          at(*v);
          branch(same, bodies[i], next);
        }
        startSealed(next);
      }
    jump(otherwise);
  }
  for (std::size_t i = 0; i < n.list.size(); ++i) {
    // A fallthrough comes in from the body before.
    startSealed(bodies[i]);
    at(*n.list[i]);
    stmts(n.list[i]->body);
    if (n.list[i]->has(ir::kFallthrough) && i + 1 < n.list.size())
      jump(bodies[i + 1]);
    else
      jump(done);
  }
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

void FunctionBuilder::typeSwitchStmt(const Node &n) {
  BlockId done = n.label() ? label(n.label()) : newBlock();
  Val x = expr(*n.x);
  at(n);
  ValueId type = typeWord(n.x->type, x);
  const Node *fallback = nullptr;
  for (const Node *c : n.list) {
    if (c->has(ir::kDefault))
      fallback = c;
    if (c->list.empty())
      continue;
    at(*c);
    BlockId body = newBlock();
    bool single = c->list.size() == 1;
    Val bound = x; // what the clause's variable gets
    for (const Node *t : c->list) {
      BlockId next = newBlock(), hit = single ? newBlock() : body;
      if (t->op == ir::Op::Nil) {
        branch(emit(Op::Eq, Type::Bool, {type, nil()}), hit, next);
      } else if (TypeP want = t->aux_type(); types::underAs<types::Interface>(want)) {
        if (isEmptyInterface(want)) {
          branch(emit(Op::IsNonNil, Type::Bool, {type}), hit, next);
          if (single)
            bound = Val::of({type, x[1]});
        } else {
          ValueId itab = assertItab(want, type, true);
          branch(emit(Op::IsNonNil, Type::Bool, {itab}), hit, next);
          if (single)
            bound = Val::of({itab, x[1]});
        }
      } else {
        branch(emit(Op::Eq, Type::Bool, {type, typeAddr(want)}), hit, next);
      }
      if (single) {
        startSealed(hit);
        if (c->local()) {
          if (t->op != ir::Op::Nil && !types::underAs<types::Interface>(t->aux_type()))
            bound = fromData(t->aux_type(), x[1]);
          declareVal(*c->local(), bound);
        }
        jump(body);
      }
      startSealed(next);
    }
    BlockId rest = b_.block();
    startSealed(body);
    if (c->local() && !single)
      declareVal(*c->local(), x);
    stmts(c->body);
    jump(done);
    b_.setBlock(rest);
  }
  if (fallback) {
    at(*fallback);
    if (fallback->list.empty()) {
      if (fallback->local())
        declareVal(*fallback->local(), x);
      stmts(fallback->body);
    }
  }
  jump(done);
  startSealed(done);
  if (n.label())
    labels_[n.label()->id] = {};
}

} // namespace gannet::ssa
