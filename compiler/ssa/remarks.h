// What the compiler is asked to tell of its work on a function (-d=nil,wb,...), and what it has told.
#ifndef GANNET_COMPILER_SSA_REMARKS_H
#define GANNET_COMPILER_SSA_REMARKS_H

#include "compiler/ssa/func.h"

#include <string>
#include <string_view>
#include <vector>

namespace gannet::ssa {

// The subjects that are no pass: a word of -d each.
struct RemarkSubjects {
  bool nil_checks = false;      // -d=nil: which are made and which are not
  bool write_barriers = false;  // -d=wb: where one stands
  bool type_assertions = false; // -d=typeassert: which are made without a call
  bool appends = false;         // -d=append: those that change the length alone unless they must grow
  bool slices = false;          // -d=slice: slice expressions that are what they slice
  bool interface_data = false;  // -d=escapedebug: values in interfaces that are static data
  bool intrinsics = false;      // -d=ssa/intrinsics/debug: calls that became operations

  // Takes a word of -d; false if it names no subject. WORD=0 is off.
  bool take(std::string_view word);
};

// A message at a place in the source.
struct Remark {
  SrcPos pos;
  std::string message;
};

// Where messages about a place are shown: at the outermost call if it came with inlined bodies.
gannet::Pos outermostPos(const Func &f, SrcPos pos);

} // namespace gannet::ssa

#endif
