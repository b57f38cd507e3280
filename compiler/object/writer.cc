#include "compiler/object/writer.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "compiler/object/blob.h"
#include "compiler/object/debug_codec.h"
#include "compiler/object/elf.h"
#include "compiler/object/format.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gannet::object {

namespace {

constexpr SectionRow kSections[] = {
    {std::uint8_t(SymbolKind::Text), ".text", elf::kShtProgbits, elf::kShfAlloc | elf::kShfExec},
    {std::uint8_t(SymbolKind::Rodata), ".rodata", elf::kShtProgbits, elf::kShfAlloc},
    {std::uint8_t(SymbolKind::TypeData), ".rodata.type", elf::kShtProgbits, elf::kShfAlloc},
    {std::uint8_t(SymbolKind::Itab), ".rodata.itab", elf::kShtProgbits, elf::kShfAlloc},
    {std::uint8_t(SymbolKind::String), ".rodata.string", elf::kShtProgbits, elf::kShfAlloc},
    {std::uint8_t(SymbolKind::FuncData), ".rodata.funcdata", elf::kShtProgbits, elf::kShfAlloc},
    {std::uint8_t(SymbolKind::Data), ".data", elf::kShtProgbits, elf::kShfAlloc | elf::kShfWrite},
    {std::uint8_t(SymbolKind::NoPtrData), ".noptrdata", elf::kShtProgbits, elf::kShfAlloc | elf::kShfWrite},
    {std::uint8_t(SymbolKind::Bss), ".bss", elf::kShtNobits, elf::kShfAlloc | elf::kShfWrite},
    {std::uint8_t(SymbolKind::NoPtrBss), ".noptrbss", elf::kShtNobits, elf::kShfAlloc | elf::kShfWrite},
    {std::uint8_t(SymbolKind::TlsBss), ".tbss", elf::kShtNobits, elf::kShfAlloc | elf::kShfWrite | elf::kShfTls},
};
constexpr std::size_t kKindCount = std::size(kSections) + 1;

// The ELF type of a relocation kind, or 0 if ELF has none.
std::uint32_t elfRelocType(RelocKind kind) {
  switch (kind) {
  case RelocKind::Abs64:
    return elf::kRx64_64;
  case RelocKind::Abs32:
    return elf::kRx64_32;
  case RelocKind::Abs32S:
    return elf::kRx64_32S;
  case RelocKind::PcRel32:
    return elf::kRx64Pc32;
  case RelocKind::Call32:
    return elf::kRx64Plt32;
  case RelocKind::PcRel64:
    return elf::kRx64Pc64;
  case RelocKind::TlsLe32:
    return elf::kRx64TpOff32;
  case RelocKind::GotPcRel32:
    return elf::kRx64GotPcRel;
  case RelocKind::GotPcRelX32:
    return elf::kRx64RexGotPcRelX;
  case RelocKind::Abs8:
    return elf::kRx64_8;
  case RelocKind::Abs16:
    return elf::kRx64_16;
  case RelocKind::Size32:
    return elf::kRx64Size32;
  case RelocKind::Size64:
    return elf::kRx64Size64;
  case RelocKind::TypeOff32:
  case RelocKind::TextOff32:
  case RelocKind::WeakTypeOff32:
  case RelocKind::MethodAbs64:
  case RelocKind::MethodOff32:
  case RelocKind::Keep:
  case RelocKind::UseIface:
  case RelocKind::UseIfaceMethod:
  case RelocKind::UseNamedMethod:
  case RelocKind::InitOrder:
    return 0;
  }
  GANNET_UNREACHABLE("relocation kind");
}

template <typename T> void appendRaw(std::string &out, const T &value) {
  out.append(reinterpret_cast<const char *>(&value), sizeof value);
}

void padTo(std::string &out, std::uint64_t align) {
  while (out.size() % align)
    out.push_back(0);
}

class ObjectWriter {
public:
  explicit ObjectWriter(const Unit &unit) : unit_(unit) {}

  std::string run() {
    numberSymbols();
    placeSymbols();
    writeSectionBytes();
    writeRelocs();
    writeMeta();
    return assemble();
  }

private:
  struct Section {
    std::string name;
    elf::Shdr header{};
    std::string bytes;
  };

