// Channel operations (Go spec, "Send statements", "Receive operator", "Close").
//
// An operation that cannot go on leaves a sudog in the channel's queue and parks; its partner copies the value directly
// from or to the waiting goroutine's memory. Invariant: a channel has waiting senders or waiting receivers, never both,
// but for a select that waits on both sides.
#include "runtime/core/chan.h"

#include "runtime/core/bubble.h"
#include "runtime/core/buckets.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/timers.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

void wake(Sudog *s, bool success) {
  G *g = s->g;
  s->success = success;
  if (GN_UNLIKELY(s->acquire_ns != 0)) s->release_ns = sys::monotonicNs();
  g->ret1 = reinterpret_cast<uptr>(s);
  ready(g, true);
}

void sendTo(Hchan *c, Sudog *receiver, const void *elem) {
  if (receiver->elem != nullptr) {
    barrierElem(receiver->elem, c->elem_type);
    shadeElem(elem, c->elem_type);  // another goroutine's stack may have been scanned already
    copyElem(receiver->elem, elem, c->elem_bytes);
    receiver->elem = nullptr;
  }
  c->lock.unlock();
  wake(receiver, true);
}

void clearElem(Hchan *c, void *elem) {
  auto *p = static_cast<u8 *>(elem);
  if (p == nullptr) return;
  barrierElem(p, c->elem_type);
  for (u32 i = 0; i < c->elem_bytes; i++) p[i] = 0;
}

void bufferPush(Hchan *c, const void *elem) {
  shadeElem(elem, c->elem_type);
  copyElem(c->slot(c->send_index), elem, c->elem_bytes);
  c->send_index = c->after(c->send_index);
  __atomic_store_n(&c->count, c->count + 1, __ATOMIC_RELEASE);
}

void bufferPop(Hchan *c, void *elem) {
  u8 *slot = c->slot(c->recv_index);
  if (elem != nullptr) {
    barrierElem(elem, c->elem_type);
    copyElem(elem, slot, c->elem_bytes);
  }
  clearElem(c, slot);
  c->recv_index = c->after(c->recv_index);
  __atomic_store_n(&c->count, c->count - 1, __ATOMIC_RELEASE);
}

// A full buffer with waiting senders: the head goes to the receiver, the sender's value to the tail.
void recvFrom(Hchan *c, Sudog *sender, void *elem) {
  barrierElem(elem, c->elem_type);
  shadeElem(sender->elem, c->elem_type);
  if (c->capacity == 0) {
    if (elem != nullptr) copyElem(elem, sender->elem, c->elem_bytes);
  } else {
    u8 *slot = c->slot(c->recv_index);
    barrierElem(slot, c->elem_type);
    if (elem != nullptr) copyElem(elem, slot, c->elem_bytes);
    copyElem(slot, sender->elem, c->elem_bytes);
    c->recv_index = c->after(c->recv_index);
    c->send_index = c->recv_index;
  }
  sender->elem = nullptr;
  c->lock.unlock();
  wake(sender, true);
}

bool drainTimerChan(Hchan *c) {
  MutexGuard guard(c->lock);
  if (c->count == 0) return false;
  bufferPop(c, nullptr);
  return true;
}

