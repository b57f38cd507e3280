// Links arbitrary bytes: as the object of the main package, and as a runtime object or archive. A refusal says why, and
// leaves no output.
#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "link/link.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <unistd.h>

using namespace gannet;

namespace {

const std::string &folder() {
  static const std::string path = [] {
    const char *dir = std::getenv("TEST_TMPDIR");
    std::string name = std::string(dir ? dir : "/tmp") + "/link_fuzzer.XXXXXX";
    GANNET_CHECK(mkdtemp(name.data()) != nullptr, "no folder for the input");
    return name;
  }();
  return path;
}

void linkInput(const std::string &input, bool as_runtime) {
  link::Options options;
  (as_runtime ? options.runtime : options.objects) = {input};
  if (as_runtime)
    options.objects = {input};
  options.output = folder() + "/out";
  options.threads = 1;
  ErrorOr<void> done = link::linkProgram(options);
  GANNET_CHECK(done || !done.error().empty(), "refused without a word");
  const bool there = access(options.output.c_str(), F_OK) == 0;
  GANNET_CHECK(there == bool(done), "a failed link leaves an output, or a good one none");
  unlink(options.output.c_str());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string input = folder() + "/in.o";
  GANNET_CHECK(bool(writeFile(input, {reinterpret_cast<const char *>(data), size})), "cannot write the input");
  linkInput(input, false);
  linkInput(input, true);
  return 0;
}
