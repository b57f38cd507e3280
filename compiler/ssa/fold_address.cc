// Rules for pointers. None makes a pointer that the program did not compute: an interior pointer outside its object would
// mislead the collector.
#include "compiler/ssa/folder.h"

namespace gannet::ssa {

bool Folder::foldAddress(ValueId v) {
  ValueId p = arg(v, 0);
  std::int64_t c = 0;
  switch (op(v)) {
  case Op::OffPtr:
    // p + 0 -> p; (p + d) + c -> p + (c+d); offsets of addresses are theirs
    if (at(v).aux_int == 0)
      return toCopy(v, p);
    if (op(p) == Op::OffPtr)
      return to(v, Op::OffPtr, {arg(p, 0)}, at(v).aux_int + at(p).aux_int);
    if ((op(p) == Op::Addr || op(p) == Op::LocalAddr) && ctx_.step()) {
      Aux aux{.aux_int = at(p).aux_int + at(v).aux_int, .sym = at(p).sym, .aux_id = at(p).aux_id};
      f_.reset(v, op(p), Type::Ptr, {}, aux);
      return true;
    }
    return false;
  case Op::AddPtr:
    // p + c -> offptr
    return isConst(arg(v, 1), c) && to(v, Op::OffPtr, {p}, c);
  case Op::SubPtr:
    return p == arg(v, 1) && toConst(v, 0);
  default:
    return false;
  }
}

} // namespace gannet::ssa
