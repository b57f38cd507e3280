// Traces and fatal ends beyond fatal.h: what signals and start-up need.
#ifndef GANNET_RUNTIME_CORE_TRACEBACK_H_
#define GANNET_RUNTIME_CORE_TRACEBACK_H_

#include "runtime/core/fatal.h"
#include "runtime/core/layout.h"

namespace gannet::rt {

struct Frame;
struct Unwinder;

const char *waitReasonText(WaitReason r);
void initTraceback(Str gotraceback);       // value of the environment variable, "" if unset
[[noreturn]] void fatalUser(Str text);     // "fatal error: text" and traces without the runtime's own frames
// Where a thread was when the signal came. `exact`: at `pc` itself, not behind a call.
struct StoppedAt {
  uptr pc, sp, bp;
  bool exact;
};
// A signal that came to this thread; `registers` prints those of `context`.
struct SignalStop {
  u32 sig;
  u64 code;
  uptr addr;
  StoppedAt at;
  void (*registers)(Printer &, const void *);
  const void *context;
};
[[noreturn]] void dumpForSignal(const SignalStop &stop);  // it ends the process: a dump of everything
// Another thread dumps everything and wants to know, by this signal, what this one does; it waits for the answer.
bool isAskedForDump();
[[noreturn]] void answerForDump(const SignalStop &stop);
void printArgs(Printer &p, const Frame &frame);  // traceback_args.cc
// stack_dump.cc: the words of [lo, hi), two a line, as numbers and characters; below them what points into code, and where SP and FP
// are (0: nowhere).
void printWords(Printer &p, uptr lo, uptr hi, uptr sp, uptr fp);
// The walk `u` over g's stack ended at a return address that is none: something wrote over it.
void printBadReturn(Printer &p, const G *g, const Unwinder &u);
void printLabels(Printer &p, const G *g);        // traceback_labels.cc: if they are to be shown
// The C++ functions of this thread, from `pc` on outwards; `bp` is that function's frame pointer. `exact` as in StoppedAt.
void printSystemStack(Printer &p, uptr pc, uptr bp, bool exact);

// signals.cc
Str signalName(u32 sig);
[[noreturn]] void dieFromSignal(u32 sig);
// sysmon.cc: asks running goroutines to stop, so that their stacks can be shown; waits a little.
void preemptAllForTrace();

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TRACEBACK_H_
