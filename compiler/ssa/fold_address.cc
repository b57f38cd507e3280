// Rules for pointers. None makes a pointer that the program did not compute: an interior pointer outside its object would
// mislead the collector.
#include "compiler/ssa/alias.h"
#include "compiler/ssa/folder.h"

namespace gannet::ssa {

// a load of an integer from read-only data -> what stands there
bool Folder::foldLoad(ValueId v) {
  const Type t = type(v);
  if (!ctx_.static_bytes || !isInt(t))
    return false;
  const Address from = addressOf(f_, arg(v, 0));
  if (!from.sym || from.base || from.index || !from.exact)
    return false;
  const std::optional<std::uint64_t> value = (*ctx_.static_bytes)(f_[from.sym].name, from.offset, sizeBytes(t));
  return value && toConst(v, static_cast<std::int64_t>(*value));
}

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
