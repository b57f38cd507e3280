// Which sections there are and where they lie, in the file and in memory.
//
//   R X  ELF header, program headers, notes, .text: Go code, then C++ code. Profiles tell functions of one mapping by their
//        addresses, so that it begins before the first of them
//   R    .rodata .typelink .itablink .gopclntab
//   R W  .go.buildinfo .noptrdata .data .bss .noptrbss
//   TLS  the block below the thread pointer; its last word is g, at -8(FS)
//
// If the program may be loaded anywhere (pie.cc), what is read-only but for the addresses in it is at the start of the writable
// segment, which the runtime protects when it has relocated itself:
//
//   R    .rodata .typelink .gopclntab .relr.dyn .dynstr
//   R W  .data.rel.ro: the types, itabs, jump tables and so on; .itablink .dynamic | .go.buildinfo and so on
#include "link/image.h"

#include "compiler/object/elf.h"

#include <algorithm>

namespace gannet::link {

namespace {

using namespace elf;

std::uint64_t baseAddress(const Link &link, const Image &image) {
  std::uint64_t fixed = link.options.pie ? 0x1000 : 0x401000;
  return (link.options.text_address ? link.options.text_address : fixed) & ~(image.page_bytes - 1);
}

class SectionLayout {
public:
  SectionLayout(Link &link, Image &image) : link_(link), image_(image), page_(image.page_bytes) {}

  void run() {
    image_.sections.assign(1, {});
    image_.segments.clear();
    header();
    text();
    newSegment();
    readOnly();
    newSegment();
    if (link_.options.pie)
      readOnlyAfterStart();
    writable();
    threadLocal();
    define("runtime.loadbase", header_base_);
    define("runtime.relro", link_.options.pie ? image_.segments.back().addr : 0);
    define("runtime.erelro", image_.relro_end);
  }

private:
  void header();
  void text();
  void readOnly();
  void readOnlyAfterStart();
  void writable();
  void threadLocal();

  void defineTypes() {
    define("runtime.types", image_.types.addr);
    define("runtime.etypes", image_.types.addr + image_.types.size);
  }
  void itabLinks();
  void define(std::string_view name, std::uint64_t value);
  OutputSection &begin(const char *name, std::uint32_t type, std::uint64_t flags);
  void fill(OutputSection &s, std::initializer_list<Region *> regions);
  void advance(OutputSection &s);
  OutputSection &raw(const char *name, std::string_view bytes, std::uint64_t align, std::uint64_t flags);
  void newSegment();
  void endSegment(std::uint32_t flags, std::uint64_t file_end) {
    image_.segments.push_back({flags, start_offset_, start_addr_, file_end - start_offset_, addr_ - start_addr_});
  }

