// Debug information (DWARF 5) for debuggers: a unit for each object file (dwarf_unit.h) and a unit of all types (dwarf_types.h).
// Functions come from the function records, so that it says what tracebacks say. Units are made by all threads and put together
// in the order of the text.
#include "link/dwarf_bytes.h"
#include "link/dwarf_locations.h"
#include "link/dwarf_types.h"
#include "link/dwarf_unit.h"
#include "link/image.h"

#include "compiler/base/parallel.h"
#include "compiler/object/elf.h"

#include <cstring>
#include <utility>
#include <zlib.h>
#include <zstd.h>

namespace gannet::link {

namespace {

constexpr int kFastest = 1; // compression level, of both libraries

// The bytes compressed, behind `head` bytes that are left free; empty on failure.
ByteBuffer compressed(std::string_view bytes, std::size_t head, DwarfCompression how) {
  const bool zlib = how == DwarfCompression::Zlib;
  const std::size_t most = zlib ? compressBound(bytes.size()) : ZSTD_compressBound(bytes.size());
  ByteBuffer out;
  char *start = out.room(head + most) + head;
  if (zlib) {
    uLongf n = most;
    if (compress2(reinterpret_cast<Bytef *>(start), &n, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size(), kFastest) == Z_OK)
      out.advance(start + n);
  } else {
    const std::size_t n = ZSTD_compress(start, most, bytes.data(), bytes.size(), kFastest);
    if (!ZSTD_isError(n))
      out.advance(start + n);
  }
  return out;
}

// Puts the section's contents behind a compression header, if that is shorter. Source: ELF gABI, "Section Compression".
void compress(OutputSection &s, ByteBuffer &contents, DwarfCompression how) {
  constexpr std::size_t kHeaderBytes = 24;
  ByteBuffer packed = compressed(contents.view(), kHeaderBytes, how);
  if (packed.size() == 0 || packed.size() >= contents.size())
    return;
  const std::uint64_t header[] = {how == DwarfCompression::Zlib ? elf::kCompressZlib : elf::kCompressZstd, contents.size(), s.align};
  static_assert(sizeof header == kHeaderBytes);
  std::memcpy(&packed[0], header, sizeof header);
  contents = std::move(packed);
  s.flags |= elf::kShfCompressed;
  s.align = 8;
}

// Debuggers tell Go by the first words, and its version by what stands up to the end or a semicolon.
std::string producerOf(const std::string &go_version) {
  return "Go cmd/compile " + go_version.substr(0, go_version.find('-')) + "; gannet";
}

// A section in the making: what stands before all units, a part of each, and what stands behind them.
struct Section {
  const char *name;
  DwarfBytes DwarfUnit::*part = nullptr;
  DwarfBytes bytes{};
  DwarfBytes last{};
  std::size_t place = 0; // among the sections of the image
};

} // namespace

class DwarfMaker {
public:
  DwarfMaker(Link &link, Image &image)
      : link_(link), image_(image), producer_(producerOf(link.options.go_version)), types_(link) {
    partition();
  }

  std::size_t units() const { return units_.size(); }
  void makeUnit(std::size_t i) { writeUnit(link_, types_, producer_, textAddress(link_, image_), units_[i]); }
  std::size_t sections() const { return std::size(sections_); }
  void join();
  void finish(std::size_t section);

private:
  void partition();
  void startRanges(DwarfBytes &out);
  void commonFrame(DwarfBytes &out);
  void makeReferences();
  void addSections();

