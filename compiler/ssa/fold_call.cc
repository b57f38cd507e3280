// Rules for calls.
#include "compiler/ssa/alias.h"
#include "compiler/ssa/folder.h"

#include <utility>
#include <vector>

namespace gannet::ssa {

// call *itab[i], where the itab is static -> call of the method that its entry i is
bool Folder::foldInterCall(ValueId v) {
  ValueId code = arg(v, 0);
  while (op(code) == Op::Copy)
    code = arg(code, 0);
  if (!ctx_.static_address || op(code) != Op::Load)
    return false;
  const Address from = addressOf(f_, arg(code, 0));
  if (!from.sym || from.base || from.index || !from.exact)
    return false;
  const std::string method = (*ctx_.static_address)(f_[from.sym].name, from.offset);
  if (method.empty() || !ctx_.step())
    return false;
  CallInfo info = f_[at(v).call()];
  info.callee = f_.symbol(method);
  const std::vector<ValueId> args(at(v).args().begin() + 1, at(v).args().end());
  if (ctx_.debug() > 0)
    ctx_.remark(at(v).pos, "de-virtualizing call");
  f_.reset(v, Op::StaticCall, Type::Tuple, args, {.aux_int = 0, .sym = {}, .aux_id = f_.addCall(std::move(info)).raw});
  return true;
}

} // namespace gannet::ssa
