// Memory from the system and back to it, as GODEBUG's settings for it say: madvdontneed, harddecommit, disablethp, decoratemappings.
//
// Addresses and sizes are whole pages of the system. Context: any stack, no P needed.
#ifndef GANNET_RUNTIME_CORE_OS_MEMORY_H_
#define GANNET_RUNTIME_CORE_OS_MEMORY_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// The mapping shows as "[anon: Go: NAME]" in /proc/self/maps where the kernel can (Linux 5.17, CONFIG_ANON_VMA_NAME).
void nameMapping(const void *p, uptr n, const char *name);
// Makes a part of the heap's reservation readable, writable and zero; false if the system refuses.
bool commitHeap(void *p, uptr n);
// The system may take the memory of these pages. They stay the heap's.
void giveBackPages(void *p, uptr n);
// Pages that were given back, all or some of them, are about to be used. Ends the program if the system refuses.
void takeBackPages(void *p, uptr n);
// What was given back is zero when it is used again.
bool givenBackIsZero();
// For ever: whoever touches these pages faults.
void fencePages(void *p, uptr n);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_OS_MEMORY_H_
