// Write barriers: the pointers that a store overwrites in a global or in the heap, recorded while marking runs.
//
// Compiled code puts old and new values of single stores into the P's buffer (gcWriteBarrierN in thunks.S); what is moved or
// cleared in bulk comes here. Context: none of this reaches a safepoint; it may mark, and takes the mark pool's lock.
#include "runtime/core/gc.h"
#include "runtime/core/sched.h"

extern "C" {
extern char rt_data[] asm("runtime.data");
extern char rt_edata[] asm("runtime.edata");
extern char rt_bss[] asm("runtime.bss");
extern char rt_ebss[] asm("runtime.ebss");
extern const gannet::rt::u8 rt_gcdata[] asm("runtime.gcdata");
extern const gannet::rt::u8 rt_gcbss[] asm("runtime.gcbss");
}

namespace gannet::rt {

namespace {

void recordGlobals(uptr addr, uptr bytes, uptr start, const u8 *mask) {
  for (uptr p = addr; p + kWord <= addr + bytes; p += kWord) {
    uptr w = (p - start) / kWord;
    if ((mask[w / 8] >> (w % 8)) & 1) markObject(*reinterpret_cast<uptr *>(p));
  }
}

}  // namespace

void barrierOverwrite(uptr addr, uptr bytes) {
  if (inArena(addr)) {
    Span *s = objectSpanOf(addr);
    if (s == nullptr || s->no_pointers) return;  // a stack, or nothing that counts
    for (uptr p = addr; p + kWord <= addr + bytes; p += kWord)
      if (ptrBit(p)) markObject(*reinterpret_cast<uptr *>(p));
  } else if (addr - reinterpret_cast<uptr>(rt_data) < static_cast<uptr>(rt_edata - rt_data)) {
    recordGlobals(addr, bytes, reinterpret_cast<uptr>(rt_data), rt_gcdata);
  } else if (addr - reinterpret_cast<uptr>(rt_bss) < static_cast<uptr>(rt_ebss - rt_bss)) {
    recordGlobals(addr, bytes, reinterpret_cast<uptr>(rt_bss), rt_gcbss);
  }
  publishMarks();
}

void barrierValue(void *addr, Type *type) {
  uptr p = reinterpret_cast<uptr>(addr);
  Span *s = spanOf(p);
  if (s != nullptr && s->state == SpanState::Manual) return;  // a stack: scanned already
  scanRange(p, type->ptr_bytes, pointerMaskOf(type));
  publishMarks();
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_flushWriteBarrier() {
  P *p = currentM()->p;
  if (gcMarking()) flushBarrierBuffer(p);
  p->wb_next = p->wb_buf;
  publishMarks();
}

void gn_bulkBarrierPreWrite(uptr dst, uptr, uptr bytes, Type *) {
  if (gcMarking()) barrierOverwrite(dst, bytes);
}
void gn_wbZero(Type *type, uptr dst) {
  if (gcMarking()) barrierOverwrite(dst, type->ptr_bytes);
}
void gn_wbMove(Type *type, uptr dst, uptr) {
  if (gcMarking()) barrierOverwrite(dst, type->ptr_bytes);
}

}  // extern "C"
