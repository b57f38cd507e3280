// Feeds arbitrary bytes to the assembler, as one file that may include itself alone. What it refuses it says why.
#include "compiler/asm/assemble.h"
#include "compiler/base/check.h"
#include "compiler/base/file.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <unistd.h>

using namespace gannet;

namespace {

const std::string &folder() {
  static const std::string path = [] {
    const char *dir = std::getenv("TEST_TMPDIR");
    std::string name = std::string(dir ? dir : "/tmp") + "/assembler_fuzzer.XXXXXX";
    GANNET_CHECK(mkdtemp(name.data()) != nullptr, "no folder for the input");
    return name;
  }();
  return path;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const std::string path = folder() + "/in.s";
  GANNET_CHECK(bool(writeFile(path, {reinterpret_cast<const char *>(data), size})), "cannot write the input");
  assembler::Options options;
  options.package_path = "p";
  {
    SourceSet sources;
    Diagnostics diagnostics;
    object::Unit unit;
    bool ok = assembler::assemble({path}, options, unit, sources, diagnostics);
    GANNET_CHECK(ok == (diagnostics.errorCount() == 0), "refused without a word, or accepted with one");
    (void)diagnostics.render(sources, 0);
  }
  SourceSet sources;
  Diagnostics diagnostics;
  std::string list;
  (void)assembler::symbolAbis({path}, options, sources, diagnostics, list);
  return 0;
}
