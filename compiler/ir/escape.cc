#include "compiler/ir/escape.h"

#include "compiler/base/check.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/closure_uses.h"
#include "compiler/ir/escape_graph.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/growing_slices.h"
#include "compiler/ir/make.h"
#include "compiler/ir/source_text.h"
#include "compiler/ir/wrappers.h"
#include "compiler/syntax/tree.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"
#include "compiler/types/type_string.h"

#include <algorithm>
#include <unordered_set>

namespace gannet::ir {
namespace {

using types::Type;

// What is larger goes to the heap: declared variables, and what new, literals and make give.
constexpr std::int64_t kMaxVarBytes = 128 << 10, kSmallFrameVarBytes = 64 << 10;
constexpr std::int64_t kMaxImplicitBytes = 64 << 10, kSmallFrameImplicitBytes = 16 << 10;

bool isUintptr(Type *t) {
  auto *basic = types::underAs<types::Basic>(t);
  return basic && basic->basic == types::BasicKind::Uintptr;
}

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

// Builds the graph of one component, solves it, and writes the results into the functions.
class Escapes {
public:
  Escapes(Package &package, const Component &component, Diagnostics *diagnostics)
      : package_(package), component_(component), diagnostics_(diagnostics),
        max_var_bytes_(package.options.small_frames ? kSmallFrameVarBytes : kMaxVarBytes),
        max_implicit_bytes_(package.options.small_frames ? kSmallFrameImplicitBytes : kMaxImplicitBytes) {}

