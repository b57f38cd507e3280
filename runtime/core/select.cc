// The general select (Go spec, "Select statements"): looks at its cases in random order under all their locks, taken in order of
// address; if none is ready, waits on all and leaves the others when one fires.
#include "runtime/core/bubble.h"
#include "runtime/core/buckets.h"
#include "runtime/core/chan.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

struct Scase {
  Hchan *c;
  void *elem;
};

// Sifts lock_order[i] down in a heap of n by channel address.
void siftDown(u16 *order, const Scase *cases, u32 i, u32 n) {
  u16 item = order[i];
  for (;;) {
    u32 child = 2 * i + 1;
    if (child >= n) break;
    if (child + 1 < n && cases[order[child]].c < cases[order[child + 1]].c) child++;
    if (cases[order[child]].c <= cases[item].c) break;
    order[i] = order[child];
    i = child;
  }
  order[i] = item;
}

void sortByChannel(u16 *order, const Scase *cases, u32 n) {
  for (u32 i = n / 2; i-- > 0;) siftDown(order, cases, i, n);
  for (u32 end = n; end > 1; end--) {
    u16 last = order[0];
    order[0] = order[end - 1];
    order[end - 1] = last;
    siftDown(order, cases, 0, end - 1);
  }
}

void lockAll(const Scase *cases, const u16 *order, u32 n) {
  Hchan *prev = nullptr;
  for (u32 i = 0; i < n; i++) {
    Hchan *c = cases[order[i]].c;
    if (c != prev) c->lock.lock();
    prev = c;
  }
}

void unlockAll(const Scase *cases, const u16 *order, u32 n) {
  for (u32 i = n; i-- > 0;) {
    Hchan *c = cases[order[i]].c;
    if (i > 0 && cases[order[i - 1]].c == c) continue;
    c->lock.unlock();
  }
}

// After the last unlock the goroutine may run, so that its sudogs are not looked at any more.
void unlockWaiting(void *arg) {
  Hchan *held = nullptr;
  for (Sudog *s = static_cast<G *>(arg)->waiting; s != nullptr; s = s->waitlink) {
    Hchan *c = s->c;
    if (held != nullptr && c != held) held->lock.unlock();
    held = c;
  }
  if (held != nullptr) held->lock.unlock();
}

constexpr u16 kIsSend = 1;  // Sudog::waiters says which queue

Ret2 selectResume(G *g) {
  auto *fired = reinterpret_cast<Sudog *>(g->ret1);
  Sudog *list = g->waiting;
  Hchan *prev = nullptr;
  for (Sudog *s = list; s != nullptr; s = s->waitlink) {
    if (s->c != prev) s->c->lock.lock();
    prev = s->c;
  }
  g->select_done.storeRelaxed(0);  // relaxed: all locks are held
  for (Sudog *s = list; s != nullptr; s = s->waitlink)
    if (s != fired) (s->waiters == kIsSend ? s->c->sendq : s->c->recvq).remove(s);
  unlockWaiting(g);
  g->waiting = nullptr;
  u64 index = fired->ticket;
  if (GN_UNLIKELY(fired->acquire_ns != 0)) profileBlock(fired->release_ns - fired->acquire_ns, 0);
  bool success = fired->success, was_send = fired->waiters == kIsSend;
  while (list != nullptr) {
    Sudog *s = list;
    list = s->waitlink;
    s->waitlink = nullptr;
    releaseSudog(s);
  }
  if (was_send && !success) goPanicPlain("send on closed channel");
  return {index, !was_send && success};
}

}  // namespace
}  // namespace gannet::rt

using namespace gannet::rt;

// cases: sends first, then receives. order0: room for two orders of all cases. {case or -1, received}
extern "C" Ret2 gn_selectgo(Scase *cases, u16 *order0, uptr *, i64 send_count, i64 recv_count, u64 block) {
  u32 total = static_cast<u32>(send_count + recv_count), n = 0;
  bool durable = true;  // all channels are of the bubble
  u16 *poll_order = order0, *lock_order = order0 + total;
  for (u32 i = 0; i < total; i++) {  // Fisher and Yates, from the inside; nil channels are never ready
    if (cases[i].c == nullptr) {
      cases[i].elem = nullptr;
      continue;
    }
    Bubble *bubble = cases[i].c->bubble;
    if (GN_UNLIKELY(bubble != nullptr) && bubble != bubbleOf(currentG())) fatalUser("select on synctest channel from outside bubble");
    durable &= bubble != nullptr;
    u32 j = cheapRandN(n + 1);
    poll_order[n] = poll_order[j];
    poll_order[j] = static_cast<u16>(i);
    n++;
  }
  for (u32 i = 0; i < n; i++) lock_order[i] = poll_order[i];
  sortByChannel(lock_order, cases, n);
  lockAll(cases, lock_order, n);

  for (u32 k = 0; k < n; k++) {
    u32 i = poll_order[k];
    Hchan *c = cases[i].c;
    void *elem = cases[i].elem;
    bool closed = c->closed.loadRelaxed() != 0;  // relaxed: under the lock
    if (i >= send_count) {
      if (Sudog *sender = c->sendq.pop()) {
        // recvFrom unlocks its channel: release the others first, then lock state is c alone.
        for (u32 x = n; x-- > 0;) {
          Hchan *other = cases[lock_order[x]].c;
          if (other != c && (x == 0 || cases[lock_order[x - 1]].c != other)) other->lock.unlock();
        }
        recvFrom(c, sender, elem);
        return {i, 1};
      }
      if (c->count > 0) {
        bufferPop(c, elem);
        unlockAll(cases, lock_order, n);
        return {i, 1};
      }
      if (closed) {
        clearElem(c, elem);
        unlockAll(cases, lock_order, n);
        return {i, 0};
      }
      continue;
    }
    if (closed) {
      unlockAll(cases, lock_order, n);
      goPanicPlain("send on closed channel");
    }
    if (Sudog *receiver = c->recvq.pop()) {
      for (u32 x = n; x-- > 0;) {
        Hchan *other = cases[lock_order[x]].c;
        if (other != c && (x == 0 || cases[lock_order[x - 1]].c != other)) other->lock.unlock();
      }
      sendTo(c, receiver, elem);
      return {i, 0};
    }
    if (c->count < c->capacity) {
      bufferPush(c, elem);
      unlockAll(cases, lock_order, n);
      return {i, 0};
    }
  }
  if (!goBool(block)) {
    unlockAll(cases, lock_order, n);
    return {~u64{0}, 0};
  }

  G *g = currentG();
  i64 now = profilesBlocking() ? max<i64>(sys::monotonicNs(), 1) : 0;
  Sudog **link = &g->waiting;
  for (u32 k = 0; k < n; k++) {
    u32 i = lock_order[k];
    Sudog *s = acquireSudog();
    s->g = g;
    s->c = cases[i].c;
    s->elem = cases[i].elem;
    s->is_select = true;
    if (profilesBlocking()) s->acquire_ns = now;
    s->ticket = i;
    s->waiters = i < send_count ? kIsSend : 0;
    *link = s;
    link = &s->waitlink;
    (i < send_count ? s->c->sendq : s->c->recvq).push(s);
  }
  *link = nullptr;
  if (n == 0) park(WaitReason::SelectNoCases);
  g->resume = selectResume;
  park(durable ? WaitReason::SynctestSelect : WaitReason::Select, unlockWaiting, g);
}
