// From text to syntax tree. Syntax errors are reported in gc's words, and parsing goes on after them.
#ifndef GANNET_COMPILER_SYNTAX_PARSER_H
#define GANNET_COMPILER_SYNTAX_PARSER_H

#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/interner.h"
#include "compiler/base/source.h"
#include "compiler/syntax/tree.h"

#include <cstdint>

namespace gannet::syntax {

// Where the trees of one package are put. `sources` must outlive the tree.
struct ParseContext {
  SourceSet &sources;
  Diagnostics &diagnostics;
  Arena &arena;
  Interner &names;
  std::uint32_t next_node_id = 0; // after parsing: how many nodes the package has
};

struct ParseOptions {
  bool imports_only = false;    // stop after the import declarations
  bool standard_library = false; // compiling part of std: its directives are allowed
  bool runtime_package = false;  // compiling a runtime package (//go:systemstack and the like)
  bool check_branches = false;   // labels and branch targets; the type checker does that otherwise
  bool ignore_pragmas = false;   // no meaning in //go: directives, as for tools
  bool all_errors = false;       // not just the first syntax error of a line
};

// Parses file `file_index` of context.sources. Null if the package clause has errors, which were reported;
// otherwise a tree, complete if no error was reported.
File *parseFile(ParseContext &context, std::uint16_t file_index, const ParseOptions &options = {});

// Parses a single expression (or type). Null after an error.
Expr *parseExpr(ParseContext &context, std::uint16_t file_index);

// How deeply expressions, types and statements may nest; more is a syntax error.
inline constexpr int kMaxNesting = 10000;

} // namespace gannet::syntax

#endif