  void run() {
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

private:
  // ---- locations

  void declare(Func &f) {
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

  Location *newLocal(Local *v, Func &f, int depth) {
    Location *l = graph_.add(&f, depth);
    l->local = v;
    by_local_[v] = l;
    if (types::sizeOf(v->type) > max_var_bytes_)
      graph_.flow(Hole{graph_.heap(), 0}.addr(), l);
    return l;
  }

  Location *locationOf(Local *v) {
    while (v->kind == Local::Kind::Capture && v->outer)
      v = v->outer;
    auto it = by_local_.find(v);
    if (it != by_local_.end())
      return it->second;
    return newLocal(v, *v->owner, depth_); // named before its declaration was seen
  }

  Hole heap() { return {graph_.heap(), 0}; }
  Hole discardHole() { return {graph_.blank(), 0}; }
  Hole mutator() { return {graph_.mutator(), 0}; }
  Hole callee() { return {graph_.callee(), 0}; }
  // A place that holds a value for a while.
  Location *temporary() { return graph_.add(func_, depth_); }
  // Flows into all the holes.
  Hole tee(std::initializer_list<Hole> holes) {
    Location *l = temporary();
    for (Hole h : holes)
      graph_.flow(h, l);
    return {l, 0};
  }
  // n makes storage: its address flows to k; the hole is for what is stored in it.
  Hole spill(Hole k, Node &n) {
    Location *l = temporary();
    l->node = &n;
    graph_.flow(k.addr(), l);
    if (tooLarge(n))
      graph_.flow(heap().addr(), l);
    return {l, 0};
  }

  // The constant that a variable always is, if so. What closures hold copies of is met before them.
  const Node *constantOf(const Node *n) {
    for (int depth = 0; depth < 8 && n->op == Op::LocalRef; depth++) {
      const Local *l = n->aux_local;
      while (l->kind == Local::Kind::Capture && l->outer && !l->by_ref)
        l = l->outer;
      if (l->reassigned || l->addr_taken)
        break;
      auto it = init_.find(l);
      if (it == init_.end())
        break;
      n = it->second;
      if (n->op == Op::InlinedCall && n->list.size() == 1)
        n = n->list[0];
    }
    return n;
  }

  // A variable that always is one constant may stand as this: then the size of what is made is known, and a boxed value
  // need not be made at all.
  void useConstant(Node *&n) {
    if (!n || (n->op != Op::LocalRef && n->op != Op::Len))
      return;
    const Node *known = constantOf(n);
    const constant::Value *value = known->op == Op::Const ? known->const_value : nullptr;
    if (known->op == Op::Len)
      if (const Node *made = constantOf(known->x); made->op == Op::SliceLit)
        value = package_.keep(constant::Value::ofInt64(made->aux_int));
    if (!value)
      return;
    Node *copy = package_.arena.make<Node>(*n);
    copy->op = Op::Const;
    copy->x = nullptr;
    copy->const_value = value;
    n = copy;
  }

  // The same of a variable that always is one literal of constants. As in gc, not of one that a closure holds: how often such code
  // allocates is counted exactly by programs' tests (testing.AllocsPerRun), those of log/slog among them.
  void useLiteral(Node *&n) {
    if (n->op != Op::LocalRef || n->aux_local->kind == Local::Kind::Capture)
      return;
    const Node *known = constantOf(n);
    if ((known->op != Op::StructLit && known->op != Op::ArrayLit && known->op != Op::Zero) || !isOfConstants(*known))
      return;
    Node *copy = package_.arena.make<Node>(*known);
    copy->pos = n->pos;
    copy->inline_site = n->inline_site;
    copy->type = n->type;
    n = copy;
  }
  static bool isOfConstants(const Node &n) {
    if (n.op == Op::StructLit || n.op == Op::ArrayLit)
      return std::all_of(n.list.begin(), n.list.end(), [](const Node *c) { return isOfConstants(*c); });
    return n.op == Op::Const || n.op == Op::Zero;
  }

  bool tooLarge(const Node &n) {
    switch (n.op) {
    case Op::New:
      return types::sizeOf(n.type_arg) > max_implicit_bytes_;
    case Op::PtrLit:
      return types::sizeOf(n.x->type) > max_implicit_bytes_;
    case Op::SliceLit:
      return types::sizeOf(types::underAs<types::Slice>(n.type)->elem) * n.aux_int > max_implicit_bytes_;
    case Op::MakeSlice: {
      std::int64_t elem = types::sizeOf(types::underAs<types::Slice>(n.type)->elem);
      if (elem == 0)
        return true;
      const Node *cap = constantOf(n.y ? n.y : n.x);
      if (cap->op != Op::Const)
        return false; // in the frame if it turns out to be small
      auto count = constant::int64Val(cap->value());
      return !count || *count < 0 || *count > max_implicit_bytes_ / elem;
    }
    case Op::Closure: {
      std::int64_t bytes = 8;
      for (const Node *c : n.list)
        bytes += types::sizeOf(c->type);
      return bytes > max_implicit_bytes_;
    }
    case Op::Convert:
      return n.conv() == Conv::ToIface && types::sizeOf(n.x->type) > max_implicit_bytes_;
    default:
      return false;
    }
  }

  // ---- slices that grow

  // Frames of the runtime and of what may not grow the stack are kept small.
  bool growsInFrame(const Func &f) const {
    return !package_.options.runtime_mode && !package_.options.no_optimize && !(f.pragma & kNosplit);
  }

  // v is declared, a slice that grows: its place is a variable that lives as long.
  void declareGrowing(Local *v, const Location *declared) {
    GrowingSlices::Slice *s = growing_.of(v);
    if (!s)
      return;
    grown_.push_back({v, s, {}});
    grown_index_[v] = grown_.size() - 1;
    if (s->shared)
      graph_.flow(Hole{locationOf(v), 0}.addr(), placeOf(v, declared->loop_depth));
  }

  // A place of v's elements.
  Location *placeOf(Local *v, int depth) {
    auto known = grown_index_.find(v);
    GANNET_CHECK(known != grown_index_.end(), "slice is used before it is declared");
    Location *place = graph_.add(v->owner, depth);
    grown_[known->second].places.push_back(place);
    return place;
  }

  // The slice is handed on: by itself that may keep its place alive.
  void useGrowing(Hole k, Node &ref) {
    Local *v = ref.aux_local;
    GrowingSlices::Slice *s = growing_.of(v);
    if (!s || s->shared || !growing_.isUse(&ref))
      return;
    const int declared = locationOf(v)->loop_depth;
    if (depth_ > declared)
      s->movable = false;
    graph_.flow(k.addr(), placeOf(v, declared));
  }

  void decideGrowth() {
    for (Grown &g : grown_) {
      const GrowingSlices::Slice &s = *g.slice;
      const bool escapes = std::any_of(g.places.begin(), g.places.end(), [](const Location *l) { return l->escapes; });
      if (escapes)
        g.variable->growth = s.movable ? Growth::FrameUntilMoved : Growth::Heap;
      else
        g.variable->growth = g.places.empty() && !s.held ? Growth::Frame : Growth::FrameOnce;
      for (Node *append : s.appends)
        append->set(kMoveOut, g.variable->growth != Growth::Heap);
      for (Node *use : s.uses)
        use->set(kMoveOut, g.variable->growth == Growth::FrameUntilMoved);
    }
  }

  // ---- functions

  void body(Func &f) {
    func_ = &f;
    depth_ = 1;
    findLoopingLabels(f);
    if (f.wrapped && f.is_closure) // its receiver came from anywhere
      for (Local *c : f.captures)
        graph_.flow({locationOf(c), 0}, graph_.heap());
    list(f.body);
  }

  // Labels that are jumped to from behind.
  void findLoopingLabels(Func &f) {
    looping_.clear();
    std::unordered_set<Label *> passed;
    walk(f.body, [&](Node &n) {
      if (n.op == Op::Label)
        passed.insert(n.aux_label);
      else if (n.op == Op::Jump && passed.count(n.aux_label))
        looping_.insert(n.aux_label);
    });
  }

  void list(NodeList l) {
    for (Node *n : l)
      if (n)
        stmt(*n);
  }

  // A nested list: labels that loop matter inside it alone.
  void nested(NodeList l) {
    int depth = depth_;
    list(l);
    depth_ = depth;
  }

  void stmt(Node &n) {
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

  void noteSelfAssign(Pos pos, const Node &assign) {
    note(pos, std::string(func_->short_name) + " ignoring self-assignment in " + sourceText(assign, &package_.pkg));
  }

  // Assignments within one object do not make anything live longer: v.x = v.y, v.x[i] = v.y[j], b.buf = b.buf[i:j].
  bool isSelfAssign(const Node &x, const Node &y) {
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
  // p of *p and p.f.
  static const Local *pointerTo(const Node &n) {
    const Node &object = n.op == Op::Field ? *n.x : n;
    return object.op == Op::Deref && object.x->op == Op::LocalRef ? object.x->aux_local : nullptr;
  }
  static bool isPlain(const Node &n) { return n.op == Op::Const || n.op == Op::LocalRef || n.op == Op::GlobalRef; }
  // Do both name the same storage, without effects?
  static bool isSame(const Node &a, const Node &b) {
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

  // (*reflect.SliceHeader or *reflect.StringHeader).Data: a pointer in the shape of an integer.
  static bool isHeaderData(const Node &n) {
    if (n.op != Op::Field || n.aux_int != 0 || n.x->op != Op::Deref)
      return false;
    auto *named = types::unaliasAs<types::Named>(n.x->type);
    return named && named->obj->pkg && named->obj->pkg->path == "reflect" &&
           (named->obj->name == "SliceHeader" || named->obj->name == "StringHeader");
  }

  void range(Node &n) {
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

  void flowIfPointers(Hole to, Location *from, const Node *what) {
    if (what && what->type && hasPointers(what->type))
      graph_.flow(to, from);
  }

  void typeSwitch(Node &n) {
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

  // A value of type t comes out of an interface: what does not fit the data word is read through it.
  static Hole unboxed(Hole k, Type *t) { return types::isInterface(t) || isDirectIface(t) ? k : k.deref(); }

  // ---- places

  Hole place(Node *n) {
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

  // ---- expressions

  void discard(Node *n) {
    if (n)
      expr(discardHole(), *n);
  }

  void expr(Hole k, Node &n) {
    if (n.type && k.derefs >= 0 && !hasPointers(n.type))
      k.to = graph_.blank();
    switch (n.op) {
    case Op::Const: case Op::Nil: case Op::Zero: case Op::FuncRef: case Op::FuncPC: case Op::TypeAddr: case Op::Blank:
    case Op::DeferToken: case Op::Recover:
      return;
    case Op::LocalRef:
      graph_.flow(k, locationOf(n.aux_local));
      useGrowing(k, n);
      return;
    case Op::GlobalRef:
      graph_.flow(k, graph_.heap());
      return;
    case Op::Deref:
      expr(k.deref(), *n.x);
      return;
    case Op::Addr:
      expr(k.addr(), *n.x);
      return;
    case Op::Field:
      expr(k, *n.x);
      return;
    case Op::Index:
      discard(n.y);
      if (types::underAs<types::Slice>(n.x->type))
        expr(k.deref(), *n.x);
      else if (types::underAs<types::Array>(n.x->type))
        expr(k, *n.x);
      else
        discard(n.x);
      return;
    case Op::MapIndex:
    case Op::MapIndexOk:
      discard(n.x);
      discard(n.y);
      return;
    case Op::SliceExpr:
      expr(k, *n.x);
      discard(n.y);
      discard(n.z);
      discard(n.w);
      return;
    case Op::PtrLit:
      expr(spill(k, n), *n.x);
      return;
    case Op::New: {
      Hole h = spill(k, n);
      if (n.x)
        expr(h, *n.x);
      return;
    }
    case Op::StructLit:
    case Op::ArrayLit:
      for (Node *c : n.list)
        expr(k, *c);
      return;
    case Op::SliceLit: {
      Hole h = spill(k, n);
      for (Node *c : n.list)
        expr(h, *c);
      return;
    }
    case Op::MapLit:
      spill(k, n);
      for (Node *c : n.list)
        expr(heap(), *c);
      return;
    case Op::Closure:
      closure(k, n);
      return;
    case Op::Convert:
      convert(k, n);
      return;
    case Op::TypeAssert:
      expr(unboxed(k, n.type), *n.x);
      return;
    case Op::TypeAssertOk:
      discard(n.x);
      return;
    case Op::CheckIface:
      expr(k, *n.x);
      return;
    case Op::IfaceData:
      expr(unboxed(k, n.type), *n.x);
      return;
    case Op::IfaceType:
      discard(n.x);
      return;
    case Op::CallStatic:
    case Op::CallClosure:
    case Op::CallIface:
      call({k}, n);
      return;
    case Op::InlinedCall:
      list(n.body);
      for (Node *r : n.list)
        expr(k, *r);
      return;
    case Op::StmtExpr:
      list(n.body);
      expr(k, *n.x);
      return;
    case Op::Cond:
      discard(n.x);
      expr(k, *n.y);
      expr(k, *n.z);
      return;
    case Op::Append: {
      Type *elem = types::underAs<types::Slice>(n.type)->elem;
      backingStore(k, n);
      appendee(k, n, elem);
      for (Node *c : n.list)
        expr(heap(), *c);
      return;
    }
    case Op::AppendSlice: {
      Type *elem = types::underAs<types::Slice>(n.type)->elem;
      backingStore(k, n);
      appendee(k, n, elem);
      expr(hasPointers(elem) ? heap().deref() : discardHole(), *n.y);
      return;
    }
    case Op::Copy: {
      Type *elem = types::underAs<types::Slice>(n.x->type)->elem;
      expr(mutator(), *n.x);
      expr(hasPointers(elem) ? heap().deref() : discardHole(), *n.y);
      return;
    }
    case Op::Clear:
      expr(mutator(), *n.x);
      return;
    case Op::Min:
    case Op::Max:
      for (Node *c : n.list)
        expr(k, *c);
      return;
    case Op::Concat:
      spill(k, n);
      for (Node *c : n.list)
        discard(c);
      return;
    case Op::MakeSlice:
      useConstant(n.y ? n.y : n.x);
      [[fallthrough]];
    case Op::MakeMap:
      spill(k, n);
      discard(n.x);
      discard(n.y);
      return;
    case Op::Panic:
      expr(heap(), *n.x);
      return;
    case Op::UnsafeAdd:
    case Op::UnsafeSlice:
    case Op::UnsafeString:
      expr(k, *n.x);
      discard(n.y);
      return;
    case Op::UnsafeSliceData:
    case Op::UnsafeStringData:
      expr(k, *n.x);
      return;
    case Op::Tuple:
      for (Node *c : n.list)
        expr(k, *c);
      return;
    default: // operators, lengths, receives and the like: the result holds nothing of the operands
      for (Node *c : {n.x, n.y, n.z, n.w})
        discard(c);
      for (Node *c : n.list)
        discard(c);
    }
  }

  // What append may have to allocate. It is never used twice, so it counts as outside of loops.
  void backingStore(Hole k, Node &n) { spill(k, n).to->loop_depth = 0; }

  // The appended-to slice may be the result, or be copied.
  void appendee(Hole k, Node &n, Type *elem) {
    if (hasPointers(elem))
      expr(tee({k, mutator(), heap().deref()}), *n.x);
    else
      expr(tee({k, mutator()}), *n.x);
  }

  void closure(Hole k, Node &n) {
    Func *f = n.aux_func;
    if (n.list.empty() && f->wrapper) // data, and not the program's
      return;
    Hole h = spill(k, n);
    for (std::size_t i = 0; i < n.list.size(); i++) {
      if (f->wrapped && f->is_closure) // a method value: the receiver goes to the method when it is called
        expr(tee({h, receiverHole(*f)}), *n.list[i]);
      else
        expr(h, *n.list[i]);
    }
  }

  // Where the receiver of a method value's method goes, whoever calls it.
  Hole receiverHole(Func &wrapper) {
    Local *self = wrapper.captures[0];
    if (types::isInterface(self->type))
      return heap();
    Func *callee = nullptr;
    walk(wrapper.body, [&](Node &c) {
      if (c.op == Op::CallStatic)
        callee = c.aux_func;
    });
    if (!callee || !callee->escape_done || callee->leaks.empty())
      return heap();
    Location *l = temporary();
    const ParamLeak &leak = callee->leaks[0];
    if (leak.heap != ParamLeak::kNone)
      graph_.flow(Hole{graph_.heap(), leak.heap}, l);
    for (std::uint8_t r : leak.results)
      if (r != ParamLeak::kNone)
        graph_.flow(Hole{graph_.heap(), r}, l);
    return {l, 0};
  }

  void convert(Hole k, Node &n) {
    switch (n.conv()) {
    case Conv::ToIface:
      useConstant(n.x);
      useLiteral(n.x);
      if (isDirectIface(n.x->type))
        expr(k, *n.x);
      else
        expr(spill(k, n), *n.x);
      return;
    case Conv::BytesToString:
    case Conv::RunesToString:
    case Conv::StringToBytes:
    case Conv::StringToRunes:
    case Conv::IntToString:
      spill(k, n);
      discard(n.x);
      return;
    case Conv::UintptrToPtr:
      unsafeValue(k, *n.x);
      return;
    case Conv::PtrToUintptr: // the kernel may write there
      expr(mutator(), *n.x);
      return;
    case Conv::Numeric:
      discard(n.x);
      return;
    case Conv::SliceToArray:
      expr(k.deref(), *n.x);
      return;
    case Conv::Noop:
    case Conv::IfaceToIface:
    case Conv::SliceToArrayPtr:
      expr(k, *n.x);
      return;
    }
  }

  // An integer that is made a pointer again: arithmetic on an address keeps it.
  void unsafeValue(Hole k, Node &n) {
    switch (n.op) {
    case Op::Convert:
      if (n.conv() == Conv::PtrToUintptr)
        expr(k, *n.x);
      else if (n.conv() == Conv::Noop)
        unsafeValue(k, *n.x);
      else
        discard(&n);
      return;
    case Op::Field:
      if (isHeaderData(n))
        expr(k.deref(), *n.x->x);
      else
        discard(&n);
      return;
    case Op::Neg:
    case Op::BitNot:
      unsafeValue(k, *n.x);
      return;
    case Op::Add: case Op::Sub: case Op::Or: case Op::Xor: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::AndNot:
      unsafeValue(k, *n.x);
      unsafeValue(k, *n.y);
      return;
    case Op::Shl:
    case Op::Shr:
      unsafeValue(k, *n.x);
      discard(n.y);
      return;
    default:
      discard(&n);
    }
  }

  // ---- calls

  void tuple(Node &n, const std::vector<Hole> &holes) {
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

  void call(const std::vector<Hole> &results, Node &n) {
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

  // unique.Make keeps copies of the strings in what it is given, so of a value whose pointers are all of strings it keeps nothing.
  static bool isCopiedByUnique(const Func &f, Type &t) {
    return f.package_path == "unique" && f.short_name.starts_with("Make[") && holdsStringsAlone(&t);
  }
  static bool holdsStringsAlone(Type *t) {
    Type *u = types::under(t);
    if (auto *b = types::as<types::Basic>(u))
      return b->basic != types::BasicKind::UnsafePointer;
    if (auto *a = types::as<types::Array>(u))
      return holdsStringsAlone(a->elem);
    auto *s = types::as<types::Struct>(u);
    return s && std::all_of(s->fields.begin(), s->fields.end(), [](types::Var *f) { return holdsStringsAlone(f->type); });
  }

  // Runtime functions that generated code calls by name and that keep nothing.
  static bool isHarmless(const Func &f) {
    return !f.object && f.package_path == "runtime" &&
           (f.name.find("hash") != std::string::npos || f.name.find("equal") != std::string::npos);
  }

  // ---- results

  // What came with an inlined body is told about where the outermost call stands.
  static Pos shownPos(const Func *f, Pos pos, std::uint32_t site) {
    for (; f && site != 0 && site < f->inline_sites.size(); site = f->inline_sites[site].parent)
      pos = f->inline_sites[site].call_pos;
    return pos;
  }

  void note(Pos pos, std::string text) {
    if (diagnostics_ && package_.options.explain > 0 && pos.known())
      diagnostics_->note(pos, std::move(text));
  }

  // Adapters stand nowhere in the source; but what a go or defer statement evaluates later is in one.
  static bool isShown(const Func *f) { return !f || !f->wrapper || (f->is_closure && !f->wrapped); }

  // With -m=2, why storage that nothing keeps is on the heap.
  void explainSize(const Location &l, Pos pos, const std::string &what) {
    if (!l.escapes || package_.options.explain < 2 || !tooLarge(*l.node))
      return;
    note(pos, what + " escapes to heap in " + std::string(l.func->short_name) + ":");
    note(pos, "  flow: {heap} ← &{storage for " + what + "}:");
    note(pos, "    from " + what + " (too large for stack) at " + package_.sources.str(pos));
  }

  void explain(const Location &l, bool zero_copy) {
    const Node &n = *l.node;
    if (n.op == Op::Closure && n.aux_func->wrapper && !n.aux_func->wrapped) // an adapter
      return;
    Pos pos = shownPos(l.func, n.pos, n.inline_site);
    std::string what = n.op == Op::Append || n.op == Op::AppendSlice ? "append" : sourceText(n, &package_.pkg);
    explainSize(l, pos, what);
    note(pos, what + (l.escapes ? " escapes to heap" : " does not escape"));
    if (zero_copy)
      note(pos, "zero-copy string->[]byte conversion");
  }

  void finish() {
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

  void summarize(Func &f) {
    f.leaks.clear();
    for (Local *p : f.params) {
      Location *l = by_local_[p];
      ParamLeak leak = l->leak;
      const std::string_view escaping = f.pragma & kUintptrEscapes ? escapingInteger(*p, f) : std::string_view();
      if (!escaping.empty())
        note(p->pos, "marking " + std::string(p->name) + " as escaping " + std::string(escaping));
      if (!hasPointers(p->type))
        leak = {ParamLeak::kNone, ParamLeak::kNone, ParamLeak::kNone, {}};
      else if (escaping.empty() && p->name != "_" && !p->name.empty() && !f.wrapper && !f.dup_ok)
        tell(*p, leak, f);
      f.leaks.push_back(std::move(leak));
    }
    f.escape_done = true;
  }

  // How a parameter of a function marked go:uintptrescapes is called that may be a pointer in disguise; empty if it is none.
  static std::string_view escapingInteger(const Local &p, const Func &f) {
    if (isUintptr(p.type))
      return "uintptr";
    auto *slice = types::underAs<types::Slice>(p.type);
    return f.sig && f.sig->variadic && &p == f.params.back() && slice && isUintptr(slice->elem) ? "...uintptr" : "";
  }

  void tell(const Local &p, const ParamLeak &leak, const Func &f) {
    bool any = false;
    if (leak.heap == 0 && !p.on_heap) {
      note(p.pos, "leaking param: " + std::string(p.name));
      any = true;
    } else if (leak.heap != ParamLeak::kNone && leak.heap > 0) {
      note(p.pos, "leaking param content: " + std::string(p.name));
      any = true;
    }
    for (std::size_t i = 0; i < leak.results.size(); i++)
      if (leak.results[i] != ParamLeak::kNone && leak.heap != 0) {
        note(p.pos, "leaking param: " + std::string(p.name) + " to result " + std::string(f.results[i]->name) +
                        " level=" + std::to_string(leak.results[i]));
        any = true;
      }
    const bool mutations = package_.options.explain_mutations;
    auto use = [&](const char *verb, std::uint8_t derefs) {
      if (!mutations || derefs == ParamLeak::kNone || derefs >= leak.heap)
        return;
      note(p.pos, verb + (" param: " + std::string(p.name)) + " derefs=" + std::to_string(derefs));
      any = true;
    };
    use("mutates", leak.mutates);
    use("calls", leak.calls);
    if (!any && !p.on_heap)
      note(p.pos, std::string(p.name) + (mutations ? " does not escape, mutate, or call" : " does not escape"));
  }

  Package &package_;
  const Component &component_;
  ClosureUses uses_;
  Diagnostics *diagnostics_;
  const std::int64_t max_var_bytes_, max_implicit_bytes_;
  EscapeGraph graph_;
  std::unordered_set<const Func *> members_;
  std::unordered_map<const Local *, Location *> by_local_; // never iterated
  std::unordered_set<const Label *> looping_;
  std::unordered_map<const Local *, const Node *> init_; // never iterated
  struct Grown {
    Local *variable;
    GrowingSlices::Slice *slice; // growing_'s
    std::vector<Location *> places; // of graph_
  };
  GrowingSlices growing_;
  std::vector<Grown> grown_;
  std::unordered_map<const Local *, std::size_t> grown_index_; // into grown_; never iterated
  Func *func_ = nullptr;
  int depth_ = 1;
};

} // namespace

void analyzeEscapes(Package &package, const std::vector<Func *> &funcs, Diagnostics *diagnostics) {
  for (const Component &c : callOrder(funcs, true))
    Escapes(package, c, diagnostics).run();
}

void explainDeclarations(const Package &package, Diagnostics &diagnostics) {
  if (package.options.explain == 0)
    return;
  for (const std::unique_ptr<Func> &f : package.all_funcs) {
    if (!f->object || f->object->pkg != &package.pkg || !f->object->decl || f->object->decl->body || f->detached)
      continue;
    std::size_t number = 0;
    for (types::Var *p : types::vars(f->object->signature()->params)) {
      const bool named = !p->name.empty() && p->name != "_";
      const std::string name = named ? std::string(p->name) : "~p" + std::to_string(number);
      ++number;
      if (!p->pos.known())
        continue;
      if (isUintptr(p->type))
        diagnostics.note(p->pos, "assuming " + name + " is unsafe uintptr");
      else if (named && hasPointers(p->type))
        diagnostics.note(p->pos, f->pragma & kNoescape ? name + " does not escape" : "leaking param: " + name);
    }
  }
}

} // namespace gannet::ir
