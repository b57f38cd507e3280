// What the path of a package may look like. Source: Go Modules Reference, "Module paths and versions"; golang.org/x/mod/module,
// "CheckImportPath", "CheckFilePath".
#ifndef GANNET_TOOLCHAIN_MODULES_IMPORT_PATH_H
#define GANNET_TOOLCHAIN_MODULES_IMPORT_PATH_H

#include <string>
#include <string_view>

namespace gannet::modules {

// What is wrong with a path that go.mod or the command line names, in go's words; empty if nothing is.
std::string importPathFault(std::string_view path);

// Whether an element of a path may be the name of a file in a module.
bool isModuleFileName(std::string_view element);

// Whether an import declaration may hold the path. Source: the Go specification, "Import declarations".
bool isImportable(std::string_view path);

// `text` in quotes, with escapes for what cannot be printed.
std::string quotedText(std::string_view text, char quote = '"');

} // namespace gannet::modules

#endif
