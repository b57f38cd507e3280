#include "compiler/object/reader.h"

#include "compiler/base/check.h"
#include "compiler/base/name_table.h"
#include "compiler/object/blob.h"
#include "compiler/object/elf.h"
#include "compiler/object/format.h"

#include <algorithm>
#include <cstring>

namespace gannet::object {

namespace {

// Every field is set, whatever `f` held.
void readRecord(BlobReader &in, FuncView &f) {
  f.args_bytes = std::uint32_t(in.number());
  f.frame_bytes = std::uint32_t(in.number());
  f.func_id = FuncId(in.number());
  f.func_flags = std::uint8_t(in.number());
  f.start_line = std::int32_t(in.signedNumber());
  f.deferreturn = std::uint32_t(in.number());
  f.pcsp = in.bytes();
  f.pcfile = in.bytes();
  f.pcline = in.bytes();
  f.pcinline = in.bytes();
  f.pcdata.resize(in.count());
  for (auto &table : f.pcdata)
    table = in.bytes();
  f.funcdata.resize(in.count());
  for (SymbolId &id : f.funcdata) {
    std::uint64_t n = in.number();
    id = n ? SymbolId(std::uint32_t(n)) : SymbolId();
  }
  f.inline_tree.resize(in.count());
  for (InlinedCall &c : f.inline_tree) {
    c.parent = std::int32_t(in.signedNumber());
    c.name = in.text();
    c.file = std::uint32_t(in.number());
    c.line = std::int32_t(in.signedNumber());
    c.parent_pc = std::uint32_t(in.number());
    c.start_line = std::int32_t(in.signedNumber());
    c.func_id = FuncId(in.number());
  }
  f.variables = in.bytes();
}

bool relocKindOfElf(std::uint32_t type, RelocKind &out) {
  switch (type) {
  case elf::kRx64_64:
    out = RelocKind::Abs64;
    return true;
  case elf::kRx64_32:
    out = RelocKind::Abs32;
    return true;
  case elf::kRx64_32S:
    out = RelocKind::Abs32S;
    return true;
  case elf::kRx64Pc32:
    out = RelocKind::PcRel32;
    return true;
  case elf::kRx64Plt32:
    out = RelocKind::Call32;
    return true;
  case elf::kRx64Pc64:
    out = RelocKind::PcRel64;
    return true;
  case elf::kRx64TpOff32:
    out = RelocKind::TlsLe32;
    return true;
  case elf::kRx64GotPcRel:
    out = RelocKind::GotPcRel32;
    return true;
  case elf::kRx64GotPcRelX:
  case elf::kRx64RexGotPcRelX:
    out = RelocKind::GotPcRelX32;
    return true;
  case elf::kRx64_8:
    out = RelocKind::Abs8;
    return true;
  case elf::kRx64_16:
    out = RelocKind::Abs16;
    return true;
  case elf::kRx64Size32:
    out = RelocKind::Size32;
    return true;
  case elf::kRx64Size64:
    out = RelocKind::Size64;
    return true;
  default:
    return false;
  }
}

} // namespace

unsigned relocBytes(RelocKind kind) {
  switch (kind) {
  case RelocKind::Abs64:
  case RelocKind::MethodAbs64:
  case RelocKind::PcRel64:
  case RelocKind::Size64:
    return 8;
  case RelocKind::Abs32:
  case RelocKind::Abs32S:
  case RelocKind::PcRel32:
  case RelocKind::Call32:
  case RelocKind::TypeOff32:
  case RelocKind::TextOff32:
  case RelocKind::WeakTypeOff32:
  case RelocKind::MethodOff32:
  case RelocKind::TlsLe32:
  case RelocKind::GotPcRel32:
  case RelocKind::GotPcRelX32:
  case RelocKind::Size32:
    return 4;
  case RelocKind::Abs8:
    return 1;
  case RelocKind::Abs16:
    return 2;
  case RelocKind::Keep:
  case RelocKind::UseIface:
  case RelocKind::UseIfaceMethod:
  case RelocKind::UseNamedMethod:
  case RelocKind::InitOrder:
    return 0;
  }
  return 0;
}

class ObjectParser {
public:
  ObjectParser(std::string name, std::string_view bytes) : bytes_(bytes) {
    object_.reset(new ObjectFile);
    object_->name_ = std::move(name);
  }

