// The parts of the ELF-64 little-endian format that objects and executables use (System V gABI; x86-64 psABI).
#ifndef GANNET_COMPILER_OBJECT_ELF_H
#define GANNET_COMPILER_OBJECT_ELF_H

#include <cstdint>

namespace gannet::elf {

struct Ehdr {
  std::uint8_t ident[16];
  std::uint16_t type;
  std::uint16_t machine;
  std::uint32_t version;
  std::uint64_t entry;
  std::uint64_t phoff;
  std::uint64_t shoff;
  std::uint32_t flags;
  std::uint16_t ehsize;
  std::uint16_t phentsize;
  std::uint16_t phnum;
  std::uint16_t shentsize;
  std::uint16_t shnum;
  std::uint16_t shstrndx;
};
static_assert(sizeof(Ehdr) == 64);

struct Shdr {
  std::uint32_t name;
  std::uint32_t type;
  std::uint64_t flags;
  std::uint64_t addr;
  std::uint64_t offset;
  std::uint64_t size;
  std::uint32_t link;
  std::uint32_t info;
  std::uint64_t addralign;
  std::uint64_t entsize;
};
static_assert(sizeof(Shdr) == 64);

struct Phdr {
  std::uint32_t type;
  std::uint32_t flags;
  std::uint64_t offset;
  std::uint64_t vaddr;
  std::uint64_t paddr;
  std::uint64_t filesz;
  std::uint64_t memsz;
  std::uint64_t align;
};
static_assert(sizeof(Phdr) == 56);

struct Sym {
  std::uint32_t name;
  std::uint8_t info;
  std::uint8_t other;
  std::uint16_t shndx;
  std::uint64_t value;
  std::uint64_t size;

  unsigned bind() const { return info >> 4; }
  unsigned type() const { return info & 15; }
};
static_assert(sizeof(Sym) == 24);

struct Rela {
  std::uint64_t offset;
  std::uint64_t info;
  std::int64_t addend;

  std::uint32_t sym() const { return std::uint32_t(info >> 32); }
  std::uint32_t type() const { return std::uint32_t(info); }
};
static_assert(sizeof(Rela) == 24);

inline constexpr std::uint8_t kMagic[4] = {0x7f, 'E', 'L', 'F'};

enum : std::uint16_t { kRel = 1, kExec = 2, kDyn = 3, kMachineX86_64 = 62 };
enum : std::uint32_t {
  kShtNull = 0,
  kShtProgbits = 1,
  kShtSymtab = 2,
  kShtStrtab = 3,
  kShtRela = 4,
  kShtDynamic = 6,
  kShtNote = 7,
  kShtNobits = 8,
  kShtInitArray = 14,
  kShtFiniArray = 15,
  kShtPreinitArray = 16,
  kShtGroup = 17,
  kShtSymtabShndx = 18,
  kShtRelr = 19,
  kShtX86_64Unwind = 0x70000001,
  kShtLlvmAddrsig = 0x6fff4c03,
};
enum : std::uint64_t {
  kShfWrite = 1,
  kShfAlloc = 2,
  kShfExec = 4,
  kShfMerge = 0x10,
  kShfStrings = 0x20,
  kShfInfoLink = 0x40,
  kShfGroup = 0x200,
  kShfTls = 0x400,
  kShfCompressed = 0x800,
  kShfExclude = 0x80000000,
  kCompressZlib = 1, kCompressZstd = 2, // first word of a compression header
};
enum : std::uint16_t { kShnUndef = 0, kShnLoReserve = 0xff00, kShnAbs = 0xfff1, kShnCommon = 0xfff2, kShnXindex = 0xffff };
enum : unsigned { kStbLocal = 0, kStbGlobal = 1, kStbWeak = 2 };
enum : unsigned { kSttNotype = 0, kSttObject = 1, kSttFunc = 2, kSttSection = 3, kSttFile = 4, kSttTls = 6 };
enum : std::uint32_t {
  kPtLoad = 1,
  kPtDynamic = 2,
  kPtNote = 4,
  kPtPhdr = 6,
  kPtTls = 7,
  kPtGnuStack = 0x6474e551,
  kPtGnuRelro = 0x6474e552,
};
enum : std::uint64_t { kDtNull = 0, kDtStrtab = 5, kDtStrtabSize = 10, kDtRelrSize = 35, kDtRelr = 36, kDtRelrEntry = 37, kDtFlags1 = 0x6ffffffb };
inline constexpr std::uint64_t kDf1Now = 1, kDf1Pie = 0x08000000;
enum : std::uint32_t { kPfX = 1, kPfW = 2, kPfR = 4 };
enum : std::uint32_t {
  kRx64None = 0,
  kRx64_64 = 1,
  kRx64Pc32 = 2,
  kRx64Plt32 = 4,
  kRx64GotPcRel = 9,
  kRx64_32 = 10,
  kRx64_32S = 11,
  kRx64_16 = 12,
  kRx64_8 = 14,
  kRx64GotTpOff = 22,
  kRx64TpOff32 = 23,
  kRx64Pc64 = 24,
  kRx64Size32 = 32,
  kRx64Size64 = 33,
  kRx64GotPcRelX = 41,
  kRx64RexGotPcRelX = 42,
};

} // namespace gannet::elf

#endif
