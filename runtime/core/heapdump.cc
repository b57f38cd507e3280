// debug.WriteHeapDump: the heap, the globals and the goroutines in the form that Go documents ("heapdump15-through-heapdump17" of
// the Go wiki): records of a tag and variable-length integers.
#include "runtime/core/gc.h"
#include "runtime/core/linker_symbols.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

enum Tag : u64 { kEof = 0, kObject = 1, kGoroutine = 4, kParams = 6, kMemStats = 10, kData = 12, kBss = 13 };
enum FieldKind : u64 { kEol = 0, kPtr = 1 };

class DumpWriter {
public:
  explicit DumpWriter(i32 fd) : fd_(fd) {}
  ~DumpWriter() { flush(); }

  void bytes(const void *p, uptr n) {
    auto *b = static_cast<const u8 *>(p);
    for (uptr i = 0; i < n; i++) {
      if (len_ == sizeof buf_) flush();
      buf_[len_++] = b[i];
    }
  }
  void number(u64 v) {
    for (; v >= 0x80; v >>= 7) byte(static_cast<u8>(v | 0x80));
    byte(static_cast<u8>(v));
  }
  void range(const void *p, uptr n) {
    number(n);
    bytes(p, n);
  }
  void text(Str s) { range(s.ptr, s.len); }
  void pointerAt(uptr offset) {
    number(kPtr);
    number(offset);
  }

private:
  void byte(u8 b) { bytes(&b, 1); }
  void flush() {
    for (uptr done = 0; done < len_;) {
      i64 n = sys::write(fd_, buf_ + done, len_ - done);
      if (n <= 0 && n != sys::kEINTR && n != sys::kEAGAIN) break;  // the file is the caller's concern
      if (n > 0) done += static_cast<uptr>(n);
    }
    len_ = 0;
  }
  i32 fd_;
  uptr len_ = 0;
  u8 buf_[8192];
};

void dumpSpan(DumpWriter &w, Span *s) {
  for (u32 i = 0; i < s->elem_count; i++) {
    if (((s->alloc_bits[i / 64] >> (i % 64)) & 1) == 0) continue;
    uptr base = s->base + i * s->elem_bytes;
    w.number(kObject);
    w.number(base);
    w.range(reinterpret_cast<void *>(base), s->elem_bytes);
    for (uptr off = 0; !s->no_pointers && off < s->elem_bytes; off += kWord)
      if (ptrBit(base + off)) w.pointerAt(off);
    w.number(kEol);
  }
}

void dumpGlobals(DumpWriter &w, Tag tag, char *lo, char *hi, const u8 *mask) {
  auto n = static_cast<uptr>(hi - lo);
  w.number(tag);
  w.number(reinterpret_cast<uptr>(lo));
  w.range(lo, n);
  for (uptr word = 0; word < n / kWord; word++)
    if ((mask[word / 8] >> (word % 8)) & 1) w.pointerAt(word * kWord);
  w.number(kEol);
}

void dumpGoroutine(DumpWriter &w, const G *g) {
  w.number(kGoroutine);
  w.number(reinterpret_cast<uptr>(g));
  w.number(g->sched.sp);
  w.number(g->goid);
  w.number(g->gopc);
  w.number(static_cast<u64>(g->status.loadRelaxed()));  // relaxed: the world is stopped
  w.number(g->is_system);
  w.number(0);
  w.number(static_cast<u64>(g->wait_since_ns));
  w.text(waitReasonText(g->wait_reason));
  w.number(reinterpret_cast<uptr>(g->sched.ctxt));
  w.number(reinterpret_cast<uptr>(g->m));
  w.number(reinterpret_cast<uptr>(g->defer));
  w.number(reinterpret_cast<uptr>(g->panic));
}

}  // namespace
}  // namespace gannet::rt

using namespace gannet::rt;

// World stopped. `stats`: the first 24 numbers of runtime.MemStats, 256 pauses, the number of collections.
extern "C" void gn_writeHeapDump(uptr fd, const u64 *stats, u64 count) {
  for (u32 i = 0; i < sched.proc_count.loadRelaxed(); i++) flushCache(sched.all_ps[i]->cache);  // relaxed: the world is stopped
  sweepAll();  // what the last cycle found dead is not shown
  DumpWriter w(static_cast<i32>(fd));
  Str header("go1.7 heap dump\n");
  w.bytes(header.ptr, header.len);
  w.number(kParams);
  w.number(0);  // little-endian
  w.number(kWord);
  w.number(heap.base);
  w.number(heap.pages.used_end);
  w.text("amd64");
  w.text("");
  w.number(sched.cpu_count);
  uptr pages = (heap.pages.used_end - heap.base) >> kPageShift;
  for (uptr i = 0; i < pages; i++) {
    Span *s = heap.spans[i];
    if (s != nullptr && s->state.loadAcquire() == SpanState::InUse && s->base == heap.base + (i << kPageShift)) dumpSpan(w, s);
  }
  forEachG([&](G *g) {
    if (g->status.loadRelaxed() != GStatus::Dead) dumpGoroutine(w, g);
  });
  dumpGlobals(w, kData, rt_data, rt_edata, rt_gcdata);
  dumpGlobals(w, kBss, rt_bss, rt_ebss, rt_gcbss);
  w.number(kMemStats);
  for (u64 i = 0; i < count; i++) w.number(stats[i]);
  w.number(kEof);
}
