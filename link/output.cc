// Writes the executable: copies atoms to their places, applies relocations, adds headers.
#include "link/image.h"

#include "compiler/base/parallel.h"
#include "compiler/object/elf.h"

#include <cstring>
#include <mutex>

namespace gannet::link {

namespace {

// MOV r64, [rip+slot] and LEA r64, [rip+what the slot holds] differ in this byte. Source: x86-64 psABI, "Optimize GOTPCRELX
// Relocations".
constexpr std::uint8_t kMov = 0x8b, kLea = 0x8d;

class Patcher {
public:
  Patcher(const Link &link, const Image &image, std::string &out) : link_(link), image_(image), out_(out) {}

  // Copies the atoms of a region and patches them, in parallel.
  void write(const OutputSection &section, const Region &region, std::vector<std::string> &errors) {
    constexpr std::size_t kBatch = 256;
    std::size_t batches = (region.atoms.size() + kBatch - 1) / kBatch;
    std::vector<std::vector<std::string>> problems(batches);
    parallelFor(batches, link_.threads, [&](std::size_t batch, unsigned) {
      std::size_t end = std::min(region.atoms.size(), (batch + 1) * kBatch);
      for (std::size_t i = batch * kBatch; i < end; i++) {
        const Atom &a = link_[region.atoms[i]];
        char *at = out_.data() + section.offset + (a.addr - section.addr);
        if (!a.bytes.empty())
          std::memcpy(at, a.bytes.data(), a.bytes.size());
        patch(a, reinterpret_cast<std::uint8_t *>(at), problems[batch]);
      }
    });
    for (auto &list : problems)
      for (auto &p : list)
        errors.push_back(std::move(p));
  }

private:
  void patch(const Atom &a, std::uint8_t *bytes, std::vector<std::string> &errors) const;