  ErrorOr<std::unique_ptr<ObjectFile>> run() {
    if (!readSections() || !readMetaHeader() || !readSymbols() || !readRelocs() || !readPackage() || !checkFuncs())
      return Error{object_->name_ + ": " + message_};
    return std::move(object_);
  }

  bool readSections();
  std::string_view meta() const { return meta_; }

private:
  bool fail(std::string message) {
    message_ = "corrupt object: " + std::move(message);
    return false;
  }
  bool failSymbol(const ObjectSymbol &s, std::string_view what) {
    return fail("symbol " + std::string(s.name) + ": " + std::string(what));
  }
  bool contents(const elf::Shdr &h, std::string_view &out) {
    if (h.offset > bytes_.size() || h.size > bytes_.size() - h.offset)
      return fail("section outside the file (truncated?)");
    out = bytes_.substr(h.offset, h.size);
    return true;
  }
  template <typename T> std::span<const T> array(std::string_view bytes) {
    return {reinterpret_cast<const T *>(bytes.data()), bytes.size() / sizeof(T)};
  }
  bool readMetaHeader();
  bool readSymbols();
  bool readRelocs();
  bool readPackage();
  bool checkFuncs();

  std::string_view bytes_;
  std::unique_ptr<ObjectFile> object_;
  std::string message_;
  std::vector<elf::Shdr> sections_;
  std::uint32_t symtab_ = 0;
  std::string_view meta_;
  MetaHeader header_{};
  std::string_view attrs_bytes_, extra_bytes_;
  std::vector<std::vector<std::uint32_t>> section_symbols_; // by section: symbol numbers by ascending place
};

bool ObjectParser::readSections() {
  elf::Ehdr ehdr;
  if (!bytes_.starts_with(std::string_view(reinterpret_cast<const char *>(elf::kMagic), 4)))
    return fail("not an ELF file");
  if (bytes_.size() < sizeof ehdr)
    return fail("too short (truncated?)");
  std::memcpy(&ehdr, bytes_.data(), sizeof ehdr);
  if (ehdr.ident[4] != 2 || ehdr.ident[5] != 1 || ehdr.machine != elf::kMachineX86_64 || ehdr.type != elf::kRel)
    return fail("not an x86-64 relocatable ELF file");
  if (ehdr.shentsize != sizeof(elf::Shdr) || ehdr.shoff > bytes_.size() ||
      std::uint64_t(ehdr.shnum) * sizeof(elf::Shdr) > bytes_.size() - ehdr.shoff)
    return fail("section table outside the file (truncated?)");
  sections_.resize(ehdr.shnum);
  std::memcpy(sections_.data(), bytes_.data() + ehdr.shoff, sections_.size() * sizeof(elf::Shdr));
  if (ehdr.shstrndx >= sections_.size())
    return fail("section name table");
  std::string_view names;
  if (!contents(sections_[ehdr.shstrndx], names))
    return false;
  for (std::uint32_t i = 1; i < sections_.size(); i++) {
    const elf::Shdr &h = sections_[i];
    if (h.name >= names.size())
      return fail("section name");
    std::string_view name = names.substr(h.name);
    std::size_t end = name.find('\0');
    if (end == std::string_view::npos)
      return fail("section name");
    name = name.substr(0, end);
    if (name == kMetaSection && !contents(h, meta_))
      return false;
    if (h.type == elf::kShtSymtab)
      symtab_ = i;
  }
  return true;
}

bool ObjectParser::readMetaHeader() {
  if (meta_.size() < sizeof header_)
    return fail(meta_.empty() ? "no .gannet section" : ".gannet section is too short");
  std::memcpy(&header_, meta_.data(), sizeof header_);
  if (std::memcmp(header_.magic, kMetaMagic, sizeof kMetaMagic) != 0)
    return fail(".gannet section has another magic number");
  if (header_.version != kFormatVersion) {
    message_ = "object is of format version " + std::to_string(header_.version) + ", expected version " +
               std::to_string(kFormatVersion) + "; rebuild it";
    return false;
  }
  std::uint64_t at = sizeof header_, size = std::uint64_t(header_.symbol_count) * sizeof(SymbolAttr);
  std::uint64_t extra_at = (at + size + 7) & ~std::uint64_t(7);
  std::uint64_t extra_size = std::uint64_t(header_.extra_reloc_count) * sizeof(ExtraReloc);
  if (extra_at + extra_size + header_.blob_size != meta_.size())
    return fail(".gannet section is truncated");
  if (reinterpret_cast<std::uintptr_t>(meta_.data()) % 8 != 0)
    return fail(".gannet section is not aligned");
  attrs_bytes_ = meta_.substr(at, size);
  extra_bytes_ = meta_.substr(extra_at, extra_size);
  std::string_view blob = meta_.substr(extra_at + extra_size);
  object_->blob_ = {reinterpret_cast<const std::uint8_t *>(blob.data()), blob.size()};
  object_->fingerprint_ = header_.fingerprint;
  object_->is_main_ = header_.flags & 1;
  return true;
}

bool ObjectParser::readSymbols() {
  if (symtab_ == 0)
    return fail("no symbol table");
  const elf::Shdr &h = sections_[symtab_];
  std::string_view bytes, strings;
  if (!contents(h, bytes))
    return false;
  if (h.link >= sections_.size() || !contents(sections_[h.link], strings))
    return fail("string table");
  if (bytes.size() != std::uint64_t(header_.symbol_count) * sizeof(elf::Sym) ||
      reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 != 0)
    return fail("symbol table and .gannet section differ in size");
  if (strings.empty() || strings.back() != 0)
    return fail("string table has no end");
  auto syms = array<elf::Sym>(bytes);
  auto attrs = array<SymbolAttr>(attrs_bytes_);
  object_->symbols_.resize(syms.size());
  section_symbols_.resize(sections_.size());
  std::vector<std::string_view> section_bytes(sections_.size());
  for (std::size_t i = 1; i < sections_.size(); i++)
    if (sections_[i].type == elf::kShtProgbits && !contents(sections_[i], section_bytes[i]))
      return false;
  for (std::uint32_t i = 1; i < syms.size(); i++) {
    ObjectSymbol &s = object_->symbols_[i];
    if (syms[i].name >= strings.size())
      return fail("name of symbol " + std::to_string(i));
    s.name = std::string_view(strings.data() + syms[i].name);
    s.name_hash = nameHash(s.name);
    if (attrs[i].kind > std::uint8_t(SymbolKind::TlsBss))
      return failSymbol(s, "unknown kind");
    s.kind = SymbolKind(attrs[i].kind);
    s.flags = attrs[i].flags;
    if (attrs[i].align_log2 > 24)
      return failSymbol(s, "alignment");
    s.align = 1u << attrs[i].align_log2;
    s.func_at = attrs[i].func_at;
    s.size = syms[i].size;
    s.place = syms[i].value;
    s.pointer_words = attrs[i].pointer_words;
    if (s.pointer_words) {
      std::uint64_t n = (std::uint64_t(s.pointer_words) + 7) / 8;
      if (attrs[i].pointer_mask_at > object_->blob_.size() || n > object_->blob_.size() - attrs[i].pointer_mask_at)
        return failSymbol(s, "pointer mask outside the file");
      s.pointer_mask = object_->blob_.subspan(attrs[i].pointer_mask_at, n);
    }
    if ((syms[i].shndx == elf::kShnUndef) != (s.kind == SymbolKind::Undefined))
      return failSymbol(s, "symbol table and .gannet section disagree");
    if (s.kind == SymbolKind::Undefined)
      continue;
    if (syms[i].shndx >= sections_.size())
      return failSymbol(s, "section number");
    const elf::Shdr &in = sections_[syms[i].shndx];
    if (s.place > in.size || s.size > in.size - s.place)
      return failSymbol(s, "lies outside its section");
    bool zero = s.kind >= SymbolKind::Bss;
    if (in.type != (zero ? elf::kShtNobits : elf::kShtProgbits))
      return failSymbol(s, "section type does not fit its kind");
    if (!zero)
      s.bytes = {reinterpret_cast<const std::uint8_t *>(section_bytes[syms[i].shndx].data()) + s.place, s.size};
    section_symbols_[syms[i].shndx].push_back(i);
  }
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    const ObjectSymbol &x = object_->symbols_[a], &y = object_->symbols_[b];
    return x.place != y.place ? x.place < y.place : x.size < y.size;
  };
  for (auto &list : section_symbols_)
    if (!std::is_sorted(list.begin(), list.end(), before))
      std::stable_sort(list.begin(), list.end(), before);
  return true;
}

