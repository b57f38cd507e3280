// Feeds arbitrary bytes to the parser. Beyond not crashing: an expression that parses must print to text that parses to
// the same text again, and whatever parses without error has positions inside its file.
#include "compiler/base/check.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

using namespace gannet;

namespace {

std::optional<std::string> reprint(std::string text) {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  syntax::ParseContext context{sources, diagnostics, arena, names};
  std::uint16_t file = sources.addFile("x.go", std::move(text));
  const syntax::Expr *x = syntax::parseExpr(context, file);
  if (!x)
    return std::nullopt;
  return syntax::toString(x);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  syntax::ParseContext context{sources, diagnostics, arena, names};
  std::uint16_t index = sources.addFile("x.go", text);
  syntax::ParseOptions options;
  options.check_branches = true;
  if (const syntax::File *file = syntax::parseFile(context, index, options)) {
    for (const syntax::Decl *d : file->decls)
      GANNET_CHECK(syntax::startPos(d) <= file->eof, "a declaration after the end of the file");
    if (size < 4096)
      (void)syntax::dump(file);
  }
  // "…" stands for what the printer leaves out, and is no Go.
  if (auto once = reprint(text); once && once->find("…") == std::string::npos && once->find("bad expr") == std::string::npos) {
    auto twice = reprint(*once);
    GANNET_CHECK(twice && *twice == *once, "printed as " + *once);
  }
  return 0;
}