  // ELF wants local symbols first.
  void numberSymbols() {
    std::size_t n = unit_.symbolCount();
    number_.resize(n);
    order_.push_back(SymbolId());
    for (bool local : {true, false})
      for (std::uint32_t i = 0; i < n; i++)
        if (isElfLocal(unit_[SymbolId(i)]) == local) {
          number_[i] = std::uint32_t(order_.size());
          order_.push_back(SymbolId(i));
        }
    first_global_ = 1;
    while (first_global_ < order_.size() && isElfLocal(unit_[order_[first_global_]]))
      first_global_++;
  }

  static bool isElfLocal(const Symbol &s) { return s.has(kLocal) && s.defined(); }

  void placeSymbols() {
    place_.resize(unit_.symbolCount());
    for (std::uint32_t i = 0; i < unit_.symbolCount(); i++) {
      const Symbol &s = unit_[SymbolId(i)];
      if (!s.defined())
        continue;
      std::uint64_t &end = kind_size_[std::size_t(s.kind)];
      std::uint64_t &align = kind_align_[std::size_t(s.kind)];
      GANNET_CHECK(std::has_single_bit(s.align), std::string("alignment of symbol ") + std::string(s.name));
      GANNET_CHECK(s.size >= s.bytes.size(), std::string("size of symbol ") + std::string(s.name));
      align = std::max<std::uint64_t>(align, s.align);
      end = (end + s.align - 1) & ~std::uint64_t(s.align - 1);
      place_[i] = end;
      end += s.size;
    }
    std::uint32_t index = 1;
    for (const SectionRow &row : kSections)
      if (kind_used(row.kind))
        kind_index_[row.kind] = index++;
  }
  bool kind_used(std::uint8_t kind) const { return kind_align_[kind] != 0; }

  void writeSectionBytes() {
    sections_.push_back({});
    for (const SectionRow &row : kSections) {
      if (!kind_used(row.kind))
        continue;
      Section &s = sections_.emplace_back();
      s.name = row.name;
      s.header.type = row.type;
      s.header.flags = row.flags;
      s.header.addralign = kind_align_[row.kind];
      s.header.size = kind_size_[row.kind];
      if (row.type == elf::kShtNobits)
        continue;
      s.bytes.resize(kind_size_[row.kind], row.kind == std::uint8_t(SymbolKind::Text) ? char(0xcc) : 0);
    }
    for (std::uint32_t i = 0; i < unit_.symbolCount(); i++) {
      const Symbol &s = unit_[SymbolId(i)];
      if (!s.defined() || s.size == 0)
        continue;
      Section &in = sections_[kind_index_[std::size_t(s.kind)]];
      if (in.header.type == elf::kShtNobits) {
        GANNET_CHECK(s.bytes.empty(), std::string("bytes in zero symbol ") + std::string(s.name));
        continue;
      }
      if (!s.bytes.empty())
        std::memcpy(in.bytes.data() + place_[i], s.bytes.data(), s.bytes.size());
      std::memset(in.bytes.data() + place_[i] + s.bytes.size(), 0, s.size - s.bytes.size());
    }
  }

  void writeRelocs() {
    std::vector<std::string> tables(kKindCount);
    for (std::uint32_t number = 1; number < order_.size(); number++) {
      const Symbol &s = unit_[order_[number]];
      for (const Reloc &r : s.relocs) {
        GANNET_CHECK(r.target.valid() && r.target.raw < number_.size(),
                     std::string("relocation target in ") + std::string(s.name));
        if (!elfRelocType(r.kind)) {
          extra_.push_back({number, r.offset, std::uint32_t(r.kind), number_[r.target.raw], r.addend});
          continue;
        }
      }
    }
    // ELF's own in section order, which is the order of placement.
    for (std::uint32_t i = 0; i < unit_.symbolCount(); i++) {
      const Symbol &s = unit_[SymbolId(i)];
      std::vector<const Reloc *> sorted;
      for (const Reloc &r : s.relocs)
        if (elfRelocType(r.kind))
          sorted.push_back(&r);
      std::stable_sort(sorted.begin(), sorted.end(),
                       [](const Reloc *a, const Reloc *b) { return a->offset < b->offset; });
      for (const Reloc *r : sorted) {
        elf::Rela rela{};
        rela.offset = place_[i] + r->offset;
        rela.info = (std::uint64_t(number_[r->target.raw]) << 32) | elfRelocType(r->kind);
        rela.addend = r->addend;
        appendRaw(tables[std::size_t(s.kind)], rela);
      }
    }
    for (const SectionRow &row : kSections) {
      if (tables[row.kind].empty())
        continue;
      Section &s = sections_.emplace_back();
      s.name = std::string(".rela") + row.name;
      s.header.type = elf::kShtRela;
      s.header.flags = elf::kShfInfoLink;
      s.header.info = kind_index_[row.kind];
      s.header.addralign = 8;
      s.header.entsize = sizeof(elf::Rela);
      s.bytes = std::move(tables[row.kind]);
    }
  }

