// Programs that may be loaded anywhere (-buildmode=pie). Code finds everything relative to itself; what is left are addresses in
// data. They are written as if the program were loaded at 0, and listed in .relr.dyn; the runtime adds the true place to each
// before anything else (runtime/core/relocate.cc), so that no interpreter is needed: a "static-pie".
//
// Words of .relr.dyn: an even one is the address of an address; each odd one behind it stands for the 63 words of memory that
// follow, the bit 1<<(i+1) for the i-th, 1 if there is an address. Source: ELF gABI, "Relocation Table", DT_RELR.
#include "link/image.h"

#include "compiler/base/check.h"
#include "compiler/object/elf.h"

#include <algorithm>

namespace gannet::link {

namespace {

constexpr unsigned kWordBytes = 8, kBitsPerWord = 63;
constexpr std::uint64_t kNoBits = 1;

bool isMovingAddress(const Link &link, const Atom &a, const object::Reloc &r) {
  if (r.kind == RelocKind::Abs64)
    return link.moves(link.target(a, r));
  return r.kind == RelocKind::MethodAbs64 && link.moves(link.method(a, r));
}

bool isShortAddress(RelocKind kind) {
  return kind == RelocKind::Abs32 || kind == RelocKind::Abs32S || kind == RelocKind::Abs16 || kind == RelocKind::Abs8;
}

void refuse(Link &link, const Atom &a, const object::Reloc &r, const char *why) {
  link.error(std::string(a.name) + ": relocation at +" + std::to_string(r.offset) + " to " +
             std::string(link[link.target(a, r)].name) + ": " + why + ", which -buildmode=pie does not allow");
}

std::vector<std::uint64_t> movingAddresses(const Link &link, const Image &image) {
  std::vector<std::uint64_t> out;
  for (const Region *region : {&image.relro, &image.got, &image.types, &image.itabs, &image.noptrdata, &image.data})
    for (AtomId id : region->atoms)
      for (const object::Reloc &r : link[id].relocs)
        if (isMovingAddress(link, link[id], r))
          out.push_back(link[id].addr + r.offset);
  for (const OutputSection &s : image.sections)
    if (s.name == ".itablink")
      for (std::uint64_t at = 0; at < s.size; at += kWordBytes)
        out.push_back(s.addr + at);
  std::sort(out.begin(), out.end());
  return out;
}

} // namespace

bool holdsAddress(const Link &link, const Atom &atom) {
  return std::any_of(atom.relocs.begin(), atom.relocs.end(),
                     [&](const object::Reloc &r) { return isMovingAddress(link, atom, r); });
}

void checkMovable(Link &link, const Image &image) {
  auto check = [&](const Region &region, bool written) {
    for (AtomId id : region.atoms) {
      const Atom &a = link[id];
      for (const object::Reloc &r : a.relocs) {
        if (isShortAddress(r.kind) && link.moves(link.target(a, r)))
          refuse(link, a, r, "an address of less than 64 bits");
        else if (!isMovingAddress(link, a, r))
          continue;
        else if (!written)
          refuse(link, a, r, "an address in code or constants");
        else if ((a.addr + r.offset) % 2)
          refuse(link, a, r, "an address at an odd place");
      }
    }
  };
  for (const Region *region : {&image.text, &image.c_text, &image.strings, &image.rodata, &image.funcdata})
    check(*region, false);
  for (const Region *region : {&image.relro, &image.types, &image.itabs, &image.noptrdata, &image.data})
    check(*region, true);
}

std::string relativeRelocs(const Link &link, const Image &image, std::size_t least_bytes) {
  std::vector<std::uint64_t> addresses = movingAddresses(link, image);
  std::string out;
  for (std::size_t i = 0; i < addresses.size();) {
    appendLe(out, addresses[i], kWordBytes);
    for (std::uint64_t from = addresses[i++] + kWordBytes;; from += kBitsPerWord * kWordBytes) {
      std::uint64_t bits = 0;
      for (; i < addresses.size(); i++) {
        std::uint64_t distance = addresses[i] - from;
        if (distance % kWordBytes || distance / kWordBytes >= kBitsPerWord)
          break;
        bits |= std::uint64_t(1) << (distance / kWordBytes + 1);
      }
      if (!bits)
        break;
      appendLe(out, bits | 1, kWordBytes);
    }
  }
  while (out.size() < least_bytes)
    appendLe(out, kNoBits, kWordBytes);
  return out;
}

std::string dynamicSection(const Image &image) {
  std::string out;
  auto entry = [&](std::uint64_t tag, std::uint64_t value) {
    appendLe(out, tag, kWordBytes);
    appendLe(out, value, kWordBytes);
  };
  for (const OutputSection &s : image.sections) {
    if (s.type == elf::kShtRelr) {
      entry(elf::kDtRelr, s.addr);
      entry(elf::kDtRelrSize, s.size);
      entry(elf::kDtRelrEntry, s.entsize);
    } else if (s.type == elf::kShtStrtab && s.flags & elf::kShfAlloc) {
      entry(elf::kDtStrtab, s.addr);
      entry(elf::kDtStrtabSize, s.size);
    }
  }
  entry(elf::kDtFlags1, elf::kDf1Now | elf::kDf1Pie);
  entry(elf::kDtNull, 0);
  return out;
}

} // namespace gannet::link
