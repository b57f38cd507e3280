// The linker's data: files, symbols, atoms. Filled by load.cc and resolve.cc, marked by reach.cc, placed by layout.cc.
//
// An atom is what is kept or dropped as one: a symbol of a Gannet object, or a section of an ELF object of the C++
// runtime. A symbol names a place in an atom (offset 0 in Gannet's). Relocations name symbols by their number in
// their file; `Link::target` translates.
#ifndef GANNET_LINK_MODEL_H
#define GANNET_LINK_MODEL_H

#include "compiler/base/arena.h"
#include "compiler/base/file.h"
#include "compiler/base/name_table.h"
#include "compiler/object/reader.h"
#include "compiler/object/unit.h"
#include "link/link.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::link {

using object::RelocKind;
using object::SymbolKind;

struct SymId : Id<SymId> {
  using Id::Id;
};
struct AtomId : Id<AtomId> {
  using Id::Id;
};

struct Symbol {
  std::string_view name;
  AtomId atom;             // none: undefined, or absolute
  std::uint64_t value = 0; // offset in the atom; address if absolute
  std::uint64_t size = 0;
  std::uint32_t file = 0;  // that defines it; or that first names it
  bool absolute = false;
  bool is_number = false;  // absolute: no address, so the same wherever the program is loaded
  bool weak = false;       // undefined: may stay so. Defined: may be replaced
  bool local = false;
  bool needs_got = false;
  bool reported = false;
  bool is_func = false;
  bool defined() const { return atom.valid() || absolute; }
};

struct Atom {
  std::string_view name;
  std::uint32_t file = 0;
  SymbolKind kind = SymbolKind::Undefined;
  std::uint32_t flags = 0; // object::SymbolFlag
  std::uint32_t align = 1;
  std::uint64_t size = 0;
  std::span<const std::uint8_t> bytes;         // `size` of them, or empty for zeros
  std::span<const object::Reloc> relocs;       // targets: numbers in the file
  const object::ObjectSymbol *object = nullptr; // of Gannet objects
  SymId symbol;            // its main name
  std::uint64_t addr = 0;
  bool reachable = false;
  bool used_in_iface = false;
  bool from_elf = false;
  bool is_funcdata = false; // goes with the function data whatever its kind
  std::uint32_t next_in_section = 0;
};

struct InputFile {
  std::string name;                              // for messages
  std::unique_ptr<object::ObjectFile> object;    // null for ELF files and the linker's own
  std::vector<SymId> symbols;                    // by number in the file
  std::string_view package;                      // path, of Gannet objects
  std::uint32_t unit = 0;                        // index of compilation unit in pclntab's tables
};

// A package: the object files given for its path.
struct Package {
  std::string path;
  std::vector<std::uint32_t> files;
  std::vector<std::uint32_t> imports; // package indexes
  std::uint64_t fingerprint = 0;
};

// What a link is made of. Owned by linkProgram; every phase takes it.
struct Link {
  const Options &options;
  unsigned threads = 1;

  Arena arena;
  std::vector<Arena> copies; // of parts of the inputs
  std::vector<std::unique_ptr<MappedFile>> mapped;
  std::vector<InputFile> files; // [0] is the linker itself
  std::vector<Package> packages; // in dependency order, main last
  std::vector<Symbol> symbols;
  std::vector<Atom> atoms;
  NameTable<SymId> globals;
  SymId unreachable_method; // stands for methods in itabs that are not reachable; none in a program without the Go runtime
  std::string module_info; // text, framed

  std::vector<std::string> errors;

  explicit Link(const Options &o) : options(o) {
    files.emplace_back();
    files[0].name = "linker";
  }

  Symbol &operator[](SymId id) { return symbols[id.raw]; }
  const Symbol &operator[](SymId id) const { return symbols[id.raw]; }
  Atom &operator[](AtomId id) { return atoms[id.raw]; }
  const Atom &operator[](AtomId id) const { return atoms[id.raw]; }

  SymId target(const Atom &in, const object::Reloc &r) const { return files[in.file].symbols[r.target.raw]; }
  SymId target(std::uint32_t file, object::SymbolId id) const { return files[file].symbols[id.raw]; }
  std::uint64_t address(SymId id) const {
    const Symbol &s = symbols[id.raw];
    return s.absolute || !s.atom.valid() ? s.value : atoms[s.atom.raw].addr + s.value;
  }
  // What `r`, a MethodAbs64, makes of its place.
  SymId method(const Atom &in, const object::Reloc &r) const {
    const SymId id = target(in, r);
    return reachable(id) || !unreachable_method.valid() ? id : unreachable_method;
  }
  bool reachable(SymId id) const {
    const Symbol &s = symbols[id.raw];
    return s.absolute || (s.atom.valid() && atoms[s.atom.raw].reachable);
  }

  // Whether its address changes with the place at which the program is loaded.
  bool moves(SymId id) const {
    const Symbol &s = symbols[id.raw];
    return s.absolute ? !s.is_number : s.atom.valid();
  }

  // The global symbol of that name, or none.
  SymId find(std::string_view name) const {
    const SymId *found = globals.find(name);
    return found ? *found : SymId();
  }
  // The same, added as undefined if new. `name` must live as long as the link.
  SymId global(std::string_view name, std::uint32_t file);
  SymId global(std::string_view name, std::uint32_t name_hash, std::uint32_t file);
  // An absolute symbol of the linker's, with the value to be set after layout. Kept if the program defines the name.
  SymId defineAbsolute(std::string_view name);

  // An atom of the linker's own, defining `name` (if not empty). Relocations name symbols by `ownReference`.
  AtomId addAtom(std::string_view name, SymbolKind kind, std::uint32_t align, std::span<const std::uint8_t> bytes,
                 std::span<const object::Reloc> relocs = {});
  object::SymbolId ownReference(SymId id);

  void error(std::string message) {
    if (errors.size() < 200)
      errors.push_back(std::move(message));
  }
  bool failed() const { return !errors.empty(); }
};

// The phases, in order.
void loadInputs(Link &link);                    // load.cc, elf_input.cc
void resolveSymbols(Link &link);                // resolve.cc: aliases between ABIs, linker-made symbols, -X
void defineFipsInfo(Link &link);                // fips.cc: what go:fipsinfo holds
void orderInitTasks(Link &link);                // init_tasks.cc
void markReachable(Link &link);                 // reach.cc
void checkNosplit(Link &link);                  // stack_check.cc

// ELF objects of the C++ runtime (elf_input.cc): adds file `index`'s atoms and symbols.
void loadElf(Link &link, std::uint32_t index, std::string_view bytes);

bool isGoType(const Atom &a);

// Whether an instruction of C++ code that loads an address from a slot computes it instead: no slot is needed (loaded_parts.cc).
bool isRelaxed(const Link &link, const Atom &a, const object::Reloc &r);

} // namespace gannet::link

#endif
