// Fatal errors and traces in Go's words.
//
// Context: any stack of an M; never allocates. One thread dies at a time, the others wait for the end.
#include "runtime/core/traceback.h"

#include "runtime/core/ancestors.h"
#include "runtime/core/bubble.h"
#include "runtime/core/clock.h"
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/settings_text.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

constexpr const char *kWaitReasons[static_cast<u32>(WaitReason::kCount)] = {
    "", "GC assist marking", "IO wait", "dumping heap", "garbage collection", "garbage collection scan", "panicwait",
    "GC assist wait", "GC sweep wait", "GC scavenge wait", "finalizer wait", "force gc (idle)",
    "GOMAXPROCS updater (idle)", "semacquire", "sleep", "chan receive (nil chan)", "chan send (nil chan)",
    "select (no cases)", "select", "chan receive", "chan send", "sync.Cond.Wait", "sync.Mutex.Lock",
    "sync.RWMutex.RLock", "sync.RWMutex.Lock", "sync.WaitGroup.Wait", "trace reader (blocked)", "wait for GC cycle",
    "GC worker (idle)", "GC worker (active)", "preempted", "debug call", "GC mark termination", "stopping the world",
    "flushing proc caches", "trace goroutine status", "trace proc status", "page trace flush", "coroutine",
    "GC weak to strong wait", "synctest.Run", "synctest.Wait", "chan receive (durable)", "chan send (durable)",
    "select (durable)", "sync.WaitGroup.Wait (durable)", "cleanup wait"};

constexpr u32 kShownInner = 50, kShownOuter = 50;

// How much to show, as GOTRACEBACK and debug.SetTraceback say.
struct Level {
  u32 frames = 1;  // 0 none, 1 without the runtime's own, 2 with
  bool all = false, crash = false;
};
constinit Level level{};
constinit Level env_level{};
constinit Atomic<u32> dying{};
// What the process dies of: an error of the runtime itself shows everything there is, one of the program its goroutines.
enum class Throwing : u8 { No, Program, Runtime };
constinit Throwing throwing = Throwing::No;
constinit i64 crash_fd = -1;

Level parseLevel(Str s) {
  if (s == "none") return {0, false, false};
  if (s == "single" || s == "") return {1, false, false};
  if (s == "all") return {1, true, false};
  if (s == "system") return {2, true, false};
  if (s == "crash") return {2, true, true};
  i64 n = 0;  // also for "wer", which is of Windows alone
  if (!parseInt64(s, &n) || n != static_cast<u32>(n)) n = 0;
  return {static_cast<u32>(n), true, false};
}

// What goes into a program's buffer (runtime.Stack) is the same whatever the level is.
u32 shownFrames(const Printer &p) {
  if (p.out != nullptr) return 1;
  return throwing == Throwing::Runtime ? 2 : level.frames;
}
bool showAll() { return throwing == Throwing::Runtime || level.all; }

// Type arguments of an instance are left out.
void printName(Printer &p, Str name) {
  uptr open = 0, close = name.len;
  while (open < name.len && name[open] != '[') open++;
  while (close > open && name[close - 1] != ']') close--;
  if (close <= open + 1) {
    p << name;
    return;
  }
  p << Str(name.ptr, open) << "[...]" << Str(name.ptr + close, name.len - close);
}

bool isCapitalAt(Str name, uptr i) { return i < name.len && name[i] >= 'A' && name[i] <= 'Z'; }

// runtime.F, runtime.T.F or runtime.(*T).F with T and F exported; and panic.
bool exportedRuntime(Str name) {
  if (name == "runtime.gopanic") return true;
  uptr at = sizeof "runtime." - 1;
  if (at + 1 < name.len && name[at] == '(' && name[at + 1] == '*') at += 2;
  if (!isCapitalAt(name, at)) return false;
  for (uptr i = at; i + 1 < name.len; i++)
    if (name[i] == '.') return isCapitalAt(name, i + 1);
  return true;
}

bool hasDot(Str s) {
  for (uptr i = 0; i < s.len; i++)
    if (s[i] == '.') return true;
  return false;
}

