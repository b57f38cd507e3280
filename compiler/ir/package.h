// A package in mid-level IR: its functions, variables, initialization, and what else its object must hold.
#ifndef GANNET_COMPILER_IR_PACKAGE_H
#define GANNET_COMPILER_IR_PACKAGE_H

#include "compiler/base/arena.h"
#include "compiler/base/source.h"
#include "compiler/constant/value.h"
#include "compiler/ir/node.h"

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::types {
class Context;
struct Object;
struct Package;
struct TypeParam;
} // namespace gannet::types

namespace gannet::ir {

// //go: directives of a function, or-ed.
enum Pragma : std::uint32_t {
  kNosplit = 1 << 0,
  kNoinline = 1 << 1,
  kNoescape = 1 << 2,
  kNowritebarrier = 1 << 3,
  kNowritebarrierrec = 1 << 4,
  kYeswritebarrierrec = 1 << 5,
  kSystemstack = 1 << 6,
  kUintptrEscapes = 1 << 7,
  kUintptrKeepalive = 1 << 8,
  kNorace = 1 << 9,
  kNocheckptr = 1 << 10,
  kLinkname = 1 << 11, // named by a linkname directive (pushed, pulled or marked)
};

enum class Abi : std::uint8_t { Internal, Abi0 };

// What escape analysis tells callers about one parameter: how deep its value flows where.
// derefs counts loads: 0 the value itself leaves, 1 what it points to, ... kNone: it does not.
struct ParamLeak {
  static constexpr std::uint8_t kNone = 255;
  std::uint8_t heap = 0;      // to the heap
  std::uint8_t mutates = 0;   // written through
  std::uint8_t calls = 0;     // called
  std::vector<std::uint8_t> results; // to result i (missing: kNone)
};

// A function: declared, a method, an instance, a closure, a wrapper, synthesized, or only declared here
// (imported, in assembly, runtime). `name` is the linker symbol, unique in the Package.
struct Func {
  std::string name;                  // "fmt.Println", "fmt.(*pp).free", "main.main.func1", "slices.Sort[int]"
  std::string_view short_name;       // of diagnostics: "(*pp).free", "main.func1"
  types::Func *object = nullptr;     // declared function or method (its origin for instances), else null
  Func *origin = nullptr;            // of an instance: the generic function
  types::Func *wrapped = nullptr;    // of a wrapper made for a method (in whatever form): that method
  Func *inline_form = nullptr;       // of an inlinable function: its body as it was before calls in it were inlined
  types::Signature *sig = nullptr;   // of an instance with its types in; of a method with recv
  std::span<types::Type *const> type_args; // of an instance (receiver's first), else empty
  Pos pos;                           // of the declaration; `func` keyword of a literal
  Pos end_pos;                       // closing brace
  Func *outer = nullptr;             // closures: the function it stands in
  std::uint32_t pragma = 0;
  Abi abi = Abi::Internal;           // the ABI of its own definition
  std::string_view package_path;     // of the declaring package

  bool has_body : 1 = false;   // `body` is there, and is ours to emit if `emit`
  bool emit : 1 = false;       // in Package::funcs: compiled into this object
  bool generic : 1 = false;    // has type parameters (or stands in a function that has): never emitted
  bool symbolic : 1 = false;   // an instance whose arguments hold type parameters: named only in generic bodies
  bool is_closure : 1 = false; // called with its closure object in DX
  bool is_method : 1 = false;  // params[0] is the receiver
  bool wrapper : 1 = false;    // compiler-made adapter: hidden from tracebacks, looked through by recover
  bool dup_ok : 1 = false;     // may be in several objects: instances, wrappers of foreign types, algs
  bool is_init : 1 = false;    // pkg.init (variable initialization) or init.N
  bool range_body : 1 = false; // the body of a range-over-func loop
  bool has_defer : 1 = false;
  bool has_recover : 1 = false;
  bool has_closures : 1 = false;
  bool inlinable : 1 = false;  // inl_cost is within the budget and the body is kept for it
  bool finalized : 1 = false;  // invariants 5 to 7 of node.h hold
  bool escape_done : 1 = false;
  bool nil_check_receiver : 1 = false; // wrapper that calls panicwrap on nil
  bool imported : 1 = false;
  bool optimized : 1 = false;  // inlining has been done in it
  bool detached : 1 = false;   // a copy kept for inlining: never emitted, and its closures have no symbols
  bool no_return : 1 = false;
  bool map_init : 1 = false;   // fills one map variable of the package (map_inits.h)
  bool reflect_method : 1 = false; // calls reflect.Value.Method or the like by a name not constant
  std::uint32_t inl_cost = 0;

