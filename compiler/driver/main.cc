// compile: the compiler as a program of its own.
#include "compiler/base/tool.h"
#include "compiler/driver/compile.h"
#include "compiler/driver/types_of.h"

#include <cstdio>
#include <cstdlib>

int main(int argc, char **argv) {
  auto options = gannet::driver::parseOptions(std::vector<std::string>(argv + 1, argv + argc));
  if (!options) {
    std::fputs((options.error() + "\n").c_str(), stderr);
    return 2;
  }
  if (options->print_version) {
    std::fputs(gannet::versionLine("compile", options->version_form).c_str(), stdout);
    return 0;
  }
  if (auto asked = gannet::driver::parseSsaRequest(std::getenv("GOSSAFUNC"), std::getenv("GOSSADIR"), *options); !asked) {
    std::fputs((asked.error() + "\n").c_str(), stderr);
    return 2;
  }
  if (auto known = gannet::driver::parseLevel(std::getenv("GOAMD64"), *options); !known) {
    std::fputs((known.error() + "\n").c_str(), stderr);
    return 2;
  }
  gannet::driver::CompileResult result =
      options->types_of.empty() ? gannet::driver::compile(*options) : gannet::driver::writeTypesOf(*options);
  std::fwrite(result.output.data(), 1, result.output.size(), stdout);
  std::fwrite(result.messages.data(), 1, result.messages.size(), stderr);
  return result.status;
}