bool showLogical(const Printer &p, const LogicalFrame &lf, bool first, u8 callee_id) {
  if (shownFrames(p) > 1) return true;
  // A wrapper is shown only where its being there matters: innermost, or at a panic.
  if (lf.func_id == kFuncIdWrapper && !first && !panics(callee_id)) return false;
  if (!hasDot(lf.name)) return false;
  // Nothing else tells that a goroutine runs finalizers or cleanups.
  if (lf.name == "runtime.runFinalizers" || lf.name == "runtime.runCleanups") return true;
  return !lf.name.startsWith("runtime.") || exportedRuntime(lf.name);
}

void printFrame(Printer &p, const Frame &frame, const LogicalFrame &lf) {
  printName(p, lf.name == "runtime.gopanic" ? Str("panic") : lf.name);
  p << "(";
  if (lf.inlined) p << "...";
  else printArgs(p, frame);
  p << ")\n\t" << lf.file << ":" << lf.line;
  if (!lf.inlined) {
    if (frame.pc > lf.entry) (p << " +").hex(frame.pc - lf.entry);
    if (shownFrames(p) > 1) {
      (p << " fp=").hex(frame.fp);
      (p << " sp=").hex(frame.sp);
      (p << " pc=").hex(frame.pc);
    }
  }
  p << "\n";
}

// Visits the frames that are to be shown; returns how many.
template <class F> u32 forEachShown(const Printer &p, Unwinder &u, u32 skip, F visit) {
  u32 n = 0;
  u8 callee_id = 0;
  bool first = true;
  for (; u.valid; u.next()) {
    forEachLogical(u.frame.fn, u.frame.symbolPc(), [&](const LogicalFrame &lf, uptr) {
      if (skip > 0) {
        skip--;
        return true;
      }
      // The panic that is being reported is not part of its own trace; one that it interrupted is.
      bool reported_panic = n == 0 && shownFrames(p) < 2 && lf.name == "runtime.gopanic";
      if (!reported_panic && showLogical(p, lf, first, callee_id)) visit(n++, u.frame, lf);
      callee_id = lf.func_id;
      first = false;
      return true;
    });
  }
  return n;
}

// Leaves out the `skip` innermost logical frames.
void printFrames(Printer &p, const G *g, Unwinder u, u32 skip = 0) {
  Unwinder counting = u;
  u32 total = forEachShown(p, counting, skip, [](u32, const Frame &, const LogicalFrame &) {});
  u32 skip_from = total > kShownInner + kShownOuter ? kShownInner : total;
  u32 skip_to = total > kShownInner + kShownOuter ? total - kShownOuter : total;
  forEachShown(p, u, skip, [&](u32 i, const Frame &frame, const LogicalFrame &lf) {
    if (i == skip_from && skip_to > skip_from) p << "..." << (skip_to - skip_from) << " frames elided...\n";
    if (i < skip_from || i >= skip_to) printFrame(p, frame, lf);
  });
  if (u.lost_in != nullptr) printBadReturn(p, g, u);
}

// `parent`: its number; 0: not to be told.
void printGoStatement(Printer &p, uptr gopc, u64 parent) {
  const RawFunc *f = gopc == 0 ? nullptr : findFunc(gopc - 1);
  if (f == nullptr) return;
  LogicalFrame outer{}, inner{};
  bool have_inner = false;
  forEachLogical(f, gopc - 1, [&](const LogicalFrame &lf, uptr) {
    if (!have_inner) inner = lf;
    have_inner = true;
    outer = lf;
    return true;
  });
  if (!showLogical(p, outer, false, kFuncIdNormal)) return;
  p << "created by ";
  printName(p, outer.name);
  if (parent != 0) p << " in goroutine " << parent;
  p << "\n\t" << inner.file << ":" << inner.line;
  if (gopc > outer.entry) (p << " +").hex(gopc - outer.entry);
  p << "\n";
}

