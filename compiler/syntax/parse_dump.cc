// parse_dump [-q] [-e] [-std] file...: parses Go files; prints their trees, or with -q only errors and the speed; -e: all
// errors; -std: with the directives of the standard library.
#include "compiler/base/file.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"

#include <chrono>
#include <cstdio>
#include <string>

using namespace gannet;

int main(int argc, char **argv) {
  bool quiet = false, all = false, standard = false;
  std::size_t bytes = 0, files = 0, failed = 0, nodes = 0;
  double seconds = 0;
  for (int i = 1; i < argc; i++) {
    std::string name = argv[i];
    if (name == "-q") {
      quiet = true;
      continue;
    }
    if (name == "-std") {
      standard = true;
      continue;
    }
    if (name == "-e") {
      all = true;
      continue;
    }
    auto text = readFile(name);
    if (!text) {
      std::fprintf(stderr, "%s\n", text.error().c_str());
      return 1;
    }
    SourceSet sources;
    Diagnostics diagnostics;
    Arena arena;
    Interner names;
    files++;
    bytes += text->size();
    std::uint16_t index = sources.addFile(name, std::move(*text));
    syntax::ParseContext context{sources, diagnostics, arena, names};
    auto start = std::chrono::steady_clock::now();
    syntax::ParseOptions options;
    options.standard_library = options.runtime_package = standard;
    options.check_branches = true;
    syntax::File *file = syntax::parseFile(context, index, options);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    nodes += context.next_node_id;
    if (diagnostics.errorCount()) {
      failed++;
      std::fputs(diagnostics.render(sources, all ? 0 : 10).c_str(), stderr);
    }
    if (file && !quiet)
      std::fputs(syntax::dump(file).c_str(), stdout);
  }
  if (quiet)
    std::printf("%zu files, %zu with errors, %zu nodes, %.1f MB, %.1f MB/s\n", files, failed, nodes, double(bytes) / 1e6,
                double(bytes) / 1e6 / seconds);
  return failed != 0;
}
