// The types of DWARF: one unit for the whole program, of what its variables need.
//
// Objects describe types by number; equal names are one type. The unit stands behind all others.
#ifndef GANNET_LINK_DWARF_TYPES_H
#define GANNET_LINK_DWARF_TYPES_H

#include "compiler/base/name_table.h"
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
  using EntryId = std::uint32_t;
  static constexpr std::uint32_t kNoTarget = ~std::uint32_t(0);
  // Something outside of the unit that is referred to: a type of the file at hand, a function that was inlined (which has a name
  // and no type), or a variable of such a function.
  struct Target {
    object::DebugTypeId type;
    std::string_view name;
    std::int32_t line = 0;
    std::uint32_t function = kNoTarget; // of a variable: an earlier target
    bool is_param = false;
  };

  // Decodes what the objects say of types and package variables; damaged information is an error of the link.
  explicit DwarfTypes(Link &link);

  // By number of the input file; the linker's own and C++ files have none.
  const object::DebugInfo &of(std::uint32_t file) const { return infos_[file]; }

  // The entries of targets, which a file has in this order. What was not known is added.
  std::vector<EntryId> entriesOf(std::uint32_t file, const std::vector<Target> &targets);
  // The unit, which stands at `at` of .debug_info: all that was asked for, and what that needs.
  DwarfBytes makeUnit(std::string_view producer, std::size_t at);
  // Where the entry is in .debug_info, when the unit is made.
  std::size_t offsetOf(EntryId id) const { return at_ + entries_[id].at; }

private:
  // An entry of the unit: a described type, a type made here (of a kind, or a part of others), or a function.
  struct Entry {
    std::string name;
    const object::DebugType *type = nullptr;
    std::uint32_t file = 0;
    enum class Form : std::uint8_t {
      Type, Underlying, Declaration, EmptyInterface, FullInterface, ChanHead, Inlined, InlinedParam, InlinedVariable
    };
    Form form = Form::Type;
    std::int32_t line = 0;
    EntryId variable_type = 0;
    std::vector<EntryId> variables{}; // of an inlined function: its parameters first, which are written with it
    std::size_t at = 0; // in the unit, once written
  };

  EntryId add(std::string key, Entry entry);
  EntryId entryOf(std::uint32_t file, object::DebugTypeId id);
  EntryId entryNamed(std::string_view name); // of a type that some object describes, or a declaration
  EntryId basic(object::DebugKind kind);
  EntryId pointerTo(EntryId elem);
  EntryId variableOf(EntryId function, const Target &variable, EntryId type);
  void referTo(EntryId id);
  void referTo(const Entry &from, object::DebugTypeId id) { referTo(entryOf(from.file, id)); }
  void start(DwarfEntry entry, std::string_view name);
  void kind(object::DebugKind kind, std::string_view name = {}); // of the type of that name, for its descriptor
  void member(std::string_view name, EntryId type, std::uint64_t offset);
  void end() { info_.u8(0); }
  void write(EntryId id);
  void writeInlined(const Entry &function);
  void writeType(const Entry &entry);
  void writeUnderlying(const Entry &entry);
  void writeStruct(const Entry &entry);

  Link &link_;
  DwarfBytes info_;    // the unit
  std::size_t at_ = 0; // where it stands
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
