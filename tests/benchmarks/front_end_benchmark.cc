// Scanner, parser and type checker, over generated source. The argument is the number of groups of declarations.
#include "compiler/syntax/parser.h"
#include "compiler/syntax/scanner.h"
#include "compiler/types/checker.h"
#include "compiler/types/info.h"
#include "tests/benchmarks/generated_source.h"

#include <benchmark/benchmark.h>

namespace gannet {
namespace {

class QuietScanner final : public syntax::Scanner {
public:
  using Scanner::Scanner;

protected:
  void scanError(Pos, std::string) override {}
  void directive(std::uint32_t, std::uint32_t, std::string_view) override {}
};

void setBytes(benchmark::State &state, const std::string &text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * static_cast<std::int64_t>(text.size()));
}

void scan(benchmark::State &state) {
  std::string text = benchmarks::generatedSource(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    QuietScanner scanner(0, text);
    std::size_t tokens = 0;
    for (scanner.next(); scanner.tok != syntax::Token::Eof; scanner.next())
      ++tokens;
    benchmark::DoNotOptimize(tokens);
  }
  setBytes(state, text);
}
BENCHMARK(scan)->Arg(10)->Arg(1000);

// One package's parts; null if it has errors.
struct Parsed {
  explicit Parsed(const std::string &text) {
    syntax::ParseOptions options;
    options.check_branches = true;
    file = syntax::parseFile(context, sources.addFile("x.go", text), options);
  }
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  syntax::ParseContext context{sources, diagnostics, arena, names};
  syntax::File *file = nullptr;
};

void parse(benchmark::State &state) {
  std::string text = benchmarks::generatedSource(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    Parsed parsed(text);
    benchmark::DoNotOptimize(parsed.file);
  }
  setBytes(state, text);
}
BENCHMARK(parse)->Arg(10)->Arg(1000);

// Parsing is part of it.
void parseAndCheck(benchmark::State &state) {
  std::string text = benchmarks::generatedSource(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    Parsed parsed(text);
    types::Context types;
    types::Config config;
    config.go_version = {26};
    config.diagnostics = &parsed.diagnostics;
    config.sources = &parsed.sources;
    config.node_count = parsed.context.next_node_id;
    types::Info info;
    syntax::File *files[] = {parsed.file};
    benchmark::DoNotOptimize(types::check(types, config, "p", files, info));
    if (parsed.diagnostics.errorCount() != 0)
      state.SkipWithError("the generated source has errors");
  }
  setBytes(state, text);
}
BENCHMARK(parseAndCheck)->Arg(10)->Arg(1000);

} // namespace
} // namespace gannet

BENCHMARK_MAIN();