  std::vector<Local *> params;   // receiver first
  std::vector<Local *> results;
  std::vector<Local *> captures; // of a closure, in order of its object's words (alignment of the types observed)
  std::vector<Local *> locals;   // all of them, by Local::id: the above and the Auto ones
  std::uint32_t label_count = 0;
  NodeList body;
  std::vector<InlineSite> inline_sites{1};
  std::vector<Func *> closures;  // directly inside, in source order
  std::vector<ParamLeak> leaks;  // by parameter, once escape_done
  std::span<types::TypeParam *const> type_params; // of a generic function: receiver's, or its own
  std::uint32_t closure_count = 0; // names given: funcN
  std::uint32_t wrap_count = 0;    // gowrapN, deferwrapN
  std::uint32_t range_count = 0;   // F-rangeN
};

// A package variable. Of this package (defined), or another's.
struct Global {
  std::string name; // linker symbol
  types::Type *type = nullptr;
  types::Var *object = nullptr; // null: synthesized
  Pos pos;
  bool defined : 1 = false;
  bool read_only : 1 = false; // synthesized constant data: goes to rodata
  bool dup_ok : 1 = false;
  bool linknamed : 1 = false;
  bool reassigned : 1 = false; // assigned or its address taken anywhere in the package but its declaration
  // Initial contents known at compile time, a tree of: Const, Nil, Zero, FuncRef, Closure without captures, TypeAddr,
  // Addr of a GlobalRef (through Field and constant Index), StructLit, ArrayLit, SliceLit and PtrLit (their storage becomes a
  // symbol pkg..stmp_N), Convert (Noop, ToIface of such a value, StringToBytes of a Const, PtrToUintptr of no). Null: zero, or set by
  // Package::init_func.
  Node *static_init = nullptr;
  Func *map_init = nullptr; // the function of the package that fills it, a map; or null
  std::vector<std::string> embed_files; // //go:embed: paths in sorted order as the embed config says
  int embed_kind = 0;                       // 0 none, 1 string, 2 []byte, 3 embed.FS
};

struct EmbedFile {
  std::string name; // as the program sees it; ends in / for a directory
  std::string path; // where the contents are
};

// Tells of functions of imported packages. Implemented by the export reader.
class ImportedFuncs {
public:
  virtual ~ImportedFuncs() = default;
  // Fills what the export file says of `func` (pragmas, ABI, leaks, inlinability; object is set), not the body.
  virtual void describe(Func &func) = 0;
  // Makes the body of a generic (open form) or inlinable function; false if there is none.
  virtual bool loadBody(Func &func) = 0;
};

struct Linkname {
  Pos pos;
  std::string local;
  std::string remote; // empty: the mark form
};

// What the compile was asked for, as far as the IR cares.
struct Options {
  bool runtime_mode = false;   // -+: package of the runtime
  bool std = false;
  bool no_inline = false;      // -l
  bool no_optimize = false;    // -N
  int explain = 0;             // -m, -m=2
  bool explain_mutations = false; // -d=escapemutationscalls: with -m, which parameters are written through or called
  bool small_frames = false;   // -smallframes: variables go to the heap at a lower size
  std::string package_path;    // the path in linker symbols: "main" for programs
};

// One compilation's IR. Nodes, locals, labels live in `arena`; functions and globals in the Package.
class Package {
public:
  Package(types::Context &context, types::Package &pkg, SourceSet &sources, Options options);
  ~Package();
  Package(const Package &) = delete;
  Package &operator=(const Package &) = delete;

