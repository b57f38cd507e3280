// What one goroutine's stack holds on to.
//
// Words that stack maps call pointers are roots. A variable whose address is taken is not shown by them for that; it is a
// *stack object*: its words are roots only if a pointer to it is found in a root, a map's word or another such object.
// Conservatively scanned words (a frame stopped at any instruction, fields of the goroutine that may be left over) find objects as
// well, but may be dead: what they name is marked only if it is allocated, and a stack object that nothing else names is scanned
// in the same way.
//
// Use: give it the goroutine's pointers that lie outside the stack, then scan().
// Context: as roots.cc; g does not run, or is the caller's. Needs memory for deep stacks, from the page heap.
#ifndef GANNET_RUNTIME_CORE_STACK_SCAN_H_
#define GANNET_RUNTIME_CORE_STACK_SCAN_H_

#include "runtime/core/gc.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

// A list on the system stack that moves to pages when it outgrows N.
template <class T, uptr N> class ScratchList {
public:
  ScratchList() = default;
  ScratchList(const ScratchList &) = delete;
  ~ScratchList() {
    if (span_ != nullptr) freeSpan(span_);
  }
  void push(const T &item) {
    if (GN_UNLIKELY(count_ == capacity_)) grow();
    items_[count_++] = item;
  }
  T pop() { return items_[--count_]; }
  uptr count() const { return count_; }
  T &operator[](uptr i) { return items_[i]; }

private:
  void grow() {
    Span *bigger = allocSpan((2 * capacity_ * sizeof(T) + kPageBytes - 1) >> kPageShift, SpanState::Manual);
    auto *to = reinterpret_cast<T *>(bigger->base);
    for (uptr i = 0; i < count_; i++) to[i] = items_[i];
    if (span_ != nullptr) freeSpan(span_);
    span_ = bigger;
    items_ = to;
    capacity_ = (bigger->page_count << kPageShift) / sizeof(T);
  }

  T own_[N];
  T *items_ = own_;
  Span *span_ = nullptr;
  uptr count_ = 0, capacity_ = N;
};

class StackScan {
public:
  explicit StackScan(const G *g) : g_(g) {}
  // Marks the heap object, or remembers that a stack object may be meant.
  void root(uptr p) {
    if (p - g_->stack_lo < g_->stack_hi - g_->stack_lo) pointers_.push(p);
    else if (p != 0) markObject(p);
  }
  template <class T> void root(T *p) { root(reinterpret_cast<uptr>(p)); }
  // The same for a word that may be anything.
  void doubtful(uptr p) {
    if (p - g_->stack_lo < g_->stack_hi - g_->stack_lo) doubtful_.push(p);
    else if (p != 0) markIfAllocated(p);
  }
  template <class T> void doubtful(T *p) { doubtful(reinterpret_cast<uptr>(p)); }
  void scan();  // the frames, then the objects that were reached

private:
  void scanAsyncFrame(Unwinder &u);
  void scanFrame(const Frame &frame);
  void scanWords(uptr base, u32 words, const u8 *mask);
  void scanConservative(uptr lo, uptr hi);
  StackObject *reached(uptr p);  // the object at p, once
  void scanReached();
  void checkPointers(const char *what, const Frame *frame, uptr base, u32 words, const u8 *mask);

  const G *g_;
  ScratchList<StackObject, 32> objects_;  // by address; mask is null once scanned
  ScratchList<uptr, 128> pointers_;       // into the stack, to be looked up
  ScratchList<uptr, 32> doubtful_;        // the same, of words that may be dead
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_STACK_SCAN_H_