  Link &link_;
  Image &image_;
  std::string producer_;
  DwarfTypes types_;
  std::vector<DwarfUnit> units_;
  enum { Abbrev, Frame, Info, Line, Locations, Ranges };
  Section sections_[6] = {{".debug_abbrev"},
                          {".debug_frame", &DwarfUnit::frame},
                          {".debug_info", &DwarfUnit::info},
                          {".debug_line", &DwarfUnit::line},
                          {".debug_loclists", &DwarfUnit::locations},
                          {".debug_rnglists", &DwarfUnit::ranges}};
};

// A unit for each run of atoms of one file.
void DwarfMaker::partition() {
  const std::vector<AtomId> &atoms = image_.text.atoms;
  std::vector<bool> seen(link_.files.size());
  for (std::size_t from = 0, to; from < atoms.size(); from = to) {
    const std::uint32_t file = link_[atoms[from]].file;
    for (to = from; to < atoms.size() && link_[atoms[to]].file == file;)
      to++;
    if (!link_.files[file].object)
      continue;
    DwarfUnit &unit = units_.emplace_back();
    unit.file = file;
    unit.atoms = {atoms.data() + from, to - from};
    unit.tells_globals = !seen[file];
    seen[file] = true;
  }
}

// One list table for the program; references to it count from the start of the section.
void DwarfMaker::startRanges(DwarfBytes &out) {
  out.reserve32();
  out.number(5, 2);
  out.u8(8);
  out.u8(0);
  out.number(0, 4); // no offsets
}

// The frame at a function's entry: the caller's is 8 above SP, the return address below that.
void DwarfMaker::commonFrame(DwarfBytes &out) {
  std::size_t length = out.reserve32();
  out.number(0xffffffff, 4);
  out.u8(3); // version: that of DWARF 3, which is all that Delve reads
  out.u8(0); // no augmentation
  out.uleb(1);
  out.sleb(-8);
  out.uleb(16);   // return address
  out.u8(0x0c);   // def_cfa SP+8
  out.uleb(7);
  out.uleb(8);
  out.u8(0x80 | 16); // return address at CFA-8
  out.uleb(1);
  while ((out.size() - 4) % 8)
    out.u8(0);
  out.patch32(length, out.size() - length - 4);
}

void DwarfMaker::join() {
  for (DwarfUnit &u : units_)
    for (std::string &e : u.errors)
      link_.error(std::move(e));
  sections_[Abbrev].bytes = dwarfAbbreviations();
  commonFrame(sections_[Frame].bytes);
  startLocationLists(sections_[Locations].bytes);
  startRanges(sections_[Ranges].bytes);
  makeReferences();
  addSections();
}

// Fills in what a unit says of its place in other sections, of the unit of types, and of addresses.
void DwarfMaker::makeReferences() {
  // Equal types of several files are one entry, of the first reference to it.
  std::vector<std::vector<DwarfTypes::EntryId>> entries;
  for (const DwarfUnit &u : units_)
    entries.push_back(types_.entriesOf(u.file, u.references.targets()));
  struct Bases {
    std::size_t info = 0, line = 0, ranges = 0, locations = 0;
  };
  Bases at{.ranges = sections_[Ranges].bytes.size(), .locations = sections_[Locations].bytes.size()};
  std::vector<Bases> bases;
  for (const DwarfUnit &u : units_) {
    bases.push_back(at);
    at = {at.info + u.info.size(), at.line + u.line.size(), at.ranges + u.ranges.size(), at.locations + u.locations.size()};
  }
  sections_[Info].last = types_.makeUnit(producer_, at.info);
  parallelFor(units_.size(), link_.threads, [&](std::size_t i, unsigned) {
    DwarfUnit &u = units_[i];
    u.info.add32(u.to_line, bases[i].line);
    for (std::size_t place : u.to_ranges)
      u.info.add32(place, bases[i].ranges);
    for (std::size_t place : u.to_locations)
      u.info.add32(place, bases[i].locations);
    for (auto [place, variable] : u.to_variables)
      u.info.patch64(place, link_.address(variable));
    for (const DwarfReferences::Place &p : u.references.places())
      u.info.patch32(p.at, types_.offsetOf(entries[i][p.target]));
  });
}

void DwarfMaker::addSections() {
  for (Section &from : sections_) {
    from.place = image_.sections.size();
    OutputSection &s = image_.sections.emplace_back();
    s.name = from.name;
    s.type = elf::kShtProgbits;
    s.align = &from == &sections_[Frame] ? 8 : 1;
  }
}

// Puts the parts of the units one behind the other.
void DwarfMaker::finish(std::size_t section) {
  Section &s = sections_[section];
  std::size_t size = s.bytes.size() + s.last.size();
  if (s.part)
    for (const DwarfUnit &u : units_)
      size += (u.*s.part).size();
  s.bytes.reserve(size);
  if (s.part)
    for (DwarfUnit &u : units_)
      s.bytes.append(std::exchange(u.*s.part, {}).view());
  s.bytes.append(std::exchange(s.last, {}).view());
  if (section == Locations || section == Ranges)
    s.bytes.closeLength(0);
  OutputSection &out = image_.sections[s.place];
  if (link_.options.compress_dwarf != DwarfCompression::None)
    compress(out, s.bytes, link_.options.compress_dwarf);
  out.bytes = s.bytes.view();
}

DwarfUnits::DwarfUnits(Link &link, Image &image) : maker_(std::make_unique<DwarfMaker>(link, image)) {}
DwarfUnits::~DwarfUnits() = default;
std::size_t DwarfUnits::size() const { return maker_->units(); }
void DwarfUnits::make(std::size_t unit) { maker_->makeUnit(unit); }
void DwarfUnits::join() { maker_->join(); }
std::size_t DwarfUnits::sections() const { return maker_->sections(); }
void DwarfUnits::finish(std::size_t section) { maker_->finish(section); }

} // namespace gannet::link
