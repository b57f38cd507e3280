// The time that the program sees: the system's, or in programs built for playback (build tag faketime) one that stands still while
// anything runs and goes on to the next timer when all wait. What these write to standard output and error carries the time.
#ifndef GANNET_RUNTIME_CORE_CLOCK_H_
#define GANNET_RUNTIME_CORE_CLOCK_H_

#include "runtime/core/base.h"
#include "runtime/core/linux/sys.h"

extern "C" gannet::rt::i64 rt_fake_time asm("runtime.fakeTime");  // nanoseconds since 1970; 0: time is real

namespace gannet::rt {

inline i64 fakeTime() { return __atomic_load_n(&rt_fake_time, __ATOMIC_ACQUIRE); }
inline i64 clockNs() {
  const i64 fake = fakeTime();
  return GN_LIKELY(fake == 0) ? sys::monotonicNs() : fake;
}
sys::Timespec clockWallTime();
// write(2); in a program for playback, to descriptors 1 and 2, behind a header with the time.
i64 writeOutput(i32 fd, const void *p, uptr n);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_CLOCK_H_
