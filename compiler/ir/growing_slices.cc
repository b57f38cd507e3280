#include "compiler/ir/growing_slices.h"

#include "compiler/ir/finalize.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"

#include <span>

namespace gannet::ir {
namespace {

// v of v = append(v, ...), or null.
Local *grownBy(const Node &n) {
  if (n.op != Op::Assign || n.x->op != Op::LocalRef || n.y->op != Op::Append || n.y->list.empty())
    return nullptr;
  Local *v = n.x->aux_local;
  return n.y->x->op == Op::LocalRef && n.y->x->aux_local == v ? v : nullptr;
}

bool fitsFrame(const Local &v, const Func &func) {
  if (v.kind != Local::Kind::Auto || v.owner != &func)
    return false;
  std::int64_t elem_bytes = types::sizeOf(types::underAs<types::Slice>(v.type)->elem);
  return elem_bytes > 0 && elem_bytes <= kGrowthBytes;
}

bool isZero(const Node *n) { return !n || (n->op == Op::Const && constant::int64Val(n->value()) == 0); }

} // namespace

void GrowingSlices::find(Func &func) {
  collect(func);
  if (slices_.empty())
    return;
  stmts(func.body);
}

// The variables that are declared once and appended to.
void GrowingSlices::collect(Func &func) {
  std::unordered_map<const Local *, int> declarations; // never iterated
  std::vector<Node *> assigns;
  walk(func.body, [&](Node &n) {
    if (n.op == Op::LocalRef || n.op == Op::Append)
      n.set(kMoveOut, false); // of an analysis before this was inlined
    else if (n.op == Op::Var)
      ++declarations[n.aux_local];
    else if (Local *v = grownBy(n); v && fitsFrame(*v, func))
      assigns.push_back(&n);
  });
  for (Node *n : assigns) {
    Local *v = n->x->aux_local;
    auto found = declarations.find(v);
    if (found == declarations.end() || found->second != 1)
      continue;
    Slice &s = slices_[v];
    s.appends.push_back(n->y);
    if (v->addr_taken || v->captured)
      s.shared = true, s.movable = false;
  }
}

void GrowingSlices::stmts(NodeList list) {
  for (Node *n : list)
    if (n)
      stmt(*n);
}

// A part of a statement that is evaluated by itself.
void GrowingSlices::header(Node *n) {
  if (!n)
    return;
  std::size_t from = events_.size();
  expr(*n);
  refuseMixed(from);
}

void GrowingSlices::stmt(Node &n) {
  std::size_t from = events_.size();
  switch (n.op) {
  case Op::Block:
  case Op::Label:
  case Op::Jump:
    return stmts(n.body);
  case Op::If:
    header(n.x);
    stmts(n.body);
    return stmts(n.body2);
  case Op::For:
    header(n.x);
    stmts(n.body);
    return stmts(n.body2);
  case Op::Range:
    return range(n);
  case Op::Switch:
  case Op::TypeSwitch:
    header(n.x);
    return stmts(n.list);
  case Op::Case: // of a switch
    for (Node *value : n.list)
      header(value);
    return stmts(n.body);
  case Op::Select:
    for (Node *c : n.list) {
      if (c->x)
        isStmt(*c->x) ? stmt(*c->x) : expr(*c->x);
      exprs(c->list);
    }
    refuseMixed(from);
    for (Node *c : n.list)
      stmts(c->body);
    return;
  case Op::Var:
    if (n.x)
      expr(*n.x);
    if (of(n.aux_local))
      events_.push_back({n.aux_local, Seen::Declared});
    break;
  case Op::Assign:
    assign(n);
    break;
  case Op::AssignTuple:
    for (Node *to : n.list)
      if (!resetIf(to))
        expr(*to);
    expr(*n.x);
    break;
  case Op::AssignList:
    for (Node *to : n.list)
      if (!resetIf(to))
        expr(*to);
    exprs(n.list2);
    break;
  case Op::KeepAlive:
    for (Node *value : n.list)
      if (!isGrowing(value))
        expr(*value);
    break;
  default:
    forEachChild(n, [&](Node *&c) { isStmt(*c) ? stmt(*c) : expr(*c); });
  }
  refuseMixed(from);
}

void GrowingSlices::exprs(NodeList list) {
  for (Node *n : list)
    if (n)
      expr(*n);
}

bool GrowingSlices::elementIf(Node *ref) {
  if (!isGrowing(ref))
    return false;
  element(*ref);
  return true;
}

bool GrowingSlices::resetIf(const Node *ref) {
  if (!isGrowing(ref))
    return false;
  events_.push_back({ref->aux_local, Seen::Reset});
  return true;
}

void GrowingSlices::assign(Node &n) {
  if (isGrowing(n.x) && selfAssign(n.x->aux_local, *n.y))
    return;
  if (!resetIf(n.x))
    expr(*n.x);
  expr(*n.y);
}

// v = append(v, ...) and v = v[:n] leave the place with v.
bool GrowingSlices::selfAssign(const Local *v, Node &value) {
  auto isSelf = [&](const Node *n) { return n->op == Op::LocalRef && n->aux_local == v; };
  switch (value.op) {
  case Op::Append:
    if (!isSelf(value.x))
      return false;
    element(*value.x);
    exprs(value.list);
    return true;
  case Op::AppendSlice:
    if (!isSelf(value.x))
      return false;
    element(*value.x);
    if (!elementIf(value.y))
      expr(*value.y);
    return true;
  case Op::SliceExpr:
    if (!isSelf(value.x) || value.w)
      return false;
    element(*value.x);
    if (!isZero(value.y))
      of(v)->movable = false;
    for (Node *bound : {value.y, value.z})
      if (bound)
        expr(*bound);
    return true;
  default:
    return false;
  }
}

// The operand is found once and read in every round.
void GrowingSlices::range(Node &n) {
  std::size_t from = events_.size();
  if (!elementIf(n.x))
    expr(*n.x);
  std::size_t header_end = events_.size();
  for (Node *target : {n.y, n.z}) {
    if (isGrowing(target))
      of(target->aux_local)->shared = true, of(target->aux_local)->movable = false;
    else if (target)
      expr(*target);
  }
  stmts(n.body);
  std::unordered_set<const Local *> read; // never iterated
  for (std::size_t i = from; i < header_end; ++i)
    if (events_[i].what == Seen::Element)
      read.insert(events_[i].variable);
  for (std::size_t i = header_end; i < events_.size(); ++i) {
    if (!read.count(events_[i].variable) || (events_[i].what != Seen::Use && events_[i].what != Seen::Reset))
      continue;
    Slice *s = of(events_[i].variable);
    s->movable = false;
    s->held |= events_[i].what == Seen::Reset;
  }
}

// Statements inside an expression: what they declare the rest of it cannot name but as their result.
void GrowingSlices::inlined(NodeList body) {
  std::size_t from = events_.size();
  stmts(body);
  std::unordered_set<const Local *> declared; // never iterated
  for (std::size_t i = from; i < events_.size(); ++i)
    if (events_[i].what == Seen::Declared)
      declared.insert(events_[i].variable);
  std::size_t kept = from;
  for (std::size_t i = from; i < events_.size(); ++i)
    if (!declared.count(events_[i].variable))
      events_[kept++] = events_[i];
  events_.resize(kept);
}

// The address of an element is one of the place.
void GrowingSlices::address(Node &n) {
  Node *object = n.x;
  while (object->op == Op::Field || (object->op == Op::Index && types::underAs<types::Array>(object->x->type))) {
    if (object->op == Op::Index)
      expr(*object->y);
    object = object->x;
  }
  if (object->op == Op::Index && isGrowing(object->x)) {
    Slice *s = of(object->x->aux_local);
    s->shared = true;
    s->movable = false;
  }
  expr(*object);
}

void GrowingSlices::expr(Node &n) {
  switch (n.op) {
  case Op::LocalRef:
    if (Slice *s = of(n.aux_local)) {
      s->uses.push_back(&n);
      uses_.insert(&n);
      events_.push_back({n.aux_local, Seen::Use});
    }
    return;
  case Op::Len:
  case Op::Cap: // does not change by the move
    if (isGrowing(n.x))
      return;
    break;
  case Op::Eq:
  case Op::Ne:
    if (isGrowing(n.x) && n.y->op == Op::Nil)
      return;
    break;
  case Op::Index:
    if (elementIf(n.x))
      return expr(*n.y);
    break;
  case Op::Copy:
    for (Node *side : {n.x, n.y})
      if (!elementIf(side))
        expr(*side);
    return;
  case Op::AppendSlice:
    expr(*n.x);
    if (!elementIf(n.y))
      expr(*n.y);
    return;
  case Op::Clear:
    if (elementIf(n.x))
      return;
    break;
  case Op::Convert:
    if ((n.conv() == Conv::BytesToString || n.conv() == Conv::RunesToString) && elementIf(n.x))
      return;
    break;
  case Op::Addr:
    return address(n);
  case Op::InlinedCall:
  case Op::StmtExpr:
    inlined(n.body);
    if (n.x)
      expr(*n.x);
    return exprs(n.list);
  default:
    break;
  }
  forEachChild(n, [&](Node *&c) { isStmt(*c) ? stmt(*c) : expr(*c); });
}

// (2), of the events since `from`. A variable that begins anew in the midst of one statement is held as well.
void GrowingSlices::refuseMixed(std::size_t from) {
  auto here = std::span(events_).subspan(from);
  for (const Event &e : here)
    of(e.variable)->seen = {};
  for (const Event &e : here)
    ++of(e.variable)->seen[static_cast<std::size_t>(e.what)];
  for (const Event &e : here) {
    Slice *s = of(e.variable);
    auto count = [s](Seen what) { return s->seen[static_cast<std::size_t>(what)]; };
    if (count(Seen::Use) && (count(Seen::Element) || count(Seen::Use) > 1))
      s->movable = false;
    if (count(Seen::Reset) && count(Seen::Element))
      s->movable = false, s->held = true;
  }
}

} // namespace gannet::ir
