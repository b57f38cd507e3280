// GODEBUG=tracebackancestors=N: where the goroutines stood that a goroutine comes from, up to N of them, when each started the next.
#ifndef GANNET_RUNTIME_CORE_ANCESTORS_H_
#define GANNET_RUNTIME_CORE_ANCESTORS_H_

#include "runtime/core/layout.h"

namespace gannet::rt {

struct Ancestor {
  static constexpr u32 kMaxFrames = 50;

  u64 goid;
  uptr gopc;  // of the go statement that it came from
  u32 frame_count;
  uptr pcs[kMaxFrames];  // logical frames as return addresses
};

// A goroutine's, the nearest first. Off-heap, kept for the next goroutine when this one ends.
struct Ancestors {
  Ancestors *next;  // of those that are free
  u32 count;
  Ancestor list[];
};

void keepAncestors(u32 most);  // from now on; at start-up
void saveAncestors(G *child, const G *creator);  // creator stands at the go statement
void freeAncestors(G *g);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_ANCESTORS_H_