  const Link &link_;
  const Image &image_;
  std::string &out_;
};

void Patcher::patch(const Atom &a, std::uint8_t *bytes, std::vector<std::string> &errors) const {
  auto put = [&](std::uint32_t at, std::uint64_t v, int n) {
    for (int i = 0; i < n; i++)
      bytes[at + std::uint32_t(i)] = std::uint8_t(v >> (8 * i));
  };
  for (const object::Reloc &r : a.relocs) {
    unsigned width = object::relocBytes(r.kind);
    if (!width)
      continue;
    SymId target = link_.target(a, r);
    const Symbol &s = link_[target];
    std::uint64_t place = a.addr + r.offset;
    std::uint64_t value = link_.address(target) + std::uint64_t(r.addend);
    bool kept = link_.reachable(target);
    auto overflow = [&](const char *what) {
      errors.push_back(std::string(a.name) + ": relocation at +" + std::to_string(r.offset) + " to " +
                       std::string(s.name) + " does not fit (" + what + ")");
    };
    switch (r.kind) {
    case RelocKind::Abs64:
      put(r.offset, value, 8);
      break;
    case RelocKind::WeakAbs64:
      put(r.offset, kept ? value : 0, 8);
      break;
    case RelocKind::PcRel64:
      put(r.offset, value - place, 8);
      break;
    case RelocKind::Abs32:
      if (value >> 32)
        overflow("32 bits unsigned");
      put(r.offset, value, 4);
      break;
    case RelocKind::Abs32S:
      if (std::int64_t(value) != std::int32_t(value))
        overflow("32 bits signed");
      put(r.offset, value, 4);
      break;
    case RelocKind::Abs16:
      if (value >> 16)
        overflow("16 bits");
      put(r.offset, value, 2);
      break;
    case RelocKind::Abs8:
      if (value >> 8)
        overflow("8 bits");
      put(r.offset, value, 1);
      break;
    case RelocKind::PcRel32:
    case RelocKind::Call32: {
      std::int64_t distance = std::int64_t(value - place);
      if (distance != std::int32_t(distance))
        overflow("32 bits relative");
      put(r.offset, std::uint64_t(distance), 4);
      break;
    }
    case RelocKind::TypeOff32:
      put(r.offset, value - image_.types.addr, 4);
      break;
    case RelocKind::WeakTypeOff32:
      put(r.offset, kept ? value - image_.types.addr : 0, 4);
      break;
    case RelocKind::TextOff32:
      put(r.offset, value - image_.text.addr, 4);
      break;
    case RelocKind::MethodOff32: {
      // Mtyp is an offset among types, Ifn and Tfn are offsets in the text. -1: the method was dropped.
      bool is_text = s.atom.valid() && link_[s.atom].kind == SymbolKind::Text;
      put(r.offset, !kept ? ~std::uint64_t(0) : value - (is_text ? image_.text.addr : image_.types.addr), 4);
      break;
    }
    case RelocKind::TlsLe32:
      put(r.offset, s.absolute ? value : value - image_.tls_size, 4);
      break;
    case RelocKind::GotPcRelX32:
      if (isRelaxed(link_, a, r)) {
        bytes[r.offset - 2] = kLea;
        put(r.offset, value - place, 4);
        break;
      }
      [[fallthrough]];
    case RelocKind::GotPcRel32: {
      SymId slot = link_.find("go:got." + std::to_string(target.raw));
      std::uint64_t to = link_.address(slot) + std::uint64_t(r.addend);
      put(r.offset, to - place, 4);
      break;
    }
    case RelocKind::Size32:
      put(r.offset, s.size + std::uint64_t(r.addend), 4);
      break;
    case RelocKind::Size64:
      put(r.offset, s.size + std::uint64_t(r.addend), 8);
      break;
    case RelocKind::Keep:
    case RelocKind::UseIface:
    case RelocKind::UseIfaceMethod:
    case RelocKind::UseNamedMethod:
    case RelocKind::InitOrder:
      break;
    }
  }
}

} // namespace

bool isRelaxed(const Link &link, const Atom &a, const object::Reloc &r) {
  return r.kind == RelocKind::GotPcRelX32 && r.offset >= 2 && a.bytes[r.offset - 2] == kMov &&
         link[link.target(a, r)].atom.valid();
}

std::string writeImage(Link &link, Image &image) {
  auto &sections = image.sections;
  {
    OutputSection &s = sections.emplace_back();
    s.name = ".shstrtab";
    s.type = elf::kShtStrtab;
  }
  std::string names(1, 0);
  std::vector<std::uint32_t> name_at(sections.size());
  for (std::size_t i = 1; i < sections.size(); i++) {
    name_at[i] = std::uint32_t(names.size());
    names.append(sections[i].name).push_back(0);
  }
  sections.back().bytes = std::move(names);

  std::uint64_t end = 0;
  for (const OutputSection &s : sections)
    if ((s.flags & elf::kShfAlloc) && s.type != elf::kShtNobits)
      end = std::max(end, s.offset + s.size);
  for (OutputSection &s : sections) {
    if ((s.flags & elf::kShfAlloc) || s.type == elf::kShtNull)
      continue;
    end = (end + s.align - 1) & ~(s.align - 1);
    s.offset = end;
    s.size = s.bytes.size();
    end += s.size;
  }
  std::uint64_t headers_at = (end + 7) & ~std::uint64_t(7);
  std::string out(headers_at + sections.size() * sizeof(elf::Shdr), 0);

  // Breakpoints between functions, zeros elsewhere.
  for (const OutputSection &s : sections)
    if (s.flags & elf::kShfExec)
      std::memset(out.data() + s.offset, 0xcc, s.size);
  Patcher patcher(link, image, out);
  for (const OutputSection &s : sections) {
    if (s.type == elf::kShtNobits)
      continue;
    if (!s.bytes.empty())
      std::memcpy(out.data() + s.offset, s.bytes.data(), s.bytes.size());
    for (const Region *r : s.regions)
      patcher.write(s, *r, link.errors);
    for (const Region *r : s.regions)
      if (r == &image.funcdata && !image.inline_trees.empty())
        std::memcpy(out.data() + s.offset + (r->addr - s.addr) + image.inline_trees_at, image.inline_trees.data(),
                    image.inline_trees.size());
  }

  elf::Ehdr ehdr{};
  std::memcpy(ehdr.ident, elf::kMagic, 4);
  ehdr.ident[4] = 2;
  ehdr.ident[5] = 1;
  ehdr.ident[6] = 1;
  ehdr.type = link.options.pie ? elf::kDyn : elf::kExec;
  ehdr.machine = elf::kMachineX86_64;
  ehdr.version = 1;
  ehdr.entry = image.entry;
  ehdr.phoff = sizeof(elf::Ehdr);
  ehdr.shoff = headers_at;
  ehdr.ehsize = sizeof(elf::Ehdr);
  ehdr.phentsize = sizeof(elf::Phdr);
  ehdr.shentsize = sizeof(elf::Shdr);
  ehdr.shnum = std::uint16_t(sections.size());
  ehdr.shstrndx = std::uint16_t(sections.size() - 1);

  std::vector<elf::Phdr> segments;
  std::uint64_t base = image.segments.empty() ? 0 : image.segments[0].addr;
  elf::Phdr self{};
  self.type = elf::kPtPhdr;
  self.flags = elf::kPfR;
  self.offset = sizeof(elf::Ehdr);
  self.vaddr = self.paddr = base + sizeof(elf::Ehdr);
  self.align = 8;
  segments.push_back(self);
  for (const OutputSection &s : sections)
    if (s.type == elf::kShtNote) {
      elf::Phdr p{};
      p.type = elf::kPtNote;
      p.flags = elf::kPfR;
      p.offset = s.offset;
      p.vaddr = p.paddr = s.addr;
      p.filesz = p.memsz = s.size;
      p.align = s.align;
      segments.push_back(p);
    }
  for (const Image::Segment &s : image.segments) {
    elf::Phdr p{};
    p.type = elf::kPtLoad;
    p.flags = s.flags;
    p.offset = s.offset;
    p.vaddr = p.paddr = s.addr;
    p.filesz = s.file_size;
    p.memsz = s.mem_size;
    p.align = image.page_bytes;
    segments.push_back(p);
  }
  for (const OutputSection &s : sections)
    if (s.flags & elf::kShfTls) {
      elf::Phdr p{};
      p.type = elf::kPtTls;
      p.flags = elf::kPfR;
      p.offset = s.offset;
      p.vaddr = p.paddr = s.addr;
      p.memsz = s.size;
      p.align = s.align;
      segments.push_back(p);
    }
  for (const OutputSection &s : sections)
    if (s.type == elf::kShtDynamic) {
      elf::Phdr p{};
      p.type = elf::kPtDynamic;
      p.flags = elf::kPfR | elf::kPfW;
      p.offset = s.offset;
      p.vaddr = p.paddr = s.addr;
      p.filesz = p.memsz = s.size;
      p.align = s.align;
      segments.push_back(p);
    }
  if (image.relro_end) {
    const Image::Segment &s = image.segments.back();
    elf::Phdr p{};
    p.type = elf::kPtGnuRelro;
    p.flags = elf::kPfR;
    p.offset = s.offset;
    p.vaddr = p.paddr = s.addr;
    p.filesz = p.memsz = image.relro_end - s.addr;
    p.align = 1;
    segments.push_back(p);
  }
  elf::Phdr stack{};
  stack.type = elf::kPtGnuStack;
  stack.flags = elf::kPfR | elf::kPfW;
  stack.align = 8;
  segments.push_back(stack);
  segments[0].filesz = segments[0].memsz = segments.size() * sizeof(elf::Phdr);
  ehdr.phnum = std::uint16_t(segments.size());
  std::memcpy(out.data(), &ehdr, sizeof ehdr);
  std::memcpy(out.data() + sizeof ehdr, segments.data(), segments.size() * sizeof(elf::Phdr));

  for (std::size_t i = 1; i < sections.size(); i++) {
    const OutputSection &s = sections[i];
    elf::Shdr h{};
    h.name = name_at[i];
    h.type = s.type;
    h.flags = s.flags;
    h.addr = s.addr;
    h.offset = s.offset;
    h.size = s.size;
    h.link = s.link;
    h.info = s.info;
    h.addralign = s.align;
    h.entsize = s.entsize;
    std::memcpy(out.data() + headers_at + i * sizeof h, &h, sizeof h);
  }
  return out;
}

} // namespace gannet::link
