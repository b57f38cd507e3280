// The collector: marking, its control, finalizers. World stopped while it marks.
#ifndef GANNET_RUNTIME_CORE_GC_H_
#define GANNET_RUNTIME_CORE_GC_H_

#include "runtime/core/heap.h"
#include "runtime/core/run_queue.h"

namespace gannet::rt {

struct GcControl {
  Mutex lock;
  G *worker;        // parked in gcWait, or null
  bool wanted;      // a cycle should start
  bool has_worker;
  u64 started, finished;  // cycles
  GList<G> waiters;       // in gcRequest; each has its target cycle in park_roots[3]
  Atomic<u32> black_alloc;  // new objects are born marked
  bool sweeping;
  i64 stop_began_ns;
};
extern constinit GcControl gc;

inline bool gcBlackAlloc() { return GN_UNLIKELY(gc.black_alloc.loadRelaxed() != 0); }  // relaxed: set while the world is stopped

// After an allocation whose result is `p`: starts a cycle if it is time. Does not return if the goroutine yields.
void gcAfterAlloc(void *p);
void gcWant();
void setTrigger();

// mark.cc
void markObject(uptr addr);
void scanRange(uptr addr, uptr bytes, const u8 *mask);  // words whose mask bit is set
void scanConservative(uptr lo, uptr hi);
void scanObjectContents(uptr base);
void drainMarks();
void markAllRoots();
u64 takeMarkedBytes();

// specials.cc
void markSpecialRoots();
void processDeadSpecials();  // after marking: queues finalizers and cleanups, clears weak handles; may mark
void markFinalizerQueue();
void wakeFinalizer();

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_GC_H_
