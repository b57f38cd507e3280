// What the program has in memory when it starts: atoms at their places, with relocations applied.
#include "link/image.h"

#include "compiler/object/elf.h"

#include <algorithm>
#include <cstring>

namespace gannet::link {

namespace {

// MOV r64, [rip+slot] and LEA r64, [rip+what the slot holds] differ in this byte. Source: x86-64 psABI, "Optimize GOTPCRELX
// Relocations".
constexpr std::uint8_t kMov = 0x8b, kLea = 0x8d;
constexpr std::uint8_t kCall = 0xe8;
constexpr std::uint8_t kNop5[] = {0x0f, 0x1f, 0x44, 0x00, 0x00}; // NOP DWORD PTR [rax+rax*1+0]: as long as a call
constexpr char kBreakpoint = char(0xcc);
constexpr std::size_t kAtomsAPart = 4096;

bool isLoaded(const OutputSection &s) { return s.type != elf::kShtNobits && (s.flags & elf::kShfAlloc); }

// A function that fills a map variable which nothing needs.
bool isDroppedMapInit(const Link &link, const Symbol &s) {
  return s.atom.valid() && !link[s.atom].reachable && (link[s.atom].flags & object::kMapInit);
}

} // namespace

LoadedParts::LoadedParts(const Link &link, const Image &image) : link_(link), image_(image) {
  for (const OutputSection &s : image.sections) {
    if (!isLoaded(s))
      continue;
    size_ = std::max<std::size_t>(size_, s.offset + s.size);
    for (const Region *r : s.regions)
      for (std::size_t i = 0; i < r->atoms.size(); i += kAtomsAPart)
        parts_.push_back({s.offset - s.addr, std::span(r->atoms).subspan(i, std::min(kAtomsAPart, r->atoms.size() - i)), {}});
  }
  bytes_ = std::make_unique<char[]>(size_);
  for (const OutputSection &s : image.sections) {
    if (!isLoaded(s))
      continue;
    char *at = bytes_.get() + s.offset;
    if (s.flags & elf::kShfExec)
      std::memset(at, kBreakpoint, s.size); // what lies between functions
    std::copy(s.bytes.begin(), s.bytes.end(), at);
    for (const Region *r : s.regions)
      if (r == &image.funcdata)
        std::copy(image.inline_trees.view().begin(), image.inline_trees.view().end(), at + (r->addr - s.addr) + image.inline_trees_at);
  }
}

void LoadedParts::make(std::size_t part) {
  auto &[shift, atoms, errors] = parts_[part];
  for (AtomId id : atoms) {
    const Atom &a = link_[id];
    char *at = bytes_.get() + (a.addr + shift);
    if (!a.bytes.empty())
      std::memcpy(at, a.bytes.data(), a.bytes.size());
    patch(a, reinterpret_cast<std::uint8_t *>(at), errors);
  }
}

void LoadedParts::addErrors(Link &link) const {
  for (const Part &part : parts_)
    for (const std::string &e : part.errors)
      link.error(e);
}

void LoadedParts::patch(const Atom &a, std::uint8_t *bytes, std::vector<std::string> &errors) const {
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
    case RelocKind::MethodAbs64:
      put(r.offset, link_.address(link_.method(a, r)), 8);
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
    case RelocKind::Call32:
      if (isDroppedMapInit(link_, s) && r.offset && bytes[r.offset - 1] == kCall) {
        std::copy(std::begin(kNop5), std::end(kNop5), bytes + r.offset - 1);
        break;
      }
      [[fallthrough]];
    case RelocKind::PcRel32: {
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

bool isRelaxed(const Link &link, const Atom &a, const object::Reloc &r) {
  return r.kind == RelocKind::GotPcRelX32 && r.offset >= 2 && a.bytes[r.offset - 2] == kMov &&
         link[link.target(a, r)].atom.valid();
}

} // namespace gannet::link
