// Expressions back to Go source text, on one line: what messages show.
#ifndef GANNET_COMPILER_SYNTAX_PRINTER_H
#define GANNET_COMPILER_SYNTAX_PRINTER_H

#include "compiler/syntax/tree.h"

#include <span>
#include <string>

namespace gannet::syntax {

// Function bodies, struct fields and interface methods are shortened to "…" as gc does: func(x int) {…}.
std::string toString(const Node *n);
std::string toString(ExprList list);

// A tree as indented lines with kinds and positions, for tests and for reading.
std::string dump(const Node *n);

} // namespace gannet::syntax

#endif
