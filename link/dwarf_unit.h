// The part of the debug information that one object file gives: a unit with its functions, what was inlined into them, their
// variables and the package's; its line table; how to unwind from each pc.
//
// Units are made side by side, each from its own start, before variables have addresses. Those, what depends on where a unit's
// parts come to stand in the sections, and which entries of the unit of types are meant, is filled in when all are there.
#ifndef GANNET_LINK_DWARF_UNIT_H
#define GANNET_LINK_DWARF_UNIT_H

#include "compiler/base/name_table.h"
#include "link/dwarf_bytes.h"
#include "link/dwarf_types.h"
#include "link/image.h"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::link {

// References from .debug_info of a unit to entries of the unit of types.
class DwarfReferences {
public:
  using Target = DwarfTypes::Target;
  struct Place {
    std::size_t at;         // in the unit's .debug_info: four bytes
    std::uint32_t target;
  };

  void toType(std::size_t at, object::DebugTypeId id);
  void toInlined(std::size_t at, std::string_view name, std::int32_t line);
  // Names a variable of an inlined function: of toInlined(…, name, …) before.
  std::uint32_t inlinedVariable(std::string_view function, const object::DebugVariable &v);
  void toInlinedVariable(std::size_t at, std::uint32_t variable) { places_.push_back({at, variable}); }
  const std::vector<Target> &targets() const { return targets_; } // in the order of the first reference to each
  const std::vector<Place> &places() const { return places_; }

private:
  std::vector<Target> targets_;
  std::vector<Place> places_;
  std::vector<std::uint32_t> by_type_; // target + 1
  NameTable<std::uint32_t> by_name_;
  std::vector<std::uint32_t> first_variable_, next_variable_; // by target: those of a function
};

struct DwarfUnit {
  std::uint32_t file = 0; // the input file
  std::span<const AtomId> atoms;
  bool tells_globals = false; // a file may have several units: the first of them has its package's variables

  DwarfBytes info, line, frame, ranges, locations;
  DwarfReferences references;
  // Places in `info` that hold offsets in the unit's own parts of the other sections.
  std::size_t to_line = 0;
  std::vector<std::size_t> to_ranges, to_locations;
  std::vector<std::pair<std::size_t, SymId>> to_variables; // places that hold their addresses
  std::vector<std::string> errors;
};

// Fills in the parts of a unit whose file and atoms are given. The atoms' addresses count from `text_address` yet.
void writeUnit(const Link &link, const DwarfTypes &types, std::string_view producer, std::uint64_t text_address, DwarfUnit &unit);

} // namespace gannet::link

#endif
