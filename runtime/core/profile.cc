// CPU profile: SIGPROF ticks leave stacks in a ring, which Go code reads (setCPUProfileRate, readCPUProfile).
//
// A record is {words, count 1, pcs...}. Writers are signal handlers: the ring has one writer at a time, a tick that finds it
// taken is counted as lost.
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {
constexpr u64 kRingWords = 1 << 16;
constexpr u32 kMaxFrames = 64;

struct Profile {
  Atomic<u32> on, busy;
  Atomic<u64> lost, head, tail;  // words written, words read
  u64 *ring;
};
constinit Profile profile{};
}  // namespace

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_profileTick(u64 pc, u64 sp, u64, M *m) {
  if (profile.on.loadAcquire() == 0) return;
  if (!profile.busy.casSeqCst(0, 1)) {
    profile.lost.fetchAdd(1);
    return;
  }
  uptr pcs[kMaxFrames];
  u32 n = 0;
  G *g = currentG();
  bool on_stack = g != m->g0 && sp > g->stack_lo && sp <= g->stack_hi;
  Unwinder u;
  if (on_stack && findGoFunc(pc) != nullptr) {
    u.start(pc, sp, true);
    n = static_cast<u32>(collectPcs(u, 0, pcs, kMaxFrames));
  } else {  // in C++, perhaps on behalf of a goroutine, which stands at its call
    pcs[n++] = pc + 1;
    if (m->curg == g && g != m->g0) {
      u.startAt(g);
      n += static_cast<u32>(collectPcs(u, 0, pcs + 1, kMaxFrames - 1));
    }
  }
  u64 head = profile.head.loadRelaxed(), need = n + 2;  // relaxed: we are the writer
  if (head + need - profile.tail.loadAcquire() > kRingWords) {
    profile.lost.fetchAdd(1);
  } else {
    auto put = [&](u64 v) { profile.ring[head++ % kRingWords] = v; };
    put(need);
    put(1);
    for (u32 i = 0; i < n; i++) put(pcs[i]);
    profile.head.storeRelease(head);
  }
  profile.busy.storeRelease(0);
}

void gn_enableProfSignal();

void gn_setCPUProfileRate(i32 hz) {
  if (hz <= 0) {
    sys::setitimerProf(0);
    profile.on.storeRelease(0);
    return;
  }
  if (profile.ring == nullptr) profile.ring = static_cast<u64 *>(persistentAlloc(kRingWords * 8, 64));
  profile.on.storeRelease(1);
  gn_enableProfSignal();
  sys::setitimerProf(static_cast<u32>(1000000 / hz));
}

// Whole records only; {words, records lost since the last call}.
Ret2 gn_readCPUProfile(u64 *buf, u64 n) {
  u64 tail = profile.tail.loadRelaxed(), head = profile.head.loadAcquire(), words = 0;  // relaxed: one reader
  while (tail < head) {
    u64 need = profile.ring[tail % kRingWords];
    if (words + need > n) break;
    for (u64 i = 0; i < need; i++) buf[words++] = profile.ring[(tail + i) % kRingWords];
    tail += need;
  }
  profile.tail.storeRelease(tail);
  return {words, profile.lost.exchange(0)};
}

}  // extern "C"
