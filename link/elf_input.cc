// ELF relocatable objects of the C++ runtime, as clang writes them with -ffunction-sections -fdata-sections.
//
// Each section that is loaded becomes an atom. Unwind tables and the like are dropped; what would need a dynamic
// linker or a libc (constructors, thread-local data with contents) is refused by name.
#include "link/model.h"

#include "compiler/object/elf.h"

#include <cstring>

namespace gannet::link {

namespace {

class ElfLoader {
public:
  ElfLoader(Link &link, std::uint32_t index, std::string_view bytes) : link_(link), index_(index), bytes_(bytes) {}

  void run() {
    if (readHeaders() && readSections() && readSymbols())
      readRelocs();
  }

private:
  bool fail(const std::string &message) {
    link_.error(link_.files[index_].name + ": " + message);
    return false;
  }
  bool contents(const elf::Shdr &h, std::string_view &out) {
    if (h.type == elf::kShtNobits) {
      out = {};
      return true;
    }
    if (h.offset > bytes_.size() || h.size > bytes_.size() - h.offset)
      return fail("section outside the file (truncated?)");
    out = bytes_.substr(h.offset, h.size);
    return true;
  }
  template <typename T> bool array(std::string_view bytes, std::vector<T> &out) {
    if (bytes.size() % sizeof(T))
      return fail("table of odd size");
    out.resize(bytes.size() / sizeof(T));
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return true;
  }
  std::string_view text(std::string_view table, std::uint32_t at) {
    if (at >= table.size())
      return {};
    std::size_t end = table.find('\0', at);
    return table.substr(at, end == std::string_view::npos ? 0 : end - at);
  }
  bool readHeaders();
  bool readSections();
  bool readSymbols();
  bool readRelocs();

