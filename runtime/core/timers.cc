// Timer heaps, one for each of the first 64 Ps; a timer stays with the heap of the P that made it.
//
// A scheduler pass fires what is due. C++ timers are called at once, without the heap's lock. A timer of Go code goes to the
// due queue, from which the timer goroutine (timerNext, timerDone) calls its function, and so does the end of a sleep that
// would overtake one.
// Locks: heap, then due queue.
#include "runtime/core/timers.h"

#include "runtime/core/bubble.h"
#include "runtime/core/chan.h"
#include "runtime/core/clock.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

Timer **growTimerItems(Timer **old, u32 count, u32 bigger) {
  auto **items = static_cast<Timer **>(persistentAlloc(bigger * sizeof(Timer *), 64));
  for (u32 i = 0; i < count; i++) items[i] = old[i];
  return items;
}

namespace {

constexpr u32 kHeaps = 64;
static_assert(kTimerParts == kHeaps + 2);
constinit TimerList heaps[kHeaps]{};

struct DueQueue {
  Mutex lock;
  Timer *first, *last;
  G *worker;
};
constinit DueQueue due{};

// time.Timer: a channel word and a flag that Go code knows, then ours. A heap object of Go.
struct GoTimer {
  void *c;
  bool init;
  Timer t;
};
constexpr u64 maskBit(uptr offset) { return u64{1} << (offset / kWord); }
constexpr u64 kGoTimerMask = maskBit(__builtin_offsetof(GoTimer, c)) |
                             maskBit(__builtin_offsetof(GoTimer, t) + __builtin_offsetof(Timer, fn)) |
                             maskBit(__builtin_offsetof(GoTimer, t) + __builtin_offsetof(Timer, arg_type)) |
                             maskBit(__builtin_offsetof(GoTimer, t) + __builtin_offsetof(Timer, arg_data)) |
                             maskBit(__builtin_offsetof(GoTimer, t) + __builtin_offsetof(Timer, chan));

// Somebody must wake at `when`: whoever sleeps in the poller for longer, or a thread that goes there.
void wakeFor(i64 when) {
  initPoller();
  if (sched.last_poll_ns.loadSeqCst() == 0) {
    i64 until = sched.poll_until_ns.loadSeqCst();
    if (until == 0 || until > when) breakPoll();
  } else {
    wakeP();
  }
}

// Lock of the due queue held. The goroutine that takes due timers, if it waits.
G *queueDue(Timer *t, i64 delta) {
  shadeRoot(t);  // leaves the heap, which may not have been looked at yet
  t->due_delta = delta;
  if (t->due) return nullptr;  // a ticker whose last tick was not taken yet
  t->due = true;
  t->due_next = nullptr;
  if (due.last != nullptr) due.last->due_next = t;
  else due.first = t;
  due.last = t;
  G *g = due.worker;
  due.worker = nullptr;
  return g;
}

void unqueueDue(Timer *t) {  // lock held
  Timer **at = &due.first;
  Timer *prev = nullptr;
  while (*at != t) {
    prev = *at;
    at = &prev->due_next;
  }
  *at = t->due_next;
  if (due.last == t) due.last = prev;
  t->due = false;
  t->due_next = nullptr;
}

void wakeSleeper(Timer *t, u64 g, u64) { ready(reinterpret_cast<G *>(g), t->bubble == nullptr || (cheapRand() & 1) != 0); }

TimerList &listOf(const Timer *t) { return t->bubble != nullptr ? t->bubble->timers : heaps[t->heap_id]; }

void putIn(TimerList &h, Timer *t) {
  h.heap.add(t);
  h.channel_count += t->chan != nullptr;
}
void takeOut(TimerList &h, Timer *t) {
  h.heap.remove(t);
  h.channel_count -= t->chan != nullptr;
}

// Of a bubble's timers for the same moment, any one: programs shall not rely on an order.
Timer *anyOfFirst(TimerList &h) {
  Timer *first = h.heap.first(), *t = h.heap.items[cheapRandN(min<u32>(h.heap.count, 5))];
  return t->when == first->when ? t : first;
}

// Lock held; there is one that is due.
Timer *popDue(TimerList &h, i64 now, i64 *delta) {
  Timer *t = h.heap.first();
  if (GN_UNLIKELY(t->bubble != nullptr)) t = anyOfFirst(h);
  *delta = now - t->when;
  if (t->period > 0) {
    t->when += t->period * (1 + *delta / t->period);
    if (t->when < 0) t->when = INT64_MAX;
    h.heap.update(t);
  } else {
    takeOut(h, t);
  }
  return t;
}

// Lock of the due queue held.
bool goesToQueue(const Timer *t) { return t->fire == nullptr || (t->fire == wakeSleeper && due.first != nullptr); }

// The timer goroutine is made ready last, so as to run first.
void runHeap(TimerList &h, i64 now) {
  G *worker = nullptr;
  for (;;) {
    h.lock.lock();
    if (h.heap.empty() || h.heap.first()->when > now) {
      h.noteFirst();
      h.lock.unlock();
      if (worker != nullptr) ready(worker, true);
      return;
    }
    i64 delta = 0;
    Timer *t = popDue(h, now, &delta);
    auto fire = t->fire;
    u64 arg = t->arg, seq = t->seq;
    if (fire == nullptr || fire == wakeSleeper) {
      MutexGuard guard(due.lock);
      if (goesToQueue(t)) {
        if (G *waiting = queueDue(t, delta)) worker = waiting;
        fire = nullptr;
      }
    }
    h.noteFirst();
    h.lock.unlock();
    if (fire != nullptr) fire(t, arg, seq);
  }
}

}  // namespace

