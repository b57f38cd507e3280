// What ends a command early: the interrupt key, a hang-up, a request to terminate.
#ifndef GANNET_TOOLCHAIN_COMMAND_INTERRUPT_H
#define GANNET_TOOLCHAIN_COMMAND_INTERRUPT_H

#include <sys/types.h>

namespace gannet::command {

// From here on SIGINT, SIGHUP and SIGTERM do not end this process at once: no further job is begun (JobGraph), those that run
// are awaited, and the command fails after having removed its temporary folders. A second such signal ends it at once.
// Children have the default handling. Call it once, before the first thread.
void watchInterrupts();

// Whether such a signal came.
bool interrupted();

// While it lives, SIGHUP and SIGTERM are passed on to `child`, which the command stands for (`gannet run`), however many there
// are. The interrupt key reaches the child by itself. One at a time.
class StandInFor {
public:
  explicit StandInFor(pid_t child);
  ~StandInFor();
  StandInFor(const StandInFor &) = delete;
  StandInFor &operator=(const StandInFor &) = delete;
};

} // namespace gannet::command

#endif
