// .symtab and .strtab: functions and variables that made it into the program.
#include "link/image.h"

#include "compiler/object/elf.h"

#include <algorithm>
#include <utility>

namespace gannet::link {

namespace {

// The names that stand at C++ sections, all of them and not the main one alone: by section, then in the order of symbols.
std::vector<std::pair<AtomId, SymId>> namesOfElf(const Link &link) {
  std::vector<std::pair<AtomId, SymId>> out;
  for (std::uint32_t i = 0; i < link.symbols.size(); i++) {
    const Symbol &s = link.symbols[i];
    if (!link.files[s.file].object && s.atom.valid() && link[s.atom].from_elf && link[s.atom].reachable && !s.name.empty() &&
        s.file == link[s.atom].file && !s.name.starts_with('.'))
      out.emplace_back(s.atom, SymId(i));
  }
  std::sort(out.begin(), out.end(), [](auto &a, auto &b) { return std::pair(a.first.raw, a.second.raw) < std::pair(b.first.raw, b.second.raw); });
  return out;
}

// Data that the compiler made names for: literals and their parts, function values, tables of jumps. Go's tables have none of them either.
bool isMadeUp(const Atom &a) {
  if (a.kind == SymbolKind::Text)
    return false;
  const std::size_t number = a.name.find_last_not_of("0123456789") + 1;
  const std::string_view stem = a.name.substr(0, number);
  return stem.ends_with("..stmp_") || stem.ends_with("..stat_") || stem.ends_with("..jump") || a.name.starts_with("go:const.") ||
         a.name.ends_with("\xc2\xb7" "f");
}

} // namespace

void addSymbolTable(Image &image) {
  OutputSection &symtab = image.sections.emplace_back();
  symtab.name = ".symtab";
  symtab.type = elf::kShtSymtab;
  symtab.align = 8;
  symtab.entsize = sizeof(elf::Sym);
  symtab.link = std::uint32_t(image.sections.size());
  OutputSection &strtab = image.sections.emplace_back();
  strtab.name = ".strtab";
  strtab.type = elf::kShtStrtab;
}

void fillSymbolTable(const Link &link, Image &image) {
  struct Entry {
    std::string_view name;
    elf::Sym sym;
  };
  std::vector<Entry> locals, globals;
  auto add = [&](std::string_view name, unsigned type, std::uint64_t value, std::uint64_t size, std::uint16_t section,
                 bool local) {
    elf::Sym sym{};
    sym.info = std::uint8_t((local ? elf::kStbLocal : elf::kStbGlobal) << 4 | type);
    sym.shndx = section;
    sym.value = value;
    sym.size = size;
    (local ? locals : globals).push_back({name, sym});
  };
  const auto elf_names = namesOfElf(link);
  for (std::uint16_t index = 1; index < image.sections.size(); index++) {
    const OutputSection &section = image.sections[index];
    unsigned type = section.flags & elf::kShfExec  ? elf::kSttFunc
                    : section.flags & elf::kShfTls ? elf::kSttTls
                                                   : elf::kSttObject;
    for (const Region *r : section.regions) {
      // Go's tables leave out what has no name of its own to a user: strings, function data, what describes types.
      if (r == &image.strings || r == &image.funcdata || r == &image.got || r == &image.types)
        continue;
      for (AtomId id : r->atoms) {
        const Atom &a = link[id];
        if (a.from_elf) {
          auto from = std::lower_bound(elf_names.begin(), elf_names.end(), id, [](auto &name, AtomId at) { return name.first.raw < at.raw; });
          for (; from != elf_names.end() && from->first == id; ++from) {
            const Symbol &s = link[from->second];
            add(s.name, type, link.address(from->second), s.size, index, s.local);
          }
          continue;
        }
        if (a.name.empty() || isMadeUp(a))
          continue;
        add(a.name, type, a.addr, a.size, index, a.flags & object::kLocal);
      }
    }
  }
  for (std::string_view name : {"runtime.text", "runtime.etext", "runtime.types", "runtime.etypes", "runtime.rodata",
                                "runtime.erodata", "runtime.noptrdata", "runtime.enoptrdata", "runtime.data",
                                "runtime.edata", "runtime.bss", "runtime.ebss", "runtime.noptrbss",
                                "runtime.enoptrbss", "runtime.covctrs", "runtime.ecovctrs", "runtime.end", "runtime.pclntab", "runtime.epclntab",
                                "runtime.findfunctab", "go:buildinfo"}) {
    SymId id = link.find(name);
    if (!id.valid() || !link[id].absolute)
      continue;
    std::uint64_t value = link[id].value;
    std::uint16_t in = elf::kShnAbs;
    for (std::uint16_t i = 1; i < image.sections.size(); i++) {
      const OutputSection &s = image.sections[i];
      if ((s.flags & elf::kShfAlloc) && !(s.flags & elf::kShfTls) && value >= s.addr && value <= s.addr + s.size) {
        in = i;
        if (value < s.addr + s.size)
          break;
      }
    }
    add(name, elf::kSttNotype, value, 0, in, true);
  }
  ByteBuffer &table = image.symbols, &strings = image.symbol_names;
  const elf::Sym none{};
  table.reserve((1 + locals.size() + globals.size()) * sizeof none);
  table.append({reinterpret_cast<const char *>(&none), sizeof none});
  strings.u8(0);
  for (auto *list : {&locals, &globals})
    for (Entry &e : *list) {
      e.sym.name = std::uint32_t(strings.size());
      strings.append(e.name);
      strings.u8(0);
      table.append({reinterpret_cast<const char *>(&e.sym), sizeof e.sym});
    }
  OutputSection &symtab = *std::find_if(image.sections.begin(), image.sections.end(),
                                        [](const OutputSection &s) { return s.type == elf::kShtSymtab; });
  symtab.info = std::uint32_t(locals.size() + 1);
  symtab.bytes = table.view();
  image.sections[symtab.link].bytes = strings.view();
}

} // namespace gannet::link