u32 timerCount(u32 p_id) { return p_id < kHeaps ? heaps[p_id].heap.count : 0; }  // unlocked: for showing

Timer *takeDueTimer(TimerList &list, i64 now, i64 *delta) {
  MutexGuard guard(list.lock);
  if (list.heap.empty() || list.heap.first()->when > now) return nullptr;
  Timer *t = popDue(list, now, delta);
  list.noteFirst();
  return t;
}

// GODEBUG=asynctimerchan=1: as before Go 1.23, a timer's channel has a buffer that shows.
bool timersAreAsync() { return debug.asynctimerchan.loadAcquire() != 0; }

void markTimerList(TimerList &list, Marks which) {
  MutexGuard guard(list.lock);
  for (u32 i = 0; i < list.heap.count; i++) {
    Timer *t = list.heap.items[i];
    if (which == Marks::All || t->chan == nullptr) markObject(reinterpret_cast<uptr>(t));
  }
}

void markTimersOfChannels() {
  for (TimerList &h : heaps) {
    if (h.channel_count == 0) continue;
    for (u32 i = 0; i < h.heap.count; i++) {
      Timer *t = h.heap.items[i];
      if (t->chan != nullptr && isMarkedObject(reinterpret_cast<uptr>(t->chan))) markObject(reinterpret_cast<uptr>(t));
    }
  }
}

void dropDeadTimers() {
  for (TimerList &h : heaps) {
    if (h.channel_count == 0) continue;
    h.heap.filter([&](Timer *t) {
      bool lives = t->chan == nullptr || isMarkedObject(reinterpret_cast<uptr>(t));
      if (!lives) h.channel_count--;
      return lives;
    });
    h.noteFirst();
  }
}

void initTimer(Timer *t) {
  *t = Timer{};
  t->heap_index = -1;
  t->heap_id = static_cast<u32>(currentM()->p->id) % kHeaps;
}

void addTimerLater(Timer *t, i64 when) {
  shadeRoot(t);
  TimerList &h = listOf(t);
  h.lock.lock();
  t->when = when;
  if (t->heap_index >= 0) h.heap.update(t);
  else putIn(h, t);
  bool first = h.heap.first() == t;
  h.noteFirst();
  h.lock.unlock();
  if (first && t->bubble == nullptr) wakeFor(when);
}

void addTimer(Timer *t, i64 when) { addTimerLater(t, when < 0 ? INT64_MAX : when); }

bool removeTimer(Timer *t) {
  TimerList &h = listOf(t);
  MutexGuard guard(h.lock);
  if (t->heap_index < 0) return false;
  takeOut(h, t);
  h.noteFirst();
  return true;
}

i64 runTimers(P *p, i64 now) {
  u32 lo = p == nullptr ? 0 : static_cast<u32>(p->id) % kHeaps, hi = p == nullptr ? kHeaps : lo + 1;
  i64 next = 0;
  for (u32 i = lo; i < hi; i++) {
    i64 when = heaps[i].next.loadAcquire();
    if (when != 0 && when <= now) {
      runHeap(heaps[i], now);
      when = heaps[i].next.loadAcquire();
    }
    if (when != 0 && (next == 0 || when < next)) next = when;
  }
  return next;
}

i64 nextTimerNs() {
  i64 next = 0;
  for (auto &h : heaps) {
    i64 when = h.next.loadSeqCst();
    if (when != 0 && (next == 0 || when < next)) next = when;
  }
  return next;
}

// Timers are heap objects of which nobody else may know; those of C++ lie elsewhere and are ignored.
void markTimers(u32 part) {
  if (part < kHeaps) {
    markTimerList(heaps[part], Marks::NotOfChannels);
    return;
  }
  if (part > kHeaps) {
    markBubbleTimers();
    return;
  }
  MutexGuard guard(due.lock);
  for (Timer *t = due.first; t != nullptr; t = t->due_next) markObject(reinterpret_cast<uptr>(t));
}

}  // namespace gannet::rt

using namespace gannet::rt;

// In a bubble, those that wake at the same moment run in no particular order.
static void startSleep(void *arg) {
  auto *g = static_cast<G *>(arg);
  addTimer(g->sleep_timer, g->sleep_timer->when);
}

static Ret2 timerNextResume(G *g);

