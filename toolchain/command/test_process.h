// Running one test program: its directory, environment, time limit, and where its output goes.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_PROCESS_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_PROCESS_H

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

struct TestRun {
  std::vector<std::string> arguments; // the first is the program, looked for in PATH if it holds no slash
  std::string dir;
  std::vector<std::pair<std::string, std::string>> environment; // beside this process's own, which it overrides
  // Gets standard output and error as they come. None: they are this process's standard output.
  std::function<void(std::string_view)> output;
  std::int64_t kill_after_ns = 0; // 0: never. Then SIGQUIT is sent, so that a Go program dumps its stacks
  std::int64_t wait_delay_ns = 0; // how long after that, or after its end, its output is waited for
};

struct TestExit {
  std::string error;         // as Go's os/exec words it: "exit status 2", "signal: killed"; empty: success
  bool exited = false;       // by itself, whatever the status
  bool timed_out = false;    // SIGQUIT was sent
  bool output_cut = false;   // someone held the output open after its end
  std::int64_t elapsed_ns = 0;
};

// Standard input is empty. Thread-safe.
TestExit runTestProcess(const TestRun &run);

} // namespace gannet::command

#endif