  Link &link_;
  std::uint32_t index_;
  std::string_view bytes_;
  std::vector<elf::Shdr> sections_;
  std::vector<std::string_view> names_;
  std::vector<AtomId> atom_of_; // by section
  std::uint32_t symtab_ = 0;
};

bool ElfLoader::readHeaders() {
  elf::Ehdr ehdr;
  if (bytes_.size() < sizeof ehdr)
    return fail("not an object file");
  std::memcpy(&ehdr, bytes_.data(), sizeof ehdr);
  if (std::memcmp(ehdr.ident, elf::kMagic, 4) != 0 || ehdr.ident[4] != 2 || ehdr.ident[5] != 1 ||
      ehdr.machine != elf::kMachineX86_64 || ehdr.type != elf::kRel)
    return fail("not an x86-64 relocatable ELF file");
  if (ehdr.shentsize != sizeof(elf::Shdr) || ehdr.shoff > bytes_.size() ||
      std::uint64_t(ehdr.shnum) * sizeof(elf::Shdr) > bytes_.size() - ehdr.shoff)
    return fail("section table outside the file (truncated?)");
  if (!array(bytes_.substr(ehdr.shoff, ehdr.shnum * sizeof(elf::Shdr)), sections_))
    return false;
  std::string_view table;
  if (ehdr.shstrndx >= sections_.size() || !contents(sections_[ehdr.shstrndx], table))
    return fail("section names");
  for (const elf::Shdr &h : sections_)
    names_.push_back(text(table, h.name));
  return true;
}

bool ElfLoader::readSections() {
  atom_of_.resize(sections_.size());
  for (std::uint32_t i = 1; i < sections_.size(); i++) {
    const elf::Shdr &h = sections_[i];
    std::string_view name = names_[i];
    if (h.type == elf::kShtSymtab)
      symtab_ = i;
    if (h.type == elf::kShtInitArray || h.type == elf::kShtFiniArray || h.type == elf::kShtPreinitArray ||
        name.starts_with(".ctors") || name.starts_with(".dtors"))
      return fail("section " + std::string(name) + ": static constructors and destructors cannot be linked");
    if (!(h.flags & elf::kShfAlloc) || (h.type != elf::kShtProgbits && h.type != elf::kShtNobits))
      continue;
    if (name == ".eh_frame" || name.starts_with(".note"))
      continue;
    std::string_view bytes;
    if (!contents(h, bytes))
      return false;
    if (h.addralign & (h.addralign - 1) || h.addralign > (1u << 24))
      return fail("alignment of section " + std::string(name));
    bool zero = h.type == elf::kShtNobits;
    SymbolKind kind = h.flags & elf::kShfTls     ? SymbolKind::TlsBss
                      : h.flags & elf::kShfExec  ? SymbolKind::Text
                      : h.flags & elf::kShfWrite ? (zero ? SymbolKind::NoPtrBss : SymbolKind::NoPtrData)
                                                 : SymbolKind::Rodata;
    if (kind == SymbolKind::TlsBss && !zero && h.size)
      return fail("section " + std::string(name) + ": initialized thread-local data cannot be linked");
    atom_of_[i] = AtomId(std::uint32_t(link_.atoms.size()));
    Atom &a = link_.atoms.emplace_back();
    a.name = name;
    a.file = index_;
    a.kind = kind;
    a.align = h.addralign ? std::uint32_t(h.addralign) : 1;
    a.size = h.size;
    a.from_elf = true;
    a.flags = kind == SymbolKind::Text ? std::uint32_t(object::kNoSplit) : 0;
    a.bytes = {reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()};
  }
  return true;
}

bool ElfLoader::readSymbols() {
  if (!symtab_)
    return true;
  const elf::Shdr &h = sections_[symtab_];
  std::string_view bytes, names;
  std::vector<elf::Sym> syms;
  if (!contents(h, bytes) || !array(bytes, syms))
    return false;
  if (h.link >= sections_.size() || !contents(sections_[h.link], names))
    return fail("symbol names");
  std::vector<SymId> ids(syms.size());
  for (std::uint32_t i = 1; i < syms.size(); i++) {
    const elf::Sym &s = syms[i];
    std::string_view name = text(names, s.name);
    if (s.type() == elf::kSttFile)
      continue;
    if (s.type() == elf::kSttSection && s.shndx < names_.size())
      name = names_[s.shndx];
    bool local = s.bind() == elf::kStbLocal;
    if (local) {
      ids[i] = SymId(std::uint32_t(link_.symbols.size()));
      Symbol &sym = link_.symbols.emplace_back();
      sym.name = name;
      sym.local = true;
      sym.file = index_;
    } else {
      std::size_t before = link_.symbols.size();
      ids[i] = link_.global(name, index_);
      if (s.shndx == elf::kShnUndef) {
        Symbol &sym = link_[ids[i]];
        bool fresh = link_.symbols.size() != before;
        if (!sym.defined())
          sym.weak = (fresh || sym.weak) && s.bind() == elf::kStbWeak;
        continue;
      }
    }
    Symbol &sym = link_[ids[i]];
    if (!local && sym.defined()) {
      if (s.bind() == elf::kStbWeak)
        continue;
      if (!sym.weak) {
        link_.error("duplicated definition of symbol " + std::string(name) + ", from " + link_.files[sym.file].name +
                    " and " + link_.files[index_].name);
        continue;
      }
    }
    sym.file = index_;
    sym.weak = s.bind() == elf::kStbWeak;
    sym.size = s.size;
    sym.is_func = s.type() == elf::kSttFunc;
    if (s.shndx == elf::kShnAbs) {
      sym.absolute = sym.is_number = true;
      sym.value = s.value;
      continue;
    }
    if (s.shndx == elf::kShnCommon) {
      AtomId id(std::uint32_t(link_.atoms.size()));
      Atom &a = link_.atoms.emplace_back();
      a.name = name;
      a.file = index_;
      a.kind = SymbolKind::NoPtrBss;
      a.align = std::uint32_t(s.value ? s.value : 1);
      a.size = s.size;
      a.from_elf = true;
      a.symbol = ids[i];
      link_[ids[i]].atom = id;
      continue;
    }
    if (s.shndx >= sections_.size())
      return fail("symbol " + std::string(name) + ": section number");
    AtomId atom = atom_of_[s.shndx];
    if (!atom.valid())
      continue; // in a section that is not loaded
    if (s.value > link_[atom].size)
      return fail("symbol " + std::string(name) + " lies outside its section");
    sym.atom = atom;
    sym.value = s.value;
    sym.absolute = false;
    Atom &a = link_[atom];
    bool better = !a.symbol.valid() || (link_[a.symbol].local && !local);
    if (s.type() != elf::kSttSection && better) {
      a.symbol = ids[i];
      a.name = name;
    }
  }
  link_.files[index_].symbols = std::move(ids);
  return true;
}

bool ElfLoader::readRelocs() {
  for (std::uint32_t i = 1; i < sections_.size(); i++) {
    const elf::Shdr &h = sections_[i];
    if (h.type != elf::kShtRela || h.info >= sections_.size() || !atom_of_[h.info].valid())
      continue;
    std::string_view bytes;
    std::vector<elf::Rela> relas;
    if (!contents(h, bytes) || !array(bytes, relas))
      return false;
    Atom &a = link_[atom_of_[h.info]];
    std::vector<object::Reloc> out;
    out.reserve(relas.size());
    for (const elf::Rela &r : relas) {
      object::Reloc o;
      switch (r.type()) {
      case elf::kRx64None:
        continue;
      case elf::kRx64_64:
        o.kind = RelocKind::Abs64;
        break;
      case elf::kRx64_32:
        o.kind = RelocKind::Abs32;
        break;
      case elf::kRx64_32S:
        o.kind = RelocKind::Abs32S;
        break;
      case elf::kRx64_16:
        o.kind = RelocKind::Abs16;
        break;
      case elf::kRx64_8:
        o.kind = RelocKind::Abs8;
        break;
      case elf::kRx64Pc32:
        o.kind = RelocKind::PcRel32;
        break;
      case elf::kRx64Plt32:
        o.kind = RelocKind::Call32;
        break;
      case elf::kRx64Pc64:
        o.kind = RelocKind::PcRel64;
        break;
      case elf::kRx64TpOff32:
        o.kind = RelocKind::TlsLe32;
        break;
      case elf::kRx64GotPcRel:
        o.kind = RelocKind::GotPcRel32;
        break;
      case elf::kRx64GotPcRelX:
      case elf::kRx64RexGotPcRelX:
        o.kind = RelocKind::GotPcRelX32;
        break;
      case elf::kRx64Size32:
        o.kind = RelocKind::Size32;
        break;
      case elf::kRx64Size64:
        o.kind = RelocKind::Size64;
        break;
      default:
        return fail("section " + std::string(names_[h.info]) + ": relocation type " + std::to_string(r.type()) +
                    " is not supported");
      }
      if (r.offset + object::relocBytes(o.kind) > a.size || r.offset > a.size || a.bytes.empty())
        return fail("section " + std::string(names_[h.info]) + ": relocation outside it");
      if (r.sym() == 0 || r.sym() >= link_.files[index_].symbols.size() ||
          !link_.files[index_].symbols[r.sym()].valid())
        return fail("section " + std::string(names_[h.info]) + ": relocation names no symbol");
      o.offset = std::uint32_t(r.offset);
      o.target = object::SymbolId(r.sym());
      o.addend = r.addend;
      out.push_back(o);
    }
    a.relocs = link_.arena.copy(out);
  }
  return true;
}

} // namespace

void loadElf(Link &link, std::uint32_t index, std::string_view bytes) { ElfLoader(link, index, bytes).run(); }

} // namespace gannet::link
