// Which literals are only called where they can be seen: on the spot, or through variables that always hold them.
#ifndef GANNET_COMPILER_IR_CLOSURE_USES_H
#define GANNET_COMPILER_IR_CLOSURE_USES_H

#include "compiler/ir/package.h"

#include <unordered_map>
#include <unordered_set>

namespace gannet::ir {

class ClosureUses {
public:
  // First for all functions that may name a literal, those that are literals included, then the other for all.
  void findVariables(Func &f);
  void findUses(Func &f);
  // The function that a call of this value calls, if it is known.
  Func *callee(const Node &value) const;
  // Are all its calls known, by callee()?
  bool allCallsKnown(const Func *literal) const { return seen_.count(literal) && !lost_.count(literal); }

private:
  void visit(Node &n);
  void visitHeld(Node &value);
  void visitOperands(Node &n);
  void lose(const Node &value);

  std::unordered_map<const Local *, Func *> held_; // never iterated, and so below
  std::unordered_set<const Func *> seen_, lost_;
};

} // namespace gannet::ir

#endif
