// Child processes.
#ifndef GANNET_TOOLCHAIN_COMMAND_PROCESS_H
#define GANNET_TOOLCHAIN_COMMAND_PROCESS_H

#include <string>
#include <vector>

namespace gannet::command {

struct ProcessResult {
  bool started = false;
  int exit_status = -1; // 128 + signal if a signal ended it
  int signal = 0;
  std::string output;   // standard output and error, interleaved as written
};

// Runs a program to its end in directory `dir` ("" for the current one) with standard input empty, and with these
// "NAME=value" in its environment before what this process has there. Thread-safe.
ProcessResult runCaptured(const std::vector<std::string> &arguments, const std::string &dir,
                          const std::vector<std::string> &environment = {});

// The same, of standard output alone: what goes to standard error is dropped.
ProcessResult runForOutput(const std::vector<std::string> &arguments, const std::string &dir);

// The same with this process's own standard streams.
ProcessResult runAttached(const std::vector<std::string> &arguments);

// The same with `input` for standard input.
ProcessResult runWithInput(const std::vector<std::string> &arguments, const std::string &input);

// What a signal is called: "killed". Source: Go's syscall.Signal.String on Linux, with "signal N" for the others.
std::string signalText(int signal);

// The words as a shell would need them, for -x. Where they name the folder `work`, they say $WORK.
std::string shellQuoted(const std::vector<std::string> &arguments, const std::string &work = "");

} // namespace gannet::command

#endif
