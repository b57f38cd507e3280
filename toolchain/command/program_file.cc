#include "toolchain/command/program_file.h"

#include "compiler/base/file.h"
#include "compiler/object/elf.h"

#include <cstring>
#include <optional>
#include <sys/stat.h>

namespace gannet::command {

namespace {

constexpr std::uint32_t kNoteGoBuildId = 4;

// The bytes at `offset` as a T, if the file is that long.
template <typename T> std::optional<T> readAt(std::string_view file, std::uint64_t offset) {
  if (offset > file.size() || file.size() - offset < sizeof(T))
    return std::nullopt;
  T value;
  std::memcpy(&value, file.data() + offset, sizeof value);
  return value;
}

// A note of owner "Go": {owner's size, size, type} and then both texts. Source: System V gABI, "Note Section".
bool isBuildId(std::string_view note, std::string_view build_id) {
  struct Head {
    std::uint32_t owner_size, size, type;
  };
  auto head = readAt<Head>(note, 0);
  constexpr std::string_view kOwner("Go\0\0", 4);
  return head && head->type == kNoteGoBuildId && head->owner_size == kOwner.size() && head->size == build_id.size() &&
         note.size() >= sizeof(Head) + kOwner.size() + build_id.size() && note.substr(sizeof(Head), kOwner.size()) == kOwner &&
         note.substr(sizeof(Head) + kOwner.size(), build_id.size()) == build_id;
}

} // namespace

bool hasBuildId(const std::string &path, std::string_view build_id) {
  auto mapped = MappedFile::open(path);
  if (!mapped)
    return false;
  std::string_view file = (*mapped)->bytes();
  auto header = readAt<elf::Ehdr>(file, 0);
  if (!header || std::memcmp(header->ident, elf::kMagic, sizeof elf::kMagic) != 0)
    return false;
  // The section headers come last: with them, the file was not cut.
  if (header->shoff > file.size() || file.size() - header->shoff < std::uint64_t(header->shnum) * sizeof(elf::Shdr))
    return false;
  for (unsigned i = 0; i < header->phnum; ++i) {
    auto segment = readAt<elf::Phdr>(file, header->phoff + i * sizeof(elf::Phdr));
    if (segment && segment->type == elf::kPtNote && segment->offset <= file.size() &&
        isBuildId(file.substr(segment->offset, segment->filesz), build_id))
      return true;
  }
  return false;
}

ErrorOr<void> checkOverwrite(const std::string &path) {
  struct stat s;
  if (stat(path.c_str(), &s) != 0 || !S_ISREG(s.st_mode) || s.st_size == 0)
    return {};
  // Source: Go's command, which also knows the archives and programs of other systems.
  static constexpr std::string_view kObjects[] = {"!<arch>\n", "<bigaf>\n", "\x7f" "ELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf",
                                                  "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "MZ", std::string_view("\0asm", 4)};
  if (auto mapped = MappedFile::open(path))
    for (std::string_view magic : kObjects)
      if ((*mapped)->bytes().substr(0, magic.size()) == magic)
        return {};
  return Error{"build output \"" + path + "\" already exists and is not an object file"};
}

} // namespace gannet::command
