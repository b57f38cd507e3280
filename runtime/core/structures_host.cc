// What the data structures ask of the machine, for tests of them in ordinary programs.
#include "runtime/core/base.h"

#include <gtest/gtest.h>
#include <thread>

namespace gannet::rt {

void checkFailed(const char *cond, const char *, int) {
  ADD_FAILURE() << cond;
  abort();
}
void futexSleep(Atomic<u32> *, u32, i64) { std::this_thread::yield(); }
void futexWake(Atomic<u32> *, u32) {}

}  // namespace gannet::rt
