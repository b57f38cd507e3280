// Reads an object file in place: symbols, relocations and function records as views into the file's bytes.
// Every offset and length is checked; what is wrong is reported with the file and the symbol.
#ifndef GANNET_COMPILER_OBJECT_READER_H
#define GANNET_COMPILER_OBJECT_READER_H

#include "compiler/base/error.h"
#include "compiler/object/unit.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::object {

// A symbol of a file. Ids are dense from 0, in the file's order; relocations name them.
struct ObjectSymbol {
  std::string_view name;
  std::uint32_t name_hash = 0; // nameHash
  SymbolKind kind = SymbolKind::Undefined;
  std::uint32_t flags = 0;
  std::uint32_t align = 1;
  std::uint64_t size = 0;
  std::span<const std::uint8_t> bytes; // empty for Bss kinds, else `size` bytes
  std::uint32_t first_reloc = 0;       // in ObjectFile::relocs
  std::uint32_t reloc_count = 0;
  std::uint32_t func_at = 0; // position of the function record, 0: none
  std::uint32_t pointer_words = 0;
  std::span<const std::uint8_t> pointer_mask;
  std::uint64_t place = 0; // offset in its kind's section: the order of placement within the file
};

// A function record with its tables still encoded.
struct FuncView {
  std::uint32_t args_bytes = 0;
  std::uint32_t frame_bytes = 0;
  FuncId func_id = FuncId::Normal;
  std::uint8_t func_flags = 0;
  std::int32_t start_line = 0;
  std::uint32_t deferreturn = 0;
  std::span<const std::uint8_t> pcsp, pcfile, pcline, pcinline;
  std::vector<std::span<const std::uint8_t>> pcdata;
  std::vector<SymbolId> funcdata; // none: absent
  std::vector<InlinedCall> inline_tree;
  std::span<const std::uint8_t> variables; // decodeVariables (debug_codec.h)
};

class ObjectFile {
public:
  // `name` is for messages; `bytes` must outlive the object.
  static ErrorOr<std::unique_ptr<ObjectFile>> parse(std::string name, std::string_view bytes);
  // Whether the bytes are an ELF file with Gannet's metadata (of any version).
  static bool isObject(std::string_view bytes);

  const std::string &name() const { return name_; }
  const std::vector<ObjectSymbol> &symbols() const { return symbols_; }
  // Sorted by symbol; within one, those that patch bytes by offset.
  std::span<const Reloc> relocs(const ObjectSymbol &s) const { return {relocs_.data() + s.first_reloc, s.reloc_count}; }
  // The function record; checked when the file was parsed, so it cannot fail. The second form reads it into the memory of another.
  FuncView func(const ObjectSymbol &s) const;
  void readFunc(const ObjectSymbol &s, FuncView &out) const;

  std::string_view packagePath() const { return package_path_; }
  std::uint64_t fingerprint() const { return fingerprint_; }
  bool isMain() const { return is_main_; }
  const std::vector<std::string_view> &files() const { return files_; }
  const std::vector<Unit::Import> &imports() const { return imports_; }
  const std::vector<Unit::ShownName> &shownNames() const { return shown_names_; }
  // Types and package variables for debuggers: decodeDebugInfo (debug_codec.h). Empty if there are none.
  std::span<const std::uint8_t> debug() const { return debug_; }

private:
  friend class ObjectParser;
  ObjectFile() = default;

  std::string name_;
  std::vector<ObjectSymbol> symbols_;
  std::vector<Reloc> relocs_;
  std::span<const std::uint8_t> blob_;
  std::string_view package_path_;
  std::uint64_t fingerprint_ = 0;
  bool is_main_ = false;
  std::vector<std::string_view> files_;
  std::vector<Unit::Import> imports_;
  std::vector<Unit::ShownName> shown_names_;
  std::span<const std::uint8_t> debug_;
};

} // namespace gannet::object

#endif
