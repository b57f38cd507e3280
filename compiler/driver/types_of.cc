#include "compiler/driver/types_of.h"

#include "compiler/base/file.h"
#include "compiler/driver/imports.h"
#include "compiler/driver/package_archive.h"
#include "compiler/export/unified.h"
#include "compiler/types/checker.h"

namespace gannet::driver {

namespace {

ErrorOr<std::string> typesOf(const Options &options) {
  ImportFiles files;
  ErrorOr<std::string> config = readFile(options.import_config);
  if (!config)
    return config.takeError();
  if (ErrorOr<void> parsed = files.parse(options.import_config, *config); !parsed)
    return parsed.takeError();
  SourceSet sources;
  types::Context context;
  exports::ImportSet imports(context, sources, files);
  ErrorOr<types::Package *> package = imports.import(options.types_of);
  if (!package)
    return Error{"could not import " + options.types_of + " (" + package.error() + ")"};
  std::string data = exports::writeUnified(context, sources, **package, "");
  if (!imports.errors().empty())
    return Error{imports.errors()[0]};
  bool is_main = (*package)->name == "main";
  return object::makeArchive({interfaceMember(options.build_id, options.level, is_main, data)});
}

} // namespace

CompileResult writeTypesOf(const Options &options) {
  CompileResult result;
  ErrorOr<std::string> archive = typesOf(options);
  ErrorOr<void> written = archive ? writeFile(options.output, *archive) : ErrorOr<void>(archive.takeError());
  if (!written) {
    result.messages = written.error() + "\n";
    result.status = 2;
  }
  return result;
}

} // namespace gannet::driver