namespace {

enum class Outcome { Done, WouldBlock, Closed };

void waitOn(Hchan *c, WaitQueue &queue, void *elem, Ret2 (*resume)(G *)) {
  G *g = currentG();
  Sudog *s = acquireSudog();
  s->g = g;
  s->c = c;
  s->elem = elem;
  if (profilesBlocking()) s->acquire_ns = sys::monotonicNs();
  g->waiting = s;
  g->resume = resume;
  queue.push(s);
}

bool finishWait(G *g) {
  Sudog *s = g->waiting;
  bool success = s->success;
  if (GN_UNLIKELY(s->acquire_ns != 0)) profileBlock(s->release_ns - s->acquire_ns, 0);
  g->waiting = nullptr;
  releaseSudog(s);
  return success;
}

Ret2 sendResume(G *g) {
  if (!finishWait(g)) goPanicPlain("send on closed channel");
  return {1, 0};
}
Ret2 recvResume(G *g) { return {1, finishWait(g)}; }

// Locked; unlocks unless WouldBlock.
Outcome trySend(Hchan *c, const void *elem) {
  if (c->closed.loadRelaxed() != 0) {  // relaxed: under the lock
    c->lock.unlock();
    return Outcome::Closed;
  }
  if (Sudog *receiver = c->recvq.pop()) {
    sendTo(c, receiver, elem);
    return Outcome::Done;
  }
  if (c->count < c->capacity) {
    bufferPush(c, elem);
    c->lock.unlock();
    return Outcome::Done;
  }
  return Outcome::WouldBlock;
}

Outcome tryRecv(Hchan *c, void *elem) {
  if (c->closed.loadRelaxed() != 0) {  // relaxed: under the lock
    if (c->count == 0) {
      clearElem(c, elem);
      c->lock.unlock();
      return Outcome::Closed;
    }
  } else if (Sudog *sender = c->sendq.pop()) {
    recvFrom(c, sender, elem);
    return Outcome::Done;
  }
  if (c->count > 0) {
    bufferPop(c, elem);
    c->lock.unlock();
    return Outcome::Done;
  }
  return Outcome::WouldBlock;
}

// A channel that was made in a bubble is used only there.
inline void checkBubble(const Hchan *c, const char *text) {
  if (GN_UNLIKELY(c->bubble != nullptr) && c->bubble != bubbleOf(currentG())) fatalUser(text);
}

u64 doSend(Hchan *c, void *elem, bool block) {
  if (c == nullptr) {
    if (!block) return 0;
    park(WaitReason::ChanSendNilChan);
  }
  checkBubble(c, "send on synctest channel from outside bubble");
  // One glance without the lock: not closed, and full or nobody waits.
  if (!block && c->closed.loadAcquire() == 0 &&
      (c->capacity == 0 ? __atomic_load_n(&c->recvq.first, __ATOMIC_ACQUIRE) == nullptr
                        : __atomic_load_n(&c->count, __ATOMIC_ACQUIRE) == c->capacity))
    return 0;
  c->lock.lock();
  switch (trySend(c, elem)) {
  case Outcome::Done: return 1;
  case Outcome::Closed: goPanicPlain("send on closed channel");
  case Outcome::WouldBlock: break;
  }
  if (!block) {
    c->lock.unlock();
    return 0;
  }
  waitOn(c, c->sendq, elem, sendResume);
  parkUnlock(c->bubble != nullptr ? WaitReason::SynctestChanSend : WaitReason::ChanSend, &c->lock);
}

// {selected, received}
Ret2 doRecv(Hchan *c, void *elem, bool block) {
  if (c == nullptr) {
    if (!block) return {0, 0};
    park(WaitReason::ChanReceiveNilChan);
  }
  checkBubble(c, "receive on synctest channel from outside bubble");
  if (!block && (c->capacity == 0 ? __atomic_load_n(&c->sendq.first, __ATOMIC_ACQUIRE) == nullptr
                                  : __atomic_load_n(&c->count, __ATOMIC_ACQUIRE) == 0)) {
    if (c->closed.loadAcquire() == 0) return {0, 0};
  }
  c->lock.lock();
  switch (tryRecv(c, elem)) {
  case Outcome::Done: return {1, 1};
  case Outcome::Closed: return {1, 0};
  case Outcome::WouldBlock: break;
  }
  if (!block) {
    c->lock.unlock();
    return {0, 0};
  }
  waitOn(c, c->recvq, elem, recvResume);
  parkUnlock(c->bubble != nullptr ? WaitReason::SynctestChanReceive : WaitReason::ChanReceive, &c->lock);
}

struct ChanType {
  Type type;
  Type *elem;
  u64 dir;
};

}  // namespace
}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

Hchan *gn_makechan(ChanType *t, i64 size) {
  Type *elem = t->elem;
  if (elem->size >= 1 << 16) fatalThrow("makechan: invalid channel element type");
  constexpr u64 kMaxBytes = u64{1} << 47;
  if (size < 0 || (elem->size != 0 && static_cast<u64>(size) > (kMaxBytes - sizeof(Hchan)) / elem->size))
    goPanicPlain("makechan: size out of range");
  auto *c = static_cast<Hchan *>(mallocArrayWithHeader(sizeof(Hchan), elem, elem->size == 0 ? 0 : static_cast<u64>(size)));
  c->buf = reinterpret_cast<u8 *>(c + 1);
  c->capacity = static_cast<u64>(size);
  c->elem_bytes = static_cast<u32>(elem->size);
  c->elem_type = elem;
  c->bubble = bubbleOf(currentG());
  if (GN_UNLIKELY(currentM()->p->cache.gc_check)) gcAfterAlloc(c);
  return c;
}

u64 gn_selectnbsend(Hchan *c, void *elem) { return doSend(c, elem, false); }
Ret2 gn_selectnbrecv(void *elem, Hchan *c) { return doRecv(c, elem, false); }
u64 gn_chansend(Hchan *c, void *elem, u64 block) { return doSend(c, elem, goBool(block)); }
Ret2 gn_chanrecv(Hchan *c, void *elem, u64 block) { return doRecv(c, elem, goBool(block)); }
static bool hidesBuffer(const Hchan *c) { return c->is_timer != 0 && !timersAreAsync(); }
u64 gn_chanlen(Hchan *c) { return c == nullptr || hidesBuffer(c) ? 0 : __atomic_load_n(&c->count, __ATOMIC_RELAXED); }
u64 gn_chancap(Hchan *c) { return c == nullptr || hidesBuffer(c) ? 0 : c->capacity; }

void gn_closechan(Hchan *c) {
  if (c == nullptr) goPanicPlain("close of nil channel");
  checkBubble(c, "close of synctest channel from outside bubble");
  c->lock.lock();
  if (c->closed.loadRelaxed() != 0) {  // relaxed: under the lock
    c->lock.unlock();
    goPanicPlain("close of closed channel");
  }
  c->closed.storeRelease(1);
  Sudog *all = nullptr, **end = &all;
  while (Sudog *s = c->recvq.pop()) {
    clearElem(c, s->elem);
    s->elem = nullptr;
    *end = s;
    end = &s->next;
  }
  while (Sudog *s = c->sendq.pop()) {
    s->elem = nullptr;
    *end = s;
    end = &s->next;
  }
  *end = nullptr;
  c->lock.unlock();
  while (all != nullptr) {
    Sudog *s = all;
    all = s->next;
    s->next = nullptr;
    wake(s, false);
  }
}

}  // extern "C"
