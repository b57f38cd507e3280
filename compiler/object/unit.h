// The object model: what one package (or one assembly run) contributes to a link, in memory.
//
// A Unit is a list of symbols, dense from 0. A symbol is an atom: the linker keeps, drops, merges and places each
// one alone. A symbol that has kind Undefined is a reference, resolved by name at the link. Global symbols are
// unique by name in a unit; local ones (flag Local) are unique by name within the unit's current local scope
// (`beginLocalScope`: one scope an assembly file).
// Functions compiled in parallel each fill a Unit of their own; `append` gathers them in source order.
// File form: writer.h (relocatable ELF), reader.h.
#ifndef GANNET_COMPILER_OBJECT_UNIT_H
#define GANNET_COMPILER_OBJECT_UNIT_H

#include "compiler/base/arena.h"
#include "compiler/base/id.h"
#include "compiler/object/debug.h"
#include "compiler/object/pcln.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::object {

// Where the linker places the symbol. The values are part of the object format.
enum class SymbolKind : std::uint8_t {
  Undefined = 0,  // defined elsewhere
  Text = 1,       // code
  Rodata = 2,     // constants, static tables; go:funcdesc values (`F·f`)
  TypeData = 3,   // `type:*`: between runtime.types and runtime.etypes; also `type:.namedata.*` and gc masks
  Itab = 4,       // `go:itab.*`
  String = 5,     // `go:string.*`: bytes of string constants
  FuncData = 6,   // stack maps and other funcdata: addressed relative to go:func.*
  Data = 7,       // initialized, holds pointers
  NoPtrData = 8,  // initialized, no pointers
  Bss = 9,        // zero, holds pointers; no bytes
  NoPtrBss = 10,  // zero, no pointers; no bytes
  TlsBss = 11,    // thread-local, zero; no bytes
};

enum SymbolFlag : std::uint32_t {
  kDupOk = 1u << 0,         // several definitions are alike; the linker keeps one
  kLocal = 1u << 1,         // visible in this unit only
  kNoSplit = 1u << 2,       // function without stack check: counted by the nosplit check
  kWrapper = 1u << 3,       // method or ABI wrapper, left out of tracebacks
  kNeedCtxt = 1u << 4,      // function reads the closure context register
  kTopFrame = 1u << 5,      // outermost function of its stack
  kAbiWrapper = 1u << 6,    // made by the compiler between ABI0 and ABIInternal
  kReflectMethod = 1u << 7, // calls reflect's Method or MethodByName with a name not known: keeps exported methods
  kUsedInIface = 1u << 8,   // type whose values may be in an interface, whoever reaches it
  kMakeTypelink = 1u << 9,  // type descriptor listed in .typelink (reflect finds it by string)
  kWeak = 1u << 10,         // Undefined: 0 if nothing defines it. Defined: gives way to a definition without the flag
  kPkgInit = 1u << 11,      // a package's init function
  // A function that fills a map variable and does nothing else. Calls (E8 with Call32) do not keep it, a Keep mark of the variable does;
  // those of a dropped one do nothing.
  kMapInit = 1u << 12,
  kNoFrame = 1u << 13,      // no frame and no saved BP, whatever it does to SP
  kLeaf = 1u << 14,         // calls nothing
  kAsm = 1u << 15,          // from assembly
  kLinkname = 1u << 16,     // named by //go:linkname
  kNotInHeapType = 1u << 17, // reserved
  kCoverageCounter = 1u << 18, // NoPtrBss: lies between runtime.covctrs and runtime.ecovctrs
  kFuzzCounter = 1u << 19,  // NoPtrBss: lies between internal/fuzz._counters and internal/fuzz._ecounters
};

struct SymbolId : Id<SymbolId> {
  using Id::Id;
};

