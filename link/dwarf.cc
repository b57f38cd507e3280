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
std::string compressed(const std::string &bytes, std::size_t head, DwarfCompression how) {
  std::string out;
  if (how == DwarfCompression::Zlib) {
    uLongf n = compressBound(bytes.size());
    out.resize(head + n);
    if (compress2(reinterpret_cast<Bytef *>(out.data() + head), &n, reinterpret_cast<const Bytef *>(bytes.data()), bytes.size(),
                  kFastest) != Z_OK)
      return {};
    out.resize(head + n);
  } else {
    out.resize(head + ZSTD_compressBound(bytes.size()));
    std::size_t n = ZSTD_compress(out.data() + head, out.size() - head, bytes.data(), bytes.size(), kFastest);
    if (ZSTD_isError(n))
      return {};
    out.resize(head + n);
  }
  return out;
}

// Puts the section's bytes behind a compression header, if that is shorter. Source: ELF gABI, "Section Compression".
void compress(OutputSection &s, DwarfCompression how) {
  constexpr std::size_t kHeaderBytes = 24;
  std::string packed = compressed(s.bytes, kHeaderBytes, how);
  if (packed.empty() || packed.size() >= s.bytes.size())
    return;
  const std::uint64_t header[] = {how == DwarfCompression::Zlib ? elf::kCompressZlib : elf::kCompressZstd, s.bytes.size(), s.align};
  std::memcpy(packed.data(), header, sizeof header);
  s.bytes = std::move(packed);
  s.flags |= elf::kShfCompressed;
  s.align = 8;
}

// Debuggers tell Go by the first words, and its version by what stands up to the end or a semicolon.
std::string producerOf(const std::string &go_version) {
  return "Go cmd/compile " + go_version.substr(0, go_version.find('-')) + "; gannet";
}

// A section in the making: what stands before all units, and then a part of each.
struct Section {
  const char *name;
  DwarfBytes DwarfUnit::*part;
  DwarfBytes bytes;
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
  void finish() {
    for (DwarfUnit &u : units_)
      for (std::string &e : u.errors)
        link_.error(std::move(e));
    startRanges();
    startLocationLists(locations_.bytes);
    commonFrame();
    join();
    addSections();
  }

private:
  void partition();
  void startRanges();
  void commonFrame();
  void join();
  void addSections();
  void add(const char *name, std::string bytes) {
    OutputSection &s = image_.sections.emplace_back();
    s.name = name;
    s.type = elf::kShtProgbits;
    s.align = std::string_view(name) == ".debug_frame" ? 8 : 1;
    s.bytes = std::move(bytes);
  }

  Link &link_;
  Image &image_;
  std::string producer_;
  DwarfTypes types_;
  std::vector<DwarfUnit> units_;
  Section frame_{".debug_frame", &DwarfUnit::frame, {}}, info_{".debug_info", &DwarfUnit::info, {}},
      line_{".debug_line", &DwarfUnit::line, {}}, locations_{".debug_loclists", &DwarfUnit::locations, {}},
      ranges_{".debug_rnglists", &DwarfUnit::ranges, {}};
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
void DwarfMaker::startRanges() {
  ranges_.bytes.reserve32();
  ranges_.bytes.number(5, 2);
  ranges_.bytes.u8(8);
  ranges_.bytes.u8(0);
  ranges_.bytes.number(0, 4); // no offsets
}

// The frame at a function's entry: the caller's is 8 above SP, the return address below that.
void DwarfMaker::commonFrame() {
  std::size_t length = frame_.bytes.reserve32();
  frame_.bytes.number(0xffffffff, 4);
  frame_.bytes.u8(3); // version: that of DWARF 3, which is all that Delve reads
  frame_.bytes.u8(0); // no augmentation
  frame_.bytes.uleb(1);
  frame_.bytes.sleb(-8);
  frame_.bytes.uleb(16);   // return address
  frame_.bytes.u8(0x0c);   // def_cfa SP+8
  frame_.bytes.uleb(7);
  frame_.bytes.uleb(8);
  frame_.bytes.u8(0x80 | 16); // return address at CFA-8
  frame_.bytes.uleb(1);
  while ((frame_.bytes.data.size() - 4) % 8)
    frame_.bytes.u8(0);
  frame_.bytes.patch32(length, frame_.bytes.data.size() - length - 4);
}

// Puts the parts of the units one behind the other, each moved to where it stands.
void DwarfMaker::join() {
  // Equal types of several files are one entry, of the first reference to it.
  std::vector<std::vector<DwarfTypes::EntryId>> entries;
  for (const DwarfUnit &u : units_)
    entries.push_back(types_.entriesOf(u.file, u.references.targets()));
  std::size_t info_at = 0, line_at = 0, ranges_at = ranges_.bytes.data.size(), locations_at = locations_.bytes.data.size();
  struct Bases {
    std::size_t line, ranges, locations;
  };
  std::vector<Bases> bases;
  for (const DwarfUnit &u : units_) {
    bases.push_back({line_at, ranges_at, locations_at});
    info_at += u.info.data.size();
    line_at += u.line.data.size();
    ranges_at += u.ranges.data.size();
    locations_at += u.locations.data.size();
  }
  DwarfBytes type_unit = types_.makeUnit(producer_, info_at);
  parallelFor(units_.size(), link_.threads, [&](std::size_t i, unsigned) {
    DwarfUnit &u = units_[i];
    u.info.add32(u.to_line, bases[i].line);
    for (std::size_t at : u.to_ranges)
      u.info.add32(at, bases[i].ranges);
    for (std::size_t at : u.to_locations)
      u.info.add32(at, bases[i].locations);
    for (auto [at, variable] : u.to_variables)
      u.info.patch64(at, link_.address(variable));
    for (const DwarfReferences::Place &p : u.references.places())
      u.info.patch32(p.at, types_.offsetOf(entries[i][p.target]));
  });
  Section *const sections[] = {&frame_, &info_, &line_, &locations_, &ranges_};
  parallelFor(std::size(sections), link_.threads, [&](std::size_t i, unsigned) {
    Section &s = *sections[i];
    std::size_t size = s.bytes.data.size() + (&s == &info_ ? type_unit.data.size() : 0);
    for (const DwarfUnit &u : units_)
      size += (u.*s.part).data.size();
    s.bytes.data.reserve(size);
    for (DwarfUnit &u : units_)
      s.bytes.data += std::exchange((u.*s.part).data, {});
  });
  info_.bytes.data += type_unit.data;
  ranges_.bytes.closeLength(0);
  locations_.bytes.closeLength(0);
}

void DwarfMaker::addSections() {
  const std::size_t first = image_.sections.size();
  add(".debug_abbrev", dwarfAbbreviations());
  for (Section *s : {&frame_, &info_, &line_, &locations_, &ranges_})
    add(s->name, std::move(s->bytes.data));
  if (link_.options.compress_dwarf != DwarfCompression::None)
    parallelFor(image_.sections.size() - first, link_.threads,
                [&](std::size_t i, unsigned) { compress(image_.sections[first + i], link_.options.compress_dwarf); });
}

DwarfUnits::DwarfUnits(Link &link, Image &image) : maker_(std::make_unique<DwarfMaker>(link, image)) {}
DwarfUnits::~DwarfUnits() = default;
std::size_t DwarfUnits::size() const { return maker_->units(); }
void DwarfUnits::make(std::size_t unit) { maker_->makeUnit(unit); }
void DwarfUnits::addSections() { maker_->finish(); }

} // namespace gannet::link
