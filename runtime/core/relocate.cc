// Programs that may be loaded anywhere relocate themselves (link/pie.cc): the linker lists where their addresses are.
//
// Runs first of all, so that it must not use an address from memory; the compiler makes all of its own relative to the code.
#include "runtime/core/linker_symbols.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

void relocateSelf() {
  constexpr u32 kWords = 63;  // that an odd entry is about: bit i+1 is for the word i behind those before
  uptr entries = static_cast<uptr>(rt_erelr - rt_relr);
  if (entries == 0) return;
  uptr base = reinterpret_cast<uptr>(rt_loadbase);
  uptr *next = nullptr;
  for (uptr i = 0; i < entries; i++) {
    uptr entry = rt_relr[i];
    if ((entry & 1) == 0) {
      next = reinterpret_cast<uptr *>(base + entry);
      *next++ += base;
      continue;
    }
    uptr *word = next;
    for (uptr bits = entry >> 1; bits != 0; bits >>= 1, word++)
      if (bits & 1) *word += base;
    next += kWords;
  }
  sys::protectReadOnly(rt_relro, static_cast<uptr>(rt_erelro - rt_relro));
}

}  // namespace gannet::rt
