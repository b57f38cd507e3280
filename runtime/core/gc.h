// The collector: concurrent marking with a hybrid barrier, its control, finalizers.
//
// A cycle: the world stops for a moment; write barriers go on and new objects are born marked; the world goes on while
// goroutines' stacks (one at a time, each held while it is scanned), globals, other roots and the heap are marked; the world
// stops for a moment; what barriers recorded last is marked and sweeping begins.
// Invariant while marking: a stack is grey (not scanned yet) or black (scanned). A store into a global or the heap marks the
// pointer that it overwrites (so that nothing a black stack may load is lost) and the one that it stores (so that nothing
// only a grey stack knew is hidden behind a marked object). Stores into stacks need nothing. Source: the "hybrid write
// barrier" of A. Clements and R. Hudson (Go proposal 17503, 2016), after Yuasa (1990) and Dijkstra et al. (1978).
#ifndef GANNET_RUNTIME_CORE_GC_H_
#define GANNET_RUNTIME_CORE_GC_H_

#include "runtime/core/heap.h"
#include "runtime/core/run_queue.h"

namespace gannet::rt {

// How fast marking has to be (pacer.cc). A fraction of a quarter of the CPUs' time is for the goroutines that mark; who
// allocates helps if that does not suffice.
struct Pacing {
  Mutex lock;
  GList<G> paused;   // marking or sweeping goroutines that had their share for now
  Atomic<u32> paused_count;
  GList<G> helpers;  // marking goroutines beside the first, waiting for a cycle
  Atomic<u32> sharing;  // marking or sweeping is under way
  Atomic<i64> began_ns, used_ns;
  Atomic<i64> credit;   // bytes that were scanned in advance for those who allocate
  u64 assist_q8;        // bytes to scan for a byte allocated, times 256
  u64 last_scanned;     // in the last cycle
  u64 last_allocated;   // while it marked
  Atomic<u64> scanned;  // in this cycle
  // A memory limit near what lives would have the collector run all the time. Where it took more than half of the CPUs' time
  // from the end of one cycle to the end of the next, the room below is doubled; else it is halved again.
  u32 limit_slack;      // log2
  i64 last_end_ns;
  u64 limited_cycle;    // the last one that took too much; 0: none
};

// When the parts of a cycle began, and who spent how much time in it.
struct CycleTimes {
  i64 process_start, stop1, mark, stop2, end;
  Atomic<i64> assist_ns, worker_ns, idle_ns;
  i64 total_stop_cpu, total_mark_cpu;  // over all cycles
  i64 total_assist_ns, total_worker_ns, total_idle_ns;
  u64 heap_at_start, heap_at_end, goal;
  u32 procs;
  bool forced;
  bool whole_stop;   // the world is not let go before marking is done: stop2 is not the stop's beginning
  bool found_leaks;  // it looked for goroutines that can never go on
};

struct GcControl {
  Mutex lock;
  G *worker;        // parked in gcWait, or null
  bool wanted;      // a cycle should start
  bool has_worker;
  u64 started, finished;  // cycles
  GList<G> waiters;       // in gcRequest; each has its target cycle in park_roots[3]
  Atomic<u32> marking;    // between the two stops: barriers are on, new objects are born marked
  bool in_cycle;          // until gcDone
  uptr check_from;        // where it is
  bool checking;          // the second marking of GODEBUG=gccheckmark=1 runs: only what is surely a live pointer counts
  bool pause_counted;
  bool leaks_wanted;      // the next cycle looks for goroutines that can never go on; lock held
  bool finding_leaks;     // this one does
  Pacing pacing;
  CycleTimes times;
  Atomic<u64> stack_bytes;  // in use of the stacks that this cycle scanned, or the last one
  i64 began_ns;           // this cycle
  u32 cycle;              // counts markings; 0 before the first
  u64 live_at_start;
};
extern constinit GcControl gc;

inline bool gcMarking() { return GN_UNLIKELY(gc.marking.loadRelaxed() != 0); }  // relaxed: changes while the world is stopped

// After an allocation whose result is `p`: starts a cycle if it is time. Does not return if the goroutine yields.
void gcAfterAlloc(void *p);
bool gcWant();  // a cycle starts; without a P. False: it cannot, or one was wanted already
void setTrigger();

// pacer.cc
void beginShare();          // a phase of background work begins
void beginPacing();         // world stopped, marking begins
void endPacing();           // world stopped, marking is done
bool overShare(i64 now);
G *takePausedWorker(bool idle);  // one that may go on; with `idle`, as nobody else wants the P
[[noreturn]] void pauseWorker();  // the current goroutine, if it had its share
void gcAssist(uptr allocated);   // before so much is allocated while marking runs
void markIdle(uptr budget, bool *any);
double gcCpuFraction();

// gc_trace.cc: lines that GODEBUG asks for, or nothing. World stopped.
void traceCycle();                          // at the end of the cycle's second stop
void tracePacerStart(u64 expected_bytes);   // to scan
void tracePacerEnd(u64 expected_bytes);     // marking is done
void tracePacerSwept();                     // world running

// mark.cc
void markObject(uptr addr);  // ignores what is not an object; queues it for scanning
void markIfAllocated(uptr addr);  // for words that may be anything: ignores free objects, too
void scanRange(uptr addr, uptr bytes, const u8 *mask);  // words whose mask bit is set
void scanObjectContents(uptr base);
uptr markSome(uptr budget_bytes);  // scans about so much, less if the world is being stopped; 0 if there was nothing to do
void publishMarks(P *p);     // its unscanned objects become everybody's; p is the caller's or the world is stopped
bool marksLeft();
void flushBarrierBuffer(P *p);
u64 takeMarked(u64 *count);  // bytes marked by all Ps; world stopped
bool isMarkedObject(uptr addr);
void checkMarks();           // world stopped, marking done
bool isSoundPointer(const G *g, uptr p);  // in a word of g's stack; world stopped, caches flushed

// cleanup_check.cc
void checkCleanups();        // world stopped, caches flushed, marking done

// roots.cc: each call of scanNextRoot does one piece of the work and tells about how many bytes it looked at.
void beginRoots();           // world stopped
u64 globalBytes();
bool scanNextRoot(uptr *bytes);
bool rootsLeft();
void scanRootsNow();         // all of them, again; world stopped
void scanSelf();             // the current goroutine's stack, at a safepoint, unless that was done in this cycle
inline void bornScanned(G *g) { g->scan_cycle.storeRelease(gc.cycle); }  // has nothing on its stack
void scanStopped(G *g);      // unless that was done in this cycle; world stopped
// leaks.cc
void beginLeakSearch();      // world stopped, before beginRoots; if it is wanted
bool holdBack(G *g);         // true: g, which does not run, is scanned once all else is marked. Its scan_lock is held
bool releaseHeld();          // world stopped, all is marked: true if there is more to mark now
// Before g's stack is used: waits until nobody scans it.
void waitForScan(G *g);
// The end of a system call without a P: where g stood in it is forgotten and g becomes runnable.
void endSyscallUnscanned(G *g);
inline void setRunning(G *g) {
  if (gcMarking()) {
    waitForScan(g);
    return;
  }
  g->status.storeRelease(GStatus::Running);
}

// barrier.cc: [dst, dst+bytes) is about to be overwritten, with what is at src (0: with zeros).
void barrierOverwrite(uptr dst, uptr src, uptr bytes);
// The same for one value of `type` that is overwritten, wherever it lies but in a stack.
void barrierValue(void *addr, Type *type);
inline void barrierElem(void *addr, Type *type) {
  if (gcMarking() && addr != nullptr && type->ptr_bytes != 0) barrierValue(addr, type);
}
// For one that is copied to where the collector may have been already.
void shadeValue(const void *addr, Type *type);
inline void shadeElem(const void *addr, Type *type) {
  if (gcMarking() && addr != nullptr && type->ptr_bytes != 0) shadeValue(addr, type);
}
// For a pointer that becomes a root outside the heap.
inline void shadeRoot(const void *p) {
  if (gcMarking()) markObject(reinterpret_cast<uptr>(p));
}

// memstats.cc: how long stops of the world were, by kind, for runtime/metrics.
enum class StopKind : u32 { GcTotal, OtherTotal, GcStopping, OtherStopping };
void recordPause(StopKind kind, i64 ns);

// specials.cc
void markSpecialsOf(Span *s);      // what hangs on its objects
// For a span that is about to be swept: queues finalizers and cleanups of dead objects, which live on if they have a finalizer,
// and clears their weak handles. True if something was queued.
bool processDeadSpecials(Span *s);
void markFinalizerQueue();
void wakeFinalizer();
void finalizerCounts(u64 *fins, u64 *cleanups, u64 *fins_run, u64 *cleanups_run);
// timers.cc
void markTimers(u32 part);
inline constexpr u32 kTimerParts = 66;

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_GC_H_
