// Flows of statements.
#include "compiler/base/check.h"
#include "compiler/ir/escape_analysis.h"
#include "compiler/ir/source_text.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

namespace gannet::ir {
namespace {

// p of *p and p.f.
const Local *pointerTo(const Node &n) {
  const Node &object = n.op == Op::Field ? *n.x : n;
  return object.op == Op::Deref && object.x->op == Op::LocalRef ? object.x->aux_local : nullptr;
}

bool isPlain(const Node &n) { return n.op == Op::Const || n.op == Op::LocalRef || n.op == Op::GlobalRef; }

// Do both name the same storage, without effects?
bool isSame(const Node &a, const Node &b) {
  if (a.op != b.op)
    return false;
  switch (a.op) {
  case Op::LocalRef:
    return a.aux_local == b.aux_local;
  case Op::Field:
    return a.aux_int == b.aux_int && isSame(*a.x, *b.x);
  case Op::Deref:
    return isSame(*a.x, *b.x);
  default:
    return false;
  }
}

} // namespace

bool isHeaderData(const Node &n) {
  if (n.op != Op::Field || n.aux_int != 0 || n.x->op != Op::Deref)
    return false;
  auto *named = types::unaliasAs<types::Named>(n.x->type);
  return named && named->obj->pkg && named->obj->pkg->path == "reflect" &&
         (named->obj->name == "SliceHeader" || named->obj->name == "StringHeader");
}

void EscapeAnalysis::list(NodeList l) {
  for (Node *n : l)
    if (n)
      stmt(*n);
}

void EscapeAnalysis::nested(NodeList l) {
  int depth = depth_;
  list(l);
  depth_ = depth;
}

void EscapeAnalysis::stmt(Node &n) {
  switch (n.op) {
  case Op::Var: {
    Location *l = locationOf(n.aux_local);
    l->loop_depth = depth_;
    if (n.x) {
      init_[n.aux_local] = n.x;
      expr({l, 0}, *n.x);
    }
    declareGrowing(n.aux_local, l);
    break;
  }
  case Op::ExprStmt:
    if (n.x->type && types::as<types::Tuple>(n.x->type))
      tuple(*n.x, {});
    else
      discard(n.x);
    break;
  case Op::Assign:
    if (isHeaderData(*n.x)) {
      expr(mutator(), *n.x->x->x);
      unsafeValue(heap(), *n.y);
    } else if (isSelfAssign(*n.x, *n.y)) {
      noteSelfAssign(shownPos(func_, n.pos, n.inline_site), n);
      place(n.x);
    } else {
      expr(place(n.x), *n.y);
    }
    break;
  case Op::AssignOp:
    expr(place(n.x), *n.y);
    break;
  case Op::AssignList:
    for (std::size_t i = 0; i < n.list.size(); i++) {
      if (isSelfAssign(*n.list[i], *n.list2[i])) {
        noteSelfAssign(shownPos(func_, n.pos, n.inline_site), n);
        place(n.list[i]);
      } else {
        expr(place(n.list[i]), *n.list2[i]);
      }
    }
    break;
  case Op::AssignTuple: {
    std::vector<Hole> holes;
    for (Node *l : n.list)
      holes.push_back(place(l));
    tuple(*n.x, holes);
    break;
  }
  case Op::Block:
    list(n.body);
    break;
  case Op::If:
    discard(n.x);
    nested(n.body);
    nested(n.body2);
    break;
  case Op::For:
    depth_++;
    if (n.x)
      discard(n.x);
    nested(n.body);
    nested(n.body2);
    depth_--;
    break;
  case Op::Range:
    range(n);
    break;
  case Op::Switch:
    if (n.x)
      discard(n.x);
    for (Node *c : n.list) {
      for (Node *v : c->list)
        discard(v);
      nested(c->body);
    }
    break;
  case Op::TypeSwitch:
    typeSwitch(n);
    break;
  case Op::Select:
    for (Node *c : n.list) {
      if (c->x && c->x->op == Op::Send) {
        discard(c->x->x);
        expr(heap(), *c->x->y);
      } else if (c->x) {
        discard(c->x->x);
      }
      for (Node *l : c->list)
        if (l && l->op == Op::LocalRef)
          locationOf(l->aux_local)->loop_depth = depth_;
        else if (l)
          place(l);
      nested(c->body);
    }
    break;
  case Op::Send:
    discard(n.x);
    expr(heap(), *n.y);
    break;
  case Op::Label:
    if (looping_.count(n.aux_label))
      depth_++;
    break;
  case Op::Return:
    if (n.list.size() == 1 && func_->results.size() > 1) {
      std::vector<Hole> holes;
      for (Local *r : func_->results)
        holes.push_back({locationOf(r), 0});
      tuple(*n.list[0], holes);
    } else {
      for (std::size_t i = 0; i < n.list.size(); i++)
        expr({locationOf(func_->results[i]), 0}, *n.list[i]);
    }
    break;
  case Op::Go:
    expr(heap(), *n.x);
    break;
  case Op::Defer:
    // Outside of loops the record stands in the frame, and the closure with it.
    if (depth_ == 1 && !n.y) {
      n.set(kEscStack);
      Location *l = temporary();
      expr({l, 0}, *n.x);
    } else {
      n.set(kEscStack, false);
      expr(heap(), *n.x);
    }
    break;
  case Op::KeepAlive:
    for (Node *c : n.list)
      discard(c);
    break;
  case Op::Jump:
  case Op::Case:
    break;
  default:
    GANNET_CHECK(!isStmt(n), "statement unknown to escape analysis");
    discard(&n);
  }
}

void EscapeAnalysis::noteSelfAssign(Pos pos, const Node &assign) {
  note(pos, std::string(func_->short_name) + " ignoring self-assignment in " + sourceText(assign, &package_.pkg));
}

bool EscapeAnalysis::isSelfAssign(const Node &x, const Node &y) {
  if (y.op == Op::SliceExpr) // of an array it would take an address
    if (const Local *base = pointerTo(x); base && base == pointerTo(*y.x))
      return true;
  if (x.op != y.op)
    return false;
  if (x.op == Op::Field)
    return isSame(*x.x, *y.x) && hasPointers(x.type);
  if (x.op == Op::Index)
    return isSame(*x.x, *y.x) && isPlain(*x.y) && isPlain(*y.y) && hasPointers(x.type);
  return false;
}

void EscapeAnalysis::range(Node &n) {
  Location *x = temporary();
  expr({x, 0}, *n.x);
  depth_++;
  Hole key = discardHole(), value = discardHole();
  auto target = [&](Node *l) {
    if (n.has(kDefine) && l->op == Op::LocalRef) {
      Location *v = locationOf(l->aux_local);
      v->loop_depth = depth_;
      return Hole{v, 0};
    }
    return place(l);
  };
  if (n.y)
    key = target(n.y);
  if (n.z)
    value = target(n.z);
  if (n.range_kind() == RangeKind::Array)
    flowIfPointers(value, x, n.z);
  else
    flowIfPointers(value.deref(), x, n.z);
  if (n.range_kind() == RangeKind::Map)
    flowIfPointers(key.deref(), x, n.y);
  nested(n.body);
  depth_--;
}

void EscapeAnalysis::flowIfPointers(Hole to, Location *from, const Node *what) {
  if (what && what->type && hasPointers(what->type))
    graph_.flow(to, from);
}

void EscapeAnalysis::typeSwitch(Node &n) {
  Location *x = temporary();
  expr({x, 0}, *n.x);
  for (Node *c : n.list) {
    if (c->aux_local) {
      Location *v = locationOf(c->aux_local);
      v->loop_depth = depth_;
      if (hasPointers(c->aux_local->type))
        graph_.flow(unboxed({v, 0}, c->aux_local->type), x);
    }
    list(c->body);
  }
}

Hole EscapeAnalysis::place(Node *n) {
  switch (n->op) {
  case Op::Blank:
    return discardHole();
  case Op::LocalRef:
    return {locationOf(n->aux_local), 0};
  case Op::GlobalRef:
    return heap();
  case Op::Field:
    return place(n->x);
  case Op::Index:
    discard(n->y);
    if (types::underAs<types::Array>(n->x->type))
      return place(n->x);
    expr(mutator(), *n->x);
    return heap();
  case Op::Deref:
    expr(mutator(), *n->x);
    return heap();
  case Op::MapIndex:
    expr(mutator(), *n->x);
    expr(heap(), *n->y);
    return heap();
  default:
    discard(n);
    return heap();
  }
}

} // namespace gannet::ir
