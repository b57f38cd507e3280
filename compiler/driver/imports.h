// The import configuration: which file stands for which package.
#ifndef GANNET_COMPILER_DRIVER_IMPORTS_H
#define GANNET_COMPILER_DRIVER_IMPORTS_H

#include "compiler/base/error.h"
#include "compiler/base/file.h"
#include "compiler/export/export.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gannet::driver {

// Lines of a configuration: "packagefile PATH=FILE" and "importmap WRITTEN=PATH", and comments. A FILE is an interface file, or
// an archive with a bundle: what the package names of others comes with it, unless the configuration names a file for these
// too. Files are mapped when first opened.
class ImportFiles : public exports::ImportSet::Files {
public:
  // The package path that "./" in an import stands for; none: local imports are looked for as they are written.
  void setLocalPrefix(std::string prefix) { local_prefix_ = std::move(prefix); }
  // `name` is how messages call the configuration.
  ErrorOr<void> parse(const std::string &name, std::string_view text);
  ErrorOr<std::string_view> open(std::string_view path) override;
  std::string resolve(std::string_view path) override;
  // The bundle of a package whose interface file is `own`. All that it names must be to be had here.
  ErrorOr<std::string> bundleOf(std::string_view path, std::string_view own);

private:
  ErrorOr<std::string_view> openArchive(std::string_view bytes);

  std::string local_prefix_;
  std::map<std::string, std::string, std::less<>> files_;
  std::map<std::string, std::string, std::less<>> map_;
  std::map<std::string, std::string_view, std::less<>> open_;    // interface files, by package path
  std::map<std::string, std::string_view, std::less<>> bundled_; // those that came in bundles of others
  std::vector<std::unique_ptr<MappedFile>> mapped_;
};

} // namespace gannet::driver

#endif
