// A heap of timers ordered by `when`, four children a node. The owner's lock guards it.
// Invariant: items[i]->heap_index == i; no child is before its parent.
#ifndef GANNET_RUNTIME_CORE_TIMER_HEAP_H_
#define GANNET_RUNTIME_CORE_TIMER_HEAP_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// T has `i64 when` and `i32 heap_index` (-1 when in no heap). `Grow` gives bigger arrays: T **grow(T **, old, new).
template <class T, auto Grow> struct TimerHeap {
  T **items;
  u32 count, capacity;

  bool empty() const { return count == 0; }
  T *first() const { return items[0]; }

  void add(T *t) {
    if (count == capacity) {
      u32 bigger = capacity == 0 ? 64 : capacity * 2;
      items = Grow(items, capacity, bigger);
      capacity = bigger;
    }
    place(t, count++);
    siftUp(static_cast<u32>(t->heap_index));
  }

  void remove(T *t) {
    u32 i = static_cast<u32>(t->heap_index);
    T *last = items[--count];
    t->heap_index = -1;
    if (last == t) return;
    place(last, i);
    siftUp(i);
    siftDown(static_cast<u32>(last->heap_index));
  }

  // `t->when` was changed.
  void update(T *t) {
    siftUp(static_cast<u32>(t->heap_index));
    siftDown(static_cast<u32>(t->heap_index));
  }

  // Drops those that `keep` does not want.
  template <class Keep> void filter(Keep keep) {
    u32 n = 0;
    for (u32 i = 0; i < count; i++) {
      if (keep(items[i])) place(items[i], n++);
      else items[i]->heap_index = -1;
    }
    if (n == count) return;
    count = n;
    for (u32 i = (n + 2) / 4; i-- > 0;) siftDown(i);  // from the last that has a child
  }

  bool isValid() const {
    for (u32 i = 0; i < count; i++)
      if (items[i]->heap_index != static_cast<i32>(i) || (i > 0 && items[(i - 1) / 4]->when > items[i]->when)) return false;
    return true;
  }

private:
  void place(T *t, u32 i) {
    items[i] = t;
    t->heap_index = static_cast<i32>(i);
  }
  void siftUp(u32 i) {
    T *t = items[i];
    while (i > 0 && items[(i - 1) / 4]->when > t->when) {
      place(items[(i - 1) / 4], i);
      i = (i - 1) / 4;
    }
    place(t, i);
  }
  void siftDown(u32 i) {
    T *t = items[i];
    for (;;) {
      u32 child = i * 4 + 1, best = i;
      i64 when = t->when;
      for (u32 k = child; k < child + 4 && k < count; k++)
        if (items[k]->when < when) {
          when = items[k]->when;
          best = k;
        }
      if (best == i) break;
      place(items[best], i);
      i = best;
    }
    place(t, i);
  }
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TIMER_HEAP_H_
