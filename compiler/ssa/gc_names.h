// Operations under the names that gc gives them, for messages that are read by what knows those.
#ifndef GANNET_COMPILER_SSA_GC_NAMES_H
#define GANNET_COMPILER_SSA_GC_NAMES_H

#include "compiler/ssa/func.h"

#include <string>

namespace gannet::ssa {

// "Less64" for lt of i64, "Eq32" for eq of i32, "IsInBounds"; operations that gc has none like go by their own name.
std::string gcName(const Func &f, ValueId v);

} // namespace gannet::ssa

#endif
