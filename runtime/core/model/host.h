// The runtime's channels, select and semaphores in an ordinary program: each goroutine is a thread, which sleeps where a
// goroutine would park. So ThreadSanitizer sees every access that the runtime's own locks and atomics must order.
#ifndef GANNET_RUNTIME_CORE_MODEL_HOST_H_
#define GANNET_RUNTIME_CORE_MODEL_HOST_H_

#include "runtime/core/chan.h"

#include <functional>
#include <string>
#include <thread>
#include <vector>

namespace gannet::rt::model {

// A goroutine on a thread of its own.
class Goroutine {
public:
  explicit Goroutine(std::function<void()> body);
  ~Goroutine() { join(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

private:
  std::thread thread_;
};

// Calls an entry; gives its result, if it parked the one it was woken with. What it panics with goes to *panicked.
Ret2 enter(const std::function<Ret2()> &entry, std::string *panicked = nullptr);

// Channels of 64-bit values.
Hchan *makeChan(u64 capacity);
void freeChan(Hchan *c);
bool send(Hchan *c, u64 value);  // false: the channel was closed
bool receive(Hchan *c, u64 *value);
void close(Hchan *c);

struct Case {
  Hchan *c;
  u64 *value;
};
// Sends first. Which case, -1 if none was ready and it does not block; false in `received` if that channel was closed.
i64 select(std::vector<Case> cases, i64 sends, bool block, bool *received);

void acquire(u32 *semaphore, bool lifo);
void release(u32 *semaphore, bool handoff);

}  // namespace gannet::rt::model

#endif  // GANNET_RUNTIME_CORE_MODEL_HOST_H_
