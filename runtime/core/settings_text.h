// Numbers as Go's runtime reads them from the environment. Knows nothing of the machine.
//
// Context: anywhere.
#ifndef GANNET_RUNTIME_CORE_SETTINGS_TEXT_H_
#define GANNET_RUNTIME_CORE_SETTINGS_TEXT_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// A decimal number with an optional sign, at most 64 bits. False leaves *out alone.
bool parseInt64(Str s, i64 *out);
// The same within 32 bits.
bool parseInt32(Str s, i32 *out);
// Bytes: digits and an optional suffix B, KiB, MiB, GiB, TiB. False: it is no such number, or too large.
bool parseByteCount(Str s, i64 *out);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SETTINGS_TEXT_H_
