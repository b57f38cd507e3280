// Facts about a checked package's syntax trees: what the type checker found, for the parts that read typed trees.
//
// Expressions carry dense ids (syntax/tree.h); the facts stand in arrays indexed by them. Every expression that was
// checked has a fact: its mode, its final type (an untyped constant's type is the one it was converted to; it stays
// untyped only where no conversion happened, as in a constant shift count or a constant declaration), and the value of
// a constant. Names also have their object; selectors, what they select; generic names, their instance.
#ifndef GANNET_COMPILER_TYPES_INFO_H
#define GANNET_COMPILER_TYPES_INFO_H

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/constant/value.h"
#include "compiler/syntax/tree.h"
#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

// What an expression denotes.
enum class Mode : std::uint8_t {
  Invalid,  // not checked, or in error
  NoValue,  // a call without results
  Builtin,  // a builtin function, as operand of its call
  TypeExpr, // a type
  Constant, // value known
  Variable, // addressable
  MapIndex, // m[k]: assignable, may be used in comma-ok form
  Value,    // any other value; a call with several results has a Tuple type
  NilValue, // the predeclared nil; its type is the one it was converted to
  CommaOk,  // a receive or type assertion: may be used in comma-ok form
};

// What a selector x.f selects. The path leads through embedded fields to the field or method.
struct Selection {
  enum class Kind : std::uint8_t {
    FieldVal,   // x.f is a field
    MethodVal,  // x.f is a method of value x (called or bound)
    MethodExpr, // T.f is a method expression: a function with the receiver as first parameter
  };
  Kind kind;
  bool indirect;  // a pointer was followed on the path, that of x included
  Type *recv;     // type of x (T for a method expression)
  Object *object; // the Var or Func selected
  // Field indices; for methods the last one is the method's index (in Named::method order, or, for interfaces, in the
  // order of the type set, which is sorted by name) and the ones before are embedded fields.
  std::span<const int> path;
};

// A use of a generic function or type with its type arguments.
struct Instance {
  TypeList type_args;
  Type *type; // Signature or Named (or Alias)
};

// What is known of one node of the tree.
struct Fact {
  Type *type = nullptr;
  const constant::Value *value = nullptr; // of Mode::Constant
  // Of a Name: what it uses or declares. Of a CaseClause of a type switch: the variable declared in it. Of an ImportDecl
  // without a name of its own: its PkgName. Of a FuncDecl: its Func.
  Object *object = nullptr;
  const Selection *selection = nullptr; // of a SelectorExpr that is no qualified identifier
  const Instance *instance = nullptr;   // of a Name (also a selector's sel) that names something generic
  Mode mode = Mode::Invalid;
  bool is_def = false;   // a Name that declares `object` (object is null for `_` in assignments and for the symbolic variable
                         // of a type switch)
  bool comma_ok = false; // used with two results: type is the Tuple (T, bool)
};

// One entry of the initialization order of package variables: `lhs... = rhs`.
struct Initializer {
  std::vector<Var *> lhs;
  const syntax::Expr *rhs;
};

class Info {
public:
  const Fact &fact(const syntax::Node *n) const { return facts[n->id]; }
  Type *typeOf(const syntax::Expr *e) const { return facts[e->id].type; }
  Mode modeOf(const syntax::Expr *e) const { return facts[e->id].mode; }
  // The constant value of e, or null if e is no constant.
  const constant::Value *valueOf(const syntax::Expr *e) const {
    return facts[e->id].mode == Mode::Constant ? facts[e->id].value : nullptr;
  }
  // The object a Name uses or declares, a CaseClause or ImportDecl declares implicitly; null for the blank identifier.
  Object *objectOf(const syntax::Node *n) const { return facts[n->id].object; }
  bool isDef(const syntax::Name *n) const { return facts[n->id].is_def; }
  const Selection *selectionOf(const syntax::SelectorExpr *e) const { return facts[e->id].selection; }
  // Type arguments of a Name (or a selector's sel) that names a generic function or type at its use, or null.
  const Instance *instanceOf(const syntax::Name *n) const { return facts[n->id].instance; }

  // By node id. The fact of the Fun of a builtin's call has mode Builtin and, unless the call is constant, the
  // signature of that call (argument types after conversion). That of a len or cap operand that is not evaluated is
  // there as well.
  std::vector<Fact> facts;
  std::vector<Initializer> init_order;      // package variables with initializers, in order of initialization
  std::vector<TypeName *> local_types;      // types declared in functions, in order of declaration
  std::vector<std::string_view> file_versions; // by index in check's list of files: "go1.N", empty if unknown
  // Function declarations in source order: methods, init functions and blank ones included.
  std::vector<Func *> funcs;
  // Package-level objects other than functions, in source order.
  std::vector<Object *> objects;
};

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_INFO_H
