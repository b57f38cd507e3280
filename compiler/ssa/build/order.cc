// Order of evaluation inside a statement: calls first.
//
// The language fixes the order of calls, receives and logical operators, not when a variable beside them is read. Programs
// have come to depend on what gc does (return x, f(&x) gives x as f left it): in a statement everything that calls, receives
// or branches is evaluated first, in order, and what only reads (variables, fields, elements, dereferences, arithmetic on
// them) afterwards. The operands of a call are such a statement of their own.
//
// So each builder of a construct with several operands calls `hoist` with them. Where one of them reads something that a
// later one may change, the units in them are evaluated then and there and their values kept in hoisted_, from which expr
// takes them when it comes to the node. Everywhere else the tree is built from left to right, which is the same.
// Source: cmd/compile's behaviour on x + f(&x), tested against it (tests/programs/order).
#include "compiler/ssa/build/function_builder.h"

#include <set>

namespace gannet::ssa {

namespace {

using ir::Node;

struct Changes {
  bool memory = false; // may change what is read through pointers, globals, and locals that have an address
  bool locals = false; // an inlined body assigns variables that it did not declare

  Changes &operator|=(Changes e) {
    memory |= e.memory;
    locals |= e.locals;
    return *this;
  }
};

bool hasAddress(const ir::Local &l) { return l.addr_taken || l.by_ref || l.on_heap; }

// The variable at the root of a chain of fields and array elements, or null.
const Node *root(const Node &n) {
  const Node *at = &n;
  while (at->op == ir::Op::Field || (at->op == ir::Op::Index && types::underAs<types::Array>(at->x->type)))
    at = at->x;
  return at->op == ir::Op::LocalRef ? at : nullptr;
}

class ChangeScan {
public:
  Changes of(const Node &n) {
    walk(n);
    for (const ir::Local *l : assigned_)
      if (hasAddress(*l))
        changes_.memory = true;
      else if (!declared_.count(l))
        changes_.locals = true;
    return changes_;
  }

private:
  void assign(const Node *left) {
    if (!left || left->op == ir::Op::Blank)
      return;
    if (const Node *variable = root(*left))
      assigned_.insert(variable->local());
    else
      changes_.memory = true;
  }

  void walk(const Node &n) {
    switch (n.op) {
    case ir::Op::CallStatic:
      changes_.memory |= !isIntrinsic(n.func()->name);
      break;
    case ir::Op::CallClosure:
    case ir::Op::CallIface:
    case ir::Op::Recv:
    case ir::Op::RecvOk:
    case ir::Op::Append:
    case ir::Op::AppendSlice:
    case ir::Op::Copy:
    case ir::Op::Delete:
    case ir::Op::Clear:
    case ir::Op::Send:
    case ir::Op::Select:
    case ir::Op::Go:
    case ir::Op::Defer:
      changes_.memory = true;
      break;
    case ir::Op::Var:
      declared_.insert(n.local());
      break;
    case ir::Op::Assign:
    case ir::Op::AssignOp:
      assign(n.x);
      break;
    case ir::Op::AssignList:
    case ir::Op::AssignTuple:
      for (const Node *left : n.list)
        assign(left);
      break;
    case ir::Op::Range:
      assign(n.y);
      assign(n.z);
      if (n.has(ir::kDefine))
        for (const Node *variable : {n.y, n.z})
          if (variable && variable->op == ir::Op::LocalRef)
            declared_.insert(variable->local());
      break;
    case ir::Op::Case:
      if (n.local())
        declared_.insert(n.local());
      break;
    default:
      break;
    }
    ir::forEachChild(const_cast<Node &>(n), [&](Node *child) { walk(*child); });
  }

