// The package interface file: what importers need of a package, and nothing of the rest.
//
// It holds the exported objects and what they reach: types, constants, methods, the IR of generic functions and of
// functions small enough to inline, symbol names given by linkname, what escape analysis found. It has an index of objects
// by name; an importer decodes an object when it is first asked for, a type's right side and methods when they are needed,
// and a body when it is inlined or instantiated. Types of other packages are named, not copied: their files must be
// given to the compilation too, so an import configuration lists the whole transitive closure of imports.
// The bytes depend on the exported surface alone: no addresses, no time, no positions but those inside bodies.
//
//     "gannetx1" | fingerprint: 8 bytes, of all that follows | table: offset and size of each section, 4 bytes each
//     strings | packages | types | objects | bodies | head
#ifndef GANNET_COMPILER_EXPORT_EXPORT_H
#define GANNET_COMPILER_EXPORT_EXPORT_H

#include "compiler/base/error.h"
#include "compiler/ir/package.h"
#include "compiler/types/checker.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::exports {

// The interface file of a compiled package. Inlinable functions have their bodies in Func::inline_form.
std::string writeExport(ir::Package &package);

// The fingerprint in a file's head; fails if it is no interface file.
ErrorOr<std::uint64_t> fingerprint(std::string_view file_bytes);

class Reader;

// The imported packages of one compilation, read lazily. Bytes of files are borrowed and must outlive it.
class ImportSet : public types::Importer, public ir::ImportedFuncs {
public:
  // Gives the bytes of the interface file for a (resolved) import path.
  class Files {
  public:
    virtual ~Files() = default;
    virtual ErrorOr<std::string_view> open(std::string_view path) = 0;
    // What the import path in the source stands for (vendored packages, importmap lines).
    virtual std::string resolve(std::string_view path) = 0;
  };

  ImportSet(types::Context &context, SourceSet &sources, Files &files);
  ~ImportSet() override;

  ErrorOr<types::Package *> import(std::string_view path) override;

  // The IR that bodies are read into. Must be called before describe and loadBody.
  void attach(ir::Package &package);
  void describe(ir::Func &func) override;
  bool loadBody(ir::Func &func) override;

  // Messages about files that are missing or malformed, found while loading lazily.
  const std::vector<std::string> &errors() const { return errors_; }

private:
  friend class Reader;
  friend class BodyReader;
  Reader *readerFor(std::string_view path);

  types::Context &context_;
  SourceSet &sources_;
  Files &files_;
  ir::Package *package_ = nullptr;
  std::map<std::string, std::unique_ptr<Reader>, std::less<>> readers_;
  struct FuncPlace {
    Reader *reader;
    std::uint32_t offset; // of the function's facts in the objects section
  };
  std::unordered_map<const types::Func *, FuncPlace> func_places_; // never iterated
  std::vector<std::pair<const types::Object *, std::string>> link_names_; // until attached
  std::vector<std::string> errors_;
};

} // namespace gannet::exports

#endif
