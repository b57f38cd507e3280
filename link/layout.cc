// Where everything goes. Atoms are placed within their regions first, relative to its start; what is made from relative
// places (line tables, pointer masks) follows; then sections get their addresses.
//
//   R X  ELF header, program headers, notes, .text: Go code, then C++ code. Profiles tell functions of one mapping by their
//        addresses, so that it begins before the first of them
//   R    .rodata .typelink .itablink .gopclntab
//   R W  .go.buildinfo .noptrdata .data .bss .noptrbss
//   TLS  the block below the thread pointer; its last word is g, at -8(FS)
#include "link/image.h"

#include "compiler/object/elf.h"

#include <algorithm>
#include <cstring>

namespace gannet::link {

namespace {

constexpr std::uint64_t kPage = 0x1000;

std::uint64_t roundUp(std::uint64_t v, std::uint64_t align) { return (v + align - 1) & ~(align - 1); }

void appendLe(std::string &out, std::uint64_t v, int bytes) {
  for (int i = 0; i < bytes; i++)
    out.push_back(char(v >> (8 * i)));
}

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

bool isCounter(const Atom &atom) { return atom.flags & object::kCoverageCounter; }

// Variables of no size have the address that new gives for them: they come first, and runtime.zerobase behind them. Counters of
// coverage come last, one after the other: the program reads them as one array.
void orderZeroVariables(Link &link, Image &image) {
  SymId zero_base = link.find("runtime.zerobase");
  AtomId base_atom = zero_base.valid() ? link[zero_base].atom : AtomId();
  auto rank = [&](AtomId id) {
    if (base_atom.valid() && link[id].size == 0)
      return 0;
    return base_atom.valid() && id == base_atom ? 1 : isCounter(link[id]) ? 3 : 2;
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
  std::vector<AtomId> order;
  for (std::uint32_t i = 0; i < link.atoms.size(); i++)
    if (link.atoms[i].reachable && !link.atoms[i].name.starts_with("go:got."))
      order.push_back(AtomId(i));
  std::sort(order.begin(), order.end(), [&](AtomId x, AtomId y) {
    const Atom &a = link[x], &b = link[y];
    if (a.file != b.file)
      return a.file < b.file;
    std::uint64_t a_place = a.object ? a.object->place : 0, b_place = b.object ? b.object->place : 0;
    return a_place != b_place ? a_place < b_place : x < y;
  });
  for (AtomId id : order) {
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
      image.rodata.atoms.push_back(id);
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
  for (Region *r : {&image.text, &image.c_text, &image.strings, &image.rodata, &image.types, &image.itabs,
                    &image.funcdata, &image.got, &image.noptrdata, &image.data, &image.bss, &image.noptrbss, &image.tls})
    place(link, *r);
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

void assignAddresses(Link &link, Image &image) {
  using namespace elf;
  auto &sections = image.sections;
  sections.clear();
  sections.push_back({});
  auto define = [&](std::string_view name, std::uint64_t value) {
    for (const std::string &n : {std::string(name), std::string(name) + ".abi0"}) { // the latter is what assembly writes
      SymId id = link.find(n);
      if (id.valid() && link[id].absolute)
        link[id].value = value;
    }
  };
  std::uint64_t base = link.options.text_address & ~(kPage - 1);
  std::uint64_t header_base = base - kPage;
  std::uint64_t addr = base, offset = kPage;

  bool has_note = !image.build_id_note.empty();
  if (has_note) {
    OutputSection &s = sections.emplace_back();
    s.name = ".note.go.buildid";
    s.type = kShtNote;
    s.flags = kShfAlloc;
    s.align = 4;
    s.bytes = image.build_id_note;
    s.size = s.bytes.size();
    s.offset = 0xf80 - roundUp(s.size, 16); // behind the program headers
    s.addr = header_base + s.offset;
  }

  auto begin = [&](const char *name, std::uint32_t type, std::uint64_t flags) -> OutputSection & {
    OutputSection &s = sections.emplace_back();
    s.name = name;
    s.type = type;
    s.flags = flags;
    return s;
  };
  // Puts regions one behind the other at the current address.
  auto fill = [&](OutputSection &s, std::initializer_list<Region *> regions) {
    for (Region *r : regions)
      s.align = std::max(s.align, r->align);
    s.addr = roundUp(addr, s.align);
    std::uint64_t at = s.addr;
    for (Region *r : regions) {
      at = roundUp(at, r->align);
      r->addr = at;
      at += r->size;
      s.regions.push_back(r);
      for (AtomId id : r->atoms)
        link[id].addr += r->addr;
    }
    s.size = at - s.addr;
  };
  auto advance = [&](OutputSection &s) {
    offset += s.addr - addr;
    s.offset = offset;
    addr = s.addr + s.size;
    if (s.type != kShtNobits)
      offset += s.size;
  };
  auto raw = [&](const char *name, std::string bytes, std::uint64_t align, std::uint64_t flags) -> OutputSection & {
    OutputSection &s = begin(name, kShtProgbits, flags);
    s.align = align;
    s.addr = roundUp(addr, align);
    s.size = bytes.size();
    s.bytes = std::move(bytes);
    advance(s);
    return s;
  };
  auto newSegment = [&] {
    addr = roundUp(addr, kPage);
    offset = roundUp(offset, kPage);
  };

  {
    image.text.align = std::max<std::uint64_t>(image.text.align, 32);
    OutputSection &s = begin(".text", kShtProgbits, kShfAlloc | kShfExec);
    fill(s, {&image.text, &image.c_text});
    advance(s);
    define("runtime.text", s.addr);
    define("runtime.etext", s.addr + s.size);
    define("runtime.ctext", image.c_text.addr);
    define("runtime.ectext", image.c_text.addr + image.c_text.size);
  }
  image.segments.push_back({kPfR | kPfX, 0, header_base, offset, addr - header_base});

  newSegment();
  std::uint64_t start_offset = offset, start_addr = addr;
  {
    OutputSection &s = begin(".rodata", kShtProgbits, kShfAlloc);
    image.inline_trees_at = roundUp(image.funcdata.size, 4);
    std::uint64_t funcdata_size = image.funcdata.size;
    image.funcdata.size = image.inline_trees_at + image.inline_trees.size();
    image.funcdata.align = std::max<std::uint64_t>(image.funcdata.align, 4);
    fill(s, {&image.strings, &image.rodata, &image.got, &image.types, &image.itabs, &image.funcdata});
    image.funcdata.size = funcdata_size;
    advance(s);
    define("runtime.rodata", s.addr);
    define("runtime.erodata", s.addr + s.size);
    define("runtime.types", image.types.addr);
    define("runtime.etypes", image.types.addr + image.types.size);
    define("go:func.*", image.funcdata.addr);
    OutputSection &masks = raw(".gcmask", image.gc_data + image.gc_bss, 8, kShfAlloc);
    define("runtime.gcdata", masks.addr);
    define("runtime.egcdata", masks.addr + image.gc_data.size());
    define("runtime.gcbss", masks.addr + image.gc_data.size());
    define("runtime.egcbss", masks.addr + masks.size);
    OutputSection &typelink = raw(".typelink", image.typelinks, 4, kShfAlloc);
    define("runtime.typelink", typelink.addr);
    define("runtime.etypelink", typelink.addr + typelink.size);
    std::string itablinks;
    for (AtomId id : image.itabs.atoms)
      appendLe(itablinks, link[id].addr, 8);
    OutputSection &itablink = raw(".itablink", std::move(itablinks), 8, kShfAlloc);
    define("runtime.itablink", itablink.addr);
    define("runtime.eitablink", itablink.addr + itablink.size);
    OutputSection &pcln = raw(".gopclntab", image.pclntab, 32, kShfAlloc);
    define("runtime.pclntab", pcln.addr);
    define("runtime.epclntab", pcln.addr + image.findfunc_at);
    define("runtime.findfunctab", pcln.addr + image.findfunc_at);
    define("runtime.efindfunctab", pcln.addr + pcln.size);
  }
  image.segments.push_back({kPfR, start_offset, start_addr, offset - start_offset, addr - start_addr});

  newSegment();
  start_offset = offset, start_addr = addr;
  {
    OutputSection &info = raw(".go.buildinfo", image.build_info, 16, kShfAlloc | kShfWrite);
    define("go:buildinfo", info.addr);
    auto add = [&](const char *name, std::uint32_t type, Region &r, const char *from, const char *to) {
      OutputSection &s = begin(name, type, kShfAlloc | kShfWrite);
      fill(s, {&r});
      if (type != kShtNobits)
        advance(s);
      else {
        s.offset = offset;
        addr = s.addr + s.size;
      }
      define(from, s.addr);
      define(to, s.addr + s.size);
    };
    add(".noptrdata", kShtProgbits, image.noptrdata, "runtime.noptrdata", "runtime.enoptrdata");
    add(".data", kShtProgbits, image.data, "runtime.data", "runtime.edata");
    std::uint64_t file_end = offset;
    add(".bss", kShtNobits, image.bss, "runtime.bss", "runtime.ebss");
    add(".noptrbss", kShtNobits, image.noptrbss, "runtime.noptrbss", "runtime.enoptrbss");
    define("runtime.end", addr);
    const auto &zeros = image.noptrbss.atoms;
    auto counter = std::find_if(zeros.begin(), zeros.end(), [&](AtomId id) { return isCounter(link[id]); });
    define("runtime.covctrs", counter == zeros.end() ? addr : link[*counter].addr);
    define("runtime.ecovctrs", addr);
    image.segments.push_back({kPfR | kPfW, start_offset, start_addr, file_end - start_offset, addr - start_addr});
  }
  {
    OutputSection &s = begin(".tbss", kShtNobits, kShfAlloc | kShfWrite | kShfTls);
    s.align = image.tls.align;
    s.addr = roundUp(image.segments.back().addr, s.align);
    s.offset = offset;
    s.size = image.tls_size;
    s.regions.push_back(&image.tls);
    define("runtime.tls_g", std::uint64_t(-8));
  }
  setFipsBounds(link, image);
  std::string entry = link.options.entry;
  SymId id = link.find(entry);
  if (!id.valid() || !link[id].defined())
    id = link.find(entry + ".abi0");
  image.entry = link.address(id);
}

} // namespace gannet::link
