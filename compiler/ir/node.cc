#include "compiler/ir/node.h"

namespace gannet::ir {
namespace {

struct OpRow {
  std::string_view text;
  OpClass cls;
};

constexpr OpRow kRows[] = {
#define GANNET_IR_OP(name, text, cls) {text, OpClass::cls},
#include "compiler/ir/ops.def"
#undef GANNET_IR_OP
};

} // namespace

std::string_view opText(Op op) { return kRows[static_cast<unsigned>(op)].text; }
OpClass opClass(Op op) { return kRows[static_cast<unsigned>(op)].cls; }

} // namespace gannet::ir
