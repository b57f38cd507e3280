// Go types, as the type checker makes them and every later part reads them.
//
// A type is an arena object tagged with its kind; there are no virtual functions. `as<Struct>(t)` is a checked
// downcast that gives null for another kind and does NOT look through names and aliases: `under(t)` does that.
// Types live as long as the Context that made them. Identity is `identical(x, y)` (predicates.h), never pointer
// equality, except that declared types (Named that are no instances) and basic types are unique per Context.
//
// Lists are spans into the Context's arena and never change after the type is complete.
// Source: Go specification, "Types".
#ifndef GANNET_COMPILER_TYPES_TYPE_H
#define GANNET_COMPILER_TYPES_TYPE_H

#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/base/source.h"

namespace gannet::types {

class Context;
class Scope;
struct Object;
struct TypeName;
struct Var;
struct Func;
struct Package;
struct TypeSet;
class TypeLoader;

enum class TypeKind : std::uint8_t {
  Basic,
  Array,
  Slice,
  Struct,
  Pointer,
  Tuple,
  Signature,
  Union,
  Interface,
  Map,
  Chan,
  Named,
  TypeParam,
  Alias,
};

struct Type {
  const TypeKind kind;
  // Dense number in order of creation within the Context; for side tables.
  std::uint32_t id = 0;

protected:
  explicit Type(TypeKind k) : kind(k) {}
};

using TypeList = std::span<Type *const>;
using VarList = std::span<Var *const>;

enum class BasicKind : std::uint8_t {
  Invalid,
  Bool,
  Int,
  Int8,
  Int16,
  Int32,
  Int64,
  Uint,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Uintptr,
  Float32,
  Float64,
  Complex64,
  Complex128,
  String,
  UnsafePointer,
  UntypedBool,
  UntypedInt,
  UntypedRune,
  UntypedFloat,
  UntypedComplex,
  UntypedString,
  UntypedNil,
};
inline constexpr unsigned kBasicKinds = static_cast<unsigned>(BasicKind::UntypedNil) + 1;

// Properties of basic types, or-ed.
enum BasicInfo : std::uint16_t {
  kIsBoolean = 1 << 0,
  kIsInteger = 1 << 1,
  kIsUnsigned = 1 << 2,
  kIsFloat = 1 << 3,
  kIsComplex = 1 << 4,
  kIsString = 1 << 5,
  kIsUntyped = 1 << 6,
  kIsOrdered = kIsInteger | kIsFloat | kIsString,
  kIsNumeric = kIsInteger | kIsFloat | kIsComplex,
  kIsConstType = kIsBoolean | kIsNumeric | kIsString,
};

struct Basic : Type {
  static constexpr TypeKind kKind = TypeKind::Basic;
  BasicKind basic;
  std::uint16_t info;
  std::string_view name; // "byte" and "rune" are distinct objects of kinds Uint8 and Int32
  Basic(BasicKind b, std::uint16_t i, std::string_view n) : Type(kKind), basic(b), info(i), name(n) {}
};

struct Array : Type {
  static constexpr TypeKind kKind = TypeKind::Array;
  Type *elem;
  std::int64_t len; // below 0: in error (or not yet known, for [...]T)
  Array(Type *e, std::int64_t n) : Type(kKind), elem(e), len(n) {}
};

struct Slice : Type {
  static constexpr TypeKind kKind = TypeKind::Slice;
  Type *elem;
  explicit Slice(Type *e) : Type(kKind), elem(e) {}
};

struct Struct : Type {
  static constexpr TypeKind kKind = TypeKind::Struct;
  VarList fields;                          // in source order; Var::embedded tells embedded ones
  std::span<const std::string_view> tags;  // empty, or as long as fields
  Struct() : Type(kKind) {}
  std::string_view tag(std::size_t i) const { return i < tags.size() ? tags[i] : std::string_view(); }
};

struct Pointer : Type {
  static constexpr TypeKind kKind = TypeKind::Pointer;
  Type *elem;
  explicit Pointer(Type *e) : Type(kKind), elem(e) {}
};

// Parameters, results and multiple values. An empty tuple may be null: use `vars(t)`.
struct Tuple : Type {
  static constexpr TypeKind kKind = TypeKind::Tuple;
  VarList vars;
  explicit Tuple(VarList v) : Type(kKind), vars(v) {}
};

struct TypeParam;
using TypeParamList = std::span<TypeParam *const>;

struct Signature : Type {
  static constexpr TypeKind kKind = TypeKind::Signature;
  TypeParamList recv_type_params; // the method's names for its receiver's type parameters
  TypeParamList type_params;
  Var *recv = nullptr;      // null for functions; for interface methods its type is the interface or its Named
  Tuple *params = nullptr;  // null if none
  Tuple *results = nullptr; // null if none
  Scope *scope = nullptr;   // function scope, for signatures from source
  bool variadic = false;    // the last parameter has type []T (or string, for append([]byte, string...))
  Signature() : Type(kKind) {}
};

struct Term {
  bool tilde;
  Type *type;
};

// A union in a constraint: A|~B.
struct Union : Type {
  static constexpr TypeKind kKind = TypeKind::Union;
  std::span<const Term> terms;
  TypeSet *type_set = nullptr; // computed on demand (typeset.h)
  explicit Union(std::span<const Term> t) : Type(kKind), terms(t) {}
};

struct Interface : Type {
  static constexpr TypeKind kKind = TypeKind::Interface;
  std::span<Func *const> methods;           // explicitly declared, in source order
  TypeList embeddeds;                       // embedded types, in source order
  std::span<const Pos> embed_positions; // of embeddeds, or empty
  bool implicit = false;                    // wraps a non-interface constraint: [P ~int]
  bool complete = false;                    // methods and embeddeds are final
  TypeSet *type_set = nullptr;              // computed on demand (typeset.h)
  Context *context = nullptr;
  Interface() : Type(kKind) {}
};

struct Map : Type {
  static constexpr TypeKind kKind = TypeKind::Map;
  Type *key;
  Type *elem;
  Map(Type *k, Type *e) : Type(kKind), key(k), elem(e) {}
};

enum class ChanDir : std::uint8_t { Both, SendOnly, RecvOnly };

struct Chan : Type {
  static constexpr TypeKind kKind = TypeKind::Chan;
  ChanDir dir;
  Type *elem;
  Chan(ChanDir d, Type *e) : Type(kKind), dir(d), elem(e) {}
};

// A declared type, an instance of a generic one, or a generic one itself.
//
// For an instance, `obj` is the TypeName of the origin (same name, package, position); `origin` differs from
// `this`, type_args is filled, and type_params are the origin's. The right side, the underlying type and the
// methods of an instance are made on demand; those of an imported type are loaded on demand. So use the
// functions, not the raw members, outside of the checker.
struct Named : Type {
  static constexpr TypeKind kKind = TypeKind::Named;
  TypeName *obj;
  Named *origin;     // this, for types that are no instances
  TypeList type_args; // of an instance, else empty
  Pos instance_pos;   // of an instance: where it was first written, if in the sources
  Context *context;

