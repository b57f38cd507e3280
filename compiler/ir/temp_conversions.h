// Marks conversions between strings and byte slices whose result is only looked at, so that no copy is made.
#ifndef GANNET_COMPILER_IR_TEMP_CONVERSIONS_H
#define GANNET_COMPILER_IR_TEMP_CONVERSIONS_H

#include "compiler/ir/package.h"

namespace gannet::ir {

// Sets kTemp; see temp_conversions.cc for where.
void markTempConversions(Func &func);

} // namespace gannet::ir

#endif
