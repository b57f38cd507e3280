// The runtime on its own feet: start-up, goroutines, channels, select, semaphores, timers, collections, system calls.
// Goroutine bodies are C++ functions with small frames; stacks do not grow here.
#include "runtime/core/heap.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"

using namespace gannet::rt;

struct GoFunc {
  void (*enter)();
  void (*fn)(void *);
  void *arg;
};

extern "C" {
void gn_enter();
void *go_mallocgc(uptr, Type *, u64);
void go_newproc(GoFunc *);
void go_newsystemproc(GoFunc *);
Hchan *go_makechan(void *, i64);
u64 go_chansend(Hchan *, void *, u64);
Ret2 go_chanrecv(Hchan *, void *, u64);
void go_closechan(Hchan *);
Ret2 go_selectCases(void *, u16 *, void *, i64, i64, u64);
void go_gosched();
void go_timeSleep(i64);
[[noreturn]] void go_exit(i32);
void go_mainStarted();
void go_gcWait();
void go_gcStopTheWorld();
void go_gcMarkStart();
u64 go_gcMarkWork();
void go_bulkBarrierPreWrite(void *dst, void *src, uptr bytes, void *type);
extern u32 smoke_write_barrier asm("runtime.writeBarrier");
u64 go_gcMarkDone();
void go_gcStartTheWorld();
u64 go_gcSweep();
void go_gcDone();
void go_gcRequest(u64);
void go_semacquire1(u32 *, u64, u64);
void go_semrelease1(u32 *, u64);
i64 go_nanotime();
void go_entersyscall();
void go_exitsyscall();
void go_stopTheWorld(u64);
void go_startTheWorld0(i64);
u64 go_procCount();
void *go_newTimer(i64, i64, void *, void *, void *, void *);
u64 go_stopTimer(void *);
void go_timerNext(void *);
void go_timerDone(void *);
extern void *smoke_root;
}

static void say(const char *text) { sys::write(2, text, __builtin_strlen(text)); }
static void expect(bool ok, const char *what) {
  if (ok) return;
  say("FAIL: ");
  say(what);
  say("\n");
  go_exit(1);
}

extern "C" void smokePanic(const char *p, uptr n) {
  sys::write(2, p, n);
  say(" (panic)\n");
  go_exit(1);
}
extern "C" void smokeSigpanic() {
  say("sigpanic\n");
  go_exit(1);
}

static void spawn(void (*fn)(void *), void *arg, bool system = false) {
  auto *f = static_cast<GoFunc *>(go_mallocgc(sizeof(GoFunc), nullptr, 1));
  *f = GoFunc{gn_enter, fn, arg};
  if (system) go_newsystemproc(f);
  else go_newproc(f);
}

static constinit u8 kIntMask[8] = {};
static constinit u8 kPtrMask[8] = {1};
static constinit Type kInt{8, 0, 0, 0, 8, 8, 2, nullptr, kIntMask, 0, 0};
struct ChanType {
  Type type;
  Type *elem;
  u64 dir;
};
static constinit ChanType kChanInt{{8, 8, 0, 0, 8, 8, 18, nullptr, kPtrMask, 0, 0}, &kInt, 3};

// A list node {next, value}.
static constinit Type kNode{16, 8, 0, 0, 8, 8, 25, nullptr, kPtrMask, 0, 0};
struct Node {
  Node *next;
  u64 value;
};

static void collector(void *) {
  for (;;) {
    go_gcWait();
    go_gcStopTheWorld();
    go_gcMarkStart();
    go_gcStartTheWorld();
    for (;;) {
      while ((go_gcMarkWork() & 0xff) != 0) {
      }
      go_gcStopTheWorld();
      bool done = (go_gcMarkDone() & 0xff) != 0;
      go_gcStartTheWorld();
      if (done) break;
    }
    while (go_gcSweep() != 0) go_gosched();
    go_gcDone();
  }
}

static void producer(void *arg) {
  auto *c = static_cast<Hchan *>(arg);
  for (u64 i = 1; i <= 1000; i++) go_chansend(c, &i, 1);
  go_closechan(c);
}

static void channels() {
  static constexpr i64 kSizes[] = {0, 1, 100};
  for (i64 size : kSizes) {
    Hchan *c = go_makechan(&kChanInt, size);
    spawn(producer, c);
    u64 sum = 0, v = 0;
    while ((go_chanrecv(c, &v, 1).b & 0xff) != 0) sum += v;
    expect(sum == 500500, "channel sum");
  }
}

struct Scase {
  Hchan *c;
  void *elem;
};

static void selects() {
  Hchan *a = go_makechan(&kChanInt, 0), *b = go_makechan(&kChanInt, 0);
  spawn(producer, a);
  spawn(producer, b);
  u64 va = 0, vb = 0, sum = 0;
  Scase cases[2] = {{a, &va}, {b, &vb}};
  u16 order[4];
  for (int open = 2; open > 0;) {
    Ret2 r = go_selectCases(cases, order, nullptr, 0, 2, 1);
    if ((r.b & 0xff) != 0) {
      sum += r.a == 0 ? va : vb;
    } else {
      cases[r.a].c = nullptr;
      open--;
    }
  }
  expect(sum == 2 * 500500, "select sum");
}

