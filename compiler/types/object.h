// Objects: what names stand for. Packages, scopes, constants, types, variables, functions, labels, builtins.
//
// Objects live in the Context's arena and are unique: a use of a name refers to the same Object as its
// declaration, so later parts compare pointers. Exceptions: fields, parameters and methods of instances, whose
// `origin` is the one declared.
#ifndef GANNET_COMPILER_TYPES_OBJECT_H
#define GANNET_COMPILER_TYPES_OBJECT_H

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/base/source.h"
#include "compiler/constant/value.h"
#include "compiler/types/type.h"

namespace gannet::syntax {
struct FuncDecl;
struct Expr;
struct TypeDecl;
} // namespace gannet::syntax

namespace gannet::types {

enum class ObjectKind : std::uint8_t { PkgName, Const, TypeName, Var, Func, Label, Builtin, Nil };

struct Object {
  const ObjectKind kind;
  std::uint32_t order = 0;        // of package-level objects: source order, from 1
  std::uint32_t id = 0;           // dense number in order of creation within the Context; for side tables
  Package *pkg;                   // null for universe objects
  std::string_view name;
  Type *type;                     // null until known; after checking never null but for PkgName and Label
  Pos pos;
  Pos scope_pos;            // where its scope starts, for local objects
  Scope *parent = nullptr;        // null for methods, fields
  struct DeclInfo *decl_info = nullptr; // the checker's, while it runs
  std::int32_t path_index = -1;         // the checker's: index in its path of objects being declared

  bool isExported() const;

protected:
  Object(ObjectKind k, Pos p, Package *pk, std::string_view n, Type *t) : kind(k), pkg(pk), name(n), type(t), pos(p) {}
};

template <typename T> T *as(Object *o) { return o && o->kind == T::kObjectKind ? static_cast<T *>(o) : nullptr; }
template <typename T> const T *as(const Object *o) {
  return o && o->kind == T::kObjectKind ? static_cast<const T *>(o) : nullptr;
}

// An imported package's name in a file.
struct PkgName : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::PkgName;
  Package *imported;
  bool used = false;
  PkgName(Pos p, Package *pk, std::string_view n, Package *imp)
      : Object(kObjectKind, p, pk, n, nullptr), imported(imp) {}
};

struct ConstObj : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Const;
  const constant::Value *value; // never null; unknown if in error. Kept by the Context (Context::keep).
  ConstObj(Pos p, Package *pk, std::string_view n, Type *t, const constant::Value *v)
      : Object(kObjectKind, p, pk, n, t), value(v) {}
};

struct TypeName : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::TypeName;
  // Nesting of a local type: 0 at package level; otherwise its number among the local types of the package, in
  // source order from 1. Linker names of local types end in "·N" with it.
  std::uint32_t local_index = 0;
  // Of a local type in an instance of a generic function: that function's type arguments, which tell it from those of others.
  TypeList implicit_args;
  Func *declaring_func = nullptr; // of a local type: the top-level function it stands in, if any
  TypeName(Pos p, Package *pk, std::string_view n, Type *t) : Object(kObjectKind, p, pk, n, t) {}
  // Is it an alias (including predeclared byte, rune and any)?
  bool isAlias() const;
};

enum class VarRole : std::uint8_t { Global, Local, Recv, Param, Result, Field };

struct Var : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Var;
  VarRole role;
  bool embedded = false;     // field: embedded; its name is the type's
  bool used = false;         // local variable: read somewhere
  bool captured = false;     // named by a function literal inside the function that declares it
  bool reassigned = false;   // assigned to, or its address taken, after its declaration
  bool is_per_iteration = false; // declared by a 3-clause for statement with Go 1.22 semantics
  // Nesting of the function that declares it: 0 for globals and fields, 1 for a declared function, 2 for a
  // literal in it (or a literal in a package-level initializer: 1), and so on. With `func_scope`, this is what
  // captured variables are derived from: a use at a deeper level is a capture.
  std::uint16_t func_level = 0;
  // The signature of the function (declared or literal) whose local it is; null for globals and fields.
  Signature *func_scope = nullptr;
  Var *origin;               // for fields and parameters of instances: the generic one; else this
  Var(VarRole r, Pos p, Package *pk, std::string_view n, Type *t)
      : Object(kObjectKind, p, pk, n, t), role(r), origin(this) {}
  bool isField() const { return role == VarRole::Field; }
};

