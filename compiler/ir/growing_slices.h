// Slices that grow by v = append(v, ...) from nothing, and may begin in a few bytes of the frame.
//
// Most slices stay small, so the first growths are allocations that are garbage soon. The places that a variable's elements
// are in are followed here: what only reads or writes elements, takes lengths, or cuts the variable itself lets nobody else
// hold the place. Everything else is a *use*: the slice is handed on. Escape analysis asks whether a use lets the place outlive
// the variable. If none does, the place may be the frame's (Growth::Frame; Growth::FrameOnce where others may hold it for
// a while). If one does, all uses first move the slice to the heap (Growth::FrameUntilMoved), so that there is one place at any
// time. That is refused where it could be seen or does not pay:
//
// (1) the address of an element or of the variable is taken;
// (2) what is named in one statement with the use is found before the move and read or written after it;
// (3) the use stands in a loop that the variable does not;
// (4) the variable is cut from the front, by which it no longer shows that it is in the frame.
#ifndef GANNET_COMPILER_IR_GROWING_SLICES_H
#define GANNET_COMPILER_IR_GROWING_SLICES_H

#include "compiler/ir/package.h"

#include <array>
#include <cstdint>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gannet::ir {

class GrowingSlices {
public:
  struct Slice {
    bool shared = false;  // (1): uses are not all of it, pointers to its place are made otherwise too
    bool movable = true;  // uses may move it
    bool held = false;    // its place is still read, or stored to, where the variable begins anew
    std::vector<Node *> uses;    // LocalRefs
    std::vector<Node *> appends; // Appends of variable = append(variable, ...)
    std::array<std::uint32_t, 4> seen{}; // by Seen: in the statement that is being looked at
  };

  // Finds those of a function.
  void find(Func &func);
  // Null if the variable is none.
  Slice *of(const Local *variable) {
    auto found = slices_.find(variable);
    return found == slices_.end() ? nullptr : &found->second;
  }
  bool isUse(const Node *ref) const { return uses_.count(ref); }

private:
  enum class Seen : std::uint8_t { Declared, Reset, Element, Use };
  struct Event {
    const Local *variable;
    Seen what;
  };

  void collect(Func &func);
  void stmts(NodeList list);
  void stmt(Node &n);
  void header(Node *n);
  void exprs(NodeList list);
  void expr(Node &n);
  void assign(Node &n);
  bool selfAssign(const Local *v, Node &value);
  void range(Node &n);
  void inlined(NodeList body);
  void address(Node &n);
  void element(const Node &ref) { events_.push_back({ref.aux_local, Seen::Element}); }
  bool elementIf(Node *ref);
  bool resetIf(const Node *ref);
  bool isGrowing(const Node *n) { return n && n->op == Op::LocalRef && of(n->aux_local); }
  void refuseMixed(std::size_t from);

  std::unordered_map<const Local *, Slice> slices_; // never iterated
  std::unordered_set<const Node *> uses_;           // never iterated
  std::vector<Event> events_;                       // of the statements that are being looked at
};

} // namespace gannet::ir

#endif
