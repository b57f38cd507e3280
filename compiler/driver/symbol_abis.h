// The list of symbols that a package's assembly defines and refers to, as `asm -gensymabis` writes it.
#ifndef GANNET_COMPILER_DRIVER_SYMBOL_ABIS_H
#define GANNET_COMPILER_DRIVER_SYMBOL_ABIS_H

#include "compiler/base/error.h"
#include "compiler/ir/package.h"

#include <map>
#include <string>
#include <string_view>

namespace gannet::driver {

// Symbol name -> ABI, of definitions and of references.
struct SymbolAbis {
  std::map<std::string, ir::Abi> defined;
  std::map<std::string, ir::Abi> referred;
};

// Lines "def NAME ABI" and "ref NAME ABI". A leading `"".` stands for the package.
ErrorOr<SymbolAbis> parseSymbolAbis(const std::string &name, std::string_view text, const std::string &package_path);

} // namespace gannet::driver

#endif
