// Lists of locations (.debug_loclists) of variables that live in registers and spill slots. Source: DWARF 5, sections 2.6.2 and
// 7.29.
#ifndef GANNET_LINK_DWARF_LOCATIONS_H
#define GANNET_LINK_DWARF_LOCATIONS_H

#include "compiler/object/debug.h"
#include "link/dwarf_bytes.h"

#include <cstdint>
#include <vector>

namespace gannet::link {

// The head of the one table of the program; lists are named by their offset in the section. closeLength(0) ends it.
void startLocationLists(DwarfBytes &out);
// Are all parts that are known of it constants, so that one expression tells them for the whole function?
bool isConstant(const object::DebugVariable &v);
void writeConstant(DwarfBytes &out, const object::DebugVariable &v);

// Writes lists, one after the other in the same memory.
class LocationListWriter {
public:
  // Appends the list of a variable (Place::Moves or MovesIndirect) of the function at `address`.
  void write(DwarfBytes &out, const object::DebugVariable &v, std::uint64_t address);

private:
  using Locations = std::vector<const object::DebugLocation *>;
  void writeParts(DwarfBytes &out, const object::DebugVariable &v);

  std::vector<std::uint32_t> bounds_; // where a part changes its place
  Locations order_;                   // by their start
  Locations active_;                  // those of the range at hand, by offset
};

} // namespace gannet::link

#endif
