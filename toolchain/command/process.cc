#include "toolchain/command/process.h"

#include "toolchain/command/interrupt.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

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

struct Pipe {
  int read_end = -1, write_end = -1;

  Pipe() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) == 0)
      read_end = ends[0], write_end = ends[1];
  }
  ~Pipe() {
    closeEnd(read_end);
    closeEnd(write_end);
  }
  Pipe(const Pipe &) = delete;
  Pipe &operator=(const Pipe &) = delete;

  bool good() const { return read_end >= 0; }
  static void closeEnd(int &end) {
    if (end >= 0)
      close(std::exchange(end, -1));
  }
};

class SpawnActions {
public:
  SpawnActions() { posix_spawn_file_actions_init(&actions_); }
  ~SpawnActions() { posix_spawn_file_actions_destroy(&actions_); }
  SpawnActions(const SpawnActions &) = delete;
  SpawnActions &operator=(const SpawnActions &) = delete;

  posix_spawn_file_actions_t *get() { return &actions_; }

private:
  posix_spawn_file_actions_t actions_;
};

ProcessResult failed(const std::string &what, int error) {
  ProcessResult result;
  result.output = what + ": " + std::strerror(error) + "\n";
  return result;
}

// 0, or what went wrong.
int start(const std::vector<std::string> &arguments, SpawnActions &actions, pid_t &child,
          const std::vector<std::string> &environment = {}) {
  std::vector<char *> variables = argv(environment);
  variables.pop_back();
  for (char **variable = environ; *variable; ++variable)
    variables.push_back(*variable);
  variables.push_back(nullptr);
  return posix_spawnp(&child, arguments[0].c_str(), actions.get(), nullptr, argv(arguments).data(), variables.data());
}

void await(pid_t child, ProcessResult &result) {
  result.started = true;
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

// Writes all of it, or as much as the reader takes: one that has gone ends neither this process nor another of its writes.
void feed(int fd, const std::string &input) {
  sigset_t pipe_signal, before;
  sigemptyset(&pipe_signal);
  sigaddset(&pipe_signal, SIGPIPE);
  pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
  for (std::size_t at = 0; at < input.size();) {
    ssize_t n = write(fd, input.data() + at, input.size() - at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    at += static_cast<std::size_t>(n);
  }
  const timespec at_once{};
  while (sigtimedwait(&pipe_signal, nullptr, &at_once) < 0 && errno == EINTR) { // one that waits for this thread
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

} // namespace

namespace {

ProcessResult capture(const std::vector<std::string> &arguments, const std::string &dir, bool errors,
                      const std::vector<std::string> &environment = {}) {
  Pipe pipe;
  if (!pipe.good())
    return failed("pipe", errno);
  SpawnActions actions;
  if (!dir.empty())
    posix_spawn_file_actions_addchdir_np(actions.get(), dir.c_str());
  posix_spawn_file_actions_addopen(actions.get(), 0, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(actions.get(), pipe.write_end, 1);
  if (errors)
    posix_spawn_file_actions_adddup2(actions.get(), pipe.write_end, 2);
  else
    posix_spawn_file_actions_addopen(actions.get(), 2, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  if (int error = start(arguments, actions, child, environment))
    return failed(arguments[0], error);
  Pipe::closeEnd(pipe.write_end);
  ProcessResult result;
  char buffer[1 << 16];
  for (;;) {
    ssize_t n = read(pipe.read_end, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    result.output.append(buffer, static_cast<std::size_t>(n));
  }
  await(child, result);
  return result;
}

} // namespace

ProcessResult runCaptured(const std::vector<std::string> &arguments, const std::string &dir,
                          const std::vector<std::string> &environment) {
  return capture(arguments, dir, true, environment);
}

ProcessResult runForOutput(const std::vector<std::string> &arguments, const std::string &dir) {
  return capture(arguments, dir, false);
}

ProcessResult runAttached(const std::vector<std::string> &arguments) {
  SpawnActions actions;
  pid_t child = 0;
  if (int error = start(arguments, actions, child))
    return failed(arguments[0], error);
  ProcessResult result;
  StandInFor stand_in(child);
  await(child, result);
  return result;
}

ProcessResult runWithInput(const std::vector<std::string> &arguments, const std::string &input) {
  Pipe pipe;
  if (!pipe.good())
    return failed("pipe", errno);
  SpawnActions actions;
  posix_spawn_file_actions_adddup2(actions.get(), pipe.read_end, 0);
  pid_t child = 0;
  if (int error = start(arguments, actions, child))
    return failed(arguments[0], error);
  Pipe::closeEnd(pipe.read_end);
  feed(pipe.write_end, input);
  Pipe::closeEnd(pipe.write_end);
  ProcessResult result;
  await(child, result);
  return result;
}

std::string signalText(int signal) {
  static const struct {
    int signal;
    const char *text;
  } kTexts[] = {{SIGHUP, "hangup"},           {SIGINT, "interrupt"},       {SIGQUIT, "quit"},
                {SIGILL, "illegal instruction"}, {SIGTRAP, "trace/breakpoint trap"}, {SIGABRT, "aborted"},
                {SIGBUS, "bus error"},        {SIGFPE, "floating point exception"}, {SIGKILL, "killed"},
                {SIGUSR1, "user defined signal 1"}, {SIGSEGV, "segmentation fault"}, {SIGUSR2, "user defined signal 2"},
                {SIGPIPE, "broken pipe"},     {SIGALRM, "alarm clock"},    {SIGTERM, "terminated"}};
  for (const auto &known : kTexts)
    if (known.signal == signal)
      return known.text;
  return "signal " + std::to_string(signal);
}

namespace {

constexpr std::string_view kWork = "$WORK";

bool isPlain(std::string_view word) {
  bool plain = !word.empty();
  for (char c : word)
    plain &= (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::strchr("-_./=:,+@%^", c) != nullptr;
  return plain;
}

std::string quoted(std::string_view word) {
  std::string out = "'";
  for (char c : word)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The parts of a word between which $WORK is to stand, in quotes that let the shell put its value there.
std::string quotedAroundWork(const std::vector<std::string_view> &parts) {
  std::string out = "\"";
  for (std::size_t i = 0; i < parts.size(); ++i) {
    out += i ? kWork : "";
    for (char c : parts[i])
      out += (std::strchr("\"\\$`", c) ? "\\" : "") + std::string(1, c);
  }
  return out + "\"";
}

std::string shellWord(std::string_view word, const std::string &work) {
  std::vector<std::string_view> parts;
  std::size_t from = 0;
  for (std::size_t at; !work.empty() && (at = word.find(work, from)) != std::string_view::npos; from = at + work.size())
    parts.push_back(word.substr(from, at - from));
  parts.push_back(word.substr(from));
  if (parts.size() == 1)
    return isPlain(word) ? std::string(word) : quoted(word);
  if (parts.size() == 2 && parts[0].empty() && isPlain(parts[1]))
    return std::string(kWork) + std::string(parts[1]);
  return quotedAroundWork(parts);
}

} // namespace

std::string shellQuoted(const std::vector<std::string> &arguments, const std::string &work) {
  std::string out;
  for (const std::string &word : arguments)
    out += (out.empty() ? "" : " ") + shellWord(word, work);
  return out;
}

} // namespace gannet::command