static constinit u32 sema = 0, done_sema = 0;
static constinit u64 counter = 0;
static void locker(void *) {
  for (int i = 0; i < 200; i++) {
    go_semacquire1(&sema, 0, 13);
    u64 v = counter;
    if (i % 50 == 0) go_gosched();
    counter = v + 1;
    go_semrelease1(&sema, i % 2);
  }
  go_semrelease1(&done_sema, 0);
}

static void semaphores() {
  for (int i = 0; i < 20; i++) spawn(locker, nullptr);
  go_semrelease1(&sema, 0);
  for (int i = 0; i < 20; i++) go_semacquire1(&done_sema, 0, 13);
  expect(counter == 4000, "semaphore counter");
}

static void garbage(void *) {
  for (u64 i = 0; i < 300000; i++) {
    auto *n = static_cast<Node *>(go_mallocgc(sizeof(Node), &kNode, 1));
    if (n->next != nullptr || n->value != 0) expect(false, "memory was not zeroed");
    n->value = i;
    n->next = n;
  }
  go_semrelease1(&done_sema, 0);
}

// As compiled code stores a pointer.
static void store(Node **at, Node *n) {
  if (*const_cast<volatile u32 *>(&smoke_write_barrier) != 0) go_bulkBarrierPreWrite(at, &n, sizeof n, nullptr);
  *const_cast<Node *volatile *>(at) = n;
}

static void collections() {
  Node *head = nullptr;
  for (u64 i = 0; i < 200000; i++) {
    auto *n = static_cast<Node *>(go_mallocgc(sizeof(Node), &kNode, 1));
    n->value = i;
    store(&n->next, head);
    head = n;
    store(reinterpret_cast<Node **>(&smoke_root), head);
  }
  for (int i = 0; i < 4; i++) spawn(garbage, nullptr);
  for (int i = 0; i < 4; i++) go_semacquire1(&done_sema, 0, 13);
  go_gcRequest(0);
  u64 count = 0;
  for (Node *n = head; n != nullptr; n = n->next) {
    expect(n->value == 199999 - count, "list is intact");
    count++;
  }
  expect(count == 200000, "list length");
  expect(heap.stats.num_gc >= 1, "collections ran");
  expect(heap.stats.live_bytes.loadRelaxed() < (64 << 20), "garbage is gone");
}

// A span that its owner has not set up yet does not go with a neighbour that is freed meanwhile.
static void takenSpans() {
  Span *a = allocSpan(1, SpanState::Taken), *b = allocSpan(1, SpanState::Taken);
  while (b->base != a->base + kPageBytes) {
    a = b;
    b = allocSpan(1, SpanState::Taken);
  }
  freeSpan(b);
  expect(a->state.loadAcquire() == SpanState::Taken && a->page_count == 1, "a taken span stays alone");
  freeSpan(a);
}

static void sleeper(void *arg) {
  go_timeSleep(static_cast<i64>(reinterpret_cast<uptr>(arg)) * 1000000);
  go_semrelease1(&done_sema, 0);
}

static constinit u64 ticks = 0;
static void timerLoop(void *) {
  struct {
    void *fn;
    u64 rest[5];
  } call;
  for (;;) {
    go_timerNext(&call);
    ticks++;
    go_timerDone(&call);
  }
}

static void sleeps() {
  spawn(timerLoop, nullptr, true);
  i64 start = go_nanotime();
  for (uptr i = 1; i <= 20; i++) spawn(sleeper, reinterpret_cast<void *>(i));
  void *never = go_newTimer(start + 3600000000000, 0, nullptr, nullptr, nullptr, nullptr);
  void *ticker = go_newTimer(start + 1000000, 1000000, nullptr, nullptr, nullptr, nullptr);
  for (int i = 0; i < 20; i++) go_semacquire1(&done_sema, 0, 13);
  i64 took = go_nanotime() - start;
  expect(took >= 20000000, "slept long enough");
  expect((go_stopTimer(never) & 0xff) == 1, "pending timer stops");
  expect((go_stopTimer(never) & 0xff) == 0, "stopped timer stops no more");
  expect((go_stopTimer(ticker) & 0xff) == 1 && ticks >= 2, "ticker ticked");
}

static void inSyscall(void *) {
  go_entersyscall();
  sys::usleep(5000);
  go_exitsyscall();
  go_semrelease1(&done_sema, 0);
}

static void syscalls() {
  for (int i = 0; i < 30; i++) spawn(inSyscall, nullptr);
  for (int i = 0; i < 30; i++) go_semacquire1(&done_sema, 0, 13);
}

extern "C" void smokeMain() {
  go_mainStarted();
  spawn(collector, nullptr, true);
  static constexpr u64 kProcs[] = {2, 1, 4};
  for (u64 procs : kProcs) {
    go_stopTheWorld(static_cast<u64>(StopReason::GoMaxProcs));
    go_startTheWorld0(static_cast<i64>(procs));
    say("channels ");
    channels();
    say("selects ");
    selects();
    say("semaphores ");
    counter = 0;
    semaphores();
    go_semacquire1(&sema, 0, 13);
    say("collections ");
    collections();
    takenSpans();
    say("sleeps ");
    sleeps();
    say("syscalls\n");
    syscalls();
    expect(go_procCount() == procs, "procCount");
  }
  say("ok\n");
  go_exit(0);
}
