// The judge of the SSA form: what must hold of a Func between any two passes.
//
//  1 edges: each edge is listed once at both ends, at the places that it names; removed blocks have none.
//  2 kinds: each block has the controls and successors of its kind, of the right types.
//  3 places: each value stands in the block that it names, once, and that block is in the order.
//  4 operands: their number and types are those of the operation's row; none is removed.
//  5 results: a value's type is one that the row allows; conversions really widen or narrow; a Bitcast keeps the size.
//  6 aux: tables named by a value have the entry; a Select's element exists and has the value's type.
//  7 calls: register arguments are those of the signature, in number and type, then memory.
//  8 uses: a value's use count is the number of operands and controls that name it.
//  9 phis: they are first, and have one operand of their own type for each predecessor.
// 10 entry: it has no predecessors, and alone holds InitMem, Arg and GetClosurePtr.
// 11 dominance: each operand is defined in a block that dominates the use (a phi's: the end of its predecessor), and
//    within a block there is an order (order.h); once scheduled, the list is that order.
// 12 memory: a reader or writer of memory takes the state that is current where it stands: no state is used after the
//    one that replaced it.
// 13 returns: a Ret lists the register results of the function's signature, then memory.
#ifndef GANNET_COMPILER_SSA_VERIFY_H
#define GANNET_COMPILER_SSA_VERIFY_H

#include "compiler/ssa/func.h"

#include <string>
#include <vector>

namespace gannet::ssa {

struct VerifyOptions {
  bool scheduled = false; // the values of a block are in order
};

// All the faults found, each "invariant N: ...", empty if there are none. Unreachable blocks are allowed; 11 and 12 are
// judged in reachable ones, if 1 to 10 hold.
std::vector<std::string> verify(const Func &f, VerifyOptions options = {});

} // namespace gannet::ssa

#endif
