// The type checker's face: a Context holds everything one compilation knows of types, check() checks a package.
//
// Source: Go specification; wording of messages and order of reports as gc's.
#ifndef GANNET_COMPILER_TYPES_CHECKER_H
#define GANNET_COMPILER_TYPES_CHECKER_H

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/error.h"
#include "compiler/base/interner.h"
#include "compiler/types/info.h"
#include "compiler/types/object.h"
#include "compiler/types/type.h"

namespace gannet::types {

// A Go language version 1.N; 0: unknown, which allows everything.
struct GoVersion {
  int minor = 0;
  // Of "go1.22", "go1.22.3", "1.22": unknown if it is none of them.
  static GoVersion parse(std::string_view text);
  bool known() const { return minor > 0; }
};
inline constexpr int kCurrentGoMinor = 26;

class Checker;

// Everything about types of one compilation: arena, universe, package unsafe, basic types, instances, packages.
class Context {
public:
  Context();
  ~Context();
  Context(const Context &) = delete;
  Context &operator=(const Context &) = delete;

  // Makes a type with its id. T's constructor arguments follow.
  template <typename T, typename... Args> T *make(Args &&...args) {
    T *t = ::new (arena_.allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    t->id = ++type_count_;
    return t;
  }
  template <typename T, typename... Args> T *makeObject(Args &&...args) {
    T *o = ::new (arena_.allocate(sizeof(T), alignof(T))) T(std::forward<Args>(args)...);
    o->id = ++object_count_;
    return o;
  }
  template <typename T> std::span<T> list(const std::vector<T> &items) { return arena_.copy(items); }
  std::string_view intern(std::string_view s) { return names_.intern(s); }
  // A copy of v that lives as long as the Context.
  const constant::Value *keep(constant::Value v) { return &values_.emplace_back(std::move(v)); }
  Arena &arena() { return arena_; }
  std::uint32_t typeCount() const { return type_count_; }
  std::uint32_t objectCount() const { return object_count_; }

  // Predeclared types. basic(Invalid) is the type of what is in error.
  Basic *basic(BasicKind k) const { return basics_[static_cast<unsigned>(k)]; }
  Type *invalid() const { return basic(BasicKind::Invalid); }
  Basic *byteType() const { return byte_; } // prints "byte", identical to uint8
  Basic *runeType() const { return rune_; } // prints "rune", identical to int32
  Named *errorType() const { return error_; }
  Named *comparableType() const { return comparable_; }
  Alias *anyType() const { return any_; }
  Interface *emptyInterface() const { return empty_interface_; }

  Scope *universe() const { return universe_; }
  // Predeclares assert and trace, which Go's type-checker tests use.
  void addTestBuiltins();
  Package *unsafePackage() const { return unsafe_; }

  // The package of that path: made on first call (not complete, with an empty scope whose parent is the universe).
  // "unsafe" is there from the start.
  Package *package(std::string_view path, std::string_view name);
  Scope *newScope(Scope *parent, bool is_func = false);
  // A Named without right side, obj->type set to it if null.
  Named *newNamed(TypeName *obj);

  // Short forms.
  Pointer *pointerTo(Type *elem) { return make<Pointer>(elem); }
  Slice *sliceOf(Type *elem) { return make<Slice>(elem); }
  Tuple *tuple(const std::vector<Var *> &vars) { return vars.empty() ? nullptr : make<Tuple>(list(vars)); }
  Var *param(Pos pos, Package *pkg, std::string_view name, Type *type) {
    return makeObject<Var>(VarRole::Param, pos, pkg, name, type);
  }

  // The instance of `origin` (no instance itself) with these arguments; one object per identical argument list.
  // Arguments are not verified against constraints. Counts must agree, else the instance is invalid.
  Named *instantiate(Named *origin, TypeList args);

  // Called when a method of an instance is wanted whose generic declaration is not checked yet. Set while a package
  // is being checked.
  class MethodResolver {
  public:
    virtual ~MethodResolver() = default;
    virtual void resolveMethod(Func *method) = 0;
  };
  MethodResolver *method_resolver = nullptr;
  Checker *checker = nullptr; // at work

private:
  void buildUniverse();

  Arena arena_;
  Interner names_;
  std::deque<constant::Value> values_;
  std::uint32_t type_count_ = 0;
  std::uint32_t object_count_ = 0;
  std::array<Basic *, kBasicKinds> basics_{};
  Basic *byte_ = nullptr;
  Basic *rune_ = nullptr;
  Named *error_ = nullptr;
  Named *comparable_ = nullptr;
  Alias *any_ = nullptr;
  Interface *empty_interface_ = nullptr;
  Scope *universe_ = nullptr;
  Package *unsafe_ = nullptr;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<std::unique_ptr<Package>> packages_;
  std::unordered_map<std::string_view, Package *> package_index_;
  std::unordered_map<std::string, std::vector<Named *>> instances_; // by hash string (type_string.h)
};

// Finds imported packages.
class Importer {
public:
  virtual ~Importer() = default;
  // The package imported as `path` by the sources, complete (perhaps lazily). Not called for "unsafe" and "C".
  // The error's text stands in parentheses in "could not import path (text)".
  virtual ErrorOr<Package *> import(std::string_view path) = 0;
};

struct Config {
  GoVersion go_version;            // of the module (go.mod); unknown allows everything
  bool ignore_func_bodies = false; // declarations only
  // Body-less functions are an error ("missing function body") when set, as for packages without assembly.
  bool complete = false;
  bool check_branches = false;     // check labels and branches; else the parser did (ParseOptions::check_branches)
  bool implementation_limits = true; // sizes, anonymous recursive interfaces, not-in-heap types: what gc checks later
  bool is_std = false;             // package of the standard library (//go:linkname, go:embed rules)
  // Files that //go:embed patterns may name are checked by the driver; this tells that a configuration was given.
  bool has_embed_config = false;
  // Receives unused variables and imports etc. like every error. Required.
  Diagnostics *diagnostics = nullptr;
  const SourceSet *sources = nullptr; // for messages that name positions. Required.
  std::uint32_t node_count = 0;       // ParseContext::next_node_id after parsing. Required.
  Importer *importer = nullptr;
};

// Checks the files of one package (in command-line order) and gives it, complete, with facts in `info`; errors go to
// the diagnostics and leave the package usable but partly invalid. `path` is its import path.
Package *check(Context &context, const Config &config, std::string_view path,
               std::span<syntax::File *const> files, Info &info);

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_CHECKER_H
