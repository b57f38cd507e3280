// Sleeping semaphores on words of Go memory, and the ticket lists of sync.Cond.
//
// A table hashes addresses to lists of waiters; waiters on one address hang on the first of them in order.
#include "runtime/core/buckets.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

struct SemaBucket {
  Mutex lock;
  Atomic<u32> wait_count;
  Sudog *addrs;  // first waiter of each address, linked by next/prev; others by waitlink, last in waittail
  char pad[40];
};
constexpr u32 kBuckets = 1024;
constinit SemaBucket buckets[kBuckets]{};
constinit Atomic<u64> mutex_wait_ns{};

bool isMutexWait(WaitReason r) {
  return r == WaitReason::SyncMutexLock || r == WaitReason::SyncRWMutexRLock || r == WaitReason::SyncRWMutexLock;
}

// The waiter got what it waited for.
void done(G *g, Sudog *s) {
  if (s->acquire_ns != 0) {
    i64 waited = sys::monotonicNs() - s->acquire_ns;
    if (isMutexWait(g->wait_reason)) mutex_wait_ns.fetchAdd(static_cast<u64>(waited));
    if (profilesBlocking() && waited > 0) profileBlock(waited, 1u + s->skip_frames);
  }
  g->waiting = nullptr;
  releaseSudog(s);
}

SemaBucket &bucketOf(const void *addr) {
  return buckets[(reinterpret_cast<uptr>(addr) >> 3) * 0x9e3779b97f4a7c15 >> 54];
}

bool tryTake(u32 *addr) {
  for (;;) {
    u32 v = __atomic_load_n(addr, __ATOMIC_SEQ_CST);
    if (v == 0) return false;
    if (__atomic_compare_exchange_n(addr, &v, v - 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) return true;
  }
}

void replaceHead(SemaBucket &b, Sudog *old, Sudog *head) {
  head->next = old->next;
  head->prev = old->prev;
  if (head->prev != nullptr) head->prev->next = head;
  else b.addrs = head;
  if (head->next != nullptr) head->next->prev = head;
}

void enqueue(SemaBucket &b, Sudog *s, bool lifo) {
  Sudog *head = b.addrs;
  while (head != nullptr && head->elem != s->elem) head = head->next;
  s->parent = nullptr;  // the next waiter of the same address
  if (head == nullptr) {
    s->waittail = s;
    s->prev = nullptr;
    s->next = b.addrs;
    if (b.addrs != nullptr) b.addrs->prev = s;
    b.addrs = s;
  } else if (lifo) {
    replaceHead(b, head, s);
    s->parent = head;
    s->waittail = head->waittail;
    s->charge_ns = head->charge_ns;  // that of the first stays the oldest
  } else {
    head->waittail->parent = s;
    head->waittail = s;
  }
}

Sudog *dequeue(SemaBucket &b, const void *addr) {
  Sudog *head = b.addrs;
  while (head != nullptr && head->elem != addr) head = head->next;
  if (head == nullptr) return nullptr;
  if (Sudog *second = head->parent) {
    second->waittail = head->waittail;
    replaceHead(b, head, second);
  } else {
    if (head->prev != nullptr) head->prev->next = head->next;
    else b.addrs = head->next;
    if (head->next != nullptr) head->next->prev = head->prev;
  }
  head->next = head->prev = head->parent = head->waittail = nullptr;
  return head;
}

// The same; and how long those in the queue waited because of who now unlocks: the first since its turn came, the others half
// of the time between the first's and the last's coming, each. From now on they wait because of the next one.
Sudog *dequeueCharging(SemaBucket &b, const void *addr, i64 *charged) {
  Sudog *s = dequeue(b, addr);
  if (s == nullptr || s->charge_ns == 0) return s;
  i64 now = sys::monotonicNs(), waited = now - s->charge_ns;
  *charged = waited;
  Sudog *head = b.addrs;
  while (head != nullptr && head->elem != addr) head = head->next;
  if (head == nullptr) return s;
  i64 rest = 0;
  for (Sudog *w = head; w != nullptr; w = w->parent) rest++;
  i64 tail = head->waittail->charge_ns == 0 ? waited : now - head->waittail->charge_ns;
  *charged += (tail + waited) / 2 * rest;
  head->charge_ns = head->waittail->charge_ns = now;
  return s;
}

Ret2 semaResume(G *g);

// Returns when it was taken, else parks.
void acquire(G *g, Sudog *s, u32 *addr, bool lifo, WaitReason reason) {
  SemaBucket &b = bucketOf(addr);
  b.lock.lock();
  b.wait_count.fetchAdd(1);  // before the second look, so that no release is missed
  if (tryTake(addr)) {
    b.wait_count.fetchAdd(-1u);
    b.lock.unlock();
    done(g, s);
    return;
  }
  s->g = g;
  s->elem = addr;
  s->ticket = 0;
  s->waitlink = nullptr;
  g->waiting = s;
  g->resume = semaResume;
  enqueue(b, s, lifo);
  parkUnlock(reason, &b.lock);
}

Ret2 semaResume(G *g) {
  Sudog *s = g->waiting;
  auto *addr = static_cast<u32 *>(s->elem);
  if (s->ticket != 0 || tryTake(addr)) {
    done(g, s);
    return {0, 0};
  }
  acquire(g, s, addr, false, g->wait_reason);
  return {0, 0};
}

// sync.notifyList
struct NotifyList {
  Atomic<u32> wait;
  u32 notify;
  Mutex lock;
  u32 pad;
  Sudog *head, *tail;
};
static_assert(sizeof(NotifyList) == 32);

bool before(u32 a, u32 b) { return static_cast<i32>(a - b) < 0; }

Ret2 notifyResume(G *g) {
  Sudog *s = g->waiting;
  if (GN_UNLIKELY(s->acquire_ns != 0)) profileBlock(sys::monotonicNs() - s->acquire_ns, 1);
  g->waiting = nullptr;
  releaseSudog(s);
  return {0, 0};
}

}  // namespace
}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

