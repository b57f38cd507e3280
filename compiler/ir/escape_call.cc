// Flows into calls and out of them.
#include "compiler/ir/escape_analysis.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

#include <algorithm>

namespace gannet::ir {
namespace {

bool holdsStringsAlone(Type *t) {
  Type *u = types::under(t);
  if (auto *b = types::as<types::Basic>(u))
    return b->basic != types::BasicKind::UnsafePointer;
  if (auto *a = types::as<types::Array>(u))
    return holdsStringsAlone(a->elem);
  auto *s = types::as<types::Struct>(u);
  return s && std::all_of(s->fields.begin(), s->fields.end(), [](types::Var *f) { return holdsStringsAlone(f->type); });
}

// unique.Make keeps copies of the strings in what it is given, so of a value whose pointers are all of strings it keeps nothing.
bool isCopiedByUnique(const Func &f, Type &t) {
  return f.package_path == "unique" && f.short_name.starts_with("Make[") && holdsStringsAlone(&t);
}

// Runtime functions that generated code calls by name and that keep nothing.
bool isHarmless(const Func &f) {
  return !f.object && f.package_path == "runtime" &&
         (f.name.find("hash") != std::string::npos || f.name.find("equal") != std::string::npos);
}

} // namespace

void EscapeAnalysis::tuple(Node &n, const std::vector<Hole> &holes) {
  auto hole = [&](std::size_t i) { return i < holes.size() ? holes[i] : discardHole(); };
  switch (n.op) {
  case Op::CallStatic:
  case Op::CallClosure:
  case Op::CallIface:
    call(holes, n);
    return;
  case Op::InlinedCall:
    list(n.body);
    for (std::size_t i = 0; i < n.list.size(); i++)
      expr(hole(i), *n.list[i]);
    return;
  case Op::StmtExpr:
    list(n.body);
    tuple(*n.x, holes);
    return;
  case Op::Tuple:
    for (std::size_t i = 0; i < n.list.size(); i++)
      expr(hole(i), *n.list[i]);
    return;
  case Op::TypeAssertOk:
    if (hasPointers(n.type_arg))
      expr(unboxed(hole(0), n.type_arg), *n.x);
    else
      discard(n.x);
    return;
  default: // map elements and what is received come from the heap
    expr(discardHole(), n);
  }
}

void EscapeAnalysis::call(const std::vector<Hole> &results, Node &n) {
  if (n.op == Op::CallIface) {
    expr(heap(), *n.x);
    for (Node *a : n.list)
      expr(heap(), *a);
    return;
  }
  Func *callee = nullptr;
  if (n.op == Op::CallStatic) {
    callee = n.aux_func;
  } else {
    expr(this->callee(), *n.x);
    callee = uses_.callee(*n.x);
  }
  if (callee && members_.count(callee) && callee->params.size() == n.list.size()) {
    for (std::size_t i = 0; i < n.list.size(); i++)
      expr({locationOf(callee->params[i]), 0}, *n.list[i]);
    for (std::size_t i = 0; i < results.size() && i < callee->results.size(); i++)
      graph_.flow(results[i], locationOf(callee->results[i]));
    return;
  }
  bool noescape = callee && !callee->has_body && !callee->escape_done && callee->pragma & kNoescape;
  bool keeps = callee && callee->pragma & kUintptrEscapes;
  for (std::size_t i = 0; i < n.list.size(); i++) {
    Node *a = n.list[i];
    if (keeps && !hasPointers(a->type)) { // pointers in the shape of integers
      unsafeValue(heap(), *a);
      continue;
    }
    if (keeps && a->op == Op::SliceLit && a->has(kEllipsis))
      for (Node *item : a->list)
        unsafeValue(heap(), *item);
    if (noescape || (callee && isCopiedByUnique(*callee, *a->type))) {
      expr(noescape ? tee({mutator(), this->callee()}) : discardHole(), *a);
      continue;
    }
    if (!callee || !callee->escape_done || i >= callee->leaks.size()) {
      expr(callee && isHarmless(*callee) ? discardHole() : heap(), *a);
      continue;
    }
    const ParamLeak &leak = callee->leaks[i];
    Location *l = nullptr;
    auto into = [&](Hole h) {
      if (!l)
        l = temporary();
      graph_.flow(h, l);
    };
    if (leak.heap != ParamLeak::kNone)
      into({graph_.heap(), leak.heap});
    for (std::size_t r = 0; r < leak.results.size(); r++)
      if (leak.results[r] != ParamLeak::kNone && r < results.size())
        into({results[r].to, results[r].derefs + leak.results[r]});
    if (leak.mutates != ParamLeak::kNone)
      into({graph_.mutator(), leak.mutates});
    if (leak.calls != ParamLeak::kNone)
      into({graph_.callee(), leak.calls});
    expr(l ? Hole{l, 0} : discardHole(), *a);
  }
}

} // namespace gannet::ir
