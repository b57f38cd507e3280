// A worker's queue of runnable Gs: a ring the owner pushes and pops, and thieves take half of.
//
// Context: system stack, with or without a P; never allocates, blocks, or reaches a safepoint.
// Invariant: tail - head <= kSlots; only the owner writes tail; head moves by CAS only.
// Order: slots are written before tail (release); a thief reads tail (acquire) before slots.
// T needs a member `T *schedlink`, used only for the batches that overflow.
#ifndef GANNET_RUNTIME_CORE_RUN_QUEUE_H_
#define GANNET_RUNTIME_CORE_RUN_QUEUE_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// A plain list of Gs, first in first out; its owner holds a lock.
template <class T> struct GList {
  T *head, *tail;
  u32 count;

  bool empty() const { return head == nullptr; }
  void pushBack(T *g) {
    g->schedlink = nullptr;
    if (tail != nullptr) tail->schedlink = g;
    else head = g;
    tail = g;
    count++;
  }
  void push(T *g) {
    g->schedlink = head;
    head = g;
    if (tail == nullptr) tail = g;
    count++;
  }
  T *pop() {
    T *g = head;
    if (g == nullptr) return nullptr;
    head = g->schedlink;
    if (head == nullptr) tail = nullptr;
    g->schedlink = nullptr;
    count--;
    return g;
  }
  void append(GList &more) {
    if (more.empty()) return;
    if (tail != nullptr) tail->schedlink = more.head;
    else head = more.head;
    tail = more.tail;
    count += more.count;
    more = GList{};
  }
};

template <class T> struct RunQueue {
  static constexpr u32 kSlots = 256;
  Atomic<u32> head, tail;
  Atomic<T *> slots[kSlots];

  bool empty() const { return head.loadAcquire() == tail.loadAcquire(); }
  u32 size() const { return tail.loadAcquire() - head.loadAcquire(); }

  // Owner only. False if the ring is full: then `overflow` has half of the ring and g.
  bool push(T *g, GList<T> &overflow) {
    for (;;) {
      u32 h = head.loadAcquire(), t = tail.loadRelaxed();  // relaxed: the owner's own
      if (t - h < kSlots) {
        slots[t % kSlots].storeRelaxed(g);  // relaxed: published by tail
        tail.storeRelease(t + 1);
        return true;
      }
      T *batch[kSlots / 2];
      u32 n = kSlots / 2;
      for (u32 i = 0; i < n; i++) batch[i] = slots[(h + i) % kSlots].loadRelaxed();  // relaxed: the CAS decides
      if (!head.casRelease(h, h + n)) continue;
      for (u32 i = 0; i < n; i++) overflow.pushBack(batch[i]);
      overflow.pushBack(g);
      return false;
    }
  }

  // Owner only; null when empty.
  T *pop() {
    for (;;) {
      u32 h = head.loadAcquire(), t = tail.loadRelaxed();
      if (t == h) return nullptr;
      T *g = slots[h % kSlots].loadRelaxed();
      if (head.casRelease(h, h + 1)) return g;
    }
  }

  // Moves half of `victim` here and returns one of them; null if it was empty. The caller owns this queue, which is empty.
  T *stealFrom(RunQueue &victim) {
    for (;;) {
      u32 h = victim.head.loadAcquire(), t = victim.tail.loadAcquire();
      u32 n = (t - h) - (t - h) / 2;
      if (n == 0) return nullptr;
      if (n > kSlots / 2) continue;  // head and tail read apart
      u32 mine = tail.loadRelaxed();
      for (u32 i = 0; i < n; i++)
        slots[(mine + i) % kSlots].storeRelaxed(victim.slots[(h + i) % kSlots].loadRelaxed());
      if (!victim.head.casRelease(h, h + n)) continue;
      T *g = slots[(mine + n - 1) % kSlots].loadRelaxed();
      if (n > 1) tail.storeRelease(mine + n - 1);
      return g;
    }
  }
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_RUN_QUEUE_H_
