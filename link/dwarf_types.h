// The types of DWARF: one unit for the whole program, of what its variables need.
//
// Objects describe types by number; equal names are one type. A reference to a type is four bytes that are filled in when the
// unit is written, behind all others.
#ifndef GANNET_LINK_DWARF_TYPES_H
#define GANNET_LINK_DWARF_TYPES_H

#include "compiler/object/debug.h"
#include "link/dwarf_bytes.h"
#include "link/model.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::link {

class DwarfTypes {
public:
  // Decodes what the objects say of types and package variables; damaged information is an error of the link.
  DwarfTypes(Link &link, DwarfBytes &info);

  // By number of the input file; the linker's own and C++ files have none.
  const object::DebugInfo &of(std::uint32_t file) const { return infos_[file]; }

  // Appends a reference to a type of a file to .debug_info.
  void refer(std::uint32_t file, object::DebugTypeId id);
  // Appends a reference to the entry of a function that was inlined somewhere.
  void referToInlined(std::string_view name, std::int32_t line);
  // Appends the unit: all that was referred to, and what that needs.
  void writeUnit(std::string_view producer);

private:
  // An entry of the unit: a described type, a type made here (of a kind, or a part of others), or a function.
  struct Entry {
    std::string name;
    const object::DebugType *type = nullptr;
    std::uint32_t file = 0;
    enum class Form : std::uint8_t { Type, Underlying, Declaration, EmptyInterface, FullInterface, ChanHead, Inlined };
    Form form = Form::Type;
    std::int32_t line = 0;
    std::size_t at = 0; // in .debug_info, once written
  };
  using EntryId = std::uint32_t;

  EntryId add(std::string key, Entry entry);
  EntryId entryOf(std::uint32_t file, object::DebugTypeId id);
  EntryId entryNamed(std::string_view name); // of a type that some object describes, or a declaration
  EntryId basic(object::DebugKind kind);
  EntryId pointerTo(EntryId elem);
  void referTo(EntryId id);
  void referTo(const Entry &from, object::DebugTypeId id) { referTo(entryOf(from.file, id)); }
  void start(DwarfEntry entry, std::string_view name);
  void kind(object::DebugKind kind, std::string_view name = {}); // of the type of that name, for its descriptor
  void member(std::string_view name, EntryId type, std::uint64_t offset);
  void end() { info_.u8(0); }
  void write(EntryId id);
  void writeType(const Entry &entry);
  void writeUnderlying(const Entry &entry);
  void writeStruct(const Entry &entry);

  Link &link_;
  DwarfBytes &info_;
  std::vector<object::DebugInfo> infos_; // by file
  static constexpr EntryId kNoEntry = ~EntryId(0);
  std::vector<std::vector<EntryId>> entry_of_; // by file and the number of its type: what entryOf found before
  struct Described {
    std::uint32_t file;
    const object::DebugType *type;
  };
  NameTable<Described> described_;
  std::unordered_map<std::string, EntryId> keys_;             // never iterated
  std::vector<Entry> entries_;
  struct Reference {
    std::size_t at;
    EntryId to;
  };
  std::vector<Reference> references_;
  std::uint64_t types_start_ = 0; // address of runtime.types
};

} // namespace gannet::link

#endif
