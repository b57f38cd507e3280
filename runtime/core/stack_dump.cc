// Memory as reports show it: of a stack that cannot be walked to its end, the words around the frame where the walk was lost; objects.
//
// Context: as in traceback.cc. Form: that of Go's runtime, which people and programs that read crash reports know.
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

void printDigits(Printer &p, u64 n, int count) {
  for (int shift = 4 * (count - 1); shift >= 0; shift -= 4) p << Str(&"0123456789abcdef"[n >> shift & 15], 1);
}

// "^ text" under the word at `at` of a line that begins at `line`.
void beginMark(Printer &p, uptr line, uptr at) { p << Str("                                     ", at == line ? 18 : 37) << "^ "; }

}  // namespace

void printWords(Printer &p, uptr lo, uptr hi, uptr sp, uptr fp) {
  p << "                   7 6 5 4  3 2 1 0   f e d c  b a 9 8  0123456789abcdef\n";
  constexpr uptr kLine = 2 * kWord;
  auto shown = [&](uptr at) { return at >= lo && at < hi; };
  for (uptr line = lo / kLine * kLine; line < hi; line += kLine) {
    printDigits(p, line, 16);
    p << ":";
    for (uptr at = line; at < line + kLine; at += kWord) {
      p << (at == line ? " " : "  ");
      if (!shown(at)) {
        p << "                 ";
        continue;
      }
      const uptr word = *reinterpret_cast<const uptr *>(at);
      printDigits(p, word >> 32, 8);
      p << " ";
      printDigits(p, word, 8);
    }
    p << "  ";
    for (uptr at = line; at < line + kLine; at++) {
      const char c = shown(at / kWord * kWord) ? *reinterpret_cast<const char *>(at) : ' ';
      p << Str(c >= ' ' && c <= '~' ? &c : ".", 1);
    }
    p << "\n";
    for (uptr at = line; at < line + kLine; at += kWord) {
      if (!shown(at)) continue;
      const uptr word = *reinterpret_cast<const uptr *>(at);
      if (const RawFunc *f = findFunc(word)) {
        beginMark(p, line, at);
        (p << "<" << funcName(f) << "+").hex(word - funcEntry(f)) << ">\n";
      }
      if (at == fp) beginMark(p, line, at), p << "FP\n";
      if (at == sp) beginMark(p, line, at), p << "SP\n";
    }
  }
}

void printBadReturn(Printer &p, const G *g, const Unwinder &u) {
  p << "runtime: g " << g->goid << ": unexpected return pc for " << funcName(u.lost_in) << " called from ";
  p.hex(u.frame.pc) << "\n";
  const uptr sp = u.lost_sp, fp = u.frame.sp;
  (p << "stack: frame={sp:").hex(sp);
  (p << ", fp:").hex(fp);
  (p << "} stack=[").hex(g->stack_lo);
  (p << ",").hex(g->stack_hi) << ")\n";
  constexpr uptr kAround = 32 * kWord, kFurthest = 256 * kWord;  // of SP
  uptr lo = max(sp - kAround, g->stack_lo), hi = min(min(fp + kAround, sp + kFurthest), g->stack_hi);
  printWords(p, lo, hi, sp, fp);
}

}  // namespace gannet::rt