  types::Context &context;
  types::Package &pkg;
  SourceSet &sources;
  Options options;
  Arena arena;

  // To emit, in order: declared functions in source order, each followed by its closures; instances; wrappers; algs.
  std::vector<Func *> funcs;
  // Package variables defined here, in source order, then synthesized ones.
  std::vector<Global *> globals;
  // Functions of the package's inittask, in order: `init` for variables that need code (if any), then init.0, init.1 ...
  std::vector<Func *> init_tasks;
  // Import paths whose inittasks come first, sorted.
  std::vector<std::string> init_imports;
  std::vector<Linkname> linknames;
  // Types that need a descriptor in this object: declared package-level types (and pointers to them), and all that code and
  // data name, closed over what descriptors refer to. In deterministic order. Filled by collectTypes (wrappers.h).
  std::vector<types::Type *> needed_types;
  std::vector<EmbedFile> embeds;

  // The function of linker symbol `name`, or null.
  Func *findFunc(std::string_view name) const;
  // The same, made (without body) if it is new.
  Func *funcNamed(std::string_view name);
  Global *findGlobal(std::string_view name) const;
  Global *globalNamed(std::string_view name);
  // The function of a declared function or method (its origin) with type arguments (the receiver's, for methods); made on first
  // use. Arguments that hold type parameters give a symbolic function, new each time.
  Func *functionOf(types::Func *object, std::span<types::Type *const> type_args);
  // The function of method `m` of declared type `named` (or what it points to).
  Func *methodOf(types::Type *named, types::Func *m);
  Global *globalOf(types::Var *object);
  // The linker symbol of a package-level object of any package.
  std::string linkName(const types::Object *object) const;
  // The prefix of this package's symbols, without the dot.
  std::string linkPrefix() const;
  const constant::Value *keep(constant::Value value) { return &constants_.emplace_back(std::move(value)); }
  // runtime.<name>, declared without a signature for the SSA builder's own calls.
  Func *runtimeFunc(std::string_view name);

  Node *make(Op op, Pos pos, types::Type *type) {
    Node *n = arena.make<Node>();
    n->op = op;
    n->pos = pos;
    n->type = type;
    return n;
  }
  NodeList list(const std::vector<Node *> &items) { return arena.copy(items); }
  Local *addLocal(Func &func, Local::Kind kind, std::string_view name, types::Type *type, Pos pos);
  Label *addLabel(Func &func, std::string_view name = {});

  // Linker symbols given by //go:linkname, of this package's objects and of imported ones.
  std::unordered_map<const types::Object *, std::string> link_names;
  ImportedFuncs *imported = nullptr;
  // Instances (and other functions made on demand) whose bodies are still to be made, in order of first use.
  std::deque<Func *> pending;
  std::uint32_t stmp_count = 0;

  // What -embedcfg says: pattern to files, file to path.
  std::map<std::string, std::vector<std::string>, std::less<>> embed_patterns;
  std::map<std::string, std::string, std::less<>> embed_paths;

  std::vector<std::unique_ptr<Func>> all_funcs;
  std::vector<std::unique_ptr<Global>> all_globals;

private:
  std::deque<constant::Value> constants_;
  std::unordered_map<const types::Object *, Func *> object_funcs_;
  std::unordered_map<const types::Object *, Global *> object_globals_;
  std::unordered_map<std::string_view, Func *> func_index_;
  std::unordered_map<std::string_view, Global *> global_index_;
};

} // namespace gannet::ir

#endif
