// Frames of goroutine stacks by Go's pclntab: unwinding, pc-value tables, stack maps, logical (inlined) frames.
//
// Context: any; reads only the image and the given stack. Format: Go 1.20+ pclntab (internal/abi, debug/gosym).
#ifndef GANNET_RUNTIME_CORE_UNWIND_H_
#define GANNET_RUNTIME_CORE_UNWIND_H_

#include "runtime/core/layout.h"

namespace gannet::rt {

// A function's record in the pclntab; npcdata and nfuncdata words follow.
struct RawFunc {
  u32 entry_off;
  i32 name_off;
  i32 args;
  u32 deferreturn;
  u32 pcsp, pcfile, pcln, npcdata, cu_off;
  i32 start_line;
  u8 func_id, flag, pad, nfuncdata;
};

enum FuncId : u8 {
  kFuncIdNormal = 0, kFuncIdAsyncPreempt = 3, kFuncIdGoexit = 8, kFuncIdGopanic = 10, kFuncIdRuntimeMain = 17,
  kFuncIdPanicwrap = 15, kFuncIdSigpanic = 20, kFuncIdWrapper = 23,
};
// Whether a wrapper that called a function of this kind is to be seen: it is what panicked.
inline bool panics(u8 func_id) {
  return func_id == kFuncIdGopanic || func_id == kFuncIdSigpanic || func_id == kFuncIdPanicwrap;
}
enum FuncFlag : u8 { kTopFrame = 1, kSpWrite = 2, kAsmFunc = 4 };
enum PcTable : int { kPcUnsafePoint = 0, kPcStackMap = 1, kPcInlTree = 2, kPcArgLive = 3, kPcPanicBounds = 4 };
enum FuncTable : u32 { kArgsMap = 0, kLocalsMap = 1, kStackObjects = 2, kInlTree = 3, kArgInfo = 5, kArgLiveInfo = 6 };

const RawFunc *findFunc(uptr pc);    // null outside the text of Go and C++
const RawFunc *findGoFunc(uptr pc);  // null in C++ too
uptr funcEntry(const RawFunc *f);
Str funcName(const RawFunc *f);
// The C++ function, or thunk of one, that the Go code which returns to `pc` calls by name; 0 if it calls none.
uptr calledEntry(uptr pc);
i32 pcValue(const RawFunc *f, u32 table_off, uptr pc);       // -1 where the table says nothing
i32 pcDataValue(const RawFunc *f, PcTable table, uptr pc);   // -1 if there is no such table
i32 maxStackDelta(const RawFunc *f);                          // largest value of its pcsp table
const void *funcData(const RawFunc *f, FuncTable table);     // null if none
Str funcFileLine(const RawFunc *f, uptr pc, i32 *line);

struct Frame {
  const RawFunc *fn;
  uptr pc;         // return address, or exact if `exact`
  uptr sp, fp, varp, lr;
  bool exact;      // pc is the instruction itself (fault below, function entry, asynchronous stop)
  bool dead;       // never goes on: faulted, and has no defers

  uptr symbolPc() const { return exact ? pc : pc - 1; }
};

// Walks a stopped goroutine's stack, innermost frame first.
struct Unwinder {
  Frame frame;
  bool valid;
  bool incomplete;  // stopped at a frame that cannot be unwound
  // Where the walk ended at a return address that lies in no Go code: the function that would return there, and its SP. Else null.
  const RawFunc *lost_in;
  uptr lost_sp;

  void start(uptr pc, uptr sp, bool exact);
  void startAt(const G *g);  // where g stopped
  void next();

private:
  void resolve(bool after_sigpanic);
};

// One logical frame.
struct LogicalFrame {
  Str name, file;
  i32 line, start_line;
  uptr entry;
  u8 func_id;
  bool inlined;
};
static_assert(sizeof(LogicalFrame) == 56);
struct InlinedCall {
  u8 func_id, pad[3];
  i32 name_off, parent_pc, start_line;
};
Str nameAt(i32 name_off);

// A logical frame as the inline tree has it. File, line and name cost a search each: see LogicalFrame.
struct LogicalCall {
  i32 name_off, start_line;
  u8 func_id;
  bool inlined;
};

// Calls visit(call, its exact pc) for the calls inlined at `pc` (exact), innermost first, then for the function itself,
// until it says false.
template <class F> void forEachCall(const RawFunc *f, uptr pc, F visit) {
  auto *tree = static_cast<const InlinedCall *>(funcData(f, kInlTree));
  for (;;) {
    i32 ix = tree == nullptr ? -1 : pcDataValue(f, kPcInlTree, pc);
    if (ix < 0) {
      (void)visit(LogicalCall{f->name_off, f->start_line, f->func_id, false}, pc);  // the last in any case
      return;
    }
    const InlinedCall &call = tree[ix];
    if (!visit(LogicalCall{call.name_off, call.start_line, call.func_id, true}, pc)) return;
    pc = funcEntry(f) + static_cast<u32>(call.parent_pc);
  }
}

// The same with all that is known of each frame.
template <class F> void forEachLogical(const RawFunc *f, uptr pc, F visit) {
  forEachCall(f, pc, [&](const LogicalCall &call, uptr at) {
    LogicalFrame lf{};
    lf.file = funcFileLine(f, at, &lf.line);
    lf.name = nameAt(call.name_off);
    lf.entry = funcEntry(f);
    lf.start_line = call.start_line;
    lf.func_id = call.func_id;
    lf.inlined = call.inlined;
    return visit(lf, at);
  });
}

// {i32 n, nbit; u8 bits[n][(nbit+7)/8]}
struct StackMap {
  i32 n, nbit;
  u8 bits[];
};

// The pointer slots of one frame. Null bits: no map (assembly); nothing is said about the frame's words.
struct FrameMaps {
  const u8 *locals, *args;
  uptr regs_base;  // 9 words of pointers in registers that reflect's stubs saved, 0 if it is no such frame
  u32 local_words, arg_words;
  uptr locals_base, args_base;
  bool missing_locals;
};
FrameMaps frameMaps(const Frame &frame);

// A variable in a frame that code reaches through pointers. The map of the frame shows it only where its name is used.
struct StackObject {
  uptr addr, bytes;
  const u8 *mask;  // a bit a word
  u32 mask_words;
};

// Calls visit(object) for those of the frame, from low addresses to high.
template <class F> void forEachStackObject(const Frame &frame, F visit) {
  struct Record {
    i32 offset, bytes;  // from where the saved BP stands
    u32 mask_words, mask_at;
  };
  auto *table = static_cast<const u8 *>(funcData(frame.fn, kStackObjects));
  if (table == nullptr) return;
  u32 n = *reinterpret_cast<const u32 *>(table);
  auto *records = reinterpret_cast<const Record *>(table + sizeof n);
  for (u32 i = 0; i < n; i++) {
    uptr addr = frame.varp + static_cast<uptr>(static_cast<i64>(records[i].offset));
    if (addr < frame.sp) continue;  // a prologue: it is not there yet
    visit(StackObject{addr, static_cast<uptr>(records[i].bytes), table + records[i].mask_at, records[i].mask_words});
  }
}

u64 collectPcs(Unwinder &u, i64 skip, uptr *out, u64 n);  // logical frames as return addresses; how many

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_UNWIND_H_
