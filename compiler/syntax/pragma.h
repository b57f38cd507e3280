// //go: directives: recognized while scanning, collected for the declaration that follows.
#ifndef GANNET_COMPILER_SYNTAX_PRAGMA_H
#define GANNET_COMPILER_SYNTAX_PRAGMA_H

#include "compiler/syntax/parser.h"

#include <string_view>
#include <vector>

namespace gannet::syntax {

class PragmaCollector {
public:
  PragmaCollector(ParseContext &context, const ParseOptions &options, std::string_view file_name);

  // `text` is a directive without "//" and line end ("go:noinline"); `blank`: nothing stood before it on its line.
  void add(Pos pos, bool blank, std::string_view text);

  // What was collected since the last call, or null. Then there is nothing collected.
  const Pragmas *take();
  // Reports what was collected as misplaced, and drops it.
  void reportUnused();

  std::vector<LinknamePragma> linknames;
  std::vector<CgoPragma> cgo_pragmas;

private:
  void addLinkname(Pos pos, std::string_view text);
  void addEmbed(Pos pos, std::string_view text);
  void addCgo(Pos pos, std::string_view text);
  void addFlag(Pos pos, std::string_view verb);
  std::string_view keep(std::string_view text) { return context_.arena.copy(text); }
  void error(Pos pos, std::string message) { context_.diagnostics.error(pos, std::move(message)); }

  ParseContext &context_;
  const ParseOptions &options_;
  bool cgo_generated_;
  std::vector<PragmaPos> places_;
  std::vector<EmbedPragma> embeds_;
};

} // namespace gannet::syntax

#endif
