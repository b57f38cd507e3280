// What is checked of each finalized function:
//  1. no op of class Sym, no type parameter in a node's type, no untyped type
//  2. operands have the types that the op demands: both sides of assignments and of operators, arguments, results
//  3. Field's operand is a struct; what is assigned or has its address taken is an lvalue
//  4. locals belong to the function
#include "compiler/ir/verify.h"

#include "compiler/ir/finalize.h"
#include "compiler/ir/make.h"
#include "compiler/ir/print.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/type_string.h"

#include <algorithm>
#include <unordered_set>

namespace gannet::ir {
namespace {

class Verifier {
public:
  Verifier(const Package &package, std::string &out) : package_(package), out_(out) {}

  bool full() const { return count_ > 12; }

  void func(const Func &f) {
    func_ = &f;
    for (const Local *l : f.locals)
      if (l->owner != &f || f.locals[l->id] != l)
        fault(nullptr, "local " + std::string(l->name) + " of another function");
    walk(f.body, [&](Node &n) {
      if (!full())
        node(n);
    });
  }

private:
  void fault(const Node *n, std::string what) {
    if (count_++ > 12)
      return;
    out_ += func_->name + ": ";
    if (n)
      out_ += package_.sources.str(n->pos) + ": " + std::string(opText(n->op)) + ": ";
    out_ += what;
    if (n && !isStmt(*n))
      out_ += ": " + print(*n);
    out_ += "\n";
  }

  void same(const Node &n, types::Type *a, types::Type *b, const char *what) {
    if (!a || !b || !types::identical(a, b))
      fault(&n, std::string(what) + ": " + (a ? types::typeString(a) : "none") + " and " + (b ? types::typeString(b) : "none"));
  }

  bool isPlace(const Node &n) {
    switch (n.op) {
    case Op::LocalRef:
    case Op::GlobalRef:
    case Op::Deref:
      return true;
    case Op::Field:
      return isPlace(*n.x);
    case Op::Index:
      return types::underAs<types::Slice>(n.x->type) || (types::underAs<types::Array>(n.x->type) && isPlace(*n.x));
    default:
      return false;
    }
  }

  void target(const Node &n, const Node *x) {
    if (x && x->op != Op::Blank && x->op != Op::MapIndex && !isPlace(*x))
      fault(&n, "assignment to no place");
  }

  bool typeIsFine(types::Type *t) {
    if (fine_.count(t))
      return true;
    if (types::mentionsTypeParams(t) || types::isUntyped(t))
      return false;
    fine_.insert(t);
    return true;
  }

  void args(const Node &n, types::Signature *sig, bool with_recv) {
    if (!sig)
      return;
    std::size_t i = 0;
    if (with_recv && sig->recv) {
      if (n.list.empty())
        return fault(&n, "no receiver");
      same(n, n.list[i++]->type, sig->recv->type, "receiver");
    }
    types::VarList params = types::vars(sig->params);
    if (params.size() + i != n.list.size())
      return fault(&n, "wrong number of arguments");
    for (types::Var *p : params)
      same(n, n.list[i++]->type, p->type, "argument");
  }

  void node(const Node &n) {
    if (opClass(n.op) == OpClass::Sym)
      return fault(&n, "symbolic operation in a concrete function");
    if (n.type && n.op != Op::AssignTuple && !types::as<types::Tuple>(n.type) && !typeIsFine(n.type))
      return fault(&n, "type " + types::typeString(n.type));
    switch (n.op) {
    case Op::LocalRef:
    case Op::Var:
      if (n.aux_local->owner != func_)
        fault(&n, "local of another function: " + std::string(n.aux_local->name));
      if (n.op == Op::Var && n.x)
        same(n, n.aux_local->type, n.x->type, "initial value");
      break;
    case Op::Add: case Op::Sub: case Op::Mul: case Op::Div: case Op::Rem: case Op::And: case Op::Or: case Op::Xor: case Op::AndNot:
      same(n, n.x->type, n.y->type, "operands");
      same(n, n.x->type, n.type, "result");
      break;
    case Op::Eq: case Op::Ne: case Op::Lt: case Op::Le: case Op::Gt: case Op::Ge:
      same(n, n.x->type, n.y->type, "operands");
      break;
    case Op::Shl: case Op::Shr: case Op::Neg: case Op::BitNot:
      same(n, n.x->type, n.type, "result");
      break;
    case Op::Field:
      if (!types::underAs<types::Struct>(n.x->type))
        fault(&n, "operand is no struct");
      break;
    case Op::Deref:
      if (!types::underAs<types::Pointer>(n.x->type))
        fault(&n, "operand is no pointer");
      else
        same(n, types::underAs<types::Pointer>(n.x->type)->elem, n.type, "result");
      break;
    case Op::Addr:
      if (!isPlace(*n.x))
        fault(&n, "operand is no place");
      break;
    case Op::Assign:
      target(n, n.x);
      if (n.x->op != Op::Blank)
        same(n, n.x->type, n.y->type, "sides");
      break;
    case Op::AssignOp:
      target(n, n.x);
      if (n.binary() != Op::Shl && n.binary() != Op::Shr)
        same(n, n.x->type, n.y->type, "sides");
      break;
    case Op::AssignList:
      for (std::size_t i = 0; i < n.list.size(); i++) {
        target(n, n.list[i]);
        if (n.list[i]->op != Op::Blank)
          same(n, n.list[i]->type, n.list2[i]->type, "sides");
      }
      break;
    case Op::AssignTuple: {
      auto *tuple = types::as<types::Tuple>(n.x->type);
      if (!tuple || tuple->vars.size() != n.list.size())
        return fault(&n, "not as many values as places");
      for (Node *l : n.list)
        target(n, l);
      break;
    }
    case Op::CallStatic:
      if (n.aux_func->generic || n.aux_func->symbolic)
        fault(&n, "call of a generic function " + n.aux_func->name);
      else
        args(n, n.aux_func->sig, true);
      break;
    case Op::CallClosure:
      args(n, types::underAs<types::Signature>(n.x->type), false);
      break;
    case Op::CallIface:
      args(n, n.aux_method->signature(), false);
      break;
    case Op::FuncRef:
      if (n.aux_func->generic || n.aux_func->symbolic)
        fault(&n, "value of a generic function " + n.aux_func->name);
      break;
    case Op::Closure:
      if (n.list.size() != n.aux_func->captures.size())
        fault(&n, "not as many values as captures");
      break;
    case Op::Return: {
      if (n.list.empty())
        break;
      if (n.list.size() == 1 && func_->results.size() > 1)
        break;
      if (n.list.size() != func_->results.size())
        return fault(&n, "wrong number of results");
      for (std::size_t i = 0; i < n.list.size(); i++)
        same(n, n.list[i]->type, func_->results[i]->type, "result");
      break;
    }
    case Op::Range:
      if (n.range_kind() == RangeKind::Func)
        fault(&n, "range over a function is left");
      break;
    default:
      break;
    }
  }

  const Package &package_;
  std::string &out_;
  const Func *func_ = nullptr;
  int count_ = 0;
  std::unordered_set<types::Type *> fine_; // never iterated
};

} // namespace

std::string verify(const Package &package) {
  std::string out;
  Verifier v(package, out);
  for (const Func *f : package.funcs)
    if (f->has_body && !v.full())
      v.func(*f);
  return out;
}

} // namespace gannet::ir
