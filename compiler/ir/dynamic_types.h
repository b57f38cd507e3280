// What concrete type interface variables of a function always hold, whenever they hold one: by all assignments to them.
//
// Of a variable, all values that are assigned to it count, in whatever order; nil and itself say nothing. Conversions, assertions,
// results of inlined calls and other variables are looked through, and assignments in the closures that hold the variable count.
// Nothing is known of variables whose address is taken otherwise, of parameters, and of what other calls give.
#ifndef GANNET_COMPILER_IR_DYNAMIC_TYPES_H
#define GANNET_COMPILER_IR_DYNAMIC_TYPES_H

#include "compiler/ir/package.h"

#include <unordered_map>
#include <vector>

namespace gannet::ir {

class DynamicTypes {
public:
  // Takes in the assignments in `n`, and in what it contains. Places in the tree are remembered, so that what takes the place of
  // a value later is seen; a statement must be told of once.
  void learn(Node &n);

  // The type of the value that `n`, an interface or not, holds if it is not nil; null if that is not known.
  types::Type *of(Node *n);

private:
  // A value that is assigned: of several in a tuple the one at `index`. No place: one that nothing is known of.
  struct Source {
    Node *const *place = nullptr;
    std::size_t index = 0;
  };
  struct Answer {
    bool known = false;
    types::Type *type = nullptr; // null: nil, or the variable itself
  };

  void add(Node *left, Source from);
  void learnClosure(Node &n);
  // The variable that a closure's stands for.
  Local *variable(Local *l) const;
  Answer answer(Node *n, std::size_t index);
  Answer answer(Local *l);

  std::unordered_map<Local *, std::vector<Source>> sources_; // of variables of interface type; never iterated
  std::unordered_map<Local *, Local *> captured_;            // by variable of a closure: the variable around; never iterated
  // By variable of interface type: how often its address is taken, but for closures, and whether one holds it; never iterated.
  struct Pointers {
    int others = 0;
    bool closures = false;
  };
  std::unordered_map<Local *, Pointers> pointers_;
  std::vector<Local *> asked_;                               // on the way to the question at hand
};

} // namespace gannet::ir

#endif
