// Goroutines: made, ended, kept for the next; sudogs.
#include "runtime/core/sched_parts.h"

#include "runtime/core/ancestors.h"
#include "runtime/core/bubble.h"
#include "runtime/core/gc.h"
#include "runtime/core/trace.h"
#include "runtime/core/traceback.h"

extern "C" void go_goexit() asm("runtime.goexit");

namespace gannet::rt {

G *newG(uptr stack_bytes) {
  P *p = currentM()->p;
  G *g = p == nullptr ? nullptr : p->dead_gs.pop();
  if (g == nullptr && sched.dead_g_count.loadRelaxed() > 0) {  // relaxed: a hint
    MutexGuard guard(sched.lock);
    g = sched.dead_gs.pop();
    sched.dead_g_count.storeRelaxed(sched.dead_gs.count);
  }
  bool fresh = g == nullptr;
  if (fresh) {
    g = persistentNew<G>();
    g->status.storeRelaxed(GStatus::Dead);  // relaxed: not yet known to others
  }
  if (g->stack_lo == 0) allocStack(g, stack_bytes);
  if (fresh) {
    MutexGuard guard(sched.lock);
    if (sched.last_g == nullptr) sched.all_gs.storeRelease(g);
    else __atomic_store_n(&sched.last_g->alllink, g, __ATOMIC_RELEASE);
    sched.last_g = g;
    listForDebugger(g);
  }
  return g;
}

// Idle at fn's first instruction, as if goexit had called it.
G *newGoroutine(FuncVal *fn, uptr caller_pc, u64 parent, bool system) {
  G *g = newG(kMinStackBytes);
  uptr sp = g->stack_hi - 4 * kWord;
  *reinterpret_cast<uptr *>(sp) = reinterpret_cast<uptr>(go_goexit) + 1;
  g->sched = Gobuf{};
  g->sched.sp = sp;
  g->sched.pc = fn->fn;
  g->sched.ctxt = fn;
  g->startpc = fn->fn;
  g->gopc = caller_pc;
  g->parent_goid = parent;
  g->ret0 = g->ret1 = 0;
  g->preempt = 0;
  g->permit = 0;
  g->resume = nullptr;
  g->stackguard0 = g->stackguard1 = g->stack_lo + kStackGuard;
  // Ids come in small batches a thread in Go; one counter is as good until it is measured.
  g->goid = sched.next_goid.add(1);
  g->is_system = system;
  if (g->is_system != 0) sched.system_g_count.fetchAdd(1);
  sched.g_count.fetchAdd(1);
  bornScanned(g);
  shadeRoot(fn);
  g->status.storeRelease(GStatus::Waiting);
  return g;
}

void retire(G *g) {
  g->status.storeRelease(GStatus::Dead);
  if (g->is_system != 0) sched.system_g_count.fetchAdd(-1u);
  sched.g_count.fetchAdd(-1u);
  g->m = nullptr;
  g->defer = g->unused_defers = nullptr;
  g->panic = nullptr;
  g->param = g->labels = g->coro = g->bubble = nullptr;
  g->waiting = nullptr;
  g->lockedm = nullptr;
  g->sched.ctxt = nullptr;
  g->fips_indicator = g->fips_bypass = g->dit_wanted = g->is_system = 0;
  g->panic_on_fault = 0;
  g->leaked = false;
  g->sig = 0;
  g->locked_count = 0;
  freeAncestors(g);
  for (uptr &r : g->park_roots) r = 0;
  if (g->stack_order != 0) freeStack(g);  // a grown stack is not what the next one needs
  P *p = currentM()->p;
  if (p->dead_gs.count < 64) {
    p->dead_gs.push(g);
    return;
  }
  MutexGuard guard(sched.lock);
  while (p->dead_gs.count > 32) sched.dead_gs.push(p->dead_gs.pop());
  sched.dead_gs.push(g);
  sched.dead_g_count.storeRelaxed(sched.dead_gs.count);
}

Sudog *acquireSudog() {
  P *p = currentM()->p;
  Sudog *s = p->sudog_free;
  if (s == nullptr) return persistentNew<Sudog>();
  p->sudog_free = s->next;
  *s = Sudog{};
  return s;
}

void releaseSudog(Sudog *s) {
  P *p = currentM()->p;
  s->g = nullptr;
  s->c = nullptr;
  s->elem = nullptr;
  s->next = p->sudog_free;
  p->sudog_free = s;
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

static void startNew(FuncVal *fn, bool system) {
  G *self = currentG();
  if (fn == nullptr) fatalUser("go of nil func value");
  G *g = newGoroutine(fn, self->sched.pc, self->goid, system);
  g->labels = system ? nullptr : self->labels;
  g->bubble = system ? nullptr : self->bubble;
  shadeRoot(g->labels);
  if (GN_UNLIKELY(g->bubble != nullptr)) bubbleJoined(bubbleOf(g), true);
  g->fips_bypass = self->fips_bypass;
  saveAncestors(g, self);
  if (tracing()) traceGoCreate(g, false);
  g->status.storeRelease(GStatus::Runnable);
  pushLocal(self->m->p, g, true);
  if (sched.main_started) wakeP();
}

void gn_newproc(FuncVal *fn) { startNew(fn, false); }
void gn_newsystemproc(FuncVal *fn) { startNew(fn, true); }

[[noreturn]] void gn_goexit1() {
  M *m = currentM();
  G *g = m->curg;
  if (tracing()) traceGoDestroy(g);
  setCurrentG(m->g0);
  m->curg = nullptr;
  bool locked = m->lockedg == g;
  m->lockedg = nullptr;
  Bubble *bubble = bubbleOf(g);
  retire(g);
  if (GN_UNLIKELY(bubble != nullptr)) bubbleLeft(bubble, true);
  if (locked) gn_onSystemStack(m->sys_sp, endThread);
  gn_onSystemStack(m->sys_sp, schedule);
}

// A permit that goready0 gives and gopark0 takes: 0 none, 1 given, 2 someone waits.
static bool takePermit(G *g) { return __atomic_exchange_n(&g->permit, 0, __ATOMIC_SEQ_CST) == 1; }
static void waitPermit(void *arg) {
  auto *g = static_cast<G *>(arg);
  u32 none = 0;
  if (!__atomic_compare_exchange_n(&g->permit, &none, 2u, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
    __atomic_store_n(&g->permit, 0, __ATOMIC_SEQ_CST);
    ready(g, true);
  }
}

void gn_gopark0(u64 reason) {
  G *g = currentG();
  if (takePermit(g)) return;
  park(static_cast<WaitReason>(reason & 0xff), waitPermit, g);
}

void gn_goready0(G *g) {
  u32 was = __atomic_exchange_n(&g->permit, 1, __ATOMIC_SEQ_CST);
  if (was != 2) return;
  __atomic_store_n(&g->permit, 0, __ATOMIC_SEQ_CST);
  ready(g, true);
}

// A preemption that was asked for while it was forbidden takes place at the next call.
static void rearmPreempt(M *m) {
  G *g = currentG();
  if (m->locks == 0 && (g->preempt != 0 || g->scan_wanted.loadRelaxed() != 0)) g->stackguard0 = kStackPreempt;
}

void gn_lock(Mutex *l) {
  currentM()->locks++;
  l->lock();
}

void gn_unlock(Mutex *l) {
  l->unlock();
  M *m = currentM();
  m->locks--;
  rearmPreempt(m);
}

void gn_runsUserCode(u64 yes) {
  sched.system_g_count.fetchAdd(goBool(yes) ? -1u : 1);
  currentG()->is_system = !goBool(yes);
}

u64 gn_gcount() { return sched.g_count.loadRelaxed() - sched.system_g_count.loadRelaxed(); }  // relaxed: statistics

}  // extern "C"
