// Reading one interface file. Private to the reader's files.
#ifndef GANNET_COMPILER_EXPORT_READER_H
#define GANNET_COMPILER_EXPORT_READER_H

#include "compiler/export/export.h"
#include "compiler/export/format.h"
#include "compiler/types/object.h"

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::exports {

class Reader : public types::PackageLoader, public types::TypeLoader {
public:
  // Fails if the bytes are no interface file.
  static ErrorOr<std::unique_ptr<Reader>> open(ImportSet &set, std::string_view path, std::string_view bytes);

  types::Package *package() { return pkg_; }
  types::Object *object(std::string_view name); // unexported ones too; null if absent
  types::Named *localType(std::uint32_t index);

  types::Object *loadObject(types::Package &pkg, std::string_view name) override;
  std::vector<std::string_view> objectNames(types::Package &pkg) override;
  void loadNamed(types::Named &named) override;
  void loadAlias(types::Alias &alias) override;

  std::string_view str(std::uint64_t id);
  types::Package *pkg(std::uint64_t id); // null for 0
  types::Type *type(std::uint64_t id);
  ImportSet &set() { return set_; }
  std::string_view bodies() const { return sections_[kBodies]; }
  std::string_view objects() const { return sections_[kObjects]; }

  // The function that a facts record at `offset` describes.
  void describe(std::uint32_t offset, ir::Func &func, std::uint32_t *body_offset);

private:
  Reader(ImportSet &set) : set_(set) {}

  struct Entry {
    std::uint32_t at = 0;
    bool exported = false;
  };
  std::optional<Entry> find(std::string_view name);
  std::string_view item(Section section, std::uint64_t index);
  types::Type *decodeType(std::uint64_t id, std::string_view record);
  types::Tuple *tuple(Cursor &c);
  std::vector<types::Type *> typeList(Cursor &c);
  types::TypeParamList typeParams(Cursor &c);
  types::Func *func(Cursor &c, types::Object *owner, std::string_view name, types::Package *pkg, types::Signature *sig);
  void skipFacts(Cursor &c, types::Func *f);
  void namedRest(Cursor &c, types::Named &named);

  ImportSet &set_;
  types::Package *pkg_ = nullptr;
  std::string_view bytes_;
  std::string_view sections_[kSectionCount];
  std::vector<types::Type *> types_;
  std::vector<std::string_view> strings_;
  std::vector<std::pair<std::string_view, std::string_view>> packages_; // path, name
  std::unordered_map<std::string_view, types::Object *> objects_;
  std::unordered_map<std::uint32_t, types::Named *> local_types_;
};

// Makes the body at `offset` of the reader's bodies section in `func`. False if it is malformed.
bool readBody(Reader &reader, ir::Package &package, std::uint32_t offset, ir::Func &func);

} // namespace gannet::exports

#endif