void printAncestor(Printer &p, const Ancestor &a) {
  p << "[originating from goroutine " << a.goid << "]:\n";
  for (u32 i = 0; i < a.frame_count; i++) {
    const uptr pc = a.pcs[i];
    const RawFunc *f = findFunc(pc - 1);
    if (f == nullptr) continue;
    forEachLogical(f, pc - 1, [&](const LogicalFrame &lf, uptr) {
      if (!showLogical(p, lf, i == 0, kFuncIdNormal)) return false;
      printName(p, lf.name);
      p << "(...)\n\t" << lf.file << ":" << lf.line;
      if (pc > lf.entry) (p << " +").hex(pc - lf.entry);
      p << "\n";
      return false;  // the others have addresses of their own
    });
  }
  if (a.frame_count == Ancestor::kMaxFrames) p << "...additional frames elided...\n";
  if (a.goid != 1) printGoStatement(p, a.gopc, 0);
}

void printCreatedBy(Printer &p, const G *g) {
  if (g->goid != 1) printGoStatement(p, g->gopc, g->parent_goid);
  if (const Ancestors *all = g->ancestors)
    for (u32 i = 0; i < all->count; i++) printAncestor(p, all->list[i]);
}

const char *statusName(GStatus s) {
  switch (s) {
  case GStatus::Idle: return "idle";
  case GStatus::Runnable: return "runnable";
  case GStatus::Running: return "running";
  case GStatus::Syscall: return "syscall";
  case GStatus::Waiting: return "waiting";
  case GStatus::Dead: return "dead";
  }
  return "???";
}

void printHeader(Printer &p, const G *g) {
  GStatus st = g->status.loadAcquire();
  p << "goroutine " << g->goid;
  if (shownFrames(p) > 1) {
    (p << " gp=").hex(reinterpret_cast<uptr>(g));
    bool on_thread = g->m != nullptr && g->m->curg == g;
    if (on_thread) (p << " m=" << g->m->id << " mp=").hex(reinterpret_cast<uptr>(g->m));
    else p << " m=nil";
  }
  p << " [";
  if (st == GStatus::Waiting && g->wait_reason != WaitReason::Zero) p << waitReasonText(g->wait_reason) << (g->leaked ? " (leaked)" : "");
  else p << statusName(st);
  if ((st == GStatus::Waiting || st == GStatus::Syscall) && g->wait_since_ns != 0) {
    i64 minutes = (sys::monotonicNs() - g->wait_since_ns) / 60000000000;
    if (minutes >= 1) p << ", " << minutes << " minutes";
  }
  if (g->lockedm != nullptr) p << ", locked to thread";
  if (g->bubble != nullptr) p << ", synctest bubble " << bubbleOf(g)->id;
  printLabels(p, g);
  p << "]:\n";
}

void printGoroutine(Printer &p, G *g, u32 skip = 0) {
  printHeader(p, g);
  if (g->status.loadAcquire() == GStatus::Running && g->m != currentM() && g->m != nullptr) {
    p << "\tgoroutine running on other thread; stack unavailable\n";
  } else {
    Unwinder u;
    u.startAt(g);
    printFrames(p, g, u, skip);
  }
  printCreatedBy(p, g);
}

void printOthers(Printer &p, const G *me) {
  forEachG([&](G *g) {
    if (g == me || g->status.loadAcquire() == GStatus::Dead || (g->is_system != 0 && shownFrames(p) < 2)) return;
    p << "\n";
    printGoroutine(p, g);
  });
}

void printSignal(Printer &p, const G *g) {
  p << "[signal " << signalName(g->sig);
  (p << " code=").hex(g->sigcode0);
  (p << " addr=").hex(g->sigcode1);
  (p << " pc=").hex(g->sigpc) << "]\n";
}

// Only one thread speaks; a second error in it while speaking ends at once.
void beginDying() {
  M *m = currentM();
  if (m->dying++ > 0) {
    static const char kText[] = "panic during panic\n";
    sys::write(2, kText, sizeof kText - 1);
    sys::exitProcess(m->dying > 2 ? 5 : 4);
  }
  if (!dying.casSeqCst(0, 1))
    for (;;) sys::usleep(1000000);
  sched.freezing.storeSeqCst(1);
}

