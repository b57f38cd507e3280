#include "toolchain/builder/child.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace gannet::builder {

namespace {

// What the child does with the files that it inherits.
class FileActions {
public:
  FileActions(int output, const std::string &folder) {
    posix_spawn_file_actions_init(&actions_);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
    if (!folder.empty())
      posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  ~FileActions() { posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions &) = delete;
  FileActions &operator=(const FileActions &) = delete;
  const posix_spawn_file_actions_t *get() const { return &actions_; }

private:
  posix_spawn_file_actions_t actions_;
};

void readAll(int file, std::string &to) {
  char buffer[4096];
  for (;;) {
    ssize_t got = read(file, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR)
      continue;
    if (got <= 0)
      return;
    to.append(buffer, static_cast<std::size_t>(got));
  }
}

} // namespace

int runTool(const std::vector<std::string> &words, std::string &messages, const std::string &folder) {
  std::vector<char *> argv;
  for (const std::string &word : words)
    argv.push_back(const_cast<char *>(word.c_str())); // posix_spawn does not write there
  argv.push_back(nullptr);
  auto report = [&](const std::string &what) { messages += "builder: " + words[0] + ": " + what + "\n"; };
  int ends[2]; // closed in other children, which may be started meanwhile
  if (pipe2(ends, O_CLOEXEC) != 0) {
    report(std::strerror(errno));
    return 127;
  }
  char *environment[] = {nullptr};
  pid_t pid;
  int error = posix_spawn(&pid, argv[0], FileActions(ends[1], folder).get(), nullptr, argv.data(), environment);
  close(ends[1]);
  if (!error)
    readAll(ends[0], messages);
  close(ends[0]);
  if (error) {
    report(std::strerror(error));
    return 127;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return 127;
  if (WIFSIGNALED(status)) {
    report("signal " + std::to_string(WTERMSIG(status)));
    return 128 + WTERMSIG(status);
  }
  return WEXITSTATUS(status);
}

} // namespace gannet::builder