  explicit Named(Context *c, TypeName *o) : Type(kKind), obj(o), origin(this), context(c) {}

  bool isInstance() const { return origin != this; }
  TypeParamList typeParams();
  Type *underlying();         // never Named or Alias; Invalid if in error
  std::size_t methodCount();  // declared methods, those of the origin
  Func *method(std::size_t i); // in source order; for instances with substituted signature
  // Index of the declared method `name` (as seen from pkg for unexported names), or -1. `fold_case` ignores case.
  int methodIndex(const Package *pkg, std::string_view name, bool fold_case = false);

  // State below is the checker's and the loader's.
  enum State : std::uint8_t {
    kLoaded = 1,      // type parameters, right side and methods are there (no instance: set by declaration)
    kHasUnder = 2,    // underlying_ is final
    kExpanding = 4,   // an instance's right side is being substituted
    kFinite = 8,      // known to have finite size
    kFiniteBusy = 16,
  };
  std::uint8_t state = 0;
  Type *rhs = nullptr;            // right side of the declaration (may be Named); substituted for instances
  Type *underlying_ = nullptr;
  TypeParamList type_params;
  std::span<Func *> methods;      // for instances: entries made on demand, null before
  std::uint32_t methods_capacity = 0;
  TypeLoader *loader = nullptr;   // of an imported type that is not yet loaded
  std::uint64_t loader_key = 0;
  void load();                    // makes type_params, rhs and methods available
  void addMethod(Func *m);
};

struct TypeParam : Type {
  static constexpr TypeKind kKind = TypeKind::TypeParam;
  TypeName *obj;
  int index = -1;        // in its list
  Type *bound = nullptr; // constraint as declared; use constraintOf (typeset.h) for the interface
  Interface *bound_interface = nullptr; // cache of constraintOf
  Context *context;
  TypeParam(Context *c, TypeName *o, Type *b) : Type(kKind), obj(o), bound(b), context(c) {}
};

// An alias declaration's type. `unalias` gives what it stands for.
struct Alias : Type {
  static constexpr TypeKind kKind = TypeKind::Alias;
  TypeName *obj;
  Alias *origin;
  TypeParamList type_params;
  TypeList type_args;
  Type *rhs = nullptr;    // as written; null while being declared
  Type *actual = nullptr; // rhs without aliases, once known
  TypeLoader *loader = nullptr; // of an imported alias that is not yet loaded
  std::uint64_t loader_key = 0;
  explicit Alias(TypeName *o) : Type(kKind), obj(o), origin(this) {}
};

// Fills imported types on first use. Implemented by the export reader.
class TypeLoader {
public:
  virtual ~TypeLoader() = default;
  // Sets type_params, rhs and methods (Named::addMethod) of `named`; rhs must not be Named.
  virtual void loadNamed(Named &named) = 0;
  // Sets type_params and rhs of `alias`.
  virtual void loadAlias(Alias &alias) = 0;
};

// The type as T if it is of that very kind, else null. Does not look through Named or Alias.
template <typename T> T *as(Type *t) { return t && t->kind == T::kKind ? static_cast<T *>(t) : nullptr; }
template <typename T> const T *as(const Type *t) {
  return t && t->kind == T::kKind ? static_cast<const T *>(t) : nullptr;
}

// What an alias (or alias of aliases) stands for; t itself otherwise. Null while the alias is being declared.
Type *unalias(Type *t);

// The underlying type: never Alias or Named. For a type parameter, its constraint interface.
Type *under(Type *t);

// under(t) as T, or null.
template <typename T> T *underAs(Type *t) { return t ? as<T>(under(t)) : nullptr; }
// unalias(t) as T, or null: for Named, TypeParam, and the literal kinds where names matter.
template <typename T> T *unaliasAs(Type *t) { return t ? as<T>(unalias(t)) : nullptr; }

inline VarList vars(const Tuple *t) { return t ? t->vars : VarList(); }

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_TYPE_H
