// From open form to the form the SSA builder reads (node.h, invariants 5 to 7), for one concrete function and the
// closures in it: range over functions, go and defer, per-iteration variables, captures.
#ifndef GANNET_COMPILER_IR_FINALIZE_H
#define GANNET_COMPILER_IR_FINALIZE_H

#include "compiler/ir/package.h"

#include <vector>

namespace gannet::ir {

void finalize(Package &package, Func &func);

// Finalizes all of package.funcs, puts their closures after them, and makes all pending instances.
void finalizeAll(Package &package);

// Appends `func` and then the closures in it to package.funcs.
void queueWithClosures(Package &package, Func &func);

// Range over functions, in `func` and its closures (rangefunc.cc). Part of finalize.
void rewriteRangeFuncs(Package &package, Func &func);

// Calls f(node) for every node of the lists and below, parents first; closures' bodies are not entered.
template <typename F> void walk(NodeList list, F &&f);
template <typename F> void walk(Node *n, F &&f) {
  f(*n);
  forEachChild(*n, [&](Node *&c) { walk(c, f); });
}
template <typename F> void walk(NodeList list, F &&f) {
  for (Node *n : list)
    if (n)
      walk(n, f);
}

// The local whose storage an lvalue names a part of, or null (behind a pointer, a slice, a global).
Local *baseLocal(const Node *n);

// Gives `l` to `owner`: appended to its locals.
void moveLocal(Local *l, Func &owner);
// Drops locals that belong elsewhere by now, and numbers locals and labels anew.
void renumber(Func &func);

} // namespace gannet::ir

#endif