bool ObjectParser::readRelocs() {
  struct Table {
    std::uint32_t section;
    std::span<const elf::Rela> relas;
    std::vector<std::uint32_t> owner; // symbol number of each
  };
  auto &symbols = object_->symbols_;
  std::vector<Table> tables;
  std::vector<std::uint32_t> counts(symbols.size());
  for (const elf::Shdr &h : sections_) {
    if (h.type != elf::kShtRela)
      continue;
    std::string_view bytes;
    if (!contents(h, bytes))
      return false;
    if (h.info >= sections_.size() || h.entsize != sizeof(elf::Rela) || bytes.size() % sizeof(elf::Rela) != 0 ||
        reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 != 0)
      return fail("relocation section");
    Table t{h.info, array<elf::Rela>(bytes), {}};
    t.owner.reserve(t.relas.size());
    const auto &list = section_symbols_[h.info];
    std::size_t at = 0;
    for (const elf::Rela &r : t.relas) {
      while (at < list.size() && r.offset >= symbols[list[at]].place + symbols[list[at]].size)
        at++;
      if (at == list.size() || r.offset < symbols[list[at]].place)
        return fail("relocation at " + std::to_string(r.offset) + " belongs to no symbol");
      t.owner.push_back(list[at]);
      counts[list[at]]++;
    }
    tables.push_back(std::move(t));
  }
  auto extras = array<ExtraReloc>(extra_bytes_);
  for (const ExtraReloc &e : extras) {
    if (e.symbol == 0 || e.symbol >= symbols.size())
      return fail("relocation of no symbol");
    counts[e.symbol]++;
  }
  std::uint32_t total = 0;
  for (std::size_t i = 0; i < symbols.size(); i++) {
    symbols[i].first_reloc = total;
    symbols[i].reloc_count = counts[i];
    total += counts[i];
    counts[i] = symbols[i].first_reloc;
  }
  auto &relocs = object_->relocs_;
  relocs.resize(total);
  auto add = [&](std::uint32_t symbol, const Reloc &r) {
    const ObjectSymbol &s = symbols[symbol];
    if (r.target.raw == 0 || r.target.raw >= symbols.size())
      return failSymbol(s, "relocation names no symbol");
    unsigned n = relocBytes(r.kind);
    if (n && (s.bytes.size() < n || r.offset > s.bytes.size() - n))
      return failSymbol(s, "relocation at " + std::to_string(r.offset) + " lies outside it");
    relocs[counts[symbol]++] = r;
    return true;
  };
  for (const Table &t : tables)
    for (std::size_t i = 0; i < t.relas.size(); i++) {
      const elf::Rela &r = t.relas[i];
      const ObjectSymbol &s = symbols[t.owner[i]];
      Reloc out;
      if (!relocKindOfElf(r.type(), out.kind))
        return failSymbol(s, "unknown relocation type " + std::to_string(r.type()));
      out.offset = std::uint32_t(r.offset - s.place);
      out.target = SymbolId(r.sym());
      out.addend = r.addend;
      if (!add(t.owner[i], out))
        return false;
    }
  for (const ExtraReloc &e : extras) {
    RelocKind kind = RelocKind(e.kind);
    bool known = (e.kind >= std::uint32_t(RelocKind::TypeOff32) && e.kind <= std::uint32_t(RelocKind::MethodOff32)) ||
                 (e.kind >= std::uint32_t(RelocKind::Keep) && e.kind <= std::uint32_t(RelocKind::InitOrder));
    if (!known)
      return failSymbol(symbols[e.symbol], "unknown relocation kind " + std::to_string(e.kind));
    if (!add(e.symbol, {e.offset, kind, SymbolId(e.target), e.addend}))
      return false;
  }
  return true;
}

