// GODEBUG=checkfinalizers=1: at the end of each marking, looks for finalizers and cleanups that will never run, and ends the program
// with a report of them.
//
// Such is one whose object can be reached from itself (its function, its argument, what the object of a finalizer refers to), and one
// of an object that shares a block with other values. Slow and simple: from each special alone, everything is walked.
// Context: world stopped, caches flushed, everything marked.
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

// What can be reached from some pointers.
class Walk {
public:
  Walk() : heap_bytes_(heap.pages.used_end - heap.base) {
    seen_bytes_ = alignUp(heap_bytes_ / kWord / 8, 4096);
    queue_bytes_ = alignUp(heap_bytes_ / kWord * sizeof(uptr), 4096);
    seen_ = static_cast<u64 *>(sys::mmapAnon(seen_bytes_));
    queue_ = static_cast<uptr *>(sys::mmapAnon(queue_bytes_));
    if (seen_ == nullptr || queue_ == nullptr) fatalThrow("runtime: out of memory");
  }
  Walk(const Walk &) = delete;
  ~Walk() {
    sys::munmap(seen_, seen_bytes_);
    sys::munmap(queue_, queue_bytes_);
  }

  void begin() {
    for (uptr i = 0; i < seen_bytes_ / sizeof *seen_; i++) seen_[i] = 0;
    count_ = 0;
  }
  void reach(uptr addr) {
    const Span *s = objectSpanOf(addr);
    if (s == nullptr || s->indexOf(addr) >= s->elem_count) return;
    const uptr base = s->base + s->indexOf(addr) * s->elem_bytes;
    if (wasReached(base)) return;
    u64 &word = seen_[(base - heap.base) / kWord / 64];
    word |= bitOf(base);
    if (!s->no_pointers) queue_[count_++] = base;
  }
  void reachContents(uptr base) {
    const Span *s = objectSpanOf(base);
    if (s->no_pointers) return;
    for (uptr at = base; at < base + s->elem_bytes; at += kWord)
      if (ptrBit(at)) reach(*reinterpret_cast<const uptr *>(at));
  }
  void finish() {
    while (count_ != 0) reachContents(queue_[--count_]);
  }
  bool wasReached(uptr base) const { return (seen_[(base - heap.base) / kWord / 64] & bitOf(base)) != 0; }

private:
  static u64 bitOf(uptr base) { return u64{1} << ((base - heap.base) / kWord % 64); }

  uptr heap_bytes_, seen_bytes_, queue_bytes_, count_ = 0;
  u64 *seen_;     // by the first word of objects
  uptr *queue_;  // each object is in it once
};

struct Issue {
  const Special *special;
  bool reachable, in_tiny_block;
};
constexpr u32 kMaxIssues = 50;

struct Issues {
  Issue list[kMaxIssues];
  u32 count;
  bool more;
};

void checkSpecial(Walk &walk, const Span *span, const Special *s, Issues &issues) {
  if ((s->kind != SpecialKind::Finalizer && s->kind != SpecialKind::Cleanup) || s->context == nullptr) return;
  const uptr object = span->base + span->indexOf(span->base + s->offset) * span->elem_bytes;
  walk.begin();
  walk.reach(reinterpret_cast<uptr>(s->fn));
  if (s->kind == SpecialKind::Finalizer) walk.reachContents(object);
  walk.finish();
  const Issue found{s, walk.wasReached(object), span->no_pointers && s->context->bytes < kTinyBytes};
  if (!found.reachable && !found.in_tiny_block) return;
  if (issues.count == kMaxIssues) issues.more = true;
  else issues.list[issues.count++] = found;
}

void printCode(Printer &p, uptr pc) {
  const RawFunc *f = findFunc(pc);
  if (f == nullptr) {
    (p << "  <bad pc ").hex(pc) << ">\n";
    return;
  }
  i32 line = 0;
  const Str file = funcFileLine(f, pc, &line);
  p << "  " << funcName(f) << "()\n      " << file << ":" << line << " +";
  p.hex(pc - funcEntry(f)) << "\n";
}

void printIssue(Printer &p, const Issue &issue, bool same_object) {
  const Special *s = issue.special;
  const bool finalizer = s->kind == SpecialKind::Finalizer;
  const char *source = finalizer ? "finalizer" : "cleanup or cleanup argument";
  if (!same_object) {
    (p << "Value of type " << s->context->type_name << " at ").hex(s->context->addr) << "\n";
    if (issue.reachable) p << "  is reachable from " << source << "\n";
    if (issue.in_tiny_block) p << "  is in a tiny block with other (possibly long-lived) values\n";
    if (issue.reachable && issue.in_tiny_block) p << "  may be in the same tiny block as " << source << "\n";
  }
  (p << "\nHas " << (finalizer ? "finalizer" : "cleanup") << " at ").hex(reinterpret_cast<uptr>(s)) << "\n";
  printCode(p, s->context->function);
  p << "created at: \n";
  printCode(p, s->context->created_at);
}

}  // namespace

void checkCleanups() {
  static constinit Issues issues{};
  issues.count = 0;
  issues.more = false;
  {
    Walk walk;
    const uptr pages = (heap.pages.used_end - heap.base) >> kPageShift;
    for (uptr i = 0; i < pages; i++) {
      const Span *span = heap.spans[i];
      if (span == nullptr || span->state.loadAcquire() != SpanState::InUse || span->base != heap.base + (i << kPageShift)) continue;
      for (const Special *s = span->specials; s != nullptr; s = s->next) checkSpecial(walk, span, s, issues);
    }
  }
  if (issues.count == 0) return;
  Printer p;
  p << "WARNING: LIKELY CLEANUP/FINALIZER ISSUES\n\n";
  uptr last = 0;
  for (u32 i = 0; i < issues.count; i++) {
    const uptr addr = issues.list[i].special->context->addr;
    if (last != 0 && addr != last) p << "\n";
    printIssue(p, issues.list[i], addr == last);
    last = addr;
  }
  p << "\n";
  if (issues.more) p << "... too many potential issues ...\n";
  p.flush();
  fatalThrow("detected possible issues with cleanups and/or finalizers");
}

}  // namespace gannet::rt
