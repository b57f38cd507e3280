#include "link/dwarf_locations.h"

#include <algorithm>

namespace gannet::link {

using object::DebugLocation;
using object::DebugVariable;

namespace {

void writeRegister(DwarfBytes &out, std::int64_t number, bool contents_are_address) {
  if (number < 32) {
    out.u8(std::uint64_t((contents_are_address ? dw::kOpBreg0 : dw::kOpReg0) + number));
  } else {
    out.u8(contents_are_address ? dw::kOpBregx : dw::kOpRegx);
    out.uleb(std::uint64_t(number));
  }
  if (contents_are_address)
    out.sleb(0);
}

void writePlace(DwarfBytes &out, const DebugLocation &l, bool contents_are_address) {
  if (l.in_register)
    return writeRegister(out, l.place, contents_are_address);
  out.u8(dw::kOpFbreg);
  out.sleb(l.place);
  if (contents_are_address)
    out.u8(dw::kOpDeref);
}

// `parts` of the variable, by offset: what lies between them is not to be had.
std::string expression(const DebugVariable &v, const std::vector<const DebugLocation *> &parts) {
  DwarfBytes out;
  const bool indirect = v.place == DebugVariable::Place::MovesIndirect;
  if (parts.size() == 1 && parts[0]->offset == 0 && parts[0]->size_bytes == v.size_bytes) {
    writePlace(out, *parts[0], indirect);
    return std::move(out.data);
  }
  std::uint64_t at = 0;
  auto piece = [&](std::uint64_t bytes) {
    out.u8(dw::kOpPiece);
    out.uleb(bytes);
    at += bytes;
  };
  for (const DebugLocation *l : parts) {
    if (l->offset > at)
      piece(l->offset - at);
    writePlace(out, *l, false);
    piece(l->size_bytes);
  }
  if (at < v.size_bytes)
    piece(v.size_bytes - at);
  return std::move(out.data);
}

} // namespace

void startLocationLists(DwarfBytes &out) {
  out.reserve32();
  out.number(5, 2);
  out.u8(8);
  out.u8(0);
  out.number(0, 4); // no offsets
}

void writeLocationList(DwarfBytes &out, const DebugVariable &v, std::uint64_t address) {
  std::vector<std::uint32_t> bounds;
  for (const DebugLocation &l : v.locations)
    bounds.insert(bounds.end(), {l.from, l.to});
  std::sort(bounds.begin(), bounds.end());
  bounds.erase(std::unique(bounds.begin(), bounds.end()), bounds.end());
  out.u8(dw::kBaseAddress);
  out.number(address, 8);
  std::vector<const DebugLocation *> order;
  for (const DebugLocation &l : v.locations)
    order.push_back(&l);
  std::stable_sort(order.begin(), order.end(), [](auto *a, auto *b) { return a->from < b->from; });
  std::vector<const DebugLocation *> active; // those of the range at hand
  std::size_t next = 0;
  for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
    std::erase_if(active, [&](const DebugLocation *l) { return l->to <= bounds[i]; });
    for (; next < order.size() && order[next]->from == bounds[i]; ++next)
      active.push_back(order[next]);
    if (active.empty())
      continue;
    std::vector<const DebugLocation *> parts = active;
    std::stable_sort(parts.begin(), parts.end(), [](auto *a, auto *b) { return a->offset < b->offset; });
    const std::string where = expression(v, parts);
    out.u8(dw::kOffsetPair);
    out.uleb(bounds[i]);
    out.uleb(bounds[i + 1]);
    out.uleb(where.size());
    out.data += where;
  }
  out.u8(dw::kEndOfList);
}

} // namespace gannet::link
