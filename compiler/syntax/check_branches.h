// Labels and branch statements of one function body: what each may name and where it may stand.
#ifndef GANNET_COMPILER_SYNTAX_CHECK_BRANCHES_H
#define GANNET_COMPILER_SYNTAX_CHECK_BRANCHES_H

#include "compiler/base/diagnostics.h"
#include "compiler/syntax/tree.h"

namespace gannet::syntax {

// Reports misplaced break, continue and fallthrough, wrong, unused, duplicate and missing labels, and gotos over
// variable declarations or into blocks. Function literals inside have bodies of their own and are not entered.
void checkBranches(const BlockStmt *body, const SourceSet &sources, Diagnostics &diagnostics);

} // namespace gannet::syntax

#endif
