// One system call on every thread of the process (syscall.AllThreadsSyscall): what changes a thread's credentials must change
// all threads'.
//
// The world is stopped and no thread is made meanwhile. Each thread is sent a signal, in whose handler it makes the call, whatever
// it was doing. All must agree with the caller's result.
#include "runtime/core/fatal.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/signals.h"

namespace gannet::rt {

namespace {

struct Call {
  u64 nr, args[6];
  Ret2 want;  // result, second result word
  u64 err;
  Atomic<u32> epoch, left;
};
constinit Call call{};

struct Result {
  u64 r1, r2, err;
  bool operator==(const Result &o) const { return r1 == o.r1 && r2 == o.r2 && err == o.err; }
};

Result perform() {
  const u64 *a = call.args;
  u64 r2 = 0;
  i64 r = sys::raw2(static_cast<i64>(call.nr), a[0], a[1], a[2], a[3], a[4], a[5], &r2);
  if (r < 0 && r > -4096) return {~u64{0}, 0, static_cast<u64>(-r)};
  return {static_cast<u64>(r), r2, 0};
}

}  // namespace

void performOnThread(M *m) {
  if (m->syscall_epoch == call.epoch.loadSeqCst()) return;  // sent by somebody else
  m->syscall_epoch = call.epoch.loadSeqCst();
  if (!(perform() == Result{call.want.a, call.want.b, call.err}))
    fatalThrow("AllThreadsSyscall6 results differ between threads; runtime corrupted");
  call.left.fetchAdd(-1u);
}

}  // namespace gannet::rt

using namespace gannet::rt;

// World stopped. io: the call's number and arguments; then its results.
extern "C" void gn_syscallOnAllThreads(u64 *io) {
  M *self = currentM();
  call.nr = io[0];
  for (u32 i = 0; i < 6; i++) call.args[i] = io[1 + i];
  Result first = perform();
  io[0] = first.r1;
  io[1] = first.r2;
  io[2] = first.err;
  if (first.err != 0) return;
  call.want = {first.r1, first.r2};
  call.err = 0;
  sched.lock.lock();  // nobody is added
  u32 epoch = call.epoch.loadRelaxed() + 1, others = 0;  // relaxed: ours alone
  forEachM([&](M *m) { others += m != self && m->tid != 0; });
  call.left.storeSeqCst(others);
  self->syscall_epoch = epoch;
  call.epoch.storeSeqCst(epoch);
  while (call.left.loadSeqCst() != 0) {
    forEachM([&](M *m) {
      if (m != self && m->tid != 0 && m->syscall_epoch != epoch) sys::tgkill(sys::getpid(), m->tid, kAllThreadsSignal);
    });
    sys::usleep(200);
  }
  sched.lock.unlock();
}
