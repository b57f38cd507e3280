#include "compiler/ir/escape.h"

#include "compiler/ir/escape_analysis.h"
#include "compiler/ir/finalize.h"
#include "compiler/types/object.h"
#include "compiler/types/sizes.h"

namespace gannet::ir {

bool hasPointers(Type *t) {
  Type *u = types::under(t);
  switch (u->kind) {
  case types::TypeKind::Basic: {
    auto kind = types::as<types::Basic>(u)->basic;
    return kind == types::BasicKind::String || kind == types::BasicKind::UnsafePointer;
  }
  case types::TypeKind::Array:
    return types::as<types::Array>(u)->len != 0 && hasPointers(types::as<types::Array>(u)->elem);
  case types::TypeKind::Struct:
    for (types::Var *f : types::as<types::Struct>(u)->fields)
      if (hasPointers(f->type))
        return true;
    return false;
  case types::TypeKind::Tuple:
    for (types::Var *v : types::as<types::Tuple>(u)->vars)
      if (hasPointers(v->type))
        return true;
    return false;
  default:
    return true;
  }
}

void EscapeAnalysis::run() {
  for (Func *f : component_.funcs)
    members_.insert(f);
  for (Func *f : component_.funcs)
    declare(*f);
  for (Func *f : component_.funcs)
    uses_.findVariables(*f);
  for (Func *f : component_.funcs)
    uses_.findUses(*f);
  for (Func *f : component_.funcs)
    if (f->is_closure && uses_.allCallsKnown(f))
      graph_.setCallsKnown(f);
  for (Func *f : component_.funcs)
    if (growsInFrame(*f))
      growing_.find(*f);
  for (Func *f : component_.funcs)
    body(*f);
  graph_.solve();
  finish();
}

void EscapeAnalysis::declare(Func &f) {
  int i = 0;
  for (Local *p : f.params) {
    Location *l = newLocal(p, f, 1);
    l->is_param = true;
    l->leak.heap = l->leak.mutates = l->leak.calls = ParamLeak::kNone;
  }
  for (Local *r : f.results)
    newLocal(r, f, 1)->result_index = i++;
  for (Local *c : f.captures)
    if (!c->outer) // of a method value's wrapper: filled where it is made
      newLocal(c, f, 1);
}

Location *EscapeAnalysis::newLocal(Local *v, Func &f, int depth) {
  Location *l = graph_.add(&f, depth);
  l->local = v;
  by_local_[v] = l;
  if (types::sizeOf(v->type) > max_var_bytes_)
    graph_.flow(Hole{graph_.heap(), 0}.addr(), l);
  return l;
}

Location *EscapeAnalysis::locationOf(Local *v) {
  while (v->kind == Local::Kind::Capture && v->outer)
    v = v->outer;
  auto it = by_local_.find(v);
  if (it != by_local_.end())
    return it->second;
  return newLocal(v, *v->owner, depth_); // named before its declaration was seen
}

Hole EscapeAnalysis::tee(std::initializer_list<Hole> holes) {
  Location *l = temporary();
  for (Hole h : holes)
    graph_.flow(h, l);
  return {l, 0};
}

Hole EscapeAnalysis::spill(Hole k, Node &n) {
  Location *l = temporary();
  l->node = &n;
  graph_.flow(k.addr(), l);
  if (tooLarge(n))
    graph_.flow(heap().addr(), l);
  return {l, 0};
}

void EscapeAnalysis::body(Func &f) {
  func_ = &f;
  depth_ = 1;
  findLoopingLabels(f);
  if (f.wrapped && f.is_closure) // its receiver came from anywhere
    for (Local *c : f.captures)
      graph_.flow({locationOf(c), 0}, graph_.heap());
  list(f.body);
}

void EscapeAnalysis::findLoopingLabels(Func &f) {
  looping_.clear();
  std::unordered_set<Label *> passed;
  walk(f.body, [&](Node &n) {
    if (n.op == Op::Label)
      passed.insert(n.aux_label);
    else if (n.op == Op::Jump && passed.count(n.aux_label))
      looping_.insert(n.aux_label);
  });
}

void EscapeAnalysis::finish() {
  for (Location &l : graph_.locations()) {
    if (l.local) {
      if (!members_.count(l.func))
        continue;
      l.local->on_heap = l.escapes;
      if (l.escapes) {
        l.local->addr_taken = true;
        if (isShown(l.func) && !l.local->name.empty())
          note(shownPos(l.func, l.local->pos, l.local->inline_site), "moved to heap: " + std::string(l.local->name));
      }
    } else if (l.node) {
      l.node->set(kEscStack, !l.escapes);
      bool zero_copy = l.node->op == Op::Convert && l.node->conv() == Conv::StringToBytes && !l.escapes && !l.mutated;
      if (zero_copy) // nobody writes to the bytes: the string's own will do
        l.node->set(kTemp);
      if (isShown(l.func))
        explain(l, zero_copy);
    }
  }
  decideGrowth();
  for (Func *f : component_.funcs)
    summarize(*f);
}

void analyzeEscapes(Package &package, const std::vector<Func *> &funcs, Diagnostics *diagnostics) {
  for (const Component &c : callOrder(funcs, true))
    EscapeAnalysis(package, c, diagnostics).run();
}

} // namespace gannet::ir
