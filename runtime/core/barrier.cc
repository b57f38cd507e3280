// Write barriers: pointers that a store overwrites in a global or in the heap, and those that it puts there, recorded while
// marking runs.
//
// Compiled code puts old and new values of single stores into the P's buffer (gcWriteBarrierN in thunks.S); what is moved or
// cleared in bulk comes here. Context: none of this reaches a safepoint; it may mark, and takes the mark pool's lock.
#include "runtime/core/gc.h"
#include "runtime/core/linker_symbols.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

uptr wordAt(uptr p) { return __atomic_load_n(reinterpret_cast<uptr *>(p), __ATOMIC_RELAXED); }

template <class F> void forEachGlobalPointer(uptr addr, uptr bytes, uptr start, const u8 *mask, F visit) {
  for (uptr off = 0; off + kWord <= bytes; off += kWord) {
    uptr w = (addr + off - start) / kWord;
    if ((mask[w / 8] >> (w % 8)) & 1) visit(off);
  }
}

// Visits the offsets of pointers in [addr, addr+bytes), if that is heap or global data.
template <class F> void forEachPointer(uptr addr, uptr bytes, F visit) {
  if (inArena(addr)) {
    Span *s = objectSpanOf(addr);
    if (s == nullptr || s->no_pointers) return;  // a stack, or nothing that counts
    for (uptr off = 0; off + kWord <= bytes; off += kWord)
      if (ptrBit(addr + off)) visit(off);
  } else if (addr - reinterpret_cast<uptr>(rt_data) < static_cast<uptr>(rt_edata - rt_data)) {
    forEachGlobalPointer(addr, bytes, reinterpret_cast<uptr>(rt_data), rt_gcdata, visit);
  } else if (addr - reinterpret_cast<uptr>(rt_bss) < static_cast<uptr>(rt_ebss - rt_bss)) {
    forEachGlobalPointer(addr, bytes, reinterpret_cast<uptr>(rt_bss), rt_gcbss, visit);
  }
}

}  // namespace

void barrierOverwrite(uptr dst, uptr src, uptr bytes) {
  forEachPointer(dst, bytes, [&](uptr off) {
    markObject(wordAt(dst + off));
    if (src != 0) markObject(wordAt(src + off));
  });
}

void shadeValue(const void *addr, Type *type) {
  scanRange(reinterpret_cast<uptr>(addr), type->ptr_bytes, pointerMaskOf(type));
}

void barrierValue(void *addr, Type *type) {
  Span *s = spanOf(reinterpret_cast<uptr>(addr));
  if (s != nullptr && s->state.loadAcquire() == SpanState::Manual) return;  // what a stack loses needs no record
  shadeValue(addr, type);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_flushWriteBarrier() {
  P *p = currentM()->p;
  if (gcMarking()) flushBarrierBuffer(p);
  p->wb_next = p->wb_buf;
}

void gn_bulkBarrierPreWrite(uptr dst, uptr src, uptr bytes, Type *) {
  if (gcMarking()) barrierOverwrite(dst, src, bytes);
}
void gn_wbZero(Type *type, uptr dst) {
  if (gcMarking()) barrierOverwrite(dst, 0, type->ptr_bytes);
}
void gn_wbMove(Type *type, uptr dst, uptr src) {
  if (gcMarking()) barrierOverwrite(dst, src, type->ptr_bytes);
}

}  // extern "C"
