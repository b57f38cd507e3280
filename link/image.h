// The output in the making: sections with what stands in them, and their addresses.
#ifndef GANNET_LINK_IMAGE_H
#define GANNET_LINK_IMAGE_H

#include "compiler/base/little_endian.h"
#include "link/byte_buffer.h"
#include "link/model.h"

namespace gannet::link {

// A run of atoms that are placed together, in order. Offsets are relative until layout is fixed.
struct Region {
  std::vector<AtomId> atoms;
  std::uint64_t size = 0;
  std::uint64_t align = 1;
  std::uint64_t addr = 0;
};

struct OutputSection {
  std::string name;
  std::uint32_t type = 0;
  std::uint64_t flags = 0;
  std::uint64_t addr = 0;
  std::uint64_t offset = 0;
  std::uint64_t size = 0;
  std::uint64_t align = 1;
  std::uint32_t link = 0;
  std::uint32_t info = 0;
  std::uint64_t entsize = 0;
  std::string_view bytes;            // of sections without atoms; what it shows lives as long as the image
  std::vector<const Region *> regions; // of sections with atoms
};

inline std::uint64_t roundUp(std::uint64_t v, std::uint64_t align) { return (v + align - 1) & ~(align - 1); }

struct Image {
  std::uint64_t page_bytes = 0; // of the target

  // In this order within their sections.
  Region text, c_text;
  Region strings, rodata, relro, types, itabs, funcdata, got; // relro: what holds addresses, if they change at start
  Region noptrdata, data, bss, noptrbss, tls;

  std::string typelinks;  // int32 offsets, final as soon as types are placed
  ByteBuffer pclntab;     // .gopclntab with the find table behind it
  std::uint64_t findfunc_at = 0; // in pclntab
  ByteBuffer inline_trees; // behind the function data
  std::uint64_t inline_trees_at = 0; // relative to funcdata
  std::string gc_masks;   // pointer bitmaps: of .data, and of .bss behind it
  std::uint64_t gc_bss_at = 0; // in gc_masks
  std::string itab_links;
  std::string build_info;
  std::string build_id_note;
  std::string relative_relocs; // .relr.dyn of a program that may be loaded anywhere
  std::string dynamic;         // .dynamic of one
  ByteBuffer symbols, symbol_names, section_names;
  std::uint64_t tls_size = 0; // of the block, the g slot included, rounded

  std::vector<OutputSection> sections; // [0] is null
  struct Segment {
    std::uint32_t flags;
    std::uint64_t offset, addr, file_size, mem_size;
  };
  std::vector<Segment> segments; // that are loaded
  std::uint64_t relro_end = 0;   // of what is read-only once it is relocated, which is the start of the last segment
  std::uint64_t entry = 0;
  std::size_t fips_first[4] = {}; // in text, rodata, noptrdata, data: the first atom of the FIPS 140 module
};

// layout.cc: a counter of coverage.
bool isCoverageCounter(const Atom &atom);

void placeAtoms(Link &link, Image &image);      // layout.cc: regions, relative
void makePclntab(Link &link, Image &image);     // pclntab.cc
void makeGcMasks(Link &link, Image &image);     // gc_masks.cc
void assignAddresses(Link &link, Image &image); // addresses.cc
std::uint64_t textAddress(const Link &link, const Image &image); // of .text, as soon as atoms are placed
void addSymbolTable(Image &image);              // symtab.cc: its sections, which are filled later
void fillSymbolTable(const Link &link, Image &image);

// loaded_parts.cc: what is loaded, with relocations applied. It is made in parts, side by side, when all have their addresses.
class LoadedParts {
public:
  LoadedParts(const Link &link, const Image &image);
  std::size_t size() const { return parts_.size(); }
  void make(std::size_t part);
  // The bytes of the file from its start, when all are made; the headers are missing yet.
  std::span<char> bytes() { return {bytes_.get(), size_}; }
  void addErrors(Link &link) const;

private:
  struct Part {
    std::uint64_t shift; // from addresses to places in the file
    std::span<const AtomId> atoms;
    std::vector<std::string> errors;
  };
  void patch(const Atom &atom, std::uint8_t *bytes, std::vector<std::string> &errors) const;

  const Link &link_;
  const Image &image_;
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::vector<Part> parts_;
};

// elf_output.cc: places what is not loaded, when it is there, and writes the file.
ErrorOr<void> writeImage(const Link &link, Image &image, std::span<char> loaded);

// dwarf.cc: debug information, in units that several threads may make at a time, as soon as atoms are placed; then in sections.
class DwarfMaker;
class DwarfUnits {
public:
  DwarfUnits(Link &link, Image &image);
  ~DwarfUnits();
  std::size_t size() const;
  void make(std::size_t unit);
  // When all are made and everything has its address: tells the units of each other and adds the sections, without contents.
  void join();
  std::size_t sections() const;
  void finish(std::size_t section); // several threads may do so at a time

private:
  std::unique_ptr<DwarfMaker> maker_;
};

// pie.cc. Whether the contents have an address in them that changes with the place at which the program is loaded.
bool holdsAddress(const Link &link, const Atom &atom);
// Refuses what cannot be loaded anywhere: short addresses, and addresses in what is never written.
void checkMovable(Link &link, const Image &image);
// The addresses to be changed at start, as section .relr.dyn lists them, in at least so many bytes; and section .dynamic.
std::string relativeRelocs(const Link &link, const Image &image, std::size_t least_bytes);
std::string dynamicSection(const Image &image);

// fips.cc: puts the FIPS 140 module's atoms last in their regions; tells where that is; writes the checksum into the
// finished program.
void gatherFips(Link &link, Image &image);
void setFipsBounds(Link &link, const Image &image);
void sumFips(Link &link, const Image &image, std::span<char> loaded);

// A source file as tracebacks and debuggers show it: "$GOROOT" stands for the library's place, if the link is told of it.
std::string shownFile(const Link &link, std::string_view file);

// Name as tools show it: without the suffix that tells ABIs apart.
std::string_view shownName(std::string_view name);

} // namespace gannet::link

#endif
