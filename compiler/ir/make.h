// Constructors of IR expressions that decide by the operands' types: conversions, operators, indexing, method calls.
//
// The builder and the instantiation of generic bodies share them. With a type parameter in a deciding place they
// give the symbolic form (class Sym); instantiation calls them again with concrete types.
#ifndef GANNET_COMPILER_IR_MAKE_H
#define GANNET_COMPILER_IR_MAKE_H

#include "compiler/ir/package.h"
#include "compiler/types/type.h"

#include <string>
#include <vector>

namespace gannet::ir {

class Maker {
public:
  explicit Maker(Package &package) : package_(package) {}

  Node *make(Op op, Pos pos, types::Type *type, Node *x = nullptr, Node *y = nullptr);
  Node *local(Pos pos, Local *l);
  Node *global(Pos pos, Global *g);
  Node *funcRef(Pos pos, Func *f, types::Type *type);
  Node *constant(Pos pos, types::Type *type, constant::Value value);
  Node *intConst(Pos pos, types::Type *type, std::int64_t value);
  Node *boolConst(Pos pos, bool value);
  Node *stringConst(Pos pos, std::string_view value);
  Node *nil(Pos pos, types::Type *type) { return make(Op::Nil, pos, type); }
  Node *zero(Pos pos, types::Type *type) { return make(Op::Zero, pos, type); }

  Node *deref(Pos pos, Node *x);
  Node *addr(Pos pos, Node *x);
  // x.index: x a struct or a pointer to one.
  Node *field(Pos pos, Node *x, int index);
  Node *fieldPath(Pos pos, Node *x, std::span<const int> path);
  // x[y] of anything indexable.
  Node *index(Pos pos, Node *x, Node *y, types::Type *type);
  Node *slice(Pos pos, Node *x, Node *lo, Node *hi, Node *max, types::Type *type);
  Node *len(Pos pos, Node *x);
  Node *cap(Pos pos, Node *x);
  Node *makeBuiltin(Pos pos, types::Type *type, Node *x, Node *y);
  Node *composite(Pos pos, types::Type *type, std::vector<Node *> items, std::vector<std::int64_t> indices);
  // unsafe.Sizeof (what 0), Alignof (1), Offsetof (2) of a type that may hold type parameters.
  Node *sizeQuery(Pos pos, types::Type *result, types::Type *of, int what, std::span<const std::int64_t> path);

  // Explicit conversion T(x).
  Node *convert(Pos pos, Node *x, types::Type *to);
  // x in a place of type `to`, to which it is assignable.
  Node *implicit(Node *x, types::Type *to);
  Node *conv(Pos pos, Conv kind, Node *x, types::Type *to);

  Node *logical(Pos pos, Op op, Node *x, Node *y, types::Type *type);
  Node *binary(Pos pos, Op op, Node *x, Node *y, types::Type *type);
  Node *compare(Pos pos, Op op, Node *x, Node *y, types::Type *type);

  Node *callStatic(Pos pos, Func *f, std::vector<Node *> args, types::Type *result);
  // `call`, or what stands for it if its callee is one that the compiler knows.
  Node *known(Node *call);
  Node *callClosure(Pos pos, Node *fn, std::vector<Node *> args, types::Type *result);
  // x.method(args): `path` leads from x through embedded fields; the last entry (the method's index) is ignored.
  Node *callMethod(Pos pos, Node *x, std::span<const int> path, types::Func *method, std::vector<Node *> args,
                   types::Type *result);
  // x.method as a value; T.method as a function of type `type`.
  Node *methodValue(Pos pos, Node *x, std::span<const int> path, types::Func *method, types::Type *type);
  // The code of such a value: a closure that captures a receiver of type `recv` (the method's own, or an interface).
  Func *methodValueFunc(Pos pos, types::Type *recv, types::Func *method, types::Signature *sig);
  Node *methodExpr(Pos pos, types::Type *recv, types::Func *method, types::Type *type);

  Node *assign(Pos pos, Node *x, Node *y) { return make(Op::Assign, pos, nullptr, x, y); }
  Node *varStmt(Pos pos, Local *l, Node *init);
  // A variable that the assignment which follows initializes.
  Node *varLater(Pos pos, Local *l) {
    Node *n = varStmt(pos, l, nullptr);
    n->set(kImplicit);
    return n;
  }
  Node *exprStmt(Node *x) { return make(Op::ExprStmt, x->pos, nullptr, x); }
  Node *block(Pos pos, const std::vector<Node *> &body);
  Node *stmtExpr(Pos pos, const std::vector<Node *> &body, Node *x);
  Node *ifStmt(Pos pos, Node *cond, const std::vector<Node *> &then, const std::vector<Node *> &otherwise = {});
  Node *jump(Pos pos, Label *l);
  Node *panicCall(Pos pos, const char *runtime_func, std::vector<Node *> args);

  types::Type *boolType();
  types::Type *intType();
  types::Type *uintptrType();
  types::Type *stringType();
  types::Type *unsafePointerType();
  types::Type *anyType();
  types::Pointer *pointerTo(types::Type *t);
  // The type of calls with these results: null, the one, or a Tuple.
  static types::Type *resultType(const types::Signature *sig);
  // func(params) results without receiver; `names` are not kept.
  types::Signature *signature(const std::vector<types::Type *> &params, const std::vector<types::Type *> &results);

  Package &package() { return package_; }

private:
  // The receiver argument for static method m, x being what the path led to.
  Node *receiverArg(Pos pos, Node *x, types::Func *m);

  Package &package_;
};

bool isTypeParamType(types::Type *t);
// All methods of an interface type, in the itab's order.
std::vector<types::Func *> interfaceMethods(types::Type *iface);
// The interface method's index in the itab's order.
std::int64_t ifaceMethodIndex(types::Type *iface, const types::Func *m);

} // namespace gannet::ir

#endif
