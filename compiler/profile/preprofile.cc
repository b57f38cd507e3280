// The `preprofile` program: `preprofile -o pgo.preprofile -i default.pgo` sums up a pprof file once, for all compiles that use it.
#include "compiler/base/file.h"
#include "compiler/base/tool.h"
#include "compiler/profile/pprof.h"

#include <cstdio>
#include <string>
#include <string_view>

namespace {

int usage() {
  std::fputs("usage: go tool preprofile [-V] [-o output] -i input\n\n"
             "  -V\tprint version and exit\n"
             "  -i string\n    \tinput pprof file path\n"
             "  -o string\n    \toutput file path\n",
             stderr);
  return 2;
}

int fail(const std::string &message) {
  std::fprintf(stderr, "preprofile: %s\n", message.c_str());
  return 1;
}

int preprocess(const std::string &input, const std::string &output) {
  auto bytes = gannet::readFile(input);
  if (!bytes)
    return fail("error opening profile: " + bytes.error());
  auto profile = gannet::profile::readPprof(*bytes);
  if (!profile)
    return fail("error parsing profile: " + profile.error());
  const std::string text = gannet::profile::preprocessed(*profile);
  if (output.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  }
  auto written = gannet::writeFile(output, text);
  return written ? 0 : fail("error creating output file: " + written.error());
}

} // namespace

int main(int argc, char **argv) {
  std::string input, output;
  for (int i = 1; i < argc; i++) {
    std::string_view name = argv[i];
    if (!name.starts_with("-"))
      return usage();
    name.remove_prefix(name.starts_with("--") ? 2 : 1);
    const std::size_t equals = name.find('=');
    const std::string_view word = name.substr(0, equals);
    std::string value(equals == std::string_view::npos ? "" : name.substr(equals + 1));
    if (word == "V") {
      std::fputs(gannet::versionLine("preprofile", value).c_str(), stdout);
      return 0;
    }
    if (word != "i" && word != "o")
      return usage();
    if (equals == std::string_view::npos) {
      if (++i == argc)
        return usage();
      value = argv[i];
    }
    (word == "i" ? input : output) = value;
  }
  if (input.empty()) {
    std::fputs("preprofile: Input pprof path required (-i)\n", stderr);
    return usage();
  }
  return preprocess(input, output);
}