[[noreturn]] void endDying() {
  if (level.crash) dieFromSignal(6);
  sys::exitProcess(2);
}

// From the caller of the function of that frame on.
void showRuntimeStack(Printer &p, const void *frame) {
  auto *saved = static_cast<const uptr *>(frame);
  p << "\nruntime stack:\n";
  printSystemStack(p, saved[1], saved[0], false);
}

// The current goroutine (if the thread runs one), without the `skip` innermost frames, and, if asked, the others.
void traceAll(Printer &p, u32 skip = 0) {
  M *m = currentM();
  G *g = m->curg;
  bool all = showAll();
  if (g != nullptr && currentG() == g && g->sig != 0) printSignal(p, g);
  if (shownFrames(p) > 0) {
    if (g != nullptr && currentG() == g) {
      p << "\n";
      printGoroutine(p, g, skip);
    } else {
      all = true;
      g = nullptr;
    }
    p.flush();
    if (all) {
      preemptAllForTrace();
      printOthers(p, g);
    }
  }
  p.flush();
}

}  // namespace

const char *waitReasonText(WaitReason r) { return kWaitReasons[static_cast<u32>(r) % static_cast<u32>(WaitReason::kCount)]; }

void Printer::flush() {
  if (len == 0) return;
  writeOutput(2, buf, len);
  if (crash_fd >= 0 && dying.loadRelaxed() != 0) sys::write(static_cast<i32>(crash_fd), buf, len);  // relaxed: our own store
  len = 0;
}

void fatalPlain(Str text) {
  {
    Printer p;
    p << "fatal error: " << text << "\n";
  }
  sys::exitProcess(2);
}

void checkFailed(const char *cond, const char *file, int line) {
  Printer p;
  p << "fatal error: runtime check failed: " << cond << " at " << file << ":" << line << "\n";
  p.flush();
  if (sched.main_started) {
    beginDying();
    throwing = Throwing::Runtime;
    showRuntimeStack(p, __builtin_frame_address(0));
    traceAll(p);
  }
  sys::exitProcess(2);
}

// `frame`: of the C++ function that found the error; null: it was Go code.
[[noreturn]] static void fatalWith(Str text, Throwing why, const void *frame) {
  beginDying();
  throwing = why;
  Printer p;
  p << "fatal error: ";
  for (uptr from = 0, i = 0; i <= text.len; i++) {  // further lines are indented
    if (i < text.len && text[i] != '\n') continue;
    p << Str(text.ptr + from, i - from) << (i < text.len ? "\n\t" : "\n");
    from = i + 1;
  }
  if (frame != nullptr) showRuntimeStack(p, frame);
  p.flush();
  traceAll(p);
  p.flush();
  endDying();
}

void fatalThrow(Str text) { fatalWith(text, Throwing::Runtime, __builtin_frame_address(0)); }
void fatalUser(Str text) { fatalWith(text, Throwing::Program, nullptr); }

void initTraceback(Str gotraceback) {
  level = parseLevel(gotraceback);
  env_level = level;
}

