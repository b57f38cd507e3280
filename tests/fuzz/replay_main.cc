// Runs a fuzz target over the files named on the command line: how a corpus becomes a test.
#include "compiler/base/file.h"

#include <cstdio>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char *data, std::size_t size);

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    auto text = gannet::readFile(argv[i]);
    if (!text) {
      std::fprintf(stderr, "%s\n", text.error().c_str());
      return 1;
    }
    LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char *>(text->data()), text->size());
  }
  std::printf("%d inputs\n", argc - 1);
  return argc == 1;
}
