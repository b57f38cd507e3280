#include "compiler/ir/dynamic_types.h"

#include "compiler/ir/finalize.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::ir {

void DynamicTypes::add(Node *left, Source from) {
  if (left && left->op == Op::LocalRef && types::isInterface(left->type))
    sources_[variable(left->aux_local)].push_back(from);
}

Local *DynamicTypes::variable(Local *l) const {
  for (auto found = captured_.find(l); found != captured_.end(); found = captured_.find(l))
    l = found->second;
  return l;
}

// What the closure assigns to the variables that it holds counts, whenever it runs. A literal is made in one place.
void DynamicTypes::learnClosure(Node &n) {
  Func &literal = *n.aux_func;
  if (literal.captures.size() != n.list.size())
    return;
  for (std::size_t i = 0; i != n.list.size(); ++i) {
    Node *held = n.list[i];
    const bool by_ref = held->op == Op::Addr;
    if (by_ref)
      held = held->x;
    if (held->op != Op::LocalRef || by_ref != literal.captures[i]->by_ref || !types::isInterface(held->type))
      continue;
    if (!captured_.try_emplace(literal.captures[i], held->aux_local).second)
      continue;
    if (by_ref) { // the walk comes to the address, too
      Pointers &pointers = pointers_[variable(held->aux_local)];
      pointers.closures = true;
      --pointers.others;
    }
  }
  for (Node *s : literal.body)
    learn(*s);
}

void DynamicTypes::learn(Node &root) {
  auto unknown = [&](Node *left) { add(left, {}); };
  walk(&root, [&](Node &n) {
    switch (n.op) {
    case Op::Var:
      if (types::isInterface(n.aux_local->type) && n.x)
        sources_[n.aux_local].push_back({&n.x});
      else if (types::isInterface(n.aux_local->type))
        sources_[n.aux_local]; // nil
      return;
    case Op::Assign:
    case Op::AssignOp:
      return add(n.x, {&n.y});
    case Op::AssignList:
      for (std::size_t i = 0; i < n.list.size(); i++)
        add(n.list[i], {&n.list2[i]});
      return;
    case Op::AssignTuple:
      for (std::size_t i = 0; i < n.list.size(); i++)
        add(n.list[i], {&n.x, i});
      return;
    case Op::Range:
      unknown(n.y);
      unknown(n.z);
      return;
    case Op::TypeSwitch:
      for (Node *c : n.list)
        if (c->aux_local && types::isInterface(c->aux_local->type))
          sources_[c->aux_local].push_back({&n.x});
      return;
    case Op::Select:
      for (Node *c : n.list)
        for (Node *left : c->list)
          unknown(left);
      return;
    case Op::Addr:
      if (n.x->op == Op::LocalRef && types::isInterface(n.x->type))
        ++pointers_[variable(n.x->aux_local)].others;
      return;
    case Op::Closure:
      return learnClosure(n);
    default:
      return;
    }
  });
}

types::Type *DynamicTypes::of(Node *n) {
  asked_.clear();
  return answer(n, 0).type;
}

DynamicTypes::Answer DynamicTypes::answer(Node *n, std::size_t index) {
  for (;;) {
    if (n->op == Op::InlinedCall && index < n->list.size()) {
      n = n->list[index], index = 0;
      continue;
    }
    if (n->op == Op::TypeAssertOk && index == 0) { // nil if it is of another type
      if (!types::isInterface(n->type_arg))
        return {true, n->type_arg};
      n = n->x;
      continue;
    }
    if (!n->type || n->type->kind == types::TypeKind::Tuple)
      return {};
    if (!types::isInterface(n->type))
      return {true, n->type};
    switch (n->op) {
    case Op::Convert:
    case Op::TypeAssert:
    case Op::CheckIface:
      n = n->x;
      continue;
    case Op::Nil:
    case Op::Zero:
      return {true};
    case Op::LocalRef:
      return answer(n->aux_local);
    default:
      return {};
    }
  }
}

DynamicTypes::Answer DynamicTypes::answer(Local *l) {
  l = variable(l);
  auto found = sources_.find(l);
  if (l->kind != Local::Kind::Auto || found == sources_.end())
    return {};
  if (l->addr_taken) {
    auto pointers = pointers_.find(l);
    if (pointers == pointers_.end() || !pointers->second.closures || pointers->second.others != 0)
      return {};
  }
  if (std::find(asked_.begin(), asked_.end(), l) != asked_.end())
    return {true};
  asked_.push_back(l);
  Answer out{true};
  for (const Source &s : found->second) {
    Answer a = s.place ? answer(*s.place, s.index) : Answer();
    if (!a.known || (a.type && out.type && !types::identical(a.type, out.type)))
      return {};
    if (a.type)
      out.type = a.type;
  }
  return out;
}

} // namespace gannet::ir
