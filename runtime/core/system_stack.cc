// The C++ frames of a thread in a trace: by frame pointers, which thunks begin with 0.
//
// Context: as traceback.cc.
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

constexpr u32 kMostFrames = 50;

bool isDigit(char c) { return c >= '0' && c <= '9'; }

// The parts of a name that the Itanium C++ ABI encodes ("Name mangling": lengths and identifiers), without its argument types.
void printCppName(Printer &p, Str name) {
  uptr at = 0;
  if (name.startsWith("_Z")) {
    at = 2;
    while (at < name.len && !isDigit(name[at])) at++;  // N, K, L: nested, const, of one file
  }
  if (at == 0 || at == name.len) {
    p << name;
    return;
  }
  for (bool first = true; at < name.len && isDigit(name[at]);) {
    uptr len = 0;
    for (; at < name.len && isDigit(name[at]); at++) len = len * 10 + static_cast<uptr>(name[at] - '0');
    len = min(len, name.len - at);
    Str part(name.ptr + at, len);
    at += len;
    if (part.startsWith("_GLOBAL__N_")) continue;  // of no name
    if (!first) p << "::";
    p << part;
    first = false;
  }
}

}  // namespace

void printSystemStack(Printer &p, uptr pc, uptr bp, bool exact) {
  const M *m = currentM();
  const uptr lo = m->sys_stack_lo, hi = lo + kThreadStackBytes;
  for (u32 i = 0; i < kMostFrames; i++) {
    const RawFunc *f = findFunc(exact ? pc : pc - 1);
    if (f == nullptr) break;
    printCppName(p, funcName(f));
    (p << "(...)\n\t+").hex(pc - funcEntry(f));
    (p << " pc=").hex(pc) << "\n";
    if (bp < lo || bp + 2 * kWord > hi) break;
    auto *frame = reinterpret_cast<const uptr *>(bp);
    if (frame[0] != 0 && frame[0] <= bp) break;
    bp = frame[0];
    pc = frame[1];
    exact = false;
  }
}

}  // namespace gannet::rt
