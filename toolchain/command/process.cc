#include "toolchain/command/process.h"

#include "toolchain/command/interrupt.h"

#include <cctype>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

namespace gannet::command {

namespace {

std::vector<char *> argv(const std::vector<std::string> &arguments) {
  std::vector<char *> out;
  for (const std::string &a : arguments)
    out.push_back(const_cast<char *>(a.c_str()));
  out.push_back(nullptr);
  return out;
}

void await(pid_t child, ProcessResult &result) {
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFSIGNALED(status)) {
    result.signal = WTERMSIG(status);
    result.exit_status = 128 + result.signal;
  } else {
    result.exit_status = WEXITSTATUS(status);
  }
}

} // namespace

ProcessResult runCaptured(const std::vector<std::string> &arguments, const std::string &dir) {
  ProcessResult result;
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
    result.output = std::string("pipe: ") + std::strerror(errno) + "\n";
    return result;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (!dir.empty())
    posix_spawn_file_actions_addchdir_np(&actions, dir.c_str());
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 1);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[1], 2);
  pid_t child = 0;
  int error = posix_spawnp(&child, arguments[0].c_str(), &actions, nullptr, argv(arguments).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[1]);
  if (error) {
    close(pipe_fds[0]);
    result.output = arguments[0] + ": " + std::strerror(error) + "\n";
    return result;
  }
  result.started = true;
  char buffer[1 << 16];
  for (;;) {
    ssize_t n = read(pipe_fds[0], buffer, sizeof buffer);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    result.output.append(buffer, static_cast<std::size_t>(n));
  }
  close(pipe_fds[0]);
  await(child, result);
  return result;
}

ProcessResult runAttached(const std::vector<std::string> &arguments) {
  ProcessResult result;
  pid_t child = 0;
  int error = posix_spawnp(&child, arguments[0].c_str(), nullptr, nullptr, argv(arguments).data(), environ);
  if (error) {
    result.output = arguments[0] + ": " + std::strerror(error) + "\n";
    return result;
  }
  result.started = true;
  StandInFor stand_in(child);
  await(child, result);
  return result;
}

std::string signalText(int signal) {
  std::string text = strsignal(signal);
  for (char &c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

ProcessResult runWithInput(const std::vector<std::string> &arguments, const std::string &input) {
  ProcessResult result;
  int pipe_fds[2];
  if (pipe2(pipe_fds, O_CLOEXEC) < 0) {
    result.output = std::string("pipe: ") + std::strerror(errno) + "\n";
    return result;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_fds[0], 0);
  pid_t child = 0;
  int error = posix_spawnp(&child, arguments[0].c_str(), &actions, nullptr, argv(arguments).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_fds[0]);
  if (error) {
    close(pipe_fds[1]);
    result.output = arguments[0] + ": " + std::strerror(error) + "\n";
    return result;
  }
  result.started = true;
  // A child that reads no further must not end this process.
  auto before = signal(SIGPIPE, SIG_IGN);
  for (std::size_t at = 0; at < input.size();) {
    ssize_t n = write(pipe_fds[1], input.data() + at, input.size() - at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    at += static_cast<std::size_t>(n);
  }
  close(pipe_fds[1]);
  signal(SIGPIPE, before);
  await(child, result);
  return result;
}

std::string shellQuoted(const std::vector<std::string> &arguments) {
  std::string out;
  for (const std::string &a : arguments) {
    if (!out.empty())
      out += ' ';
    bool plain = !a.empty();
    for (char c : a)
      plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::strchr("-_./=:,+@%^", c) != nullptr;
    if (plain) {
      out += a;
      continue;
    }
    out += '\'';
    for (char c : a) {
      if (c == '\'')
        out += "'\\''";
      else
        out += c;
    }
    out += '\'';
  }
  return out;
}

} // namespace gannet::command