// `skip` frames above the hook that the caller called are the mutex's own.
void gn_semacquire(u32 *addr, u64 lifo, u64 reason, u64 skip) {
  if (tryTake(addr)) return;
  auto why = static_cast<WaitReason>(reason & 0xff);
  Sudog *s = acquireSudog();
  s->acquire_ns = isMutexWait(why) || profilesBlocking() || profilesMutexes() ? sys::monotonicNs() : 0;
  s->charge_ns = s->acquire_ns;
  s->skip_frames = static_cast<u8>(skip);
  acquire(currentG(), s, addr, goBool(lifo), why);
}

u64 gn_mutexWaitNs() { return mutex_wait_ns.loadRelaxed(); }  // relaxed: statistics

void gn_semrelease(u32 *addr, u64 handoff, u64 skip) {
  SemaBucket &b = bucketOf(addr);
  __atomic_fetch_add(addr, 1, __ATOMIC_SEQ_CST);
  if (b.wait_count.loadSeqCst() == 0) return;
  b.lock.lock();
  if (b.wait_count.loadRelaxed() == 0) {  // relaxed: under the lock
    b.lock.unlock();
    return;
  }
  i64 charged = 0;
  Sudog *s = profilesMutexes() ? dequeueCharging(b, addr, &charged) : dequeue(b, addr);
  if (s != nullptr) b.wait_count.fetchAdd(-1u);
  b.lock.unlock();
  if (s == nullptr) return;
  if (charged > 0) profileMutex(charged, 1u + static_cast<u32>(skip & 0xff));
  bool direct = goBool(handoff) && tryTake(addr);
  s->ticket = direct ? 1 : 0;
  ready(s->g, true);
  if (direct && currentM()->locks == 0) yieldCurrent(true);
}

u32 gn_notifyListAdd(NotifyList *l) { return l->wait.fetchAdd(1); }

void gn_notifyListWait(NotifyList *l, u32 ticket) {
  l->lock.lock();
  if (before(ticket, l->notify)) {
    l->lock.unlock();
    return;
  }
  G *g = currentG();
  Sudog *s = acquireSudog();
  s->g = g;
  s->ticket = ticket;
  if (profilesBlocking()) s->acquire_ns = sys::monotonicNs();
  s->elem = l;  // keeps the list's object alive
  g->waiting = s;
  g->resume = notifyResume;
  if (l->tail == nullptr) l->head = s;
  else l->tail->next = s;
  l->tail = s;
  parkUnlock(WaitReason::SyncCondWait, &l->lock);
}

static void wakeNotified(G *g) {
  if (GN_UNLIKELY(g->bubble != nullptr) && g->bubble != currentG()->bubble)
    fatalUser("semaphore wake of synctest goroutine from outside bubble");
  ready(g, false);
}

void gn_notifyListNotifyAll(NotifyList *l) {
  if (l->wait.loadSeqCst() == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
  l->lock.lock();
  Sudog *s = l->head;
  l->head = l->tail = nullptr;
  __atomic_store_n(&l->notify, l->wait.loadSeqCst(), __ATOMIC_SEQ_CST);
  l->lock.unlock();
  while (s != nullptr) {
    Sudog *next = s->next;
    s->next = nullptr;
    wakeNotified(s->g);
    s = next;
  }
}

void gn_notifyListNotifyOne(NotifyList *l) {
  if (l->wait.loadSeqCst() == __atomic_load_n(&l->notify, __ATOMIC_SEQ_CST)) return;
  l->lock.lock();
  u32 t = l->notify;
  if (t == l->wait.loadSeqCst()) {
    l->lock.unlock();
    return;
  }
  __atomic_store_n(&l->notify, t + 1, __ATOMIC_SEQ_CST);
  // The one with the ticket may not have queued yet: then it sees notify and does not sleep.
  for (Sudog *prev = nullptr, *s = l->head; s != nullptr; prev = s, s = s->next) {
    if (s->ticket != t) continue;
    if (prev == nullptr) l->head = s->next;
    else prev->next = s->next;
    if (l->tail == s) l->tail = prev;
    l->lock.unlock();
    s->next = nullptr;
    wakeNotified(s->g);
    return;
  }
  l->lock.unlock();
}

}  // extern "C"
