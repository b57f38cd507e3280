// Channels. The header and the buffer are one heap object; the header has no pointers for the collector.
#ifndef GANNET_RUNTIME_CORE_CHAN_H_
#define GANNET_RUNTIME_CORE_CHAN_H_

#include "runtime/core/heap.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

// Sudogs in order of arrival; the channel's lock is held.
struct WaitQueue {
  Sudog *first, *last;

  void push(Sudog *s) {
    s->next = nullptr;
    s->prev = last;
    if (last != nullptr) last->next = s;
    else first = s;
    last = s;
  }
  void remove(Sudog *s) {
    if (s->prev == nullptr && s->next == nullptr && first != s) return;  // was taken by another
    if (s->prev != nullptr) s->prev->next = s->next;
    else first = s->next;
    if (s->next != nullptr) s->next->prev = s->prev;
    else last = s->prev;
    s->next = s->prev = nullptr;
  }
  // The first whose goroutine is not already woken by another case of its select.
  Sudog *pop() {
    while (Sudog *s = first) {
      remove(s);
      if (s->is_select && !s->g->select_done.casSeqCst(0, 1)) continue;
      return s;
    }
    return nullptr;
  }
};

struct Hchan {
  u64 count, capacity;
  u8 *buf;
  u32 elem_bytes;
  Atomic<u32> closed;
  Type *elem_type;
  u64 send_index, recv_index;
  WaitQueue recvq, sendq;
  Mutex lock;
  u32 is_timer;  // presents itself as unbuffered
  struct Bubble *bubble;  // that it was made in; off-heap

  u8 *slot(u64 i) { return buf + i * elem_bytes; }
  u64 after(u64 i) const { return i + 1 == capacity ? 0 : i + 1; }
};
static_assert(sizeof(Hchan) == 104);

// Small values inline; a string instruction costs more than the copy.
inline void copyElem(void *dst, const void *src, u32 bytes) {
  if (bytes == 8) {
    __builtin_memcpy(dst, src, 8);
  } else if (bytes == 16) {
    __builtin_memcpy(dst, src, 16);
  } else {
    auto *d = static_cast<u8 *>(dst);
    auto *s = static_cast<const u8 *>(src);
    u32 i = 0;
    for (; i + 8 <= bytes; i += 8) __builtin_memcpy(d + i, s + i, 8);
    for (; i < bytes; i++) d[i] = s[i];
  }
}

// The two sides of an operation that found its partner; c.lock held on entry, released on return.
void sendTo(Hchan *c, Sudog *receiver, const void *elem);
void recvFrom(Hchan *c, Sudog *sender, void *elem);
void bufferPush(Hchan *c, const void *elem);
void bufferPop(Hchan *c, void *elem);
void clearElem(Hchan *c, void *elem);
bool drainTimerChan(Hchan *c);  // drops a value; true if there was one
void wake(Sudog *s, bool success);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_CHAN_H_