  std::uint32_t writeFunc(const FuncRecord &f) {
    std::uint32_t at = blob_.at();
    blob_.number(f.args_bytes);
    blob_.number(f.frame_bytes);
    blob_.number(std::uint8_t(f.func_id));
    blob_.number(f.func_flags);
    blob_.signedNumber(f.start_line);
    blob_.number(f.deferreturn);
    blob_.bytes(f.pcsp);
    blob_.bytes(f.pcfile);
    blob_.bytes(f.pcline);
    blob_.bytes(f.pcinline);
    blob_.number(f.pcdata.size());
    for (const auto &table : f.pcdata)
      blob_.bytes(table);
    blob_.number(f.funcdata.size());
    for (SymbolId id : f.funcdata)
      blob_.number(id.valid() ? number_[id.raw] : 0);
    blob_.number(f.inline_tree.size());
    for (const InlinedCall &c : f.inline_tree) {
      blob_.signedNumber(c.parent);
      blob_.text(c.name);
      blob_.number(c.file);
      blob_.signedNumber(c.line);
      blob_.number(c.parent_pc);
      blob_.signedNumber(c.start_line);
      blob_.number(std::uint8_t(c.func_id));
    }
    blob_.bytes(encodeVariables(f.variables, f.scopes));
    return at;
  }

  void writeMeta() {
    MetaHeader header{};
    std::memcpy(header.magic, kMetaMagic, sizeof kMetaMagic);
    header.version = kFormatVersion;
    header.symbol_count = std::uint32_t(order_.size());
    header.extra_reloc_count = std::uint32_t(extra_.size());
    header.fingerprint = unit_.fingerprint;
    header.flags = unit_.is_main ? 1 : 0;
    std::uint32_t debug_at = 0;
    if (!unit_.debug.empty()) {
      debug_at = blob_.at();
      blob_.bytes(encodeDebugInfo(unit_.debug));
    }
    header.package_at = blob_.at();
    blob_.text(unit_.package_path);
    blob_.number(unit_.files().size());
    for (std::string_view f : unit_.files())
      blob_.text(f);
    blob_.number(unit_.imports.size());
    for (const Unit::Import &i : unit_.imports) {
      blob_.text(i.path);
      blob_.number(i.fingerprint);
    }
    blob_.number(debug_at);
    blob_.number(unit_.shown_names.size());
    for (const Unit::ShownName &n : unit_.shown_names) {
      blob_.text(n.name);
      blob_.text(n.shown);
    }
    std::vector<SymbolAttr> attrs(order_.size());
    for (std::uint32_t number = 1; number < order_.size(); number++) {
      const Symbol &s = unit_[order_[number]];
      SymbolAttr &a = attrs[number];
      a.kind = std::uint8_t(s.kind);
      a.flags = s.flags;
      a.align_log2 = std::uint8_t(std::countr_zero(s.align));
      if (s.func)
        a.func_at = writeFunc(*s.func);
      if (s.pointer_words) {
        a.pointer_mask_at = blob_.at();
        a.pointer_words = s.pointer_words;
        GANNET_CHECK(s.pointer_mask.size() >= (s.pointer_words + 7) / 8,
                     std::string("pointer mask of ") + std::string(s.name));
        blob_.raw({s.pointer_mask.data(), (s.pointer_words + 7) / 8});
      }
    }
    header.blob_size = blob_.at();
    Section &meta = sections_.emplace_back();
    meta.name = kMetaSection;
    meta.header.type = elf::kShtProgbits;
    meta.header.flags = elf::kShfExclude;
    meta.header.addralign = 8;
    appendRaw(meta.bytes, header);
    meta.bytes.append(reinterpret_cast<const char *>(attrs.data()), attrs.size() * sizeof(SymbolAttr));
    padTo(meta.bytes, 8);
    meta.bytes.append(reinterpret_cast<const char *>(extra_.data()), extra_.size() * sizeof(ExtraReloc));
    meta.bytes.append(reinterpret_cast<const char *>(blob_.all().data()), blob_.all().size());
  }

