// The collector: concurrent marking from a snapshot, its control, finalizers.
//
// A cycle: the world stops; write barriers go on, new objects are born marked, all stacks and off-heap roots are scanned; the
// world goes on while globals and the heap are marked; the world stops; what barriers recorded is marked, dead objects'
// specials are handled, sweeping begins. Every object reachable at the first stop is marked: a pointer that is overwritten or
// deleted in a global or in the heap is recorded first (Yuasa 1990), and stacks were scanned before. So a store into a stack
// or into an object made since needs no barrier.
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
  Atomic<u32> marking;    // between the two stops: barriers are on, new objects are born marked
  bool in_cycle;          // until gcDone
  bool check_marks;       // GODEBUG=gccheckmark=1: a slow second marking must find nothing new
  bool checking;          // that second marking runs: only what is surely a live pointer counts
  bool clobber_free;      // GODEBUG=clobberfree=1: what is freed is overwritten
  bool pause_counted;
  i64 stop_began_ns;
  u64 live_at_start;
};
extern constinit GcControl gc;

inline bool gcMarking() { return GN_UNLIKELY(gc.marking.loadRelaxed() != 0); }  // relaxed: changes while the world is stopped

// After an allocation whose result is `p`: starts a cycle if it is time. Does not return if the goroutine yields.
void gcAfterAlloc(void *p);
void gcWant();
void setTrigger();

// mark.cc
void markObject(uptr addr);  // ignores what is not an object; queues it for scanning
void scanRange(uptr addr, uptr bytes, const u8 *mask);  // words whose mask bit is set
void scanConservative(uptr lo, uptr hi);
void scanObjectContents(uptr base);
void markStackRoots();       // all goroutines, timers, queues, specials; world stopped
void beginGlobalRoots();     // globals are left to markSome
bool markSome(uptr budget_bytes);  // scans about so much; false if there was nothing to do
void publishMarks();         // this P's unscanned objects become everybody's
bool marksLeft();
void flushBarrierBuffer(P *p);
u64 takeMarked(u64 *count);  // bytes marked by all Ps; world stopped
void checkMarks();           // world stopped, marking done
bool isSoundPointer(const G *g, uptr p);  // in a word of g's stack; world stopped, caches flushed

// barrier.cc: the values in [addr, addr+bytes) are about to be overwritten.
void barrierOverwrite(uptr addr, uptr bytes);
// The same for one value of `type`, wherever it lies but in a stack; and for a value that is read out of its only place.
void barrierValue(void *addr, Type *type);
inline void barrierElem(void *addr, Type *type) {
  if (gcMarking() && addr != nullptr && type->ptr_bytes != 0) barrierValue(addr, type);
}

// specials.cc
void markSpecialRoots();
void processDeadSpecials();  // after marking: queues finalizers and cleanups, clears weak handles; marks and scans
void markFinalizerQueue();
void wakeFinalizer();

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_GC_H_
