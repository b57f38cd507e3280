// CPU profile: SIGPROF ticks leave stacks in a ring, which Go code reads (setCPUProfileRate, readCPUProfile).
//
// Each thread has a timer of its own that counts its CPU time, so that threads are sampled by what they use. A record in the
// ring is {words, time, label pointer, pcs...}. Writers are signal handlers: the ring has one writer at a time, a tick that finds
// it taken is counted as lost. Labels in the ring are kept alive at the end of each marking.
#include "runtime/core/buckets.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/signals.h"
#include "runtime/core/trace.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {
constexpr u64 kRingWords = 1 << 17;
constexpr u32 kMaxFrames = 64;
constexpr u64 kHeadWords = 3;

struct Profile {
  Mutex lock;  // of the settings
  Atomic<u32> on, busy;
  Atomic<u64> lost, head, tail;  // words written, words read
  u64 *ring;
  i64 interval_ns;
};
constinit Profile profile{};

// Lock held.
void startTimer(M *m) {
  if (m->tid == 0 || m->profile_timer != 0) return;
  i32 id = sys::threadCpuTimer(m->tid, kProfileSignal, profile.interval_ns);
  if (id >= 0) m->profile_timer = id + 1;
}
void stopTimer(M *m) {
  if (m->profile_timer == 0) return;
  sys::deleteTimer(m->profile_timer - 1);
  m->profile_timer = 0;
}

// Return addresses of the C++ frames on the thread's system stack, at most n, by the chain of saved frame pointers that begins at
// bp and ends with 0 (thunks.S). A function that was stopped before it made its frame hides its caller.
u32 collectCppPcs(const M *m, uptr sp, uptr bp, uptr *pcs, u32 n) {
  u32 count = 0;
  for (uptr last = sp; count < n && bp >= last && bp + 2 * kWord <= m->sys_sp && bp % kWord == 0 && sp >= m->sys_stack_lo;) {
    auto *frame = reinterpret_cast<const uptr *>(bp);
    pcs[count++] = frame[1];
    last = bp + 1;
    bp = frame[0];
  }
  return count;
}

// What the thread executes, innermost first, as return addresses.
u32 stackOfTick(uptr pc, uptr sp, uptr bp, M *m, uptr *pcs) {
  G *g = currentG();
  Unwinder u;
  bool on_stack = g != m->g0 && sp > g->stack_lo && sp <= g->stack_hi;
  if (on_stack && findGoFunc(pc) != nullptr) {
    u.start(pc, sp, true);
    return static_cast<u32>(collectPcs(u, 0, pcs, kMaxFrames));
  }
  if (g != m->g0 && g->async_preempted) {  // both signals came at once: the goroutine is where the other one stopped it
    u.startAt(g);
    return static_cast<u32>(collectPcs(u, 0, pcs, kMaxFrames));
  }
  // In C++, perhaps on behalf of a goroutine, which stands at its call; or in the kernel's vDSO, which has no names: its callers show.
  u32 n = 0;
  if (findFunc(pc) != nullptr) pcs[n++] = pc + 1;
  n += collectCppPcs(m, sp, bp, pcs + n, kMaxFrames / 2);
  if (n == 0) pcs[n++] = pc + 1;
  if (m->curg != g || g == m->g0) return n;
  u.startAt(g);
  if (uptr entry = calledEntry(g->sched.pc); entry != 0) pcs[n++] = entry + 1;
  return n + static_cast<u32>(collectPcs(u, 0, pcs + n, kMaxFrames - n));
}
}  // namespace

void profileThreadStarts(M *m) {
  if (profile.on.loadAcquire() == 0) return;
  MutexGuard guard(profile.lock);
  if (profile.on.loadAcquire() != 0) startTimer(m);
}

void profileThreadEnds(M *m) {
  MutexGuard guard(profile.lock);
  stopTimer(m);
}

void markProfileLabels() {
  u64 at = profile.tail.loadAcquire(), end = profile.head.loadAcquire();
  while (at < end) {
    markObject(profile.ring[(at + 2) % kRingWords]);
    at += profile.ring[at % kRingWords];
  }
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_profileTick(u64 pc, u64 sp, u64 bp, M *m) {
  if (profile.on.loadAcquire() == 0) return;
  if (!profile.busy.casSeqCst(0, 1)) {
    profile.lost.fetchAdd(1);
    return;
  }
  uptr pcs[kMaxFrames];
  u32 n = stackOfTick(pc, sp, bp, m, pcs);
  G *g = m->curg;
  u64 head = profile.head.loadRelaxed(), need = n + kHeadWords;  // relaxed: we are the writer
  if (head + need - profile.tail.loadAcquire() > kRingWords) {
    profile.lost.fetchAdd(1);
  } else {
    auto put = [&](u64 v) { profile.ring[head++ % kRingWords] = v; };
    put(need);
    put(static_cast<u64>(sys::monotonicNs()));
    put(g == nullptr ? 0 : reinterpret_cast<u64>(g->labels));
    for (u32 i = 0; i < n; i++) put(pcs[i]);
    profile.head.storeRelease(head);
  }
  if (tracing()) traceSample(m, pcs, n);
  profile.busy.storeRelease(0);
}

void gn_enableProfSignal();

void gn_setCPUProfileRate(i32 hz) {
  currentM()->locks++;
  {
    MutexGuard guard(profile.lock);
    if (hz <= 0) {
      profile.on.storeSeqCst(0);
      forEachM(stopTimer);
    } else {
      if (profile.ring == nullptr) profile.ring = static_cast<u64 *>(persistentAlloc(kRingWords * 8, 64));
      profile.interval_ns = 1000000000 / hz;
      gn_enableProfSignal();
      profile.on.storeSeqCst(1);
      forEachM(startTimer);
    }
  }
  currentM()->locks--;
}

// Whole records only, in Go's form {words, time, 1, pcs...}, and the label of each in tags; {words, ticks lost since the last call}.
Ret2 gn_readCPUProfile(u64 *buf, u64 n, u64 *tags, u64 tag_count) {
  u64 tail = profile.tail.loadRelaxed(), head = profile.head.loadAcquire(), words = 0, records = 0;  // relaxed: one reader
  while (tail < head && records < tag_count) {
    u64 need = profile.ring[tail % kRingWords];
    if (words + need > n) break;
    for (u64 i = 0; i < need; i++) buf[words + i] = profile.ring[(tail + i) % kRingWords];
    u64 label = buf[words + 2];
    shadeRoot(reinterpret_cast<void *>(label));
    shadeRoot(reinterpret_cast<void *>(tags[records]));
    tags[records++] = label;
    buf[words + 2] = 1;
    words += need;
    tail += need;
  }
  profile.tail.storeRelease(tail);
  return {words, profile.lost.exchange(0)};
}

}  // extern "C"