// How the linker patches or uses a reference. S: address of the target, A: addend, P: address of the patched field.
enum class RelocKind : std::uint8_t {
  Abs64 = 1,        // 8 bytes: S+A
  Abs32 = 2,        // 4 bytes: S+A, must fit unsigned
  Abs32S = 3,       // 4 bytes: S+A, must fit signed (displacement of a memory operand with a base or index)
  PcRel32 = 4,      // 4 bytes: S+A-P; so A is -4 for a field that ends the instruction, as in ELF
  Call32 = 5,       // as PcRel32, in a CALL or JMP: an edge of the call graph
  TypeOff32 = 6,    // 4 bytes: S+A-runtime.types (NameOff, TypeOff)
  TextOff32 = 7,    // 4 bytes: S+A-runtime.text (TextOff)
  WeakTypeOff32 = 8, // as TypeOff32, but does not keep its target: 0 if nothing else does (PtrToThis)
  // As Abs64, a method in an itab, which does not keep it: the type's method table does when the method may be called through
  // an interface. What nothing keeps becomes runtime.unreachableMethod, as an itab's first method must not be 0.
  MethodAbs64 = 9,
  // The three fields Mtyp, Ifn, Tfn of a method in an uncommon type, in this order, adjacent in the list and 4 bytes
  // apart. They keep nothing until the method is found reachable; those of a dropped method become -1.
  MethodOff32 = 10,
  PcRel64 = 11,     // 8 bytes: S+A-P
  TlsLe32 = 12,     // 4 bytes: offset of a TlsBss symbol from the thread pointer
  GotPcRel32 = 13,  // 4 bytes: address of a slot holding S, PC-relative; from C++ objects. `GotPcRelX32` may be relaxed
  GotPcRelX32 = 14,
  Abs8 = 15,        // 1 byte, from C++ objects
  Abs16 = 16,       // 2 bytes, from C++ objects
  Size32 = 17,
  Size64 = 18,

  // Marks: patch nothing (size 0), offset is ignored.
  Keep = 64,           // the target is kept if this symbol is
  UseIface = 65,       // target is a type (or an itab, meaning its type) converted to an interface here
  UseIfaceMethod = 66, // target is an interface type descriptor; A is the index of the method called through it
  UseNamedMethod = 67, // target is a symbol holding a method name (bytes): methods of that name must be kept
  InitOrder = 68,      // from `P..inittask` to an imported package's: that one runs first
};

// Bytes that a relocation of that kind patches, 0 for a mark.
unsigned relocBytes(RelocKind kind);

struct Reloc {
  std::uint32_t offset = 0; // bytes from the start of the symbol
  RelocKind kind = RelocKind::Abs64;
  SymbolId target;
  std::int64_t addend = 0;
};

// One call that was inlined into a function. Its position is the call's.
struct InlinedCall {
  std::int32_t parent = -1;      // index in the tree, -1: inlined into the function itself
  std::string_view name;         // symbol name of the inlined function
  std::uint32_t file = 0;        // index into Unit::files(), position of the call
  std::int32_t line = 0;
  std::uint32_t parent_pc = 0;   // offset of an instruction of the parent that stands for the call site
  std::int32_t start_line = 0;   // line of the inlined function's `func`
  FuncId func_id = FuncId::Normal;
};

// What tracebacks, the collector and debuggers know about a function. Tables are in Go's pc-value encoding
// (pcln.h: PcTable::finish), with offsets from the function's start; an empty one is -1 throughout.
struct FuncRecord {
  static constexpr std::uint32_t kUnknownArgs = 0x80000000;

  std::uint32_t args_bytes = kUnknownArgs; // arguments and results on the stack
  std::uint32_t frame_bytes = 0;           // locals and outgoing arguments, saved BP not counted
  FuncId func_id = FuncId::Normal;
  std::uint8_t func_flags = 0; // FuncFlag bits
  std::int32_t start_line = 0;
  std::uint32_t deferreturn = 0; // offset of the CALL of runtime.deferreturn, 0: none
  std::vector<std::uint8_t> pcsp;
  std::vector<std::uint8_t> pcfile; // values: indexes into Unit::files()
  std::vector<std::uint8_t> pcline;
  std::vector<std::vector<std::uint8_t>> pcdata; // by PCDATA number, except 2 (inline tree): that is pcinline
  std::vector<std::uint8_t> pcinline;            // values: indexes into `inline_tree`
  std::vector<SymbolId> funcdata;                // by FUNCDATA number, none: absent; 3 (inline tree) is the linker's
  std::vector<InlinedCall> inline_tree;
  std::vector<DebugVariable> variables; // in order of declaration; types are those of the package's unit
  std::vector<DebugScope> scopes;
};

