// testmain: writes the main package of a test program.
//
//   -o                  output
//   -importpath         of the package under test
//   -support            import path of the package that keeps Bazel's side of the agreement (toolchain/testing/testrun)
//   -src                PATH<tab>SHORT_PATH: all files of the test target
//   -goos, -goarch, -goamd64, -tag
#include "toolchain/builder/commands.h"
#include "toolchain/builder/sources.h"
#include "toolchain/command/test_main.h"

#include "compiler/base/file.h"

namespace gannet::builder {

CommandResult testMainCommand(const Arguments &arguments) {
  auto fail = [](const std::string &message) { return CommandResult{1, message + "\n"}; };
  ErrorOr<Sources> sources = readSources(arguments, TestFilter::Off);
  if (!sources)
    return fail(sources.error());
  command::TestFunctions functions;
  command::TestMainInput input;
  input.import_path = arguments.one("importpath");
  input.harness = arguments.one("support");
  input.has_internal = true;
  for (const GoFile &file : sources->go) {
    input.has_external |= file.isExternalTest();
    if (!file.isTest())
      continue;
    if (auto done = command::collectTests(file.path, file.text, file.isExternalTest(), functions); !done)
      return fail(done.error());
  }
  ErrorOr<void> done = writeFile(arguments.one("o"), command::testMainSource(functions, input));
  return done ? CommandResult{} : fail(done.error());
}

} // namespace gannet::builder
