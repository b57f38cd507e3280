// The code and data of the FIPS 140 module, and its checksum, which crypto/internal/fips140/check verifies at start.
//
// The module is what packages crypto/internal/fips140/... define (not their external tests). Its atoms stand together at the
// end of the four regions .text, .rodata, .noptrdata, .data. What the runtime writes to before the check has run, or what
// stands among the like of other packages, is not of it: inittasks, caches of assertions, dictionaries, function values. Nor
// is what holds addresses, if the program may be loaded anywhere.
//
// Variable go:fipsinfo tells the program where it all is:
//
//   [16]byte magic | [32]byte HMAC-SHA256, key of 32 zeros | its own address | 4 times {start, end}
//
// and the checksum is of "go fips object v1\n" and, for each part, its length (8 bytes, big-endian) and its bytes.
// Source: crypto/internal/fips140/check/check.go; cmd/internal/obj/fips140.go says what is of the module.
#include "link/image.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/SHA256.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace gannet::link {

namespace {

constexpr std::string_view kInfo = "go:fipsinfo";
constexpr std::string_view kMagic{"\xff Go fipsinfo \xff\0", 16};
constexpr std::uint32_t kSumAt = 16, kSumBytes = 32, kSelfAt = 48, kPartsAt = 56, kInfoBytes = 120;

struct Bounds {
  const char *start, *end;
};
constexpr Bounds kParts[] = {
    {"go:textfipsstart", "go:textfipsend"},
    {"go:rodatafipsstart", "go:rodatafipsend"},
    {"go:noptrdatafipsstart", "go:noptrdatafipsend"},
    {"go:datafipsstart", "go:datafipsend"},
};
static_assert(kPartsAt + std::size(kParts) * 16 == kInfoBytes);

// The path itself, or one below it; also as the head of a symbol's name.
bool isOfModule(std::string_view text) {
  constexpr std::string_view kPath = "crypto/internal/fips140";
  if (!text.starts_with(kPath))
    return false;
  text.remove_prefix(kPath.size());
  return text.empty() || text[0] == '.' || text[0] == '/';
}

bool isFipsAtom(const Link &link, const Atom &a) {
  std::string_view package = link.files[a.file].package;
  if (package.ends_with("_test"))
    return false;
  if (a.flags & object::kLocal)
    return isOfModule(package);
  if (!isOfModule(a.name))
    return false;
  if (a.kind == SymbolKind::Text)
    return true;
  for (std::string_view part : {"..inittask", "..typeAssert", ".dict", "·f"})
    if (a.name.find(part) != std::string_view::npos)
      return false;
  return true;
}

const Region &partOf(const Image &image, std::size_t part) {
  const Region *const regions[] = {&image.text, &image.rodata, &image.noptrdata, &image.data};
  return *regions[part];
}

using Sum = std::array<std::uint8_t, kSumBytes>;

// HMAC (RFC 2104) by a key of 32 zeros.
Sum keyedSum(std::string_view text) {
  constexpr std::size_t kBlockBytes = 64;
  auto hash = [](std::uint8_t pad, std::string_view what) {
    llvm::SHA256 sha;
    sha.update(llvm::StringRef(std::string(kBlockBytes, char(pad))));
    sha.update(llvm::StringRef(what));
    return sha.final();
  };
  auto inner = hash(0x36, text);
  return hash(0x5c, {reinterpret_cast<const char *>(inner.data()), inner.size()});
}

} // namespace

void defineFipsInfo(Link &link) {
  SymId id = link.find(kInfo);
  if (!id.valid() || !link[id].atom.valid())
    return;
  if (link[link[id].atom].size != kInfoBytes) {
    link.error(std::string(kInfo) + ": " + std::to_string(link[link[id].atom].size) + " bytes long, not " +
               std::to_string(kInfoBytes));
    return;
  }
  std::vector<std::uint8_t> bytes(kInfoBytes);
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  std::vector<object::Reloc> relocs;
  auto address = [&](std::uint32_t at, SymId of) { relocs.push_back({at, RelocKind::Abs64, link.ownReference(of), 0}); };
  address(kSelfAt, id);
  std::uint32_t at = kPartsAt;
  for (const Bounds &part : kParts)
    for (const char *bound : {part.start, part.end}) {
      address(at, link.defineAbsolute(bound));
      at += 8;
    }
  Atom &a = link[link[id].atom];
  a.kind = SymbolKind::NoPtrData; // its addresses are none of the heap's
  a.file = 0;
  a.bytes = link.arena.copy(bytes);
  a.relocs = link.arena.copy(relocs);
}

void gatherFips(Link &link, Image &image) {
  if (!link.find(kInfo).valid())
    return;
  Region *const regions[] = {&image.text, &image.rodata, &image.noptrdata, &image.data};
  for (std::size_t i = 0; i < std::size(regions); i++) {
    auto &atoms = regions[i]->atoms;
    auto first = std::stable_partition(atoms.begin(), atoms.end(), [&](AtomId id) {
      return !isFipsAtom(link, link[id]) || (link.options.pie && holdsAddress(link, link[id]));
    });
    image.fips_first[i] = std::size_t(first - atoms.begin());
  }
}

void setFipsBounds(Link &link, const Image &image) {
  SymId info = link.find(kInfo);
  if (!info.valid())
    return;
  auto set = [&](const char *name, std::uint64_t value) {
    if (SymId id = link.find(name); id.valid())
      link[id].value = value;
  };
  for (std::size_t i = 0; i < std::size(kParts); i++) {
    const Region &r = partOf(image, i);
    bool empty = image.fips_first[i] == r.atoms.size();
    std::uint64_t end = r.addr + r.size;
    if (!empty) {
      const Atom &last = link[r.atoms.back()];
      end = last.addr + last.size;
    }
    set(kParts[i].start, empty ? end : link[r.atoms[image.fips_first[i]]].addr);
    set(kParts[i].end, end);
  }
}

void sumFips(Link &link, const Image &image, std::span<char> loaded) {
  SymId info = link.find(kInfo);
  if (!info.valid() || !link.reachable(info))
    return;
  auto fileOffset = [&](std::uint64_t address) {
    for (const Image::Segment &s : image.segments)
      if (address >= s.addr && address - s.addr <= s.file_size)
        return s.offset + (address - s.addr);
    GANNET_UNREACHABLE("an address in no segment");
  };
  std::string object = "go fips object v1\n";
  for (const Bounds &part : kParts) {
    std::uint64_t start = link.address(link.find(part.start)), size = link.address(link.find(part.end)) - start;
    for (int shift = 56; shift >= 0; shift -= 8)
      object.push_back(char(size >> shift));
    object.append(loaded.data() + fileOffset(start), size);
  }
  Sum sum = keyedSum(object);
  std::memcpy(loaded.data() + fileOffset(link.address(info)) + kSumAt, sum.data(), sum.size());
  if (link.options.fips_object.empty())
    return;
  if (auto written = writeFile(link.options.fips_object, object); !written)
    link.error(written.error());
}

} // namespace gannet::link
