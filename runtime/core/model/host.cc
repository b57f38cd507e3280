// See host.h. A parked entry is left by longjmp, once somebody made its goroutine ready again.
#include "runtime/core/model/host.h"

#include "runtime/core/buckets.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/traceback.h"

#include <atomic>
#include <chrono>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>

extern "C" {
gannet::rt::u64 gn_chansend(gannet::rt::Hchan *c, void *elem, gannet::rt::u64 block);
gannet::rt::Ret2 gn_chanrecv(gannet::rt::Hchan *c, void *elem, gannet::rt::u64 block);
void gn_closechan(gannet::rt::Hchan *c);
gannet::rt::Ret2 gn_selectgo(void *cases, gannet::rt::u16 *order, gannet::rt::uptr *, gannet::rt::i64, gannet::rt::i64, gannet::rt::u64);
void gn_semacquire(gannet::rt::u32 *addr, gannet::rt::u64 lifo, gannet::rt::u64 reason, gannet::rt::u64 skip);
void gn_semrelease(gannet::rt::u32 *addr, gannet::rt::u64 handoff, gannet::rt::u64 skip);
}

namespace gannet::rt {

thread_local G *hosted_g = nullptr;
constinit Sched sched{};
constinit GcControl gc{};
constinit Heap heap{};

namespace {

struct Thread {
  M m{};
  P p{};
  G g{};
  std::atomic<u32> woken{0};
  std::jmp_buf back;
  std::string panic;
  Ret2 result{0, 0};
};
thread_local Thread *self = nullptr;

Thread *threadOf(G *g) { return static_cast<Thread *>(g->param); }

}  // namespace

// What the primitives call of the rest of the runtime.

void park(WaitReason reason, void (*unlock)(void *), void *arg) {
  Thread *t = self;
  t->g.wait_reason = reason;
  t->g.status.storeRelease(GStatus::Waiting);
  if (unlock != nullptr) unlock(arg);
  while (t->woken.exchange(0, std::memory_order_acquire) == 0) std::this_thread::yield();
  t->g.status.storeRelease(GStatus::Running);
  Ret2 r{t->g.ret0, t->g.ret1};
  while (t->g.resume != nullptr) {
    auto fn = t->g.resume;
    t->g.resume = nullptr;
    r = fn(&t->g);
  }
  t->result = r;
  std::longjmp(t->back, 1);
}

void ready(G *g, bool) {
  GN_CHECK(g->status.loadAcquire() == GStatus::Waiting);
  g->status.storeRelease(GStatus::Runnable);
  threadOf(g)->woken.store(1, std::memory_order_release);
}

void yieldCurrent(bool, bool) {
  std::this_thread::yield();
  self->result = {0, 0};
  std::longjmp(self->back, 1);
}

void goPanicPlain(Str text) {
  self->panic.assign(text.ptr, text.len);
  self->result = {0, 0};
  std::longjmp(self->back, 2);
}

Sudog *acquireSudog() { return new Sudog{}; }
void releaseSudog(Sudog *s) { delete s; }
u64 cheapRand() {
  thread_local u64 x = std::hash<std::thread::id>()(std::this_thread::get_id()) | 1;
  x ^= x << 13, x ^= x >> 7, x ^= x << 17;
  return x;
}
void *mallocArrayWithHeader(uptr header, Type *type, uptr count) { return std::calloc(1, header + type->size * count); }
void gcAfterAlloc(void *) {}
void markObject(uptr) {}
void shadeValue(const void *, Type *) {}
void barrierValue(void *, Type *) {}
void profileBlock(i64, u32) {}
void profileMutex(i64, u32) {}
bool profilesBlocking() { return false; }
bool profilesMutexes() { return true; }  // takes the longer way
void fatalThrow(Str text) {
  std::fprintf(stderr, "%.*s\n", static_cast<int>(text.len), text.ptr);
  std::abort();
}
void fatalUser(Str text) { fatalThrow(text); }
void checkFailed(const char *cond, const char *file, int line) {
  std::fprintf(stderr, "%s:%d: %s\n", file, line, cond);
  std::abort();
}
void futexSleep(Atomic<u32> *, u32, i64) { std::this_thread::yield(); }
void futexWake(Atomic<u32> *, u32) {}
i64 sys::monotonicNs() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

namespace model {

Goroutine::Goroutine(std::function<void()> body)
    : thread_([body = std::move(body)] {
        auto t = std::make_unique<Thread>();
        self = t.get();
        t->m.p = &t->p;
        t->m.curg = &t->g;
        t->g.m = &t->m;
        t->g.param = t.get();
        t->g.status.storeRelease(GStatus::Running);
        hosted_g = &t->g;
        body();
      }) {}

Ret2 enter(const std::function<Ret2()> &entry, std::string *panicked) {
  Thread *t = self;
  switch (setjmp(t->back)) {
  case 0: return entry();
  case 1: return t->result;
  default:
    if (panicked == nullptr) fatalThrow(Str(t->panic.data(), t->panic.size()));
    *panicked = t->panic;
    return {0, 0};
  }
}

static Type word_type{};

Hchan *makeChan(u64 capacity) {
  word_type.size = 8;
  auto *c = static_cast<Hchan *>(std::calloc(1, sizeof(Hchan) + 8 * capacity));
  c->buf = reinterpret_cast<u8 *>(c + 1);
  c->capacity = capacity;
  c->elem_bytes = 8;
  c->elem_type = &word_type;
  return c;
}
void freeChan(Hchan *c) { std::free(c); }

bool send(Hchan *c, u64 value) {
  std::string panic;
  enter([&] { return gn_chansend(c, &value, 1), Ret2{1, 0}; }, &panic);
  return panic.empty();
}
bool receive(Hchan *c, u64 *value) {
  return enter([&] { return gn_chanrecv(c, value, 1); }).b != 0;
}
void close(Hchan *c) {
  enter([&] { return gn_closechan(c), Ret2{0, 0}; });
}

i64 select(std::vector<Case> cases, i64 sends, bool block, bool *received) {
  std::vector<u16> order(cases.size() * 2);
  Ret2 r = enter([&] { return gn_selectgo(cases.data(), order.data(), nullptr, sends, static_cast<i64>(cases.size()) - sends, block); });
  *received = r.b != 0;
  return static_cast<i64>(r.a);
}

void acquire(u32 *semaphore, bool lifo) {
  enter([&] { return gn_semacquire(semaphore, lifo, static_cast<u64>(WaitReason::SyncMutexLock), 0), Ret2{0, 0}; });
}
void release(u32 *semaphore, bool handoff) {
  enter([&] { return gn_semrelease(semaphore, handoff, 0), Ret2{0, 0}; });
}

}  // namespace model
}  // namespace gannet::rt