struct Symbol {
  std::string_view name; // in the unit's arena
  SymbolKind kind = SymbolKind::Undefined;
  std::uint32_t flags = 0;
  std::uint32_t align = 1; // a power of two
  std::uint64_t size = 0;  // bytes.size() for those with bytes; may be larger (zeros follow)
  std::vector<std::uint8_t> bytes;
  std::vector<Reloc> relocs; // by ascending offset; marks anywhere
  std::unique_ptr<FuncRecord> func; // Text only
  // Data and Bss: which words hold pointers, bit i of byte i/8 for word i. The pattern has `pointer_words` words
  // and repeats to the end of the symbol (an array needs its element's pattern alone). Empty on a Data or Bss
  // symbol: every word may be a pointer.
  std::vector<std::uint8_t> pointer_mask;
  std::uint32_t pointer_words = 0;

  bool defined() const { return kind != SymbolKind::Undefined; }
  bool has(SymbolFlag f) const { return (flags & f) != 0; }
};

class Unit {
public:
  Unit() = default;
  Unit(const Unit &) = delete;
  Unit &operator=(const Unit &) = delete;
  Unit(Unit &&) = default;
  Unit &operator=(Unit &&) = default;

  // The symbol of that name, added as Undefined if new.
  SymbolId symbol(std::string_view name) { return lookup(name, globals_, 0); }
  SymbolId localSymbol(std::string_view name) { return lookup(name, locals_, kLocal); }
  // The symbol of that name, or none.
  SymbolId find(std::string_view name) const;
  void beginLocalScope() { locals_.clear(); }
  // A nameless-by-lookup local symbol: always a new one, whatever its name.
  SymbolId addAnonymous(std::string_view name);

  // References survive only until the next symbol is added.
  Symbol &operator[](SymbolId id) { return symbols_[id.raw]; }
  const Symbol &operator[](SymbolId id) const { return symbols_[id.raw]; }
  std::size_t symbolCount() const { return symbols_.size(); }

  // Defines `id` as `kind` with those bytes (align as given). Fails a check if it is defined already and not kDupOk;
  // a second kDupOk definition is dropped and false returned.
  bool define(SymbolId id, SymbolKind kind, std::uint32_t flags, std::uint32_t align, std::vector<std::uint8_t> bytes);
  bool defineZero(SymbolId id, SymbolKind kind, std::uint32_t flags, std::uint32_t align, std::uint64_t size);
  // Defines a dup-ok symbol named by its contents, or finds it: `prefix` + hash.
  SymbolId contentSymbol(std::string_view prefix, SymbolKind kind, std::uint32_t align,
                         std::vector<std::uint8_t> bytes);

  void addReloc(SymbolId in, Reloc r) { symbols_[in.raw].relocs.push_back(r); }

  // Index of a source file name as line tables show it.
  std::uint32_t file(std::string_view name);
  const std::vector<std::string_view> &files() const { return files_; }

  std::string_view intern(std::string_view text) { return arena_.copy(text); }

  // Moves everything of `other` in: symbols merge by name (a definition meets references; of two dup-ok
  // definitions the first stays), file numbers and symbol ids are rewritten.
  void append(Unit &&other);

  // Identity. `fingerprint` is a hash of the package's export file; a link checks that what importers saw is what is
  // linked. 0: not checked.
  std::string_view package_path; // set with setPackage
  std::uint64_t fingerprint = 0;
  struct Import {
    std::string_view path;
    std::uint64_t fingerprint;
  };
  std::vector<Import> imports; // in the order of import; paths in the arena
  bool is_main = false;

  // For debuggers. Names are in the arena of the unit. Units of single functions have none: they use the package's.
  DebugInfo debug;

  // Functions that profiles show by another name, and the start of the names of their literals: the instances of generic functions
  // (ir/shape_names.h).
  struct ShownName {
    std::string_view name, shown;
  };
  std::vector<ShownName> shown_names; // in the arena

  void setPackage(std::string_view path) { package_path = arena_.copy(path); }
  void addImport(std::string_view path, std::uint64_t fp) { imports.push_back({arena_.copy(path), fp}); }
  void addShownName(std::string_view name, std::string_view shown) {
    shown_names.push_back({arena_.copy(name), arena_.copy(shown)});
  }

private:
  using Names = std::unordered_map<std::string_view, SymbolId>;
  SymbolId lookup(std::string_view name, Names &names, std::uint32_t flags);

  Arena arena_;
  std::vector<Symbol> symbols_;
  std::vector<std::string_view> files_;
  std::unordered_map<std::string_view, std::uint32_t> file_index_;
  Names globals_;
  Names locals_;
};

} // namespace gannet::object

#endif
