// The import configuration: which interface file stands for which package.
#ifndef GANNET_COMPILER_DRIVER_IMPORTS_H
#define GANNET_COMPILER_DRIVER_IMPORTS_H

#include "compiler/base/error.h"
#include "compiler/base/file.h"
#include "compiler/export/export.h"

#include <map>
#include <memory>
#include <string>

namespace gannet::driver {

// Lines of a configuration: "packagefile PATH=FILE" and "importmap WRITTEN=PATH"; others and comments are passed over, as
// gc does. Files are mapped when first opened.
class ImportFiles : public exports::ImportSet::Files {
public:
  // The package path that "./" in an import stands for; none: local imports are looked for as they are written.
  void setLocalPrefix(std::string prefix) { local_prefix_ = std::move(prefix); }
  // `name` is how messages call the configuration.
  ErrorOr<void> parse(const std::string &name, std::string_view text);
  ErrorOr<std::string_view> open(std::string_view path) override;
  std::string resolve(std::string_view path) override;

private:
  std::string local_prefix_;
  std::map<std::string, std::string, std::less<>> files_;
  std::map<std::string, std::string, std::less<>> map_;
  std::map<std::string, std::unique_ptr<MappedFile>, std::less<>> open_;
};

} // namespace gannet::driver

#endif