  Changes changes_;
  std::set<const ir::Local *> assigned_, declared_; // asked for membership only, or all of them alike
};

// A value whose conversion to an interface takes its address: gc copies it when its turn comes.
bool boxedByAddress(const Node &n, std::int64_t size, bool has_pointers) {
  if (n.op != ir::Op::Convert || n.conv() != ir::Conv::ToIface)
    return false;
  const types::Type *u = types::under(n.x->type);
  if (u->kind == types::TypeKind::Slice)
    return false;
  if (auto *b = types::as<types::Basic>(u); b && !(b->info & types::kIsComplex))
    return false;
  return size > 8 || (has_pointers && size != 8) || (size != 0 && (size & (size - 1)) != 0);
}

} // namespace

// What is evaluated as a whole when its turn comes.
bool FunctionBuilder::isUnit(const Node &n) {
  switch (n.op) {
  case ir::Op::CallStatic:
  case ir::Op::CallClosure:
  case ir::Op::CallIface:
  case ir::Op::InlinedCall:
  case ir::Op::StmtExpr:
  case ir::Op::Cond:
  case ir::Op::AndAnd:
  case ir::Op::OrOr:
  case ir::Op::Recv:
  case ir::Op::Recover:
  case ir::Op::MapLit:
  case ir::Op::Append:
  case ir::Op::AppendSlice:
  case ir::Op::Copy:
  case ir::Op::SliceExpr:
  case ir::Op::MakeSlice:
  case ir::Op::MakeMap:
  case ir::Op::MakeChan:
  case ir::Op::Min:
  case ir::Op::Max:
  case ir::Op::TypeAssert:
  case ir::Op::Cap: // to gc a built-in function is a call like others
  case ir::Op::Complex:
  case ir::Op::Real:
  case ir::Op::Imag:
    return true;
  case ir::Op::Len: // but for the count of a string's runes
    return n.x->op != ir::Op::Convert || n.x->conv() != ir::Conv::StringToRunes;
  case ir::Op::MapIndex: // bytes that are looked up as a string may change
    return n.y->op == ir::Op::Convert && n.y->has(ir::kTemp);
  case ir::Op::Convert:
    return n.conv() == ir::Conv::StringToBytes || n.conv() == ir::Conv::StringToRunes ||
           (n.conv() == ir::Conv::ToIface && boxedByAddress(n, sizeOf(n.x->type), hasPointers(n.x->type)));
  default:
    return false;
  }
}

// Calls f(child, as_place) for the operands of a node that is no unit, in order. as_place: it is only named, not read.
template <typename F> static void forEachOperand(const Node &n, bool as_place, F &&f) {
  bool array = n.op == ir::Op::Index && types::underAs<types::Array>(n.x->type);
  bool inner_place = n.op == ir::Op::Addr || (as_place && (n.op == ir::Op::Field || array));
  ir::forEachChild(const_cast<Node &>(n), [&](Node *child) { f(*child, inner_place && child == n.x); });
}

// Is something read in the group before a unit that may change it?
bool FunctionBuilder::needsHoist(std::span<const Operand> group) {
  struct Scan {
    FunctionBuilder &builder;
    Changes read; // so far: memory; locals without an address that are assigned somewhere
    bool found = false;

    void unit(const Node &n) {
      if (found || (!read.memory && !read.locals))
        return;
      Changes e = ChangeScan().of(n);
      found = (e.memory && read.memory) || (e.locals && read.locals);
    }
    void visit(const Node &n, bool as_place) {
      if (found)
        return;
      if (!as_place && builder.isUnit(n))
        return unit(n);
      forEachOperand(n, as_place, [&](const Node &child, bool place) { visit(child, place); });
      if (as_place)
        return;
      switch (n.op) {
      case ir::Op::LocalRef:
        read.memory |= hasAddress(*n.local());
        read.locals |= n.local()->reassigned;
        break;
      case ir::Op::Index:
        read.memory |= types::underAs<types::Slice>(n.x->type) != nullptr;
        break;
      case ir::Op::GlobalRef:
      case ir::Op::Deref:
      case ir::Op::MapIndex:
      case ir::Op::IfaceData:
        read.memory = true;
        break;
      default:
        break;
      }
    }
  };
  // One operand that is a unit has its own order.
  if (group.size() == 1 && (!group[0].node || isUnit(*group[0].node)))
    return false;
  Scan scan{*this, {}};
  for (const Operand &o : group)
    if (o.node)
      scan.visit(*o.node, o.as_place);
  return scan.found;
}

void FunctionBuilder::hoistIn(const Node &n, bool as_place) {
  if (as_place || !isUnit(n)) {
    forEachOperand(n, as_place, [&](const Node &child, bool place) { hoistIn(child, place); });
    return;
  }
  if (!n.type || n.type->kind == types::TypeKind::Tuple)
    return; // the only operand of its statement
  Val v = stable(n.type, expr(n));
  hoisted_[&n] = v;
}

void FunctionBuilder::hoist(std::span<const Operand> group) {
  if (needsHoist(group))
    for (const Operand &o : group)
      if (o.node)
        hoistIn(*o.node, o.as_place);
}

void FunctionBuilder::hoistOperands(const Node &n) {
  switch (n.op) {
  case ir::Op::Recv:
  case ir::Op::RecvOk:
  case ir::Op::MapIndex:
  case ir::Op::MapIndexOk:
  case ir::Op::Append:
  case ir::Op::AppendSlice:
  case ir::Op::Copy:
  case ir::Op::Delete:
  case ir::Op::SliceExpr:
  case ir::Op::MakeSlice:
  case ir::Op::Min:
  case ir::Op::Max:
  case ir::Op::TypeAssert:
  case ir::Op::TypeAssertOk: {
    std::vector<Operand> group;
    ir::forEachChild(const_cast<Node &>(n), [&](Node *child) { group.push_back({child}); });
    return hoist(group);
  }
  default:
    return;
  }
}

bool FunctionBuilder::takeHoisted(const Node &n, Val &out) {
  if (hoisted_.empty())
    return false;
  auto found = hoisted_.find(&n);
  if (found == hoisted_.end())
    return false;
  out = found->second;
  hoisted_.erase(found); // the node may be built again, in a copy of what it stands in
  return true;
}

} // namespace gannet::ssa