// The record lies in the goroutine's stack: kept as distance from the stack's top while it waits.
static void takeDue(G *g) {
  Timer *t;
  for (;;) {
    due.lock.lock();
    t = due.first;
    if (t == nullptr) {
      due.worker = g;
      g->resume = timerNextResume;
      parkUnlock(WaitReason::Sleep, &due.lock);
    }
    unqueueDue(t);
    if (t->fire == nullptr) break;
    due.lock.unlock();
    t->fire(t, t->arg, t->seq);
  }
  t->running = true;
  shadeRoot(t);
  auto *call = reinterpret_cast<TimerCall *>(g->stack_hi - g->park_roots[3]);
  *call = TimerCall{t->fn, t->arg_type, t->arg_data, t->seq, t->due_delta, t};
  due.lock.unlock();
  g->park_roots[3] = 0;
}
static Ret2 timerNextResume(G *g) {
  takeDue(g);
  return {0, 0};
}

static Ret2 stopResume(G *g);

// What Stop and Reset share. True if the timer was pending: waiting, queued, or a value nobody took. Waits out a call of a
// channel timer's function, so that no stale value is left (package time's promise since Go 1.23). May not return at once:
// then `again` resumes the entry.
static bool cancel(GoTimer *gt, Ret2 (*again)(G *), i64 when, i64 period) {
  Timer *t = &gt->t;
  if (GN_UNLIKELY(t->bubble != nullptr && t->bubble != bubbleOf(currentG()))) fatalUser(again == stopResume ? "stop of synctest timer from outside bubble" : "reset of synctest timer from outside bubble");
  bool pending = removeTimer(t);
  due.lock.lock();
  if (t->due) {
    unqueueDue(t);
    pending = true;
  }
  bool busy = t->running && t->chan != nullptr;
  due.lock.unlock();
  if (busy) {
    G *g = currentG();
    g->park_roots[0] = reinterpret_cast<uptr>(gt);
    g->park_roots[1] = static_cast<uptr>(when);
    g->park_roots[2] = static_cast<uptr>(period);
    g->park_roots[3] = pending;
    g->resume = again;
    yieldCurrent(false);
  }
  if (t->chan != nullptr && !timersAreAsync() && drainTimerChan(t->chan)) pending = true;
  return pending;
}

static void clearRoots(G *g) {
  for (uptr &r : g->park_roots) r = 0;
}

static Ret2 stopResume(G *g) {
  auto *gt = reinterpret_cast<GoTimer *>(g->park_roots[0]);
  bool was = g->park_roots[3] != 0;
  clearRoots(g);
  bool pending = cancel(gt, stopResume, 0, 0);
  return {was || pending, 0};
}

static void restart(GoTimer *gt, i64 when, i64 period) {
  gt->t.period = period;
  gt->t.seq++;
  addTimer(&gt->t, when);
}

static Ret2 resetResume(G *g) {
  auto *gt = reinterpret_cast<GoTimer *>(g->park_roots[0]);
  i64 when = static_cast<i64>(g->park_roots[1]), period = static_cast<i64>(g->park_roots[2]);
  bool was = g->park_roots[3] != 0;
  clearRoots(g);
  was |= cancel(gt, resetResume, when, period);
  restart(gt, when, period);
  return {was, 0};
}

extern "C" {

void gn_timeSleep(i64 ns) {
  if (ns <= 0) return;
  G *g = currentG();
  if (g->sleep_timer == nullptr) g->sleep_timer = persistentNew<Timer>();
  Timer *t = g->sleep_timer;
  initTimer(t);
  t->fire = wakeSleeper;
  t->arg = reinterpret_cast<u64>(g);
  t->bubble = bubbleOf(g);
  i64 when = (t->bubble != nullptr ? t->bubble->now_ns.loadAcquire() : clockNs()) + ns;
  t->when = when < 0 ? INT64_MAX : when;
  park(WaitReason::Sleep, startSleep, g);
}

GoTimer *gn_newTimer(i64 when, i64 period, FuncVal *fn, void *arg_type, void *arg_data, Hchan *chan) {
  auto *gt = static_cast<GoTimer *>(mallocMasked(sizeof(GoTimer), kGoTimerMask));
  initTimer(&gt->t);
  gt->t.bubble = bubbleOf(currentG());
  gt->init = true;
  gt->t.fn = fn;
  gt->t.arg_type = arg_type;
  gt->t.arg_data = arg_data;
  gt->t.chan = chan;
  gt->t.period = period;
  // A new object is marked and not scanned, and the caller may forget these before its stack is.
  shadeRoot(fn);
  shadeRoot(arg_data);
  shadeRoot(chan);
  if (chan != nullptr) chan->is_timer = 1;
  addTimer(&gt->t, when);
  return gt;
}

u64 gn_timersAreAsync() { return timersAreAsync(); }

u64 gn_stopTimer(GoTimer *gt) { return cancel(gt, stopResume, 0, 0); }

u64 gn_resetTimer(GoTimer *gt, i64 when, i64 period) {
  bool pending = cancel(gt, resetResume, when, period);
  restart(gt, when, period);
  return pending;
}

void gn_timerNext(TimerCall *call) {
  G *g = currentG();
  g->park_roots[3] = g->stack_hi - reinterpret_cast<uptr>(call);
  takeDue(g);
}

void gn_timerDone(TimerCall *call) {
  MutexGuard guard(due.lock);
  call->timer->running = false;
}

}  // extern "C"
