// The list of symbols that a package's assembly defines and refers to, as `asm -gensymabis` writes it.
#ifndef GANNET_COMPILER_DRIVER_SYMBOL_ABIS_H
#define GANNET_COMPILER_DRIVER_SYMBOL_ABIS_H

#include "compiler/base/error.h"
#include "compiler/ir/build.h"

#include <string>
#include <string_view>

namespace gannet::driver {

// Of definitions and of references.
struct SymbolAbis {
  ir::AssemblyAbis defined;
  ir::AssemblyAbis referred;
};

// Lines "def NAME ABI" and "ref NAME ABI". A leading `"".` stands for the package.
ErrorOr<SymbolAbis> parseSymbolAbis(const std::string &name, std::string_view text, const std::string &package_path);

} // namespace gannet::driver

#endif
