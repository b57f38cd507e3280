// The assembler: Go's assembler syntax in, object symbols out.
#ifndef GANNET_COMPILER_ASM_ASSEMBLE_H
#define GANNET_COMPILER_ASM_ASSEMBLE_H

#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"
#include "compiler/object/unit.h"

#include <string>
#include <utility>
#include <vector>

namespace gannet::assembler {

struct Options {
  std::string package_path;              // as symbol names start; "main" for a program's main package
  std::vector<std::string> include_dirs; // for #include, after the file's own folder
  std::vector<std::string> defines;      // NAME or NAME=value; GOOS_linux and GOARCH_amd64 are always defined, GOAMD64_v1 unless another level is
  std::vector<std::pair<std::string, std::string>> trim; // prefix of file names in line tables, and its replacement
};

// Assembles the files, in order, into `unit`. False if anything was reported.
bool assemble(const std::vector<std::string> &files, const Options &options, object::Unit &unit, SourceSet &sources,
              Diagnostics &diags);

// The symbol-ABI list of the files: lines "def NAME ABI" and "ref NAME ABI", each once, in order of appearance.
bool symbolAbis(const std::vector<std::string> &files, const Options &options, SourceSet &sources, Diagnostics &diags,
                std::string &out);

} // namespace gannet::assembler

#endif