bool ObjectParser::readPackage() {
  BlobReader in(object_->blob_, header_.package_at);
  object_->package_path_ = in.text();
  object_->files_.resize(in.count());
  for (auto &f : object_->files_)
    f = in.text();
  object_->imports_.resize(in.count());
  for (auto &i : object_->imports_) {
    i.path = in.text();
    i.fingerprint = in.number();
  }
  if (std::uint64_t debug_at = in.number(); debug_at != 0 && !in.bad) {
    if (debug_at >= object_->blob_.size())
      return fail("debug information outside the file");
    BlobReader debug(object_->blob_, debug_at);
    object_->debug_ = debug.bytes();
    in.bad |= debug.bad;
  }
  object_->shown_names_.resize(in.count());
  for (auto &n : object_->shown_names_) {
    n.name = in.text();
    n.shown = in.text();
  }
  if (in.bad || header_.package_at >= object_->blob_.size())
    return fail("package record is truncated");
  return true;
}

bool ObjectParser::checkFuncs() {
  FuncView f;
  const auto file_count = std::int64_t(object_->files_.size());
  for (const ObjectSymbol &s : object_->symbols_) {
    if (!s.func_at)
      continue;
    if (s.kind != SymbolKind::Text)
      return failSymbol(s, "function record of something else");
    BlobReader in(object_->blob_, s.func_at);
    readRecord(in, f);
    if (in.bad || s.func_at >= object_->blob_.size())
      return failSymbol(s, "function record is truncated");
    for (SymbolId id : f.funcdata)
      if (id.valid() && id.raw >= object_->symbols_.size())
        return failSymbol(s, "funcdata names no symbol");
    for (std::size_t i = 0; i < f.inline_tree.size(); i++) {
      if (f.inline_tree[i].parent < -1 || f.inline_tree[i].parent >= std::int64_t(i))
        return failSymbol(s, "inline tree");
      if (f.inline_tree[i].file >= file_count)
        return failSymbol(s, "inline tree names no file");
    }
    PcTableReader files(f.pcfile);
    while (files.next())
      if (files.value < -1 || files.value >= file_count)
        return failSymbol(s, "line table names no file");
  }
  return true;
}

ErrorOr<std::unique_ptr<ObjectFile>> ObjectFile::parse(std::string name, std::string_view bytes) {
  return ObjectParser(std::move(name), bytes).run();
}

bool ObjectFile::isObject(std::string_view bytes) {
  ObjectParser parser({}, bytes);
  return parser.readSections() && !parser.meta().empty();
}

FuncView ObjectFile::func(const ObjectSymbol &s) const {
  FuncView out;
  readFunc(s, out);
  return out;
}

void ObjectFile::readFunc(const ObjectSymbol &s, FuncView &out) const {
  GANNET_CHECK(s.func_at != 0, "function record");
  BlobReader in(blob_, s.func_at);
  readRecord(in, out);
}

} // namespace gannet::object
