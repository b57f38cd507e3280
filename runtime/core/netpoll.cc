// The network poller: epoll, edge-triggered, under the contract of internal/poll's hooks.
//
// Each direction of a descriptor is one word: nothing, ready, about to wait, or the goroutine that waits. Descriptor records
// are off-heap and reused; a generation number in the epoll event tells an old use from the new.
#include "runtime/core/chan.h"
#include "runtime/core/clock.h"
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/timers.h"

namespace gannet::rt {

namespace {

constexpr uptr kNone = 0, kReady = 1, kWaiting = 2;
enum : i64 { kOk = 0, kClosing = 1, kTimedOut = 2, kNotPollable = 3 };
constexpr u32 kEpollIn = 1, kEpollOut = 4, kEpollErr = 8, kEpollHup = 16, kEpollRdHup = 0x2000, kEpollEt = 1u << 31;

struct Side {
  Atomic<uptr> waiter;
  i64 deadline;  // 0 none, <0 passed
  u64 seq;       // of the deadline timer: an older one says nothing
  Timer timer;
};

struct PollDesc {
  PollDesc *next_free;
  i32 fd;
  Atomic<u32> generation;  // even use count, in the event's high bits
  Mutex lock;
  bool closing;
  Atomic<u32> event_error;
  Side sides[2];  // read, write
};

struct Poller {
  Mutex init_lock;
  Atomic<u32> on;
  i32 epoll_fd, event_fd;
  Atomic<u32> break_pending, waiters;
  Mutex lock;
  PollDesc *free;
};
constinit Poller poller{};

Side &sideOf(PollDesc *pd, i64 mode) { return pd->sides[mode == 'w' ? 1 : 0]; }

i64 checkError(PollDesc *pd, i64 mode) {
  if (__atomic_load_n(&pd->closing, __ATOMIC_ACQUIRE)) return kClosing;
  if (__atomic_load_n(&sideOf(pd, mode).deadline, __ATOMIC_ACQUIRE) < 0) return kTimedOut;
  if (mode == 'r' && pd->event_error.loadAcquire() != 0) return kNotPollable;
  return kOk;
}

// The goroutine that waited on the side, if any; the side becomes ready or empty.
G *takeWaiter(Side &s, bool io_ready) {
  for (;;) {
    uptr old = s.waiter.loadSeqCst();
    if (old == kReady) return nullptr;
    if (old == kNone && !io_ready) return nullptr;
    uptr next = io_ready ? kReady : kNone;
    if (!s.waiter.casSeqCst(old, next)) continue;
    if (old == kWaiting || old == kNone) return nullptr;
    poller.waiters.fetchAdd(-1u);
    return reinterpret_cast<G *>(old);
  }
}

Ret2 waitResume(G *g);

// Parked already: publishes the goroutine, or goes on at once if the event came between.
void commitWait(void *arg) {
  auto *g = static_cast<G *>(arg);
  auto *pd = reinterpret_cast<PollDesc *>(g->park_roots[0]);
  poller.waiters.fetchAdd(1);
  if (sideOf(pd, static_cast<i64>(g->park_roots[1])).waiter.casSeqCst(kWaiting, reinterpret_cast<uptr>(g))) return;
  poller.waiters.fetchAdd(-1u);
  ready(g, true);
}

// True if ready; else parks, and the entry is resumed by waitResume.
bool waitReady(PollDesc *pd, i64 mode, bool cancelled) {
  Side &s = sideOf(pd, mode);
  for (;;) {
    if (s.waiter.casSeqCst(kReady, kNone)) return true;
    if (s.waiter.casSeqCst(kNone, kWaiting)) break;
    uptr v = s.waiter.loadSeqCst();
    if (v != kReady && v != kNone) fatalThrow("runtime: double wait");
  }
  if (!cancelled && checkError(pd, mode) != kOk) {
    uptr old = s.waiter.exchange(kNone);
    return old == kReady;
  }
  G *g = currentG();
  g->park_roots[0] = reinterpret_cast<uptr>(pd);
  g->park_roots[1] = static_cast<uptr>(mode);
  g->park_roots[2] = cancelled;
  g->resume = waitResume;
  park(WaitReason::IOWait, commitWait, g);
}

i64 waitLoop(PollDesc *pd, i64 mode, bool cancelled) {
  if (cancelled) {
    while (!waitReady(pd, mode, true)) {
    }
    return kOk;
  }
  i64 err = checkError(pd, mode);
  if (err != kOk) return err;
  while (!waitReady(pd, mode, false)) {
    err = checkError(pd, mode);
    if (err != kOk) return err;
    // Woken by a deadline that was moved on meanwhile: wait again.
  }
  return kOk;
}

Ret2 waitResume(G *g) {
  auto *pd = reinterpret_cast<PollDesc *>(g->park_roots[0]);
  i64 mode = static_cast<i64>(g->park_roots[1]);
  bool cancelled = g->park_roots[2] != 0;
  g->park_roots[0] = g->park_roots[1] = g->park_roots[2] = 0;
  uptr old = sideOf(pd, mode).waiter.exchange(kNone);
  if (old == kReady) return {static_cast<u64>(kOk), 0};
  if (!cancelled) {
    i64 err = checkError(pd, mode);
    if (err != kOk) return {static_cast<u64>(err), 0};
  }
  return {static_cast<u64>(waitLoop(pd, mode, cancelled)), 0};
}

void deadlinePassed(Timer *t, u64 arg, u64 seq) {
  auto *pd = reinterpret_cast<PollDesc *>(arg & ~u64{1});
  Side &s = pd->sides[arg & 1];
  (void)t;
  pd->lock.lock();
  if (seq != s.seq) {
    pd->lock.unlock();
    return;
  }
  __atomic_store_n(&s.deadline, -1, __ATOMIC_RELEASE);
  G *g = takeWaiter(s, false);
  pd->lock.unlock();
  if (g != nullptr) ready(g, false);
}

// pd.lock held.
void setSide(PollDesc *pd, u32 index, i64 deadline) {
  Side &s = pd->sides[index];
  removeTimer(&s.timer);
  s.seq++;
  __atomic_store_n(&s.deadline, deadline, __ATOMIC_RELEASE);
  if (deadline <= 0) return;
  s.timer.fire = deadlinePassed;
  s.timer.arg = reinterpret_cast<u64>(pd) | index;
  s.timer.seq = s.seq;
  addTimer(&s.timer, deadline);
}

PollDesc *newDesc() {
  MutexGuard guard(poller.lock);
  PollDesc *pd = poller.free;
  if (pd != nullptr) {
    poller.free = pd->next_free;
    return pd;
  }
  return persistentNew<PollDesc>();
}

u64 eventData(PollDesc *pd) { return reinterpret_cast<u64>(pd) | static_cast<u64>(pd->generation.loadRelaxed() & 0xffff) << 48; }

}  // namespace

bool pollerOn() { return poller.on.loadAcquire() != 0; }
u32 pollWaiters() { return poller.waiters.loadSeqCst(); }

void initPoller() {
  if (pollerOn()) return;
  MutexGuard guard(poller.init_lock);
  if (pollerOn()) return;
  i64 ep = sys::epollCreate(), ev = sys::eventfd();
  if (ep < 0 || ev < 0) fatalThrow("runtime: netpollinit failed");
  poller.epoll_fd = static_cast<i32>(ep);
  poller.event_fd = static_cast<i32>(ev);
  sys::EpollEvent e{kEpollIn, 0};
  sys::epollCtl(poller.epoll_fd, 1, poller.event_fd, &e);
  poller.on.storeRelease(1);
}

void breakPoll() {
  if (!poller.break_pending.casSeqCst(0, 1)) return;
  u64 one = 1;
  sys::write(poller.event_fd, &one, sizeof one);
}

void pollNetwork(i64 delay_ns, GList<G> &out) {
  constexpr i64 kLongest = 1000000000000;
  delay_ns = min(max<i64>(delay_ns, -1), kLongest);
  sys::EpollEvent events[128];
  i64 n;
  do {
    n = sys::epollWait(poller.epoll_fd, events, 128, delay_ns);
  } while (n == sys::kEINTR && delay_ns < 0);
  for (i64 i = 0; i < n; i++) {
    u64 data = events[i].data;
    u32 ev = events[i].events;
    if (data == 0) {
      if (delay_ns != 0) {  // a look that does not block leaves the wake-up to who does
        u64 value;
        sys::read(poller.event_fd, &value, sizeof value);
        poller.break_pending.storeSeqCst(0);
      }
      continue;
    }
    auto *pd = reinterpret_cast<PollDesc *>(data << 16 >> 16);
    if ((pd->generation.loadAcquire() & 0xffff) != data >> 48) continue;
    pd->event_error.storeRelease(ev == kEpollErr);
    if ((ev & (kEpollIn | kEpollRdHup | kEpollHup | kEpollErr)) != 0)
      if (G *g = takeWaiter(pd->sides[0], true)) out.pushBack(g);
    if ((ev & (kEpollOut | kEpollHup | kEpollErr)) != 0)
      if (G *g = takeWaiter(pd->sides[1], true)) out.pushBack(g);
  }
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_pollServerInit() { initPoller(); }
u64 gn_isPollDescriptor(uptr fd) {
  return pollerOn() && (static_cast<i32>(fd) == poller.epoll_fd || static_cast<i32>(fd) == poller.event_fd);
}

Ret2 gn_pollOpen(uptr fd) {
  PollDesc *pd = newDesc();
  {
    MutexGuard guard(pd->lock);
    pd->fd = static_cast<i32>(fd);
    pd->generation.fetchAdd(1);
    pd->closing = false;
    pd->event_error.storeRelaxed(0);  // relaxed: not registered yet
    for (Side &s : pd->sides) {
      s.waiter.storeRelaxed(kNone);
      s.deadline = 0;
      s.seq++;
      initTimer(&s.timer);
    }
  }
  sys::EpollEvent e{kEpollIn | kEpollOut | kEpollRdHup | kEpollEt, eventData(pd)};
  i64 err = sys::epollCtl(poller.epoll_fd, 1, pd->fd, &e);
  if (err < 0) {
    MutexGuard guard(poller.lock);
    pd->next_free = poller.free;
    poller.free = pd;
    return {0, static_cast<u64>(-err)};
  }
  return {reinterpret_cast<u64>(pd), 0};
}

void gn_pollClose(PollDesc *pd) {
  if (!pd->closing) fatalThrow("runtime: close polldesc w/o unblock");
  sys::EpollEvent e{};
  sys::epollCtl(poller.epoll_fd, 2, pd->fd, &e);
  pd->generation.fetchAdd(1);  // events still on their way are of the past
  MutexGuard guard(poller.lock);
  pd->next_free = poller.free;
  poller.free = pd;
}

i64 gn_pollReset(PollDesc *pd, i64 mode) {
  i64 err = checkError(pd, mode);
  if (err == kOk) sideOf(pd, mode).waiter.storeSeqCst(kNone);
  return err;
}

i64 gn_pollWait(PollDesc *pd, i64 mode) { return waitLoop(pd, mode, false); }
void gn_pollWaitCanceled(PollDesc *pd, i64 mode) { waitLoop(pd, mode, true); }

// deadline: 0 none, <0 passed already, else ns from now.
void gn_pollSetDeadline(PollDesc *pd, i64 deadline, i64 mode) {
  if (deadline > 0 && __builtin_add_overflow(deadline, clockNs(), &deadline)) deadline = INT64_MAX;
  G *woken[2] = {nullptr, nullptr};
  pd->lock.lock();
  if (pd->closing) {
    pd->lock.unlock();
    return;
  }
  if (mode == 'r' || mode == 'r' + 'w') setSide(pd, 0, deadline);
  if (mode == 'w' || mode == 'r' + 'w') setSide(pd, 1, deadline);
  if (deadline < 0) {
    if (mode != 'w') woken[0] = takeWaiter(pd->sides[0], false);
    if (mode != 'r') woken[1] = takeWaiter(pd->sides[1], false);
  }
  pd->lock.unlock();
  for (G *g : woken)
    if (g != nullptr) ready(g, false);
}

void gn_pollUnblock(PollDesc *pd) {
  pd->lock.lock();
  if (pd->closing) fatalThrow("runtime: unblock on closing polldesc");
  __atomic_store_n(&pd->closing, true, __ATOMIC_RELEASE);
  G *woken[2];
  for (u32 i = 0; i < 2; i++) {
    pd->sides[i].seq++;
    removeTimer(&pd->sides[i].timer);
    woken[i] = takeWaiter(pd->sides[i], false);
  }
  pd->lock.unlock();
  for (G *g : woken)
    if (g != nullptr) ready(g, false);
}

}  // extern "C"
