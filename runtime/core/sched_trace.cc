// One line, or with scheddetail=1 one for the scheduler and one each for processors, threads and goroutines, in Go's form.
//
// What is shown is read while it changes; sched.lock keeps the lists as they are. Fields for which there is nothing here are what they
// always are in Go outside of the allocator and of throws.
#include "runtime/core/sched_trace.h"

#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/sched.h"
#include "runtime/core/timers.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

struct Times {
  i64 start_ns, last_ns;  // the first and the last time that something was printed
};
constinit Times times{};

const char *yesNo(bool b) { return b ? "true" : "false"; }

// A number, or nil.
void printId(Printer &p, Str name, bool there, u64 id) {
  p << " " << name << "=";
  if (there) p << id;
  else p << "nil";
}

// The goroutines in a P's queue.
u32 queued(const P *p) { return p->runq.size(); }

void printHead(Printer &p, i64 now) {  // relaxed, here and below: for showing
  p << "SCHED " << (now - times.start_ns) / 1000000 << "ms: gomaxprocs=" << sched.proc_count.loadRelaxed()
    << " idleprocs=" << sched.idle_p_count.loadRelaxed() << " threads=" << sched.m_count
    << " spinningthreads=" << sched.spinning_ms.loadRelaxed() << " needspinning=" << sched.need_spinning.loadRelaxed()
    << " idlethreads=" << sched.idle_m_count << " runqueue=" << sched.runq.count;
}

void printShort(Printer &p) {
  const u32 n = sched.proc_count.loadRelaxed();
  p << " [";
  for (u32 i = 0; i < n; i++) p << " " << queued(sched.all_ps[i]);
  p << " ] schedticks=[ ";
  for (u32 i = 0; i < n; i++) p << sched.all_ps[i]->sched_tick.loadRelaxed() << " ";
  p << "]\n";
}

void printP(Printer &p, u32 i) {
  const P *pp = sched.all_ps[i];
  const M *m = pp->m.loadRelaxed();
  p << "  P" << i << ": status=" << static_cast<u32>(pp->status.loadRelaxed()) << " schedtick=" << pp->sched_tick.loadRelaxed()
    << " syscalltick=" << pp->syscall_tick.loadRelaxed();
  printId(p, "m", m != nullptr, m == nullptr ? 0 : m->id);
  p << " runqsize=" << queued(pp) << " gfreecnt=" << pp->dead_gs.count << " timerslen=" << timerCount(i) << "\n";
}

void printM(Printer &p, const M *m) {
  const P *pp = __atomic_load_n(&m->p, __ATOMIC_RELAXED);
  const G *curg = __atomic_load_n(&m->curg, __ATOMIC_RELAXED), *locked = __atomic_load_n(&m->lockedg, __ATOMIC_RELAXED);
  p << "  M" << m->id << ":";
  printId(p, "p", pp != nullptr, pp == nullptr ? 0 : static_cast<u64>(pp->id));
  printId(p, "curg", curg != nullptr, curg == nullptr ? 0 : curg->goid);
  p << " mallocing=0 throwing=0 preemptoff= locks=" << m->locks << " dying=" << m->dying << " spinning=" << yesNo(m->spinning)
    << " blocked=" << yesNo(m->blocked);
  printId(p, "lockedg", locked != nullptr, locked == nullptr ? 0 : locked->goid);
  p << "\n";
}

void printG(Printer &p, const G *g) {
  const M *m = __atomic_load_n(&g->m, __ATOMIC_RELAXED);  // also after it ran there
  if (m != nullptr && __atomic_load_n(&m->curg, __ATOMIC_RELAXED) != g) m = nullptr;
  const M *locked = __atomic_load_n(&g->lockedm, __ATOMIC_RELAXED);
  p << "  G" << g->goid << ": status=" << static_cast<u32>(g->status.loadRelaxed()) << "(" << waitReasonText(g->wait_reason) << ")";
  printId(p, "m", m != nullptr, m == nullptr ? 0 : m->id);
  printId(p, "lockedm", locked != nullptr, locked == nullptr ? 0 : locked->id);
  p << "\n";
}

void printDetails(Printer &p) {
  p << " gcwaiting=" << yesNo(sched.gc_waiting.loadRelaxed() != 0) << " nmidlelocked=" << sched.locked_idle_ms
    << " stopwait=" << sched.stop_wait << " sysmonwait=" << yesNo(sched.sysmon_wait.loadRelaxed() != 0) << "\n";
  for (u32 i = 0, n = sched.proc_count.loadRelaxed(); i < n; i++) printP(p, i);
  forEachM([&](const M *m) {
    if (m->tid != 0) printM(p, m);
  });
  forEachG([&](const G *g) { printG(p, g); });
}

}  // namespace

bool tracesSched() { return GN_UNLIKELY(debug.schedtrace > 0); }

void traceSchedAt(i64 now) {
  if (times.last_ns + i64{debug.schedtrace} * 1000000 > now) return;
  times.last_ns = now;
  if (times.start_ns == 0) times.start_ns = now;
  MutexGuard guard(sched.lock);
  Printer p;
  printHead(p, now);
  if (debug.scheddetail > 0) printDetails(p);
  else printShort(p);
}

}  // namespace gannet::rt