  std::string assemble() {
    std::string strings(1, 0), symbols(sizeof(elf::Sym), 0);
    std::unordered_map<std::string_view, std::uint32_t> string_at;
    for (std::uint32_t number = 1; number < order_.size(); number++) {
      const Symbol &s = unit_[order_[number]];
      elf::Sym sym{};
      auto [it, fresh] = string_at.try_emplace(s.name, std::uint32_t(strings.size()));
      sym.name = it->second;
      if (fresh)
        strings.append(s.name).push_back(0);
      unsigned bind = isElfLocal(s) ? elf::kStbLocal
                      : s.has(kWeak) || (s.has(kDupOk) && s.defined()) ? elf::kStbWeak
                                                                       : elf::kStbGlobal;
      unsigned type = !s.defined()                     ? elf::kSttNotype
                      : s.kind == SymbolKind::Text     ? elf::kSttFunc
                      : s.kind == SymbolKind::TlsBss   ? elf::kSttTls
                                                       : elf::kSttObject;
      sym.info = std::uint8_t(bind << 4 | type);
      if (s.defined()) {
        sym.shndx = std::uint16_t(kind_index_[std::size_t(s.kind)]);
        sym.value = place_[order_[number].raw];
        sym.size = s.size;
      }
      appendRaw(symbols, sym);
    }
    std::uint32_t symtab = std::uint32_t(sections_.size());
    for (Section &s : sections_)
      if (s.header.type == elf::kShtRela)
        s.header.link = symtab;
    Section &table = sections_.emplace_back();
    table.name = ".symtab";
    table.header.type = elf::kShtSymtab;
    table.header.link = symtab + 1;
    table.header.info = first_global_;
    table.header.addralign = 8;
    table.header.entsize = sizeof(elf::Sym);
    table.bytes = std::move(symbols);
    Section &strtab = sections_.emplace_back();
    strtab.name = ".strtab";
    strtab.header.type = elf::kShtStrtab;
    strtab.header.addralign = 1;
    strtab.bytes = std::move(strings);
    Section &shstrtab = sections_.emplace_back();
    shstrtab.name = ".shstrtab";
    shstrtab.header.type = elf::kShtStrtab;
    shstrtab.header.addralign = 1;
    std::string section_names(1, 0);
    for (std::size_t i = 1; i < sections_.size(); i++) {
      sections_[i].header.name = std::uint32_t(section_names.size());
      section_names.append(sections_[i].name).push_back(0);
    }
    sections_.back().bytes = std::move(section_names);

    std::string out(sizeof(elf::Ehdr), 0);
    for (std::size_t i = 1; i < sections_.size(); i++) {
      Section &s = sections_[i];
      padTo(out, s.header.addralign);
      s.header.offset = out.size();
      if (s.header.type == elf::kShtNobits)
        continue;
      s.header.size = s.bytes.size();
      out += s.bytes;
    }
    padTo(out, 8);
    elf::Ehdr ehdr{};
    std::memcpy(ehdr.ident, elf::kMagic, 4);
    ehdr.ident[4] = 2; // 64-bit
    ehdr.ident[5] = 1; // little-endian
    ehdr.ident[6] = 1;
    ehdr.type = elf::kRel;
    ehdr.machine = elf::kMachineX86_64;
    ehdr.version = 1;
    ehdr.shoff = out.size();
    ehdr.ehsize = sizeof(elf::Ehdr);
    ehdr.shentsize = sizeof(elf::Shdr);
    ehdr.shnum = std::uint16_t(sections_.size());
    ehdr.shstrndx = std::uint16_t(sections_.size() - 1);
    std::memcpy(out.data(), &ehdr, sizeof ehdr);
    for (const Section &s : sections_)
      appendRaw(out, s.header);
    return out;
  }

  const Unit &unit_;
  std::vector<std::uint32_t> number_; // by unit id: ELF symbol number
  std::vector<SymbolId> order_;       // by ELF symbol number
  std::uint32_t first_global_ = 1;
  std::vector<std::uint64_t> place_; // by unit id: offset in its section
  std::uint64_t kind_size_[kKindCount] = {};
  std::uint64_t kind_align_[kKindCount] = {};
  std::uint32_t kind_index_[kKindCount] = {};
  std::vector<Section> sections_;
  std::vector<ExtraReloc> extra_;
  BlobWriter blob_;
};

} // namespace

std::string writeObject(const Unit &unit) { return ObjectWriter(unit).run(); }

ErrorOr<void> writeObjectFile(const Unit &unit, const std::string &path) { return writeFile(path, writeObject(unit)); }

} // namespace gannet::object
