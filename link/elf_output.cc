// The file: places for what is not loaded, headers, and all of it written.
#include "link/image.h"

#include "compiler/base/file.h"
#include "compiler/object/elf.h"

#include <algorithm>
#include <cstring>

namespace gannet::link {

namespace {

// Adds the section of section names. Gives where each name is in it.
std::vector<std::uint32_t> nameSections(Image &image) {
  OutputSection &own = image.sections.emplace_back();
  own.name = ".shstrtab";
  own.type = elf::kShtStrtab;
  std::vector<std::uint32_t> out;
  for (const OutputSection &s : image.sections) { // that of section 0 is empty
    out.push_back(std::uint32_t(image.section_names.size()));
    image.section_names.append(s.name);
    image.section_names.u8(0);
  }
  own.bytes = image.section_names.view();
  return out;
}

// The pieces of the file, one after the other.
class Pieces {
public:
  void add(std::string_view bytes) {
    list_.push_back(bytes);
    size_ += bytes.size();
  }
  void align(std::uint64_t to) {
    static constexpr char kZeros[64] = {};
    const std::uint64_t gap = roundUp(size_, to) - size_;
    if (gap)
      add({kZeros, std::size_t(gap)});
  }
  std::uint64_t size() const { return size_; }
  const std::vector<std::string_view> &list() const { return list_; }

private:
  std::vector<std::string_view> list_;
  std::uint64_t size_ = 0;
};

elf::Phdr segmentOf(const OutputSection &s, std::uint32_t type, std::uint32_t flags) {
  elf::Phdr p{};
  p.type = type;
  p.flags = flags;
  p.offset = s.offset;
  p.vaddr = p.paddr = s.addr;
  p.filesz = s.type == elf::kShtNobits ? 0 : s.size;
  p.memsz = s.size;
  p.align = s.align;
  return p;
}

elf::Phdr segmentOf(const Image::Segment &s) {
  elf::Phdr p{};
  p.type = elf::kPtLoad;
  p.flags = s.flags;
  p.offset = s.offset;
  p.vaddr = p.paddr = s.addr;
  p.filesz = s.file_size;
  p.memsz = s.mem_size;
  return p;
}

// What is read-only once it is relocated.
elf::Phdr relroSegment(const Image &image) {
  elf::Phdr p = segmentOf(image.segments.back());
  p.type = elf::kPtGnuRelro;
  p.flags = elf::kPfR;
  p.filesz = p.memsz = image.relro_end - p.vaddr;
  p.align = 1;
  return p;
}

std::vector<elf::Phdr> programHeaders(const Image &image) {
  std::vector<elf::Phdr> out;
  elf::Phdr self{};
  self.type = elf::kPtPhdr;
  self.flags = elf::kPfR;
  self.offset = sizeof(elf::Ehdr);
  self.vaddr = self.paddr = (image.segments.empty() ? 0 : image.segments[0].addr) + sizeof(elf::Ehdr);
  self.align = 8;
  out.push_back(self);
  auto ofSections = [&](auto which, std::uint32_t type, std::uint32_t flags) {
    for (const OutputSection &s : image.sections)
      if (which(s))
        out.push_back(segmentOf(s, type, flags));
  };
  ofSections([](const OutputSection &s) { return s.type == elf::kShtNote; }, elf::kPtNote, elf::kPfR);
  for (const Image::Segment &s : image.segments) {
    out.push_back(segmentOf(s));
    out.back().align = image.page_bytes;
  }
  ofSections([](const OutputSection &s) { return (s.flags & elf::kShfTls) != 0; }, elf::kPtTls, elf::kPfR);
  ofSections([](const OutputSection &s) { return s.type == elf::kShtDynamic; }, elf::kPtDynamic, elf::kPfR | elf::kPfW);
  if (image.relro_end)
    out.push_back(relroSegment(image));
  elf::Phdr stack{};
  stack.type = elf::kPtGnuStack;
  stack.flags = elf::kPfR | elf::kPfW;
  stack.align = 8;
  out.push_back(stack);
  out[0].filesz = out[0].memsz = out.size() * sizeof(elf::Phdr);
  return out;
}

elf::Ehdr fileHeader(const Link &link, const Image &image, std::size_t segments, std::uint64_t sections_at) {
  elf::Ehdr h{};
  std::memcpy(h.ident, elf::kMagic, 4);
  h.ident[4] = 2;
  h.ident[5] = 1;
  h.ident[6] = 1;
  h.type = link.options.pie ? elf::kDyn : elf::kExec;
  h.machine = elf::kMachineX86_64;
  h.version = 1;
  h.entry = image.entry;
  h.phoff = sizeof(elf::Ehdr);
  h.shoff = sections_at;
  h.ehsize = sizeof(elf::Ehdr);
  h.phentsize = sizeof(elf::Phdr);
  h.phnum = std::uint16_t(segments);
  h.shentsize = sizeof(elf::Shdr);
  h.shnum = std::uint16_t(image.sections.size());
  h.shstrndx = std::uint16_t(image.sections.size() - 1);
  return h;
}

std::vector<elf::Shdr> sectionHeaders(const Image &image, const std::vector<std::uint32_t> &names) {
  std::vector<elf::Shdr> out(image.sections.size());
  for (std::size_t i = 1; i < out.size(); i++) {
    const OutputSection &s = image.sections[i];
    elf::Shdr &h = out[i];
    h.name = names[i];
    h.type = s.type;
    h.flags = s.flags;
    h.addr = s.addr;
    h.offset = s.offset;
    h.size = s.size;
    h.link = s.link;
    h.info = s.info;
    h.addralign = s.align;
    h.entsize = s.entsize;
  }
  return out;
}

template <typename T> std::string_view bytesOf(const std::vector<T> &list) {
  return {reinterpret_cast<const char *>(list.data()), list.size() * sizeof(T)};
}

} // namespace

ErrorOr<void> writeImage(const Link &link, Image &image, std::span<char> loaded) {
  const std::vector<std::uint32_t> names = nameSections(image);
  Pieces file;
  file.add({loaded.data(), loaded.size()});
  for (OutputSection &s : image.sections) {
    if ((s.flags & elf::kShfAlloc) || s.type == elf::kShtNull)
      continue;
    file.align(s.align);
    s.offset = file.size();
    s.size = s.bytes.size();
    file.add(s.bytes);
  }
  file.align(8);
  const std::vector<elf::Phdr> segments = programHeaders(image);
  const elf::Ehdr header = fileHeader(link, image, segments.size(), file.size());
  std::memcpy(loaded.data(), &header, sizeof header);
  std::memcpy(loaded.data() + sizeof header, segments.data(), segments.size() * sizeof(elf::Phdr));
  const std::vector<elf::Shdr> sections = sectionHeaders(image, names);
  file.add(bytesOf(sections));
  return writeFile(link.options.output, file.list(), /*executable=*/true);
}

} // namespace gannet::link
