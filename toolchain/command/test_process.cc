#include "toolchain/command/test_process.h"

#include "toolchain/command/process.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace gannet::command {

namespace {

using Clock = std::chrono::steady_clock;

std::vector<std::string> environmentOf(const TestRun &run) {
  std::vector<std::string> out;
  for (char **entry = environ; *entry; ++entry) {
    std::string_view text = *entry;
    std::string_view name = text.substr(0, text.find('='));
    bool overridden = std::any_of(run.environment.begin(), run.environment.end(),
                                  [name](const auto &own) { return own.first == name; });
    if (!overridden)
      out.emplace_back(text);
  }
  for (const auto &[name, value] : run.environment)
    out.push_back(name + "=" + value);
  return out;
}

std::vector<char *> pointers(const std::vector<std::string> &words) {
  std::vector<char *> out;
  for (const std::string &word : words)
    out.push_back(const_cast<char *>(word.c_str()));
  out.push_back(nullptr);
  return out;
}

// Starts it with its output going to `output_fd`; 0 or an error number.
int spawn(const TestRun &run, int output_fd, pid_t &child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, run.dir.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output_fd, 1);
  posix_spawn_file_actions_adddup2(&actions, output_fd, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t all;
  sigfillset(&all);
  posix_spawnattr_setsigdefault(&attributes, &all); // this process ignores the interrupt key while tests run
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<std::string> environment = environmentOf(run);
  int error = posix_spawnp(&child, run.arguments[0].c_str(), &actions, &attributes, pointers(run.arguments).data(),
                           pointers(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::string statusText(int status) {
  if (WIFSIGNALED(status))
    return "signal: " + signalText(WTERMSIG(status)) + (WCOREDUMP(status) ? " (core dumped)" : "");
  return WEXITSTATUS(status) ? "exit status " + std::to_string(WEXITSTATUS(status)) : "";
}

// Follows a child to its end and to the end of its output.
class Watch {
public:
  Watch(const TestRun &run, pid_t child, int output_fd) : run_(run), child_(child), output_fd_(output_fd) {
    // On a kernel without it the child is looked at every now and then.
    pid_fd_ = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
    if (run.kill_after_ns > 0)
      deadline_ = Clock::now() + std::chrono::nanoseconds(run.kill_after_ns);
  }
  ~Watch() {
    if (pid_fd_ >= 0)
      close(pid_fd_);
  }

  int follow(TestExit &exit) {
    while (!ended_ || output_fd_ >= 0) {
      wait();
      if (!ended_ && waitpid(child_, &status_, WNOHANG) == child_) {
        ended_ = true;
        setDeadline(run_.wait_delay_ns);
      }
      if (deadline_ == Clock::time_point::max() || Clock::now() < deadline_)
        continue;
      if (ended_) {
        exit.output_cut = true;
        break;
      }
      kill(child_, exit.timed_out ? SIGKILL : SIGQUIT);
      exit.timed_out = true;
      setDeadline(run_.wait_delay_ns);
    }
    return status_;
  }

private:
  void setDeadline(std::int64_t ns) {
    deadline_ = ns > 0 ? Clock::now() + std::chrono::nanoseconds(ns) : Clock::time_point::max();
  }

  // Waits for output, the child's end or the deadline, and takes what output there is.
  void wait() {
    int timeout_ms = ended_ || pid_fd_ >= 0 ? -1 : 20;
    if (deadline_ != Clock::time_point::max()) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now()).count();
      int left_ms = static_cast<int>(std::clamp<long long>(left, 0, 1 << 30));
      timeout_ms = timeout_ms < 0 ? left_ms : std::min(timeout_ms, left_ms);
    }
    pollfd fds[] = {{output_fd_, POLLIN, 0}, {ended_ ? -1 : pid_fd_, POLLIN, 0}};
    if (poll(fds, 2, timeout_ms) <= 0 || !fds[0].revents)
      return;
    char buffer[1 << 16];
    ssize_t n = read(output_fd_, buffer, sizeof buffer);
    if (n > 0)
      run_.output({buffer, static_cast<std::size_t>(n)});
    else if (n == 0 || errno != EINTR)
      output_fd_ = -1;
  }

  const TestRun &run_;
  pid_t child_;
  int output_fd_;
  int pid_fd_ = -1;
  bool ended_ = false;
  int status_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
};

} // namespace

TestExit runTestProcess(const TestRun &run) {
  TestExit exit;
  int pipe_fds[2] = {-1, 1};
  if (run.output && pipe2(pipe_fds, O_CLOEXEC) < 0) {
    exit.error = std::string("pipe: ") + std::strerror(errno);
    return exit;
  }
  Clock::time_point start = Clock::now();
  pid_t child = 0;
  int error = spawn(run, pipe_fds[1], child);
  if (run.output)
    close(pipe_fds[1]);
  if (error) {
    exit.error = "fork/exec " + run.arguments[0] + ": " + std::strerror(error);
  } else {
    int status = Watch(run, child, pipe_fds[0]).follow(exit);
    exit.exited = WIFEXITED(status);
    exit.error = statusText(status);
    if (exit.error.empty() && exit.output_cut)
      exit.error = "exec: WaitDelay expired before I/O complete";
  }
  if (run.output)
    close(pipe_fds[0]);
  exit.elapsed_ns = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - start).count();
  return exit;
}

} // namespace gannet::command
