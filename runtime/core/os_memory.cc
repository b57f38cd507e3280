#include "runtime/core/os_memory.h"

#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"

namespace gannet::rt {

void nameMapping(const void *p, uptr n, const char *name) {
  static constinit Atomic<u32> cannot{};
  constexpr uptr kMost = 80;  // of the kernel, with the final zero
  if (debug.decoratemappings == 0 || cannot.loadRelaxed() != 0) return;  // relaxed: found out again at worst
  char text[kMost];
  uptr len = 0;
  const Str parts[] = {" Go: ", name};
  for (Str part : parts)
    for (uptr i = 0; i < part.len && len + 1 < kMost; i++) text[len++] = part[i];
  text[len] = 0;
  if (sys::nameMapping(p, n, text) == sys::kEINVAL) cannot.storeRelaxed(1);
}

bool commitHeap(void *p, uptr n) {
  if (!sys::mmapCommit(p, n)) return false;
  nameMapping(p, n, "heap");
  if (debug.disablethp != 0) sys::adviseNoHugePages(p, n);
  return true;
}

void giveBackPages(void *p, uptr n) {
  if (debug.madvdontneed != 0 || !sys::adviseFreeLazily(p, n)) sys::adviseFree(p, n);
  if (debug.harddecommit <= 0) return;
  if (!sys::mmapInaccessible(p, n)) fatalThrow("runtime: cannot disable permissions in address space");
  nameMapping(p, n, "unused");
}

void takeBackPages(void *p, uptr n) {
  if (GN_LIKELY(debug.harddecommit <= 0)) return;
  if (!sys::mmapCommit(p, n)) fatalThrow("runtime: out of memory");
  nameMapping(p, n, "used");
}

bool givenBackIsZero() { return debug.madvdontneed != 0 || debug.harddecommit > 0; }

void fencePages(void *p, uptr n) { (void)sys::mmapInaccessible(p, n); }  // not, if the kernel has no room for another mapping

}  // namespace gannet::rt
