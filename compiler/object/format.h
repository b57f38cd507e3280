// Layout of the `.gannet` section of an object: what ELF has no words for. Shared by writer.cc and reader.cc.
//
//   MetaHeader | SymbolAttr[symbol count] | ExtraReloc[extra reloc count] | blob (varints and bytes)
//
// Symbols are numbered as in the ELF symbol table (number 0, the null symbol, has an attribute record too).
// All numbers are little-endian. Offsets named *_at are from the start of the blob; 0 means none (the blob's first byte is unused).
#ifndef GANNET_COMPILER_OBJECT_FORMAT_H
#define GANNET_COMPILER_OBJECT_FORMAT_H

#include <cstdint>
#include <string_view>

namespace gannet::object {

inline constexpr std::string_view kMetaSection = ".gannet";
inline constexpr char kMetaMagic[8] = {'G', 'A', 'N', 'N', 'E', 'T', 'O', 'B'};
// Changes with every change of the object format or of a contract between compiler, runtime and linker.
inline constexpr std::uint32_t kFormatVersion = 7;

struct MetaHeader {
  char magic[8];
  std::uint32_t version;
  std::uint32_t symbol_count; // the null symbol included
  std::uint32_t extra_reloc_count;
  std::uint32_t blob_size;
  std::uint64_t fingerprint;
  std::uint32_t package_at; // package path; files; imports; debug information's place (bytes), 0: none; shown names
  std::uint32_t flags;      // bit 0: main package
};
static_assert(sizeof(MetaHeader) == 40);

struct SymbolAttr {
  std::uint8_t kind;
  std::uint8_t align_log2;
  std::uint16_t unused;
  std::uint32_t flags;
  std::uint32_t func_at;         // function record
  std::uint32_t pointer_mask_at; // ceil(pointer_words/8) bytes
  std::uint32_t pointer_words;
};
static_assert(sizeof(SymbolAttr) == 20);

// A relocation ELF has no type for, or a mark. Sorted by symbol, in list order within one.
struct ExtraReloc {
  std::uint32_t symbol;
  std::uint32_t offset;
  std::uint32_t kind;
  std::uint32_t target;
  std::int64_t addend;
};
static_assert(sizeof(ExtraReloc) == 24);

struct SectionRow {
  std::uint8_t kind; // SymbolKind
  const char *name;
  std::uint32_t type;
  std::uint64_t flags;
};

} // namespace gannet::object

#endif