namespace {

void printStop(Printer &p, const SignalStop &stop) {
  const uptr pc = stop.at.pc;
  p << signalName(stop.sig) << "\n";
  (p << "PC=").hex(pc) << " m=" << currentM()->id << " sigcode=" << stop.code;
  constexpr u32 kSigIll = 4, kSigBus = 7, kSigFpe = 8, kSigSegv = 11;
  if (stop.sig == kSigSegv || stop.sig == kSigBus) (p << " addr=").hex(stop.addr);
  p << "\n";
  if (stop.sig == kSigIll || stop.sig == kSigFpe) {
    // No further than the page: the next one may not be there.
    constexpr uptr kShown = 16, kPage = 4096;
    p << "instruction bytes:";
    for (uptr at = pc; at < pc + min(kShown, kPage - pc % kPage); at++) (p << " ").hex(*reinterpret_cast<const u8 *>(at));
    p << "\n";
  }
  p << "\n";
}

// What the thread did, and for which goroutine; that one comes back, null if there is none.
const G *printStoppedThread(Printer &p, const StoppedAt &at) {
  G *g = currentM()->curg;
  if (g != nullptr && currentG() == g && inStackOf(g, at.sp)) {
    printHeader(p, g);
    Unwinder u;
    u.start(at.pc, at.sp, at.exact);
    printFrames(p, g, u);
    printCreatedBy(p, g);
    return g;
  }
  p << "goroutine 0 [idle]:\n";  // Go calls the system stack so
  printSystemStack(p, at.pc, at.bp, true);
  if (currentG() != g) g = nullptr;
  if (g != nullptr) {
    p << "\n";
    printGoroutine(p, g);
  }
  return g;
}

// With GOTRACEBACK=crash, the threads that are to say what they do, one after the other.
struct Relay {
  Atomic<M *> asked;  // null once it has answered
};
constinit Relay relay{};

void relayToThreads() {
  constexpr u32 kSigQuit = 3;
  constexpr int kMostMs = 1000;  // one that takes no signals does not keep the others
  M *self = currentM();
  forEachM([&](M *m) {
    if (m == self || m->tid == 0) return;
    static const char kLine[] = "\n-----\n\n";
    Printer p;
    p << kLine;
    p.flush();
    relay.asked.storeSeqCst(m);
    if (sys::tgkill(sys::getpid(), m->tid, kSigQuit) != 0) return;
    for (int i = 0; i < kMostMs && relay.asked.loadSeqCst() != nullptr; i++) sys::usleep(1000);
  });
}

}  // namespace

bool isAskedForDump() { return relay.asked.loadSeqCst() == currentM(); }

void answerForDump(const SignalStop &stop) {
  {
    Printer p;
    printStop(p, stop);
    if (level.frames > 0) {
      (void)printStoppedThread(p, stop.at);
      p << "\n";
      stop.registers(p, stop.context);
    }
  }
  relay.asked.storeSeqCst(nullptr);
  for (;;) sys::usleep(1000000);
}

void dumpForSignal(const SignalStop &stop) {
  beginDying();
  throwing = Throwing::Runtime;
  Printer p;
  printStop(p, stop);
  if (level.frames > 0) {
    const G *g = printStoppedThread(p, stop.at);
    p.flush();
    preemptAllForTrace();
    printOthers(p, g);
    p << "\n";
    stop.registers(p, stop.context);
  }
  p.flush();
  if (level.crash) relayToThreads();
  endDying();
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

[[noreturn]] void gn_throw(const char *p, uptr n) { fatalWith(Str(p, n), Throwing::Runtime, nullptr); }
[[noreturn]] void gn_fatal(const char *p, uptr n) { fatalUser(Str(p, n)); }

[[noreturn]] void gn_dieOfPanic() {
  beginDying();
  Printer p;
  traceAll(p, 1);  // without runtime.fatalpanic
  p.flush();
  endDying();
}

void gn_setTracebackLevel(const char *s, uptr n) {
  Level next = parseLevel(Str(s, n));
  next.frames = max(next.frames, env_level.frames);
  next.all |= env_level.all;
  next.crash |= env_level.crash;
  level = next;
}

void gn_writeCrash(const char *p, i32 n) {
  if (crash_fd >= 0) sys::write(static_cast<i32>(crash_fd), p, static_cast<uptr>(n));
}

i64 gn_setCrashFD(i64 fd) {
  i64 old = crash_fd;
  crash_fd = fd;
  return old;
}

u64 gn_stackTrace(char *buf, u64 n, u64 all) {
  Printer p;
  p.out = buf;
  p.out_cap = n;
  G *g = currentG();
  printHeader(p, g);
  Unwinder u;
  u.startAt(g);
  printFrames(p, g, u, 1);  // without runtime.Stack itself
  printCreatedBy(p, g);
  if (goBool(all)) printOthers(p, g);
  return p.out_len;
}

u64 gn_allGoroutines(G **out, u64 n) {
  u64 count = 0;
  forEachG([&](G *g) {
    if (g->status.loadAcquire() == GStatus::Dead || g->is_system != 0) return;
    if (count < n) out[count] = g;
    count++;
  });
  return count;
}

}  // extern "C"
