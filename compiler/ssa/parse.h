// Reads the text form (print.h). Lines that start with // are comments; ids keep their numbers.
#ifndef GANNET_COMPILER_SSA_PARSE_H
#define GANNET_COMPILER_SSA_PARSE_H

#include "compiler/base/error.h"
#include "compiler/ssa/func.h"

#include <memory>
#include <string_view>
#include <vector>

namespace gannet::ssa {

// The functions in the text, in order. An error names the line: "line 3: no operation frob". What comes back is well
// formed as a graph (ids defined, edges paired); whether it is valid SSA is for verify() to say.
ErrorOr<std::vector<std::unique_ptr<Func>>> parse(std::string_view text);

} // namespace gannet::ssa

#endif
