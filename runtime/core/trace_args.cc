// Argument words of a trace line, by the compiler's FUNCDATA_ArgInfo (compiler/ssa/build/arg_info.h; internal/abi, TraceArgs*).
//
// An argument that came in a register is read in its spill slot; where FUNCDATA_ArgLiveInfo (compiler/x86/arg_live.h) does not
// say that it was put there, what the slot holds is marked as doubtful.
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

enum Code : u8 { kEnd = 0xff, kStartAggregate = 0xfe, kEndAggregate = 0xfd, kDotDotDot = 0xfc, kOffsetTooLarge = 0xfb };

bool isSure(const u8 *live, u8 offset, u32 component) {
  if (live == nullptr || offset < live[0]) return true;
  return ((live[1 + component / 8] >> (component % 8)) & 1) != 0;
}

void printWord(Printer &p, uptr at, u32 bytes) {
  u64 v = 0;
  __builtin_memcpy(&v, reinterpret_cast<const void *>(at), min<u32>(bytes, sizeof v));
  p.hex(v);
}

}  // namespace

void printArgs(Printer &p, const Frame &frame) {
  auto *code = static_cast<const u8 *>(funcData(frame.fn, kArgInfo));
  auto *live = static_cast<const u8 *>(funcData(frame.fn, kArgLiveInfo));
  if (code == nullptr) return;
  bool comma = false;
  u32 component = 0;
  for (; *code != kEnd; code++) {
    if (comma && *code != kEndAggregate) p << ", ";
    comma = *code != kStartAggregate;
    switch (*code) {
    case kStartAggregate: p << "{"; break;
    case kEndAggregate: p << "}"; break;
    case kDotDotDot: p << "..."; break;
    case kOffsetTooLarge:
      p << "_";
      component++;
      break;
    default:
      printWord(p, frame.fp + code[0], code[1]);
      if (!isSure(live, code[0], component++)) p << "?";
      code++;
    }
  }
}

}  // namespace gannet::rt
