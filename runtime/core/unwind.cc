// pclntab reading and frame unwinding. See unwind.h.
#include "runtime/core/unwind.h"

#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linker_symbols.h"
#include "runtime/core/sched.h"

extern "C" {
extern const char rt_gofunc[] asm("go:func.*");
void go_gopark() asm("runtime.gopark");
}

namespace gannet::rt {

namespace {

struct PcHeader {
  u32 magic;
  u8 pad1, pad2, min_lc, ptr_size;
  u64 func_count, file_count;
  uptr unused;
  uptr name_off, cu_off, file_off, pctab_off, pcln_off;
};

struct FuncTabEntry {
  u32 entry_off, func_off;
};

// Of 4096 bytes of code: the function at their start, and for each 256 bytes how many functions later the one at theirs is.
struct FindBucket {
  u32 first;
  u8 more[16];
};

const PcHeader *header() { return reinterpret_cast<const PcHeader *>(rt_pclntab); }
uptr textStart() { return reinterpret_cast<uptr>(rt_text); }

u32 readVarint(const u8 *&p) {
  u32 v = 0;
  for (u32 shift = 0;; shift += 7) {
    u8 b = *p++;
    v |= static_cast<u32>(b & 0x7f) << shift;
    if ((b & 0x80) == 0) return v;
  }
}

}  // namespace

const RawFunc *findFunc(uptr pc) {
  if (pc < textStart() || pc >= reinterpret_cast<uptr>(rt_etext)) return nullptr;
  const PcHeader *h = header();
  auto *table = reinterpret_cast<const FuncTabEntry *>(rt_pclntab + h->pcln_off);
  u32 off = static_cast<u32>(pc - textStart());
  if (h->func_count == 0 || off < table[0].entry_off) return nullptr;
  const FindBucket &bucket = reinterpret_cast<const FindBucket *>(rt_findfunctab)[off / 4096];
  u64 i = bucket.first + bucket.more[off % 4096 / 256];
  while (i + 1 < h->func_count && table[i + 1].entry_off <= off) i++;
  return reinterpret_cast<const RawFunc *>(rt_pclntab + h->pcln_off + table[i].func_off);
}

const RawFunc *findGoFunc(uptr pc) { return pc < reinterpret_cast<uptr>(rt_ctext) ? findFunc(pc) : nullptr; }

uptr calledEntry(uptr pc) {
  constexpr u8 kCall = 0xe8;  // CALL rel32
  if (findGoFunc(pc - 1) == nullptr || *reinterpret_cast<const u8 *>(pc - 5) != kCall) return 0;
  i32 distance;
  __builtin_memcpy(&distance, reinterpret_cast<const void *>(pc - 4), sizeof distance);
  uptr target = pc + static_cast<uptr>(static_cast<i64>(distance));
  if (target < reinterpret_cast<uptr>(rt_ctext)) return 0;
  const RawFunc *f = findFunc(target);
  return f != nullptr && funcEntry(f) == target ? target : 0;
}

uptr funcEntry(const RawFunc *f) { return textStart() + f->entry_off; }
Str nameAt(i32 off) { return off == 0 ? Str("") : Str(rt_pclntab + header()->name_off + off); }
Str funcName(const RawFunc *f) { return f == nullptr ? Str("") : nameAt(f->name_off); }

i32 pcValue(const RawFunc *f, u32 table_off, uptr target) {
  if (table_off == 0) return -1;
  auto *p = reinterpret_cast<const u8 *>(rt_pclntab + header()->pctab_off + table_off);
  uptr pc = funcEntry(f);
  i32 value = -1;
  for (bool first = true;; first = false) {
    u32 delta = readVarint(p);
    if (delta == 0 && !first) return -1;
    value += static_cast<i32>(delta >> 1) ^ -static_cast<i32>(delta & 1);
    pc += readVarint(p);
    if (target < pc) return value;
  }
}

i32 maxStackDelta(const RawFunc *f) {
  if (f->pcsp == 0) return 0;
  auto *p = reinterpret_cast<const u8 *>(rt_pclntab + header()->pctab_off + f->pcsp);
  i32 value = -1, most = 0;
  for (bool first = true;; first = false) {
    u32 delta = readVarint(p);
    if (delta == 0 && !first) return most;
    value += static_cast<i32>(delta >> 1) ^ -static_cast<i32>(delta & 1);
    most = max(most, value);
    readVarint(p);
  }
}

i32 pcDataValue(const RawFunc *f, PcTable table, uptr pc) {
  if (static_cast<u32>(table) >= f->npcdata) return -1;
  return pcValue(f, reinterpret_cast<const u32 *>(f + 1)[table], pc);
}

const void *funcData(const RawFunc *f, FuncTable table) {
  if (table >= f->nfuncdata) return nullptr;
  u32 off = reinterpret_cast<const u32 *>(f + 1)[f->npcdata + table];
  return off == ~u32{0} ? nullptr : rt_gofunc + off;
}

Str funcFileLine(const RawFunc *f, uptr pc, i32 *line) {
  i32 file = pcValue(f, f->pcfile, pc);
  *line = pcValue(f, f->pcln, pc);
  if (file < 0 || *line < 0) {
    *line = 0;
    return Str("?");
  }
  u32 off = reinterpret_cast<const u32 *>(rt_pclntab + header()->cu_off)[f->cu_off + static_cast<u32>(file)];
  if (off == ~u32{0}) return Str("?");
  return Str(rt_pclntab + header()->file_off + off);
}

void Unwinder::start(uptr pc, uptr sp, bool exact) {
  frame = Frame{};
  incomplete = false;
  lost_in = nullptr;
  frame.pc = pc;
  frame.sp = sp;
  const RawFunc *at = findGoFunc(pc);
  frame.exact = exact || (at != nullptr && funcEntry(at) == pc);
  resolve(false);
}

void Unwinder::startAt(const G *g) {
  if (g->syscallsp != 0) start(g->syscallpc, g->syscallsp, false);
  else start(g->sched.pc, g->sched.sp, g->async_preempted);
}

void Unwinder::resolve(bool after_sigpanic) {
  frame.fn = findGoFunc(frame.symbolPc());
  valid = frame.fn != nullptr;
  if (!valid) {
    incomplete = true;
    return;
  }
  const RawFunc *f = frame.fn;
  frame.dead = false;
  if (after_sigpanic) {
    // The frame goes on, if at all, at its deferreturn call.
    if (f->deferreturn == 0) frame.dead = true;
  }
  i32 delta = pcValue(f, f->pcsp, frame.symbolPc());
  if (delta < 0) delta = 0;
  frame.fp = frame.sp + static_cast<uptr>(delta) + kWord;
  frame.varp = frame.fp - kWord;
  if (frame.varp > frame.sp) frame.varp -= kWord;  // the saved BP
  bool last = (f->flag & (kTopFrame | kSpWrite)) != 0;
  if ((f->flag & kSpWrite) != 0 && (f->flag & kTopFrame) == 0) incomplete = true;
  frame.lr = last ? 0 : *reinterpret_cast<uptr *>(frame.fp - kWord);
}

void Unwinder::next() {
  if (frame.lr == 0) {
    valid = false;
    return;
  }
  bool sigpanic = frame.fn->func_id == kFuncIdSigpanic || frame.fn->func_id == kFuncIdAsyncPreempt;
  const RawFunc *callee = frame.fn;
  const uptr callee_sp = frame.sp;
  frame.exact = sigpanic;
  frame.pc = frame.lr;
  frame.sp = frame.fp;
  resolve(callee->func_id == kFuncIdSigpanic);
  if (!valid) {
    lost_in = callee;
    lost_sp = callee_sp;
  }
}

// reflect.makeFuncStub and reflect.methodValueCall stand for functions of any signature: the map of their arguments is in the
// object that they keep at 0(SP) ({fn, *bitvector, argument bytes}; a flag at 32(SP) says whether results are there yet),
// and the registers they saved lie in an abi.RegArgs on top of the frame, of which the Ptrs part is the collector's.
static void reflectMaps(const Frame &frame, FrameMaps &m) {
  if ((frame.fn->flag & kAsmFunc) == 0) return;  // spares nearly all frames the look at their names
  Str name = funcName(frame.fn);
  if (!(name == "reflect.makeFuncStub") && !(name == "reflect.methodValueCall")) return;
  struct BitVector {
    i32 n;
    const u8 *bits;
  };
  struct MethodValue {
    uptr fn;
    BitVector *stack;
    uptr arg_bytes;
  };
  // A goroutine that has not started, or a prologue: nothing is kept yet, and 0(SP) is the return address.
  if (frame.fp == frame.sp + kWord) return;
  constexpr uptr kRegArgsBytes = 272, kPtrsAt = 192;
  m.regs_base = frame.varp - kRegArgsBytes + kPtrsAt;
  auto *mv = *reinterpret_cast<MethodValue **>(frame.sp);
  if (mv == nullptr) return;
  bool results = *reinterpret_cast<u8 *>(frame.sp + 4 * kWord) != 0;
  m.arg_words = results ? static_cast<u32>(mv->stack->n) : static_cast<u32>(mv->arg_bytes / kWord);
  m.args = mv->stack->bits;
  m.args_base = frame.fp;
}

FrameMaps frameMaps(const Frame &frame) {
  FrameMaps m{};
  if (frame.dead) return m;
  const RawFunc *f = frame.fn;
  uptr pc = frame.symbolPc();
  if (frame.exact && f->deferreturn != 0 && pc != funcEntry(f)) pc = funcEntry(f) + f->deferreturn;
  i32 index = pcDataValue(f, kPcStackMap, pc);
  if (index == -1) index = 0;  // a prologue: what holds at entry
  auto *locals = static_cast<const StackMap *>(funcData(f, kLocalsMap));
  if (frame.varp > frame.sp) {
    if (locals == nullptr || locals->n <= 0 || index >= locals->n) {
      m.missing_locals = locals == nullptr || (locals->n > 0 && index >= locals->n);
    } else {
      m.local_words = static_cast<u32>(locals->nbit);
      m.locals = locals->bits + static_cast<u32>(index) * ((m.local_words + 7) / 8);
      m.locals_base = frame.varp - m.local_words * kWord;
    }
  }
  if ((f->flag & kAsmFunc) != 0) reflectMaps(frame, m);
  auto *args = static_cast<const StackMap *>(funcData(f, kArgsMap));
  if (m.regs_base == 0 && args != nullptr && args->n > 0) {
    u32 i = min(static_cast<u32>(index), static_cast<u32>(args->n) - 1);
    m.arg_words = static_cast<u32>(args->nbit);
    m.args = args->bits + i * ((m.arg_words + 7) / 8);
    m.args_base = frame.fp;
  }
  return m;
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

const RawFunc *gn_findFuncRaw(uptr pc) { return findFunc(pc); }
Ret2 gn_funcNameRaw(const RawFunc *f) {
  Str s = funcName(f);
  return {reinterpret_cast<uptr>(s.ptr), s.len};
}
uptr gn_funcEntryRaw(const RawFunc *f) { return funcEntry(f); }

u64 gn_expandPC(uptr pc, LogicalFrame *out, u64 n) {
  const RawFunc *f = findFunc(pc);
  u64 count = 0;
  if (f == nullptr) return 0;
  forEachLogical(f, pc, [&](const LogicalFrame &lf, uptr) {
    if (count >= n) return false;
    out[count++] = lf;
    return count < n;
  });
  return count;
}

i32 gn_pcdataValue(uptr pc, i64 table) {
  const RawFunc *f = findFunc(pc - 1);
  return f == nullptr ? -1 : pcDataValue(f, static_cast<PcTable>(table), pc - 1);
}

}  // extern "C"

// A wrapper counts only where its being there matters.
static bool elided(const LogicalCall &call, u8 callee_id) {
  return call.func_id == kFuncIdWrapper && !panics(callee_id);
}

// One pc for each logical frame, each as a return address; a pc stands for the innermost call at it.
u64 gannet::rt::collectPcs(Unwinder &u, i64 skip, uptr *out, u64 n) {
  u64 count = 0;
  u8 callee_id = 0;
  for (; u.valid && count < n; u.next())
    forEachCall(u.frame.fn, u.frame.symbolPc(), [&](const LogicalCall &call, uptr pc) {
      bool skipped = elided(call, callee_id) || skip-- > 0;
      callee_id = call.func_id;
      if (!skipped) out[count++] = pc + 1;
      return count < n;
    });
  return count;
}

extern "C" {

u64 gn_callsAt(uptr pc, uptr *out, u64 n) {
  const RawFunc *f = findFunc(pc - 1);
  if (f == nullptr) return 0;
  u64 count = 0;
  u8 callee_id = 0;  // there may be one, but not one that a wrapper is shown for
  forEachCall(f, pc - 1, [&](const LogicalCall &call, uptr at) {
    if (count == n) return false;
    if (!elided(call, callee_id)) out[count++] = at + 1;
    callee_id = call.func_id;
    return true;
  });
  return count;
}

u64 gn_callers(i64 skip, uptr *out, u64 n) {
  Unwinder u;
  u.startAt(currentG());
  return collectPcs(u, skip, out, n);
}

u64 gn_gcallers(G *g, uptr *out, u64 n) {
  Unwinder u;
  u.startAt(g);
  // A goroutine that waits stands in the runtime, under the name that Go has for it, and in what it called.
  u64 count = 0;
  if (g->status.loadAcquire() == GStatus::Waiting && n >= 2) {
    out[count++] = reinterpret_cast<uptr>(go_gopark) + 1;
    if (uptr entry = calledEntry(g->sched.pc); entry != 0) out[count++] = entry + 1;
  }
  return count + collectPcs(u, 0, out + count, n - count);
}

u64 gn_panicNextFrame(uptr lr, uptr fp, uptr limit, uptr *out) {
  Unwinder u;
  for (u.start(lr, fp, false); u.valid; u.next())
    if (u.frame.sp == limit) {
      out[0] = u.frame.symbolPc() + 1;
      out[1] = u.frame.sp;
      out[2] = u.frame.fp;
      return 1;
    }
  return 0;
}

uptr gn_deferReturnPC(uptr pc) {
  const RawFunc *f = findFunc(pc - 1);
  return f == nullptr || f->deferreturn == 0 ? 0 : funcEntry(f) + f->deferreturn;
}

[[noreturn]] void gn_resumeFrame(uptr pc, uptr sp, uptr fp) {
  G *g = currentG();
  GN_CHECK(inStackOf(g, sp));
  g->sched.pc = pc;
  g->sched.sp = sp;
  g->sched.bp = fp - 2 * kWord;
  g->sched.ctxt = nullptr;
  g->ret0 = g->ret1 = 0;
  gn_gogo(g);
}

// One frame that is not a wrapper stands between gopanic, whose frame ends at gopanic_fp, and the caller of recover.
u64 gn_isRecoverFrame(uptr gopanic_fp) {
  Unwinder u;
  u.startAt(currentG());
  u.next();  // gorecover itself
  int frames = 0;
  bool found = false, stop = false;
  for (; u.valid && !stop; u.next())
    forEachCall(u.frame.fn, u.frame.symbolPc(), [&](const LogicalCall &call, uptr) {
      if (call.func_id == kFuncIdWrapper) return true;
      if (call.func_id == kFuncIdGopanic) {
        found = u.frame.fp == gopanic_fp && frames > 0;
        stop = true;
        return false;
      }
      stop = ++frames > 1;
      return !stop;
    });
  return found && frames == 1;
}

}  // extern "C"
