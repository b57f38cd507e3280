// Signals. See signals.h.
//
// Context: the handler runs on the thread's signal stack, at any instruction of any thread: no locks, no allocation.
#include "runtime/core/signals.h"

#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

extern "C" {
void gn_sigtramp();
void gn_sigreturn();
void gn_sigpanic0();
[[noreturn]] void gn_restoreAsync(gannet::rt::AsyncRegs *regs, gannet::rt::uptr sp, gannet::rt::uptr pc);
void gn_entersyscall();
void gn_exitsyscall();
}

namespace gannet::rt {

namespace {

enum : u32 {
  kSigHup = 1, kSigInt = 2, kSigQuit = 3, kSigIll = 4, kSigTrap = 5, kSigAbrt = 6, kSigBus = 7, kSigFpe = 8, kSigKill = 9,
  kSigSegv = 11, kSigPipe = 13, kSigTerm = 15, kSigStkflt = 16, kSigCont = 18, kSigStop = 19, kSigTstp = 20, kSigTtin = 21,
  kSigTtou = 22, kSigUrg = 23, kSigProf = 27, kSigSys = 31, kSigCount = 65,
};

struct SigInfo {
  i32 signo, error, code, pad;
  u64 addr;
};

struct Context {  // the kernel's ucontext: registers in its order
  u64 flags, link;
  sys::SigStack stack;
  u64 r8, r9, r10, r11, r12, r13, r14, r15, rdi, rsi, rbp, rbx, rdx, rax, rcx, rsp, rip, eflags;
  u64 cs_etc, err, trapno, oldmask, cr2;
  u8 *fpregs;
};

constexpr const char *kNames[kSigCount] = {
    nullptr, "SIGHUP: terminal line hangup", "SIGINT: interrupt", "SIGQUIT: quit", "SIGILL: illegal instruction",
    "SIGTRAP: trace trap", "SIGABRT: abort", "SIGBUS: bus error", "SIGFPE: floating-point exception", "SIGKILL: kill",
    "SIGUSR1: user-defined signal 1", "SIGSEGV: segmentation violation", "SIGUSR2: user-defined signal 2",
    "SIGPIPE: write to broken pipe", "SIGALRM: alarm clock", "SIGTERM: termination", "SIGSTKFLT: stack fault",
    "SIGCHLD: child status has changed", "SIGCONT: continue", "SIGSTOP: stop, unblockable", "SIGTSTP: keyboard stop",
    "SIGTTIN: background read from tty", "SIGTTOU: background write to tty", "SIGURG: urgent condition on socket",
    "SIGXCPU: cpu limit exceeded", "SIGXFSZ: file size limit exceeded", "SIGVTALRM: virtual alarm clock",
    "SIGPROF: profiling alarm clock", "SIGWINCH: window size change", "SIGIO: i/o now possible",
    "SIGPWR: power failure restart", "SIGSYS: bad system call"};

struct Signals {
  Atomic<u64> wanted, pending, ignored;  // bit sig-1
  Atomic<u64> handled;                   // we have a handler installed
  Atomic<u32> note;                      // counts deliveries, for signalRecv to sleep on
  Atomic<u32> delivering;
  u64 first_ignored;                     // ignored when the process started
};
constinit Signals signals{};

constexpr u64 bitOf(u32 sig) { return u64{1} << (sig - 1); }

void install(u32 sig) {
  sys::SigAction act{};
  act.handler = reinterpret_cast<uptr>(gn_sigtramp);
  act.flags = sys::kSaSiginfo | sys::kSaOnstack | sys::kSaRestorer | sys::kSaRestart;
  act.restorer = reinterpret_cast<uptr>(gn_sigreturn);
  act.mask = ~u64{0};
  sys::sigaction(sig, &act, nullptr);
  signals.handled.fetchOr(bitOf(sig));
}

void setHandler(u32 sig, uptr handler) {  // 0 default, 1 ignore
  sys::SigAction act{};
  act.handler = handler;
  act.flags = sys::kSaRestorer;
  act.restorer = reinterpret_cast<uptr>(gn_sigreturn);
  sys::sigaction(sig, &act, nullptr);
  __atomic_and_fetch(&signals.handled.raw, ~bitOf(sig), __ATOMIC_SEQ_CST);
}

// What an unasked-for signal does (Go's documentation of os/signal, "Default behavior of signals in Go programs"): those of
// kKills end the process as if there were no handler, those of kDumps end it with a dump, those of kLeft are left to the
// system until a program asks for them. All others are caught and dropped.
constexpr u64 kKills = bitOf(kSigHup) | bitOf(kSigInt) | bitOf(kSigTerm);
constexpr u64 kDumps = bitOf(kSigQuit) | bitOf(kSigIll) | bitOf(kSigTrap) | bitOf(kSigAbrt) | bitOf(kSigBus) | bitOf(kSigFpe) |
                       bitOf(kSigSegv) | bitOf(kSigStkflt) | bitOf(kSigSys);
constexpr u64 kLeft = bitOf(kSigKill) | bitOf(kSigCont) | bitOf(kSigStop) | bitOf(kSigTstp) | bitOf(kSigTtin) | bitOf(kSigTtou) |
                      bitOf(kSigProf) | bitOf(32) | bitOf(33) | bitOf(34);

bool isSynchronous(u32 sig) { return sig == kSigSegv || sig == kSigBus || sig == kSigFpe; }

// Code of Go itself: a known function, and within its code.
const RawFunc *goFuncAt(uptr pc) {
  const RawFunc *f = findGoFunc(pc);
  return f != nullptr && pcValue(f, f->pcsp, pc) >= 0 ? f : nullptr;
}

bool onGoroutine(G *g, M *m, const Context *c) {
  return g != m->g0 && m->curg == g && c->rsp > g->stack_lo && c->rsp <= g->stack_hi;
}

void injectSigpanic(G *g, u32 sig, const SigInfo *info, Context *c) {
  g->sig = sig;
  g->sigcode0 = static_cast<uptr>(info->code);
  g->sigcode1 = info->addr;
  g->sigpc = c->rip;
  // A call of a nil function leaves the caller's return address on top: the caller then looks as if it called sigpanic.
  if (goFuncAt(c->rip) != nullptr) {
    c->rsp -= kWord;
    *reinterpret_cast<uptr *>(c->rsp) = c->rip;
  }
  c->rip = reinterpret_cast<uptr>(gn_sigpanic0);
}

[[noreturn]] void asyncStopped() {
  G *g = currentG();
  scanSelf();
  if (g->preempt == 0) resumeG(g);
  g->preempt = 0;
  yieldCurrent(false);
}

Ret2 asyncResume(G *g) {
  g->async_preempted = false;
  gn_restoreAsync(g->async_regs, g->sched.sp, g->sched.pc);
}

// Stops the goroutine where it is, if its innermost frame may be stopped at any instruction.
void tryAsyncPreempt(G *g, M *m, Context *c) {
  bool wanted = g->preempt != 0 || g->scan_wanted.loadRelaxed() != 0;  // relaxed: asked again if it comes too late
  if (!wanted || !onGoroutine(g, m, c) || m->locks != 0 || g->preempt_off != 0) return;
  if (m->p == nullptr || m->p->status.loadRelaxed() != PStatus::Running) return;  // relaxed: our own P
  if (g->syscallsp != 0 || g->async_regs == nullptr || c->rsp < g->stack_lo + 256) return;
  const RawFunc *f = goFuncAt(c->rip);
  if (f == nullptr || (f->flag & (kAsmFunc | kSpWrite | kTopFrame)) != 0) return;
  if (pcDataValue(f, kPcUnsafePoint, c->rip) != -1) return;
  // Packages that keep pointers where no map shows them, or act between a look at the barrier's switch and a store; also where
  // they were inlined.
  bool forbidden = false;
  forEachLogical(f, c->rip, [&](const LogicalFrame &lf, uptr) {
    forbidden = lf.name.startsWith("runtime.") || lf.name.startsWith("internal/runtime/") || lf.name.startsWith("reflect.");
    return false;
  });
  if (forbidden) return;
  __builtin_memcpy(g->async_regs->gpr, &c->r8, sizeof g->async_regs->gpr);
  g->async_regs->flags = c->eflags;
  __builtin_memcpy(g->async_regs->xmm, c->fpregs + 160, sizeof g->async_regs->xmm);
  g->sched.pc = c->rip;
  g->sched.sp = c->rsp;
  g->sched.bp = c->rbp;
  g->async_preempted = true;
  g->resume = asyncResume;
  g->stackguard0 = g->stack_lo + kStackGuard;
  c->rsp = m->sys_sp - kWord;
  c->rbp = 0;
  c->rip = reinterpret_cast<uptr>(asyncStopped);
}

void printRegisters(Printer &p, const void *context) {
  auto *c = static_cast<const Context *>(context);
  const struct {
    const char *name;
    u64 value;
  } all[] = {{"rax    ", c->rax}, {"rbx    ", c->rbx}, {"rcx    ", c->rcx}, {"rdx    ", c->rdx}, {"rdi    ", c->rdi},
             {"rsi    ", c->rsi}, {"rbp    ", c->rbp}, {"rsp    ", c->rsp}, {"r8     ", c->r8}, {"r9     ", c->r9},
             {"r10    ", c->r10}, {"r11    ", c->r11}, {"r12    ", c->r12}, {"r13    ", c->r13}, {"r14    ", c->r14},
             {"r15    ", c->r15}, {"rip    ", c->rip}, {"rflags ", c->eflags}, {"cs     ", c->cs_etc & 0xffff},
             {"fs     ", c->cs_etc >> 32 & 0xffff}, {"gs     ", c->cs_etc >> 16 & 0xffff}};
  for (auto &r : all) (p << r.name).hex(r.value) << "\n";
}

bool queueSignal(u32 sig) {
  if ((signals.wanted.loadAcquire() & bitOf(sig)) == 0) return false;
  signals.pending.fetchOr(bitOf(sig));
  signals.note.fetchAdd(1);
  futexWake(&signals.note, 1);
  return true;
}

}  // namespace

Str signalName(u32 sig) {
  if (sig < kSigCount && kNames[sig] != nullptr) return kNames[sig];
  static constinit char text[16] = {};
  Printer p;
  p.out = text;
  p.out_cap = sizeof text;
  p << "signal " << sig;
  return Str(text, p.out_len);
}

void dieFromSignal(u32 sig) {
  setHandler(sig, 0);
  u64 mask = bitOf(sig);
  sys::sigprocmask(1, &mask, nullptr);
  sys::tgkill(sys::getpid(), sys::gettid(), sig);
  sys::osYield();
  sys::osYield();
  sys::exitProcess(2);
}

void requestAsyncPreempt(M *m) {
  G *g = m->curg;
  if (debug.asyncpreemptoff != 0 || g == nullptr || m->tid == 0) return;
  if (__atomic_load_n(&g->async_regs, __ATOMIC_ACQUIRE) == nullptr) {
    AsyncRegs *none = nullptr;
    auto *regs = static_cast<AsyncRegs *>(persistentAlloc(sizeof(AsyncRegs), 64));
    __atomic_compare_exchange_n(&g->async_regs, &none, regs, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
  }
  sys::tgkill(sys::getpid(), m->tid, kSigUrg);
}

void initSignals() {
  static constexpr u32 kMayBeIgnored[] = {kSigHup, kSigInt};
  for (u32 sig : kMayBeIgnored) {
    sys::SigAction old{};
    sys::sigaction(sig, nullptr, &old);
    if (old.handler == 1) signals.first_ignored |= bitOf(sig);
  }
  signals.ignored.storeRelaxed(signals.first_ignored);  // relaxed: one thread
  for (u32 sig = 1; sig < kSigCount; sig++)
    if (((kLeft | signals.first_ignored) & bitOf(sig)) == 0) install(sig);
  install(kAllThreadsSignal);
}

void initThreadSignals(M *m) {
  m->tid = sys::gettid();
  sys::SigStack stack{m->sig_stack_lo, 0, 0, 64 << 10};
  sys::sigaltstack(&stack, nullptr);
  u64 none = 0;
  sys::sigprocmask(2, &none, nullptr);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_profileTick(u64 pc, u64 sp, u64 bp, M *m);

void gn_signalHandler(u32 sig, SigInfo *info, Context *c) {
  G *g = currentG();
  M *m = g->m;
  if (sig == kSigProf) {
    gn_profileTick(c->rip, c->rsp, c->rbp, m);
    return;
  }
  if (sig == kAllThreadsSignal) {
    performOnThread(m);
    return;
  }
  if (sig == kSigUrg) {
    tryAsyncPreempt(g, m, c);
    (void)queueSignal(sig);  // false: nobody asked for it
    return;
  }
  SignalStop stop{sig, static_cast<u64>(static_cast<i64>(info->code)), info->addr, {c->rip, c->rsp, c->rbp, goFuncAt(c->rip) != nullptr}, printRegisters, c};
  if (sig == kSigQuit && isAskedForDump()) answerForDump(stop);
  bool from_fault = info->code > 0;  // not sent by kill or tgkill
  if (isSynchronous(sig) && from_fault) {
    if (onGoroutine(g, m, c) && (goFuncAt(c->rip) != nullptr || goFuncAt(*reinterpret_cast<uptr *>(c->rsp) - 1) != nullptr) &&
        m->dying == 0) {
      injectSigpanic(g, sig, info, c);
      return;
    }
    Printer p;
    if (m->dying == 0) {
      p << "fatal error: unexpected signal during runtime execution\n[signal " << signalName(sig);
      (p << " code=").hex(static_cast<u64>(info->code));
      (p << " addr=").hex(info->addr);
      (p << " pc=").hex(c->rip) << "]\n\n";
      p.flush();
    }
    stop.at.exact = true;
    dumpForSignal(stop);
  }
  if (queueSignal(sig)) return;
  if ((signals.ignored.loadAcquire() & bitOf(sig)) != 0) return;
  if ((kKills & bitOf(sig)) != 0) dieFromSignal(sig);
  if ((kDumps & bitOf(sig)) == 0) return;
  dumpForSignal(stop);
}

// Whether os/signal has a say: not over the two that the system keeps, nor over those the runtime sends to itself.
static bool isForPrograms(u32 sig) {
  return sig != 0 && sig < kSigCount && sig != kSigKill && sig != kSigStop && sig != kAllThreadsSignal && sig != kSigProf;
}

void gn_signalEnable(u32 sig) {
  if (!isForPrograms(sig)) return;
  signals.wanted.fetchOr(bitOf(sig));
  __atomic_and_fetch(&signals.ignored.raw, ~bitOf(sig), __ATOMIC_SEQ_CST);
  install(sig);
}

// Whether the signal has our handler although nobody asks for it.
static bool alwaysHandled(u32 sig) { return ((kLeft | signals.first_ignored) & bitOf(sig)) == 0; }

void gn_signalDisable(u32 sig) {
  if (!isForPrograms(sig)) return;
  __atomic_and_fetch(&signals.wanted.raw, ~bitOf(sig), __ATOMIC_SEQ_CST);
  if (!alwaysHandled(sig)) setHandler(sig, (signals.first_ignored & bitOf(sig)) != 0 ? 1 : 0);
}

void gn_signalIgnore(u32 sig) {
  if (!isForPrograms(sig)) return;
  __atomic_and_fetch(&signals.wanted.raw, ~bitOf(sig), __ATOMIC_SEQ_CST);
  signals.ignored.fetchOr(bitOf(sig));
  if (isSynchronous(sig) || sig == kSigUrg) return;  // ours for other reasons; dropped when sent
  setHandler(sig, 1);
}

u64 gn_signalIgnored(u32 sig) {
  return sig != 0 && sig < kSigCount && (signals.ignored.loadAcquire() & bitOf(sig)) != 0;
}

u64 gn_signalSend(u32 sig) { return queueSignal(sig); }

static Ret2 signalRecvResume(G *g);

// Sleeps in a system call's state, so that the P goes to others meanwhile.
static u64 signalRecv(G *g) {
  for (;;) {
    u32 seen = signals.note.loadSeqCst();
    u64 pending = signals.pending.loadSeqCst();
    if (pending != 0) {
      u32 sig = static_cast<u32>(__builtin_ctzll(pending)) + 1;
      __atomic_and_fetch(&signals.pending.raw, ~bitOf(sig), __ATOMIC_SEQ_CST);
      g->resume = nullptr;
      return sig;
    }
    signals.delivering.storeSeqCst(0);
    gn_entersyscall();
    M *m = g->m;
    if (m->old_p != nullptr && m->old_p->status.casSeqCst(PStatus::Syscall, PStatus::Idle)) {
      P *p = m->old_p;
      m->old_p = nullptr;
      handoffP(p);
    }
    futexSleep(&signals.note, seen, -1);
    signals.delivering.storeSeqCst(1);
    g->resume = signalRecvResume;  // in case there is no P to go on with
    gn_exitsyscall();
    g->resume = nullptr;
  }
}
static Ret2 signalRecvResume(G *g) { return {signalRecv(g), 0}; }

u32 gn_signalRecv() { return static_cast<u32>(signalRecv(currentG())); }

u64 gn_signalsIdle() { return signals.pending.loadAcquire() == 0 && signals.delivering.loadAcquire() == 0; }

[[noreturn]] void gn_dieFromSignal(u32 sig) { dieFromSignal(sig); }
void gn_setSigsys(u64 ignore) {
  if (goBool(ignore)) setHandler(kSigSys, 1);
  else install(kSigSys);
}

// fork: between before and after, no signal is taken and no stack grows.
void gn_beforeFork() {
  M *m = currentM();
  m->locks++;
  u64 all = ~u64{0};
  u64 old = 0;
  sys::sigprocmask(2, &all, &old);
  m->fork_sigmask = old;
}
void gn_afterFork() {
  M *m = currentM();
  u64 old = m->fork_sigmask;
  sys::sigprocmask(2, &old, nullptr);
  m->locks--;
}
void gn_afterForkInChild() {
  // The child shares memory with the parent until exec: only its own handlers may change, none of our variables.
  u64 handled = signals.handled.loadRelaxed();  // relaxed: the parent waits
  for (u32 sig = 1; sig < kSigCount; sig++) {
    if ((handled & bitOf(sig)) == 0) continue;
    sys::SigAction act{};
    sys::sigaction(sig, &act, nullptr);
  }
  u64 old = currentM()->fork_sigmask;
  sys::sigprocmask(2, &old, nullptr);
}

}  // extern "C"

extern "C" void gn_enableProfSignal() { install(kSigProf); }