struct Func : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Func;
  Func *origin;                 // for methods of instances: the generic one; else this
  const syntax::FuncDecl *decl = nullptr; // of functions from source
  bool has_ptr_recv = false;    // of methods: the receiver's type is a pointer
  Func(Pos p, Package *pk, std::string_view n, Signature *t)
      : Object(kObjectKind, p, pk, n, t), origin(this) {}
  Signature *signature() const { return static_cast<Signature *>(type); }
};

struct LabelObj : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Label;
  bool used = false;
  LabelObj(Pos p, Package *pk, std::string_view n) : Object(kObjectKind, p, pk, n, nullptr) {}
};

enum class BuiltinId : std::uint8_t {
  Append,
  Cap,
  Clear,
  Close,
  Complex,
  Copy,
  Delete,
  Imag,
  Len,
  Make,
  Max,
  Min,
  New,
  Panic,
  Print,
  Println,
  Real,
  Recover,
  // package unsafe
  Add,
  Alignof,
  Offsetof,
  Sizeof,
  Slice,
  SliceData,
  String,
  StringData,
  // for tests of the type checker (Context::addTestBuiltins)
  Assert,
  Trace,
};

struct BuiltinObj : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Builtin;
  BuiltinId builtin;
  BuiltinObj(std::string_view n, BuiltinId b, Type *invalid)
      : Object(kObjectKind, Pos(), nullptr, n, invalid), builtin(b) {}
};

struct NilObj : Object {
  static constexpr ObjectKind kObjectKind = ObjectKind::Nil;
  explicit NilObj(Type *untyped_nil) : Object(kObjectKind, Pos(), nullptr, "nil", untyped_nil) {}
};

// Gives objects of an imported package on demand. Implemented by the export reader.
class PackageLoader {
public:
  virtual ~PackageLoader() = default;
  // The exported object `name` of `pkg`, or null if there is none. Called at most once a name; the result is kept.
  virtual Object *loadObject(Package &pkg, std::string_view name) = 0;
  // Names of all exported objects, sorted (dot imports, suggestions in messages).
  virtual std::vector<std::string_view> objectNames(Package &pkg) = 0;
};

// A set of named objects, with an enclosing scope. Small scopes are searched linearly.
class Scope {
public:
  explicit Scope(Scope *parent, bool is_func = false) : parent_(parent), is_func_(is_func) {}

  Scope *parent() const { return parent_; }
  bool isFunc() const { return is_func_; }
  void setIsFunc() { is_func_ = true; }

  // The object `name` of this very scope, or null. Asks the loader of an imported package.
  Object *lookup(std::string_view name);
  // The innermost object `name` here or in an enclosing scope, or null. `*where` receives the scope that has it.
  Object *lookupParent(std::string_view name, Scope **where = nullptr);
  // Enters `obj` unless its name is taken: gives the other one then, null otherwise. Sets the object's parent if null.
  Object *insert(Object *obj);
  // Objects in order of insertion (loaded ones only, for an imported package).
  std::span<Object *const> objects() const { return objects_; }
  // All names, sorted; complete for imported packages as well.
  std::vector<std::string_view> sortedNames();

  // Do objects come from a loader?
  bool isLoaded() const { return loader_ != nullptr; }
  void setLoader(PackageLoader *loader, Package *pkg) {
    loader_ = loader;
    pkg_ = pkg;
  }

private:
  Object *find(std::string_view name) const;

  Scope *parent_;
  std::vector<Object *> objects_;
  std::unique_ptr<std::unordered_map<std::string_view, Object *>> index_; // once there are many
  PackageLoader *loader_ = nullptr;
  Package *pkg_ = nullptr;
  bool is_func_;

public:
  // Inner scopes, for the checker's search for unused variables.
  std::vector<Scope *> children;
};

// How messages about a package write names; made by the checker.
struct MessageStyle {
  const SourceSet *sources = nullptr;
  // Package names that stand for several packages among all imported ones: those are written as quoted paths.
  std::vector<std::string_view> ambiguous;
};

struct Package {
  std::string_view path;   // import path; "main" programs have theirs given by Config
  std::string_view name;   // of the package clause
  Scope *scope = nullptr;  // package scope; its parent is the universe
  std::vector<Package *> imports; // direct imports, in order of first appearance in the sources
  std::string_view go_version;    // "go1.N" or empty
  bool complete = false;
  const MessageStyle *message_style = nullptr; // while it is being checked
  bool fake = false;       // could not be imported; errors about its members are not reported
};

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_OBJECT_H
