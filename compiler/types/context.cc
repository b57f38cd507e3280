// The Context: predeclared objects, package unsafe, packages, instances.
#include "compiler/base/check.h"
#include "compiler/types/checker.h"
#include "compiler/types/predicates.h"
#include "compiler/types/type_string.h"
#include "compiler/types/typeset.h"

namespace gannet::types {

namespace {

struct BasicRow {
  BasicKind kind;
  unsigned info;
  std::string_view name;
};

constexpr BasicRow kBasics[] = {
    {BasicKind::Invalid, 0, "invalid type"},
    {BasicKind::Bool, kIsBoolean, "bool"},
    {BasicKind::Int, kIsInteger, "int"},
    {BasicKind::Int8, kIsInteger, "int8"},
    {BasicKind::Int16, kIsInteger, "int16"},
    {BasicKind::Int32, kIsInteger, "int32"},
    {BasicKind::Int64, kIsInteger, "int64"},
    {BasicKind::Uint, kIsInteger | kIsUnsigned, "uint"},
    {BasicKind::Uint8, kIsInteger | kIsUnsigned, "uint8"},
    {BasicKind::Uint16, kIsInteger | kIsUnsigned, "uint16"},
    {BasicKind::Uint32, kIsInteger | kIsUnsigned, "uint32"},
    {BasicKind::Uint64, kIsInteger | kIsUnsigned, "uint64"},
    {BasicKind::Uintptr, kIsInteger | kIsUnsigned, "uintptr"},
    {BasicKind::Float32, kIsFloat, "float32"},
    {BasicKind::Float64, kIsFloat, "float64"},
    {BasicKind::Complex64, kIsComplex, "complex64"},
    {BasicKind::Complex128, kIsComplex, "complex128"},
    {BasicKind::String, kIsString, "string"},
    {BasicKind::UnsafePointer, 0, "Pointer"},
    {BasicKind::UntypedBool, kIsBoolean | kIsUntyped, "untyped bool"},
    {BasicKind::UntypedInt, kIsInteger | kIsUntyped, "untyped int"},
    {BasicKind::UntypedRune, kIsInteger | kIsUntyped, "untyped rune"},
    {BasicKind::UntypedFloat, kIsFloat | kIsUntyped, "untyped float"},
    {BasicKind::UntypedComplex, kIsComplex | kIsUntyped, "untyped complex"},
    {BasicKind::UntypedString, kIsString | kIsUntyped, "untyped string"},
    {BasicKind::UntypedNil, kIsUntyped, "untyped nil"},
};

struct BuiltinRow {
  std::string_view name;
  BuiltinId id;
};

constexpr BuiltinRow kBuiltins[] = {
    {"append", BuiltinId::Append},   {"cap", BuiltinId::Cap},         {"clear", BuiltinId::Clear},
    {"close", BuiltinId::Close},     {"complex", BuiltinId::Complex}, {"copy", BuiltinId::Copy},
    {"delete", BuiltinId::Delete},   {"imag", BuiltinId::Imag},       {"len", BuiltinId::Len},
    {"make", BuiltinId::Make},       {"max", BuiltinId::Max},         {"min", BuiltinId::Min},
    {"new", BuiltinId::New},         {"panic", BuiltinId::Panic},     {"print", BuiltinId::Print},
    {"println", BuiltinId::Println}, {"real", BuiltinId::Real},       {"recover", BuiltinId::Recover},
};

constexpr BuiltinRow kUnsafeBuiltins[] = {
    {"Add", BuiltinId::Add},       {"Alignof", BuiltinId::Alignof},     {"Offsetof", BuiltinId::Offsetof},
    {"Sizeof", BuiltinId::Sizeof}, {"Slice", BuiltinId::Slice},         {"SliceData", BuiltinId::SliceData},
    {"String", BuiltinId::String}, {"StringData", BuiltinId::StringData},
};

} // namespace

Context::Context() { buildUniverse(); }
Context::~Context() = default;

void Context::buildUniverse() {
  for (const BasicRow &row : kBasics)
    basics_[static_cast<unsigned>(row.kind)] = make<Basic>(row.kind, std::uint16_t(row.info), row.name);
  byte_ = make<Basic>(BasicKind::Uint8, std::uint16_t(kIsInteger | kIsUnsigned), "byte");
  rune_ = make<Basic>(BasicKind::Int32, std::uint16_t(kIsInteger), "rune");
  universe_ = newScope(nullptr);

  auto declare_type = [&](std::string_view name, Type *t) {
    TypeName *obj = makeObject<TypeName>(Pos(), nullptr, intern(name), t);
    universe_->insert(obj);
    return obj;
  };
  for (const BasicRow &row : kBasics)
    if (row.kind != BasicKind::Invalid && row.kind != BasicKind::UnsafePointer && !(row.info & kIsUntyped))
      declare_type(row.name, basic(row.kind));
  declare_type("byte", byte_);
  declare_type("rune", rune_);

  empty_interface_ = make<Interface>();
  empty_interface_->complete = true;
  empty_interface_->context = this;
  empty_interface_->type_set = arena_.make<TypeSet>();
  TypeName *any_name = declare_type("any", nullptr);
  any_ = make<Alias>(any_name);
  any_->rhs = any_->actual = empty_interface_;
  any_name->type = any_;

  TypeName *error_name = declare_type("error", nullptr);
  error_ = newNamed(error_name);
  Interface *error_interface = make<Interface>();
  error_interface->context = this;
  error_interface->complete = true;
  Signature *sig = make<Signature>();
  sig->recv = makeObject<Var>(VarRole::Recv, Pos(), nullptr, "", error_);
  sig->results = tuple({makeObject<Var>(VarRole::Result, Pos(), nullptr, "", basic(BasicKind::String))});
  error_interface->methods = list(std::vector<Func *>{makeObject<Func>(Pos(), nullptr, intern("Error"), sig)});
  error_->rhs = error_->underlying_ = error_interface;
  error_->state = Named::kLoaded | Named::kHasUnder | Named::kFinite;

  TypeName *comparable_name = declare_type("comparable", nullptr);
  comparable_ = newNamed(comparable_name);
  Interface *comparable_interface = make<Interface>();
  comparable_interface->context = this;
  comparable_interface->complete = true;
  comparable_interface->type_set = arena_.make<TypeSet>();
  comparable_interface->type_set->is_comparable = true;
  comparable_->rhs = comparable_->underlying_ = comparable_interface;
  comparable_->state = Named::kLoaded | Named::kHasUnder | Named::kFinite;

  auto declare_const = [&](std::string_view name, BasicKind k, constant::Value v) {
    universe_->insert(makeObject<ConstObj>(Pos(), nullptr, intern(name), basic(k), keep(std::move(v))));
  };
  declare_const("true", BasicKind::UntypedBool, constant::Value::ofBool(true));
  declare_const("false", BasicKind::UntypedBool, constant::Value::ofBool(false));
  declare_const("iota", BasicKind::UntypedInt, constant::Value::ofInt64(0));
  universe_->insert(makeObject<NilObj>(basic(BasicKind::UntypedNil)));
  for (const BuiltinRow &row : kBuiltins)
    universe_->insert(makeObject<BuiltinObj>(intern(row.name), row.id, invalid()));

  unsafe_ = package("unsafe", "unsafe");
  unsafe_->complete = true;
  TypeName *pointer = makeObject<TypeName>(Pos(), unsafe_, intern("Pointer"), basic(BasicKind::UnsafePointer));
  unsafe_->scope->insert(pointer);
  for (const BuiltinRow &row : kUnsafeBuiltins) {
    BuiltinObj *b = makeObject<BuiltinObj>(intern(row.name), row.id, invalid());
    b->pkg = unsafe_;
    unsafe_->scope->insert(b);
  }
}

void Context::addTestBuiltins() {
  universe_->insert(makeObject<BuiltinObj>(intern("assert"), BuiltinId::Assert, invalid()));
  universe_->insert(makeObject<BuiltinObj>(intern("trace"), BuiltinId::Trace, invalid()));
}

Package *Context::package(std::string_view path, std::string_view name) {
  auto found = package_index_.find(path);
  if (found != package_index_.end())
    return found->second;
  packages_.push_back(std::make_unique<Package>());
  Package *p = packages_.back().get();
  p->path = intern(path);
  p->name = intern(name);
  p->scope = newScope(universe_);
  package_index_.emplace(p->path, p);
  return p;
}

Scope *Context::newScope(Scope *parent, bool is_func) {
  scopes_.push_back(std::make_unique<Scope>(parent, is_func));
  Scope *s = scopes_.back().get();
  if (parent && parent != universe_)
    parent->children.push_back(s);
  return s;
}

Named *Context::newNamed(TypeName *obj) {
  Named *n = make<Named>(this, obj);
  if (!obj->type)
    obj->type = n;
  return n;
}

Named *Context::instantiate(Named *origin, TypeList args) {
  std::string hash = std::to_string(origin->id);
  TypeStringOptions options;
  options.hash = true;
  for (Type *a : args) {
    hash += ',';
    hash += typeString(a, options);
  }
  std::vector<Named *> &bucket = instances_[hash];
  for (Named *n : bucket) {
    if (n->origin != origin || n->type_args.size() != args.size())
      continue;
    bool same = true;
    for (std::size_t i = 0; i < args.size() && same; ++i)
      same = identical(n->type_args[i], args[i]);
    if (same)
      return n;
  }
  Named *n = make<Named>(this, origin->obj);
  n->origin = origin;
  n->type_args = arena_.copy(args);
  bucket.push_back(n);
  return n;
}

} // namespace gannet::types
