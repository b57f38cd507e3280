#include "toolchain/builder/child.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <spawn.h>
#include <sys/wait.h>

namespace gannet::builder {

int runTool(const std::vector<std::string> &words) {
  std::vector<char *> argv;
  for (const std::string &word : words)
    argv.push_back(const_cast<char *>(word.c_str())); // posix_spawn does not write there
  argv.push_back(nullptr);
  char *environment[] = {nullptr};
  pid_t pid;
  if (int error = posix_spawn(&pid, argv[0], nullptr, nullptr, argv.data(), environment)) {
    std::fprintf(stderr, "builder: %s: %s\n", argv[0], std::strerror(error));
    return 127;
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0)
    if (errno != EINTR)
      return 127;
  if (WIFSIGNALED(status)) {
    std::fprintf(stderr, "builder: %s: signal %d\n", argv[0], WTERMSIG(status));
    return 128 + WTERMSIG(status);
  }
  return WEXITSTATUS(status);
}

} // namespace gannet::builder