  Link &link_;
  Image &image_;
  std::uint64_t page_;
  std::uint64_t header_base_ = 0;
  std::uint64_t addr_ = 0, offset_ = 0;             // where the next section goes
  std::uint64_t start_addr_ = 0, start_offset_ = 0; // of the segment in the making
};

// The linker's own symbol of that name, and as assembly writes it.
void SectionLayout::define(std::string_view name, std::uint64_t value) {
  for (const std::string &n : {std::string(name), std::string(name) + ".abi0"}) {
    SymId id = link_.find(n);
    if (id.valid() && link_[id].absolute)
      link_[id].value = value;
  }
}

OutputSection &SectionLayout::begin(const char *name, std::uint32_t type, std::uint64_t flags) {
  OutputSection &s = image_.sections.emplace_back();
  s.name = name;
  s.type = type;
  s.flags = flags;
  return s;
}

// Puts regions one behind the other at the current address. They may have been elsewhere before.
void SectionLayout::fill(OutputSection &s, std::initializer_list<Region *> regions) {
  for (Region *r : regions)
    s.align = std::max(s.align, r->align);
  s.addr = roundUp(addr_, s.align);
  std::uint64_t at = s.addr;
  for (Region *r : regions) {
    at = roundUp(at, r->align);
    std::uint64_t moved = at - r->addr;
    r->addr = at;
    at += r->size;
    s.regions.push_back(r);
    for (AtomId id : r->atoms)
      link_[id].addr += moved;
  }
  s.size = at - s.addr;
}

void SectionLayout::advance(OutputSection &s) {
  offset_ += s.addr - addr_;
  s.offset = offset_;
  addr_ = s.addr + s.size;
  if (s.type != kShtNobits)
    offset_ += s.size;
}

OutputSection &SectionLayout::raw(const char *name, std::string_view bytes, std::uint64_t align, std::uint64_t flags) {
  OutputSection &s = begin(name, kShtProgbits, flags);
  s.align = align;
  s.addr = roundUp(addr_, align);
  s.size = bytes.size();
  s.bytes = bytes;
  advance(s);
  return s;
}

void SectionLayout::newSegment() {
  start_addr_ = addr_ = roundUp(addr_, page_);
  start_offset_ = offset_ = roundUp(offset_, page_);
}

void SectionLayout::header() {
  std::uint64_t base = baseAddress(link_, image_);
  header_base_ = base - page_;
  addr_ = base;
  offset_ = page_;
  start_addr_ = header_base_;
  if (image_.build_id_note.empty())
    return;
  OutputSection &s = begin(".note.go.buildid", kShtNote, kShfAlloc);
  s.align = 4;
  s.bytes = image_.build_id_note;
  s.size = s.bytes.size();
  s.offset = 0xf80 - roundUp(s.size, 16); // behind the program headers
  s.addr = header_base_ + s.offset;
}

void SectionLayout::text() {
  OutputSection &s = begin(".text", kShtProgbits, kShfAlloc | kShfExec);
  fill(s, {&image_.text, &image_.c_text});
  advance(s);
  define("runtime.text", s.addr);
  define("runtime.etext", s.addr + s.size);
  define("runtime.ctext", image_.c_text.addr);
  define("runtime.ectext", image_.c_text.addr + image_.c_text.size);
  endSegment(kPfR | kPfX, offset_);
}

void SectionLayout::itabLinks() {
  image_.itab_links.clear();
  for (AtomId id : image_.itabs.atoms)
    appendLe(image_.itab_links, link_[id].addr, 8);
  OutputSection &s = raw(".itablink", image_.itab_links, 8, kShfAlloc | (link_.options.pie ? kShfWrite : 0));
  define("runtime.itablink", s.addr);
  define("runtime.eitablink", s.addr + s.size);
}

void SectionLayout::readOnly() {
  OutputSection &s = begin(".rodata", kShtProgbits, kShfAlloc);
  image_.inline_trees_at = roundUp(image_.funcdata.size, 4);
  std::uint64_t funcdata_size = image_.funcdata.size;
  image_.funcdata.size = image_.inline_trees_at + image_.inline_trees.size();
  image_.funcdata.align = std::max<std::uint64_t>(image_.funcdata.align, 4);
  if (link_.options.pie)
    fill(s, {&image_.strings, &image_.rodata, &image_.funcdata});
  else
    fill(s, {&image_.strings, &image_.rodata, &image_.got, &image_.types, &image_.itabs, &image_.funcdata});
  image_.funcdata.size = funcdata_size;
  advance(s);
  define("runtime.rodata", s.addr);
  define("runtime.erodata", s.addr + s.size);
  define("go:func.*", image_.funcdata.addr);
  if (!link_.options.pie)
    defineTypes();
  OutputSection &masks = raw(".gcmask", image_.gc_masks, 8, kShfAlloc);
  define("runtime.gcdata", masks.addr);
  define("runtime.egcdata", masks.addr + image_.gc_bss_at);
  define("runtime.gcbss", masks.addr + image_.gc_bss_at);
  define("runtime.egcbss", masks.addr + masks.size);
  OutputSection &typelink = raw(".typelink", image_.typelinks, 4, kShfAlloc);
  define("runtime.typelink", typelink.addr);
  define("runtime.etypelink", typelink.addr + typelink.size);
  if (!link_.options.pie)
    itabLinks();
  OutputSection &pcln = raw(".gopclntab", image_.pclntab.view(), 32, kShfAlloc);
  define("runtime.pclntab", pcln.addr);
  define("runtime.epclntab", pcln.addr + image_.findfunc_at);
  define("runtime.findfunctab", pcln.addr + image_.findfunc_at);
  define("runtime.efindfunctab", pcln.addr + pcln.size);
  if (link_.options.pie) {
    OutputSection &relr = raw(".relr.dyn", image_.relative_relocs, 8, kShfAlloc);
    relr.type = kShtRelr;
    relr.entsize = 8;
    define("runtime.relr", relr.addr);
    define("runtime.erelr", relr.addr + relr.size);
    OutputSection &strings = raw(".dynstr", std::string_view("", 1), 1, kShfAlloc); // of no names, but a dynamic section has one
    strings.type = kShtStrtab;
  }
  endSegment(kPfR, offset_);
}

void SectionLayout::readOnlyAfterStart() {
  OutputSection &s = begin(".data.rel.ro", kShtProgbits, kShfAlloc | kShfWrite);
  fill(s, {&image_.relro, &image_.got, &image_.types, &image_.itabs});
  advance(s);
  defineTypes();
  itabLinks();
  image_.dynamic = dynamicSection(image_);
  OutputSection &dynamic = raw(".dynamic", image_.dynamic, 8, kShfAlloc | kShfWrite);
  dynamic.type = kShtDynamic;
  dynamic.entsize = 16;
  for (std::uint32_t i = 0; i < image_.sections.size(); i++)
    if (image_.sections[i].name == ".dynstr")
      dynamic.link = i;
  std::uint64_t end = roundUp(addr_, page_);
  offset_ += end - addr_;
  addr_ = image_.relro_end = end;
}

void SectionLayout::writable() {
  OutputSection &info = raw(".go.buildinfo", image_.build_info, 16, kShfAlloc | kShfWrite);
  define("go:buildinfo", info.addr);
  auto add = [&](const char *name, std::uint32_t type, Region &r, const char *from, const char *to) {
    OutputSection &s = begin(name, type, kShfAlloc | kShfWrite);
    fill(s, {&r});
    if (type != kShtNobits)
      advance(s);
    else {
      s.offset = offset_;
      addr_ = s.addr + s.size;
    }
    define(from, s.addr);
    define(to, s.addr + s.size);
  };
  add(".noptrdata", kShtProgbits, image_.noptrdata, "runtime.noptrdata", "runtime.enoptrdata");
  add(".data", kShtProgbits, image_.data, "runtime.data", "runtime.edata");
  std::uint64_t file_end = offset_;
  add(".bss", kShtNobits, image_.bss, "runtime.bss", "runtime.ebss");
  add(".noptrbss", kShtNobits, image_.noptrbss, "runtime.noptrbss", "runtime.enoptrbss");
  define("runtime.end", addr_);
  const auto &zeros = image_.noptrbss.atoms;
  auto counter = std::find_if(zeros.begin(), zeros.end(), [&](AtomId id) { return isCoverageCounter(link_[id]); });
  define("runtime.covctrs", counter == zeros.end() ? addr_ : link_[*counter].addr);
  define("runtime.ecovctrs", addr_);
  endSegment(kPfR | kPfW, file_end);
}

void SectionLayout::threadLocal() {
  OutputSection &s = begin(".tbss", kShtNobits, kShfAlloc | kShfWrite | kShfTls);
  s.align = image_.tls.align;
  s.addr = roundUp(image_.segments.back().addr, s.align);
  s.offset = offset_;
  s.size = image_.tls_size;
  s.regions.push_back(&image_.tls);
  define("runtime.tls_g", std::uint64_t(-8));
}

} // namespace

std::uint64_t textAddress(const Link &link, const Image &image) {
  return roundUp(baseAddress(link, image), std::max(image.text.align, image.c_text.align));
}

void assignAddresses(Link &link, Image &image) {
  SectionLayout(link, image).run();
  // What is listed depends on where it lies, and where that lies on the length of the list, which only grows.
  for (bool settled = !link.options.pie; !settled;) {
    std::size_t before = image.relative_relocs.size();
    image.relative_relocs = relativeRelocs(link, image, before);
    settled = image.relative_relocs.size() == before;
    if (!settled)
      SectionLayout(link, image).run();
  }
  for (OutputSection &s : image.sections)
    if (s.type == kShtRelr)
      s.bytes = image.relative_relocs;
  setFipsBounds(link, image);
  const std::string &entry = link.options.entry;
  SymId id = link.find(entry);
  if (!id.valid() || !link[id].defined())
    id = link.find(entry + ".abi0");
  image.entry = link.address(id);
}

} // namespace gannet::link
