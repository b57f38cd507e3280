#include "link/dwarf_locations.h"

#include <algorithm>
#include <span>

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
  if (l.kind == DebugLocation::Kind::Constant) {
    out.u8(dw::kOpConsts);
    out.sleb(l.place);
    out.u8(dw::kOpStackValue);
    return;
  }
  if (l.kind == DebugLocation::Kind::Register)
    return writeRegister(out, l.place, contents_are_address);
  out.u8(dw::kOpFbreg);
  out.sleb(l.place);
  if (contents_are_address)
    out.u8(dw::kOpDeref);
}

// `parts` of the variable, by offset: what lies between them is not to be had.
void writeExpression(DwarfBytes &out, const DebugVariable &v, std::span<const DebugLocation *const> parts) {
  const bool indirect = v.place == DebugVariable::Place::MovesIndirect;
  if (parts.size() == 1 && parts[0]->offset == 0 && parts[0]->size_bytes == v.size_bytes)
    return writePlace(out, *parts[0], indirect);
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
}

void writeEntry(DwarfBytes &out, std::uint32_t from, std::uint32_t to, const DebugVariable &v,
                std::span<const DebugLocation *const> parts) {
  out.u8(dw::kOffsetPair);
  out.uleb(from);
  out.uleb(to);
  const std::size_t start = out.openSized();
  writeExpression(out, v, parts);
  out.closeSized(start);
}

} // namespace

void startLocationLists(DwarfBytes &out) {
  out.reserve32();
  out.number(5, 2);
  out.u8(8);
  out.u8(0);
  out.number(0, 4); // no offsets
}

bool isConstant(const DebugVariable &v) {
  return !v.locations.empty() &&
         std::all_of(v.locations.begin(), v.locations.end(), [](const DebugLocation &l) { return l.kind == DebugLocation::Kind::Constant; });
}

void writeConstant(DwarfBytes &out, const DebugVariable &v) {
  std::vector<const DebugLocation *> parts;
  for (const DebugLocation &l : v.locations)
    parts.push_back(&l);
  writeExpression(out, v, parts);
}

void LocationListWriter::write(DwarfBytes &out, const DebugVariable &v, std::uint64_t address) {
  out.u8(dw::kBaseAddress);
  out.number(address, 8);
  const auto has_parts = [&](const DebugLocation &l) { return l.offset != v.locations[0].offset; };
  if (std::any_of(v.locations.begin(), v.locations.end(), has_parts)) {
    writeParts(out, v);
  } else {
    for (const DebugLocation &l : v.locations) {
      const DebugLocation *part = &l;
      writeEntry(out, l.from, l.to, v, {&part, 1});
    }
  }
  out.u8(dw::kEndOfList);
}

// The parts change their places one by one: an entry for each stretch of code in which none does.
void LocationListWriter::writeParts(DwarfBytes &out, const DebugVariable &v) {
  bounds_.clear(), order_.clear(), active_.clear();
  for (const DebugLocation &l : v.locations) {
    bounds_.push_back(l.from), bounds_.push_back(l.to);
    order_.push_back(&l);
  }
  std::sort(bounds_.begin(), bounds_.end());
  bounds_.erase(std::unique(bounds_.begin(), bounds_.end()), bounds_.end());
  // Of those that start together, in the order of the locations, which is that of their addresses.
  std::sort(order_.begin(), order_.end(), [](auto *a, auto *b) { return a->from != b->from ? a->from < b->from : a < b; });
  std::size_t next = 0;
  for (std::size_t i = 0; i + 1 < bounds_.size(); ++i) {
    std::erase_if(active_, [&](const DebugLocation *l) { return l->to <= bounds_[i]; });
    for (; next < order_.size() && order_[next]->from == bounds_[i]; ++next)
      active_.insert(std::upper_bound(active_.begin(), active_.end(), order_[next], [](auto *a, auto *b) { return a->offset < b->offset; }),
                     order_[next]);
    if (!active_.empty())
      writeEntry(out, bounds_[i], bounds_[i + 1], v, active_);
  }
}

} // namespace gannet::link
