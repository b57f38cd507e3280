// Which atoms stand together and in which order: places within regions, relative to their start. What is made from relative
// places (line tables, pointer masks) follows; then sections get their addresses (addresses.cc).
#include "link/image.h"

#include <algorithm>
#include <tuple>

namespace gannet::link {

namespace {

void place(Link &link, Region &r) {
  for (AtomId id : r.atoms) {
    Atom &a = link[id];
    r.align = std::max<std::uint64_t>(r.align, a.align);
    r.size = roundUp(r.size, a.align);
    a.addr = r.size;
    r.size += a.size;
  }
}

} // namespace

std::string_view shownName(std::string_view name) {
  constexpr std::string_view kAbi0 = ".abi0";
  return name.ends_with(kAbi0) ? name.substr(0, name.size() - kAbi0.size()) : name;
}

std::string shownFile(const Link &link, std::string_view file) {
  constexpr std::string_view kRoot = "$GOROOT";
  if (file.starts_with(kRoot))
    for (const auto &[variable, value] : link.options.string_values)
      if (variable == "runtime.defaultGOROOT" && !value.empty())
        return value + std::string(file.substr(kRoot.size()));
  return std::string(file);
}

bool isCoverageCounter(const Atom &atom) { return atom.flags & object::kCoverageCounter; }

// Variables of no size have the address that new gives for them: they come first, and runtime.zerobase behind them. Counters
// come last, one after the other, as the program reads them as arrays: those of fuzzing, with the variables of package
// internal/fuzz that stand for the array's ends, then those of coverage.
void orderZeroVariables(Link &link, Image &image) {
  auto atomOf = [&](std::string_view name) {
    SymId id = link.find(name);
    return id.valid() ? link[id].atom : AtomId();
  };
  AtomId zero_base = atomOf("runtime.zerobase");
  AtomId fuzz_start = atomOf("internal/fuzz._counters"), fuzz_end = atomOf("internal/fuzz._ecounters");
  enum Rank { Empty, ZeroBase, Plain, FuzzStart, Fuzz, FuzzEnd, Coverage };
  auto rank = [&](AtomId id) {
    if (isCoverageCounter(link[id]))
      return Coverage;
    if (link[id].flags & object::kFuzzCounter)
      return Fuzz;
    if (id == fuzz_start)
      return FuzzStart;
    if (id == fuzz_end)
      return FuzzEnd;
    if (!zero_base.valid())
      return Plain;
    return link[id].size == 0 ? Empty : id == zero_base ? ZeroBase : Plain;
  };
  std::stable_sort(image.noptrbss.atoms.begin(), image.noptrbss.atoms.end(),
                   [&](AtomId x, AtomId y) { return rank(x) < rank(y); });
}

void placeAtoms(Link &link, Image &image) {
  // Slots for addresses that C++ code takes indirectly.
  for (std::uint32_t i = 0; i < link.symbols.size(); i++) {
    if (!link.symbols[i].needs_got)
      continue;
    static constexpr std::uint8_t kZero[8] = {};
    object::Reloc r{0, RelocKind::Abs64, link.ownReference(SymId(i)), 0};
    std::vector<object::Reloc> list{r};
    std::string_view name = link.arena.copy("go:got." + std::to_string(i));
    AtomId id = link.addAtom(name, SymbolKind::Rodata, 8, kZero, link.arena.copy(list));
    link[id].reachable = true;
    image.got.atoms.push_back(id);
  }
  // By file, and by place in it.
  struct Order {
    std::uint32_t file;
    AtomId atom;
    std::uint64_t place;
  };
  std::vector<Order> order;
  for (std::uint32_t i = 0; i < link.atoms.size(); i++)
    if (const Atom &a = link.atoms[i]; a.reachable && !a.name.starts_with("go:got."))
      order.push_back({a.file, AtomId(i), a.object ? a.object->place : 0});
  std::sort(order.begin(), order.end(), [](const Order &x, const Order &y) {
    return std::tuple(x.file, x.place, x.atom.raw) < std::tuple(y.file, y.place, y.atom.raw);
  });
  for (const Order &next : order) {
    const AtomId id = next.atom;
    Atom &a = link[id];
    if (a.is_funcdata) {
      image.funcdata.atoms.push_back(id);
      continue;
    }
    switch (a.kind) {
    case SymbolKind::Text:
      if (a.from_elf) {
        a.align = std::max(a.align, 16u); // the find table has room for 256 functions in 4096 bytes
        image.c_text.atoms.push_back(id);
      } else {
        image.text.atoms.push_back(id);
      }
      break;
    case SymbolKind::Rodata:
      (link.options.pie && holdsAddress(link, a) ? image.relro : image.rodata).atoms.push_back(id);
      break;
    case SymbolKind::String:
      image.strings.atoms.push_back(id);
      break;
    case SymbolKind::TypeData:
      image.types.atoms.push_back(id);
      break;
    case SymbolKind::Itab:
      image.itabs.atoms.push_back(id);
      break;
    case SymbolKind::FuncData:
      image.funcdata.atoms.push_back(id);
      break;
    case SymbolKind::Data:
      image.data.atoms.push_back(id);
      break;
    case SymbolKind::NoPtrData:
      image.noptrdata.atoms.push_back(id);
      break;
    case SymbolKind::Bss:
      image.bss.atoms.push_back(id);
      break;
    case SymbolKind::NoPtrBss:
      image.noptrbss.atoms.push_back(id);
      break;
    case SymbolKind::TlsBss:
      image.tls.atoms.push_back(id);
      break;
    case SymbolKind::Undefined:
      break;
    }
  }
  orderZeroVariables(link, image);
  gatherFips(link, image);
  // Masks count whole words, so that a pointer-bearing region must not end in the middle of one.
  image.types.size = 8; // offset 0 means "no type", "no name"
  image.types.align = 8;
  for (Region *r : {&image.text, &image.c_text, &image.strings, &image.rodata, &image.relro, &image.types, &image.itabs,
                    &image.funcdata, &image.got, &image.noptrdata, &image.data, &image.bss, &image.noptrbss, &image.tls})
    place(link, *r);
  image.text.align = std::max<std::uint64_t>(image.text.align, 32);
  image.data.align = std::max<std::uint64_t>(image.data.align, 8);
  image.bss.align = std::max<std::uint64_t>(image.bss.align, 8);
  image.data.size = roundUp(image.data.size, 8);
  image.bss.size = roundUp(image.bss.size, 8);
  image.tls.align = std::max<std::uint64_t>(image.tls.align, 8);
  image.tls_size = roundUp(image.tls.size + 8, image.tls.align);

  // Type links: offsets of the types that reflection finds by their string, in order of it.
  std::vector<AtomId> links;
  for (AtomId id : image.types.atoms)
    if ((link[id].flags & object::kMakeTypelink) && isGoType(link[id]))
      links.push_back(id);
  // Descriptors are ordered by the string in them; symbol names differ from it in package paths alone.
  auto typeString = [&](const Atom &a) -> std::string_view {
    for (const object::Reloc &r : a.relocs) {
      if (r.offset != 40 || r.kind != RelocKind::TypeOff32)
        continue;
      const Symbol &s = link[link.target(a, r)];
      if (!s.atom.valid())
        break;
      auto bytes = link[s.atom].bytes;
      std::uint64_t at = s.value + std::uint64_t(r.addend) + 1, length = 0;
      for (unsigned shift = 0; at < bytes.size() && shift < 28; shift += 7) {
        std::uint8_t b = bytes[at++];
        length |= std::uint64_t(b & 0x7f) << shift;
        if (!(b & 0x80))
          break;
      }
      if (at > bytes.size() || length > bytes.size() - at)
        break;
      std::string_view text{reinterpret_cast<const char *>(bytes.data()) + at, length};
      constexpr std::uint8_t kExtraStar = 2;
      if (a.bytes.size() > 20 && (a.bytes[20] & kExtraStar) && !text.empty())
        text.remove_prefix(1);
      return text;
    }
    return a.name;
  };
  std::vector<std::pair<std::string_view, AtomId>> sorted;
  for (AtomId id : links)
    sorted.emplace_back(typeString(link[id]), id);
  std::sort(sorted.begin(), sorted.end(), [&](const auto &x, const auto &y) {
    return x.first != y.first ? x.first < y.first : link[x.second].name < link[y.second].name;
  });
  for (const auto &[text, id] : sorted)
    appendLe(image.typelinks, link[id].addr, 4);
}

} // namespace gannet::link
