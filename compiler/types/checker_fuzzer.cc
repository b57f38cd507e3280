// Feeds arbitrary bytes to the parser and what parses to the type checker, as a package that can import nothing but unsafe.
// A package that is accepted must have a type for each constant, variable and function of its scope.
#include "compiler/base/check.h"
#include "compiler/base/large_stack.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace gannet;

namespace {

class NoPackages : public types::Importer {
  ErrorOr<types::Package *> import(std::string_view) override { return Error{"no such package"}; }
};

void checkText(std::string text) {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  syntax::ParseContext context{sources, diagnostics, arena, names};
  syntax::ParseOptions options;
  options.check_branches = true;
  syntax::File *file = syntax::parseFile(context, sources.addFile("x.go", std::move(text)), options);
  if (!file || diagnostics.errorCount() != 0)
    return;
  types::Context types;
  NoPackages packages;
  types::Info info;
  types::Config config;
  config.go_version = types::GoVersion{types::kCurrentGoMinor};
  config.diagnostics = &diagnostics;
  config.sources = &sources;
  config.node_count = context.next_node_id;
  config.importer = &packages;
  types::Package *package = types::check(types, config, "p", std::span<syntax::File *const>(&file, 1), info);
  (void)diagnostics.render(sources, 0);
  if (diagnostics.errorCount() != 0)
    return;
  for (const types::Object *o : package->scope->objects())
    GANNET_CHECK(o->type != nullptr, "accepted, but without a type: " + std::string(o->name));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  onLargeStack([&] { checkText(std::string(reinterpret_cast<const char *>(data), size)); });
  return 0;
}
