#include "runtime/core/stack_scan.h"

#include "runtime/core/fatal.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

// GODEBUG=gccheckmark=1: a word that is called a pointer is nil, or in an allocated object, in this stack or outside the heap.
// A slot that nobody wrote, or that is dead, would break this sooner or later. World stopped, caches flushed.
void StackScan::checkPointers(const char *what, const Frame *frame, uptr base, u32 words, const u8 *mask) {
  for (u32 i = 0; mask != nullptr && i < words; i++) {
    if (((mask[i / 8] >> (i % 8)) & 1) == 0) continue;
    uptr p = reinterpret_cast<uptr *>(base)[i];
    if (p == 0 || isSoundPointer(g_, p)) continue;
    Printer out;
    out << "runtime: bad pointer in " << what;
    if (frame != nullptr) out << " of " << funcName(frame->fn);
    (out << " at ").hex(base + i * kWord) << ": ";
    out.hex(p);
    if (frame != nullptr) {
      (out << " (sp+").hex(base + i * kWord - frame->sp) << ", pc=";
      out.hex(frame->pc) << ")";
    }
    out << "\n";
    out.flush();
    fatalThrow("found bad pointer in Go stack");
  }
}

void StackScan::scanWords(uptr base, u32 words, const u8 *mask) {
  for (u32 i = 0; i < words; i += 8) {
    u8 bits = mask[i / 8];
    for (u32 at = i; bits != 0 && at < words; at++, bits = static_cast<u8>(bits >> 1)) {
      if ((bits & 1) == 0) continue;
      uptr *slot = reinterpret_cast<uptr *>(base) + at;
      if (GN_UNLIKELY(gc.checking)) gc.check_from = reinterpret_cast<uptr>(slot);
      root(__atomic_load_n(slot, __ATOMIC_RELAXED));
    }
  }
}

void StackScan::scanConservative(uptr lo, uptr hi) {
  if (gc.checking) return;  // a dead word may still name a dead object
  for (uptr p = alignUp(lo, kWord); p + kWord <= hi; p += kWord) doubtful(*reinterpret_cast<uptr *>(p));
}

// Stopped at any instruction: its registers, the frame, and behind it the slots that its arguments may be spilled to. Its map is
// that of another instruction, which calls pointers what is dead here.
void StackScan::scanAsyncFrame(Unwinder &u) {
  scanConservative(reinterpret_cast<uptr>(g_->async_regs), reinterpret_cast<uptr>(g_->async_regs + 1));
  if (!u.valid) return;
  auto *args = static_cast<const StackMap *>(funcData(u.frame.fn, kArgsMap));
  uptr arg_bytes = args != nullptr && args->n > 0 ? static_cast<u32>(args->nbit) * kWord : 0;
  scanConservative(g_->sched.sp, min(u.frame.fp + arg_bytes, g_->stack_hi));
  u.next();
}

void StackScan::scanFrame(const Frame &frame) {
  FrameMaps m = frameMaps(frame);
  if (GN_UNLIKELY(gc.checking)) {
    checkPointers("frame", &frame, m.locals_base, m.local_words, m.locals);
    checkPointers("arguments", &frame, m.args_base, m.arg_words, m.args);
  }
  if (m.locals != nullptr) scanWords(m.locals_base, m.local_words, m.locals);
  else if (m.missing_locals) scanConservative(frame.sp, frame.varp);  // assembly that keeps no map: words may be anything
  if (m.args != nullptr) scanWords(m.args_base, m.arg_words, m.args);
  if (m.regs_base != 0) scanConservative(m.regs_base, m.regs_base + 9 * kWord);
  forEachStackObject(frame, [&](const StackObject &o) { objects_.push(o); });
}

StackObject *StackScan::reached(uptr p) {
  uptr lo = 0, hi = objects_.count();  // the last object at or below p is in [lo-1, hi)
  while (lo < hi) {
    uptr mid = (lo + hi) / 2;
    if (objects_[mid].addr <= p) lo = mid + 1;
    else hi = mid;
  }
  if (lo == 0) return nullptr;
  StackObject *o = &objects_[lo - 1];
  return p - o->addr < o->bytes && o->mask != nullptr ? o : nullptr;
}

void StackScan::scanReached() {
  while (pointers_.count() != 0) {
    StackObject *o = reached(pointers_.pop());
    if (o == nullptr) continue;
    const u8 *mask = o->mask;
    o->mask = nullptr;
    if (GN_UNLIKELY(gc.checking)) checkPointers("stack object", nullptr, o->addr, o->mask_words, mask);
    scanWords(o->addr, o->mask_words, mask);
  }
  while (doubtful_.count() != 0) {
    StackObject *o = reached(doubtful_.pop());
    if (o == nullptr) continue;
    o->mask = nullptr;
    scanConservative(o->addr, o->addr + o->mask_words * kWord);
  }
}

void StackScan::scan() {
  Unwinder u;
  u.startAt(g_);
  if (g_->async_preempted) scanAsyncFrame(u);
  for (; u.valid; u.next()) scanFrame(u.frame);
  if (u.incomplete) scanConservative(u.frame.sp, g_->stack_hi);
  scanReached();
}

}  // namespace gannet::rt
