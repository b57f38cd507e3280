// Argument words of a trace line, by the compiler's FUNCDATA_ArgInfo: a byte code of (offset, size) pairs with
// 0xff end, 0xfe/0xfd start and end of an aggregate, 0xfc dotdotdot, 0xfb offset too large (internal/abi, cmd/compile).
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

void printArgs(Printer &p, const Frame &frame) {
  auto *code = static_cast<const u8 *>(funcData(frame.fn, kArgInfo));
  if (code == nullptr) return;
  bool comma = false;
  auto separate = [&] {
    if (comma) p << ", ";
    comma = true;
  };
  for (; *code != 0xff; code++) {
    switch (*code) {
    case 0xfe:
      separate();
      p << "{";
      comma = false;
      break;
    case 0xfd:
      p << "}";
      comma = true;
      break;
    case 0xfc:
      separate();
      p << "...";
      break;
    case 0xfb:
      separate();
      p << "_";
      break;
    default: {
      separate();
      u64 v = 0;
      u8 off = *code++, size = *code;
      __builtin_memcpy(&v, reinterpret_cast<const void *>(frame.fp + off), size > 8 ? 8 : size);
      p.hex(v);
      p << "?";  // the slot may be stale: the value travelled in a register
    }
    }
  }
}

}  // namespace gannet::rt
