// Argument words of a trace line, by the compiler's FUNCDATA_ArgInfo (compiler/ssa/build/arg_info.h; internal/abi, TraceArgs*).
//
// An argument that came in a register is read in its spill slot; where FUNCDATA_ArgLiveInfo and PCDATA_ArgLiveIndex
// (compiler/x86/arg_live.h) do not say that it was put there, what the slot holds is marked as doubtful.
#include "runtime/core/traceback.h"
#include "runtime/core/unwind.h"

namespace gannet::rt {

namespace {

enum Code : u8 { kEnd = 0xff, kStartAggregate = 0xfe, kEndAggregate = 0xfd, kDotDotDot = 0xfc, kOffsetTooLarge = 0xfb };

struct LiveArgs {
  const u8 *info;
  i32 row;  // where it is in info; 0: all are live

  bool isSure(u8 offset, u32 component) const {
    if (info == nullptr || row == 0 || offset < info[0]) return true;
    return ((info[static_cast<u32>(row) + component / 8] >> (component % 8)) & 1) != 0;
  }
};

LiveArgs liveArgs(const Frame &frame) {
  // A call without a stack map is that of morestack: the prologue has put all arguments into their slots.
  if (!frame.exact && pcDataValue(frame.fn, kPcStackMap, frame.symbolPc()) == -1) return {nullptr, 0};
  i32 row = pcDataValue(frame.fn, kPcArgLive, frame.symbolPc());
  return {static_cast<const u8 *>(funcData(frame.fn, kArgLiveInfo)), row < 0 ? 1 : row};
}

void printWord(Printer &p, uptr at, u32 bytes) {
  u64 v = 0;
  __builtin_memcpy(&v, reinterpret_cast<const void *>(at), min<u32>(bytes, sizeof v));
  p.hex(v);
}

}  // namespace

void printArgs(Printer &p, const Frame &frame) {
  auto *code = static_cast<const u8 *>(funcData(frame.fn, kArgInfo));
  if (code == nullptr) return;
  const LiveArgs live = liveArgs(frame);
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
      if (!live.isSure(code[0], component++)) p << "?";
      code++;
    }
  }
}

}  // namespace gannet::rt
