// How the path of a package is written in the names of symbols.
#ifndef GANNET_COMPILER_BASE_SYMBOL_PATH_H
#define GANNET_COMPILER_BASE_SYMBOL_PATH_H

#include <string>
#include <string_view>

namespace gannet {

// Dots of the last element, quotes, '%' and what is no printable ASCII become %xx. Source: the names in Go's objects.
std::string pathInSymbols(std::string_view path);

} // namespace gannet

#endif
