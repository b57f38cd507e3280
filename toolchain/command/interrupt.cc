#include "toolchain/command/interrupt.h"

#include <atomic>
#include <csignal>

namespace gannet::command {

namespace {

// A signal handler has no parameter through which these could come to it.
std::atomic<bool> was_interrupted{false};
std::atomic<pid_t> stood_for{0};
static_assert(std::atomic<pid_t>::is_always_lock_free, "used in a signal handler");

void onSignal(int signal) {
  if (pid_t child = stood_for.load()) {
    if (signal != SIGINT)
      kill(child, signal);
    return;
  }
  if (was_interrupted.exchange(true)) {
    std::signal(signal, SIG_DFL);
    raise(signal);
  }
}

} // namespace

void watchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = onSignal;
  action.sa_flags = SA_RESTART;
  for (int signal : {SIGINT, SIGHUP, SIGTERM}) {
    struct sigaction before;
    // What the caller ignores (nohup) stays ignored.
    if (sigaction(signal, nullptr, &before) == 0 && before.sa_handler != SIG_IGN)
      sigaction(signal, &action, nullptr);
  }
}

bool interrupted() { return was_interrupted.load(); }

StandInFor::StandInFor(pid_t child) { stood_for.store(child); }
StandInFor::~StandInFor() { stood_for.store(0); }

} // namespace gannet::command
