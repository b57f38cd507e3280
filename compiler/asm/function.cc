#include "compiler/asm/function.h"

#include "compiler/base/check.h"
#include "compiler/object/pcln.h"

#include <bit>
#include <unordered_map>

namespace gannet::assembler {

namespace {

using object::PcTable;
using object::SymbolId;
using object::SymbolKind;
using x86::Cond;
using x86::Mem;
using x86::Operand;
using x86::Reg;
using x86::Slot;
namespace op = x86::op;

constexpr std::int64_t kStackSmall = 128;  // a frame that large is checked by SP itself
constexpr std::int64_t kStackBig = 4096;   // above, the check guards against wrap-around
constexpr std::int64_t kStackGuardOffset = 16; // g.stackguard0
constexpr Reg kEntryTemp = Reg::R12;

std::string upperHex(std::uint64_t v, int digits) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (int i = digits - 1; i >= 0; i--)
    out.push_back(kHex[(v >> (4 * i)) & 15]);
  return out;
}

class FunctionAssembler {
public:
  FunctionAssembler(Context &context, const Statement &text, const std::vector<const Statement *> &body)
      : c_(context), text_(text), body_(body), code_(context.encoder) {}

  void run();

private:
  using Kind = AsmOperand::Kind;

  void error(const std::string &message) { c_.diags.error(pos_, message); }
  void spAdjusted(std::int64_t by) {
    sp_delta_ += by;
    steps_.push_back({code_.here(), sp_delta_});
  }
  void markLine(Pos pos) { lines_.push_back({code_.here(), pos}); }
  void prologue();
  void stackCheck();
  void moreStack();
  void epilogue(const Statement &s);
  void statement(std::size_t index);
  void pseudo(const Statement &s, bool &handled);
  void jump(const Statement &s, std::size_t index, bool call);
  void conditionalJump(const Statement &s, std::size_t index, Cond cond);
  void instruction(const Statement &s);
  bool tryCandidate(const Statement &s, const Mnemonic &m, const Candidate &c, std::vector<const AsmOperand *> order);
  bool fits(const AsmOperand &o, Slot slot) const;
  bool lower(const AsmOperand &o, const Mnemonic &m, const Candidate &c, std::vector<Operand> &out);
  bool lowerMem(const AsmOperand &o, Mem &out);
  bool rewrite(Statement &s);
  x86::Label labelOf(const std::string &name);
  x86::Label labelOfStatement(std::size_t index);
  bool target(const AsmOperand &o, std::size_t index, x86::Label &out);
  SymbolId floatConstant(double value, bool single);
  void finish();
  void funcdata(std::int64_t number, SymbolId id);

  Context &c_;
  const Statement &text_;
  const std::vector<const Statement *> &body_;
  x86::Code code_;
  Pos pos_;
  SymbolId id_;
  std::string name_;
  std::int64_t frame_ = 0;    // with the saved BP
  std::int64_t bp_bytes_ = 0; // 8 if BP is saved
  bool no_split_ = false;
  bool sp_write_ = false;
  bool has_call_ = false;
  bool abi_internal_ = false;
  std::uint8_t prefix_ = 0;
  std::int64_t sp_delta_ = 0;
  struct Step {
    std::uint32_t pc;
    std::int64_t value;
  };
  std::vector<Step> steps_;
  struct Line {
    std::uint32_t pc;
    Pos pos;
  };
  std::vector<Line> lines_;
  struct Pcdata {
    std::uint32_t pc;
    std::int64_t number;
    std::int64_t value;
  };
  std::vector<Pcdata> pcdata_;
  std::vector<SymbolId> funcdata_;
  std::unordered_map<std::string, x86::Label> labels_;
  std::unordered_map<std::size_t, x86::Label> statement_labels_;
  x86::Label start_, morestack_;
};

void FunctionAssembler::run() {
  pos_ = text_.pos;
  const SymbolRef &ref = text_.operands[0].symbol;
  abi_internal_ = ref.abi_internal;
  name_ = ref.name;
  SymbolRef definition = ref;
  id_ = ref.is_static ? c_.unit.localSymbol(ref.name)
                      : c_.unit.symbol(abi_internal_ ? ref.name : ref.name + ".abi0");
  if (c_.unit[id_].defined()) {
    error("symbol " + name_ + " redeclared");
    return;
  }
  for (const Statement *s : body_)
    has_call_ |= s->op == "CALL";
  frame_ = std::max<std::int64_t>(text_.frame_bytes, 0);
  no_split_ = text_.flags & kFlagNoSplit;
  if (frame_ % 8 != 0)
    error("unaligned stack size " + std::to_string(frame_));
  bool no_frame = text_.flags & kFlagNoFrame;
  if (no_frame && frame_ != 0)
    error("NOFRAME functions must have a frame size of 0, not " + std::to_string(frame_));
  if (!no_frame && !(frame_ == 0 && !has_call_)) {
    bp_bytes_ = 8;
    frame_ += 8;
  }
  if (!no_split_ && frame_ < kStackSmall && !has_call_)
    no_split_ = true;
  markLine(text_.pos);
  prologue();
  for (std::size_t i = 0; i < body_.size(); i++)
    statement(i);
  if (prefix_)
    error("instruction prefix without an instruction");
  moreStack();
  finish();
}

void FunctionAssembler::prologue() {
  if (!no_split_)
    stackCheck();
  if (bp_bytes_) {
    code_.emit(op::PUSH64r, {Reg::BP});
    spAdjusted(8);
    code_.emit(op::MOV64rr, {Reg::BP, Reg::SP});
  }
  if (std::int64_t locals = frame_ - bp_bytes_) {
    if (locals <= 127)
      code_.emit(op::SUB64ri8, {Reg::SP, x86::imm(locals)});
    else
      code_.emit(op::SUB64ri32, {Reg::SP, x86::imm(locals)});
    spAdjusted(locals);
  }
}

void FunctionAssembler::stackCheck() {
  start_ = code_.newLabel();
  morestack_ = code_.newLabel();
  code_.bind(start_);
  if (!abi_internal_) {
    Mem g;
    g.segment = Reg::FS;
    g.disp = -8;
    code_.emit(op::MOV64rm, {Reg::R14, g});
  }
  Mem guard;
  guard.base = Reg::R14;
  guard.disp = kStackGuardOffset;
  if (frame_ <= kStackSmall) {
    code_.emit(op::CMP64rm, {Reg::SP, guard});
  } else if (frame_ <= kStackBig) {
    Mem low;
    low.base = Reg::SP;
    low.disp = -(frame_ - kStackSmall);
    code_.emit(op::LEA64r, {kEntryTemp, low});
    code_.emit(op::CMP64rm, {kEntryTemp, guard});
  } else {
    code_.emit(op::MOV64rr, {kEntryTemp, Reg::SP});
    code_.emit(op::SUB64ri32, {kEntryTemp, x86::imm(frame_ - kStackSmall)});
    code_.jump(Cond::B, morestack_);
    code_.emit(op::CMP64rm, {kEntryTemp, guard});
  }
  pcdata_.push_back({code_.here(), object::kPcdataUnsafePoint, object::kUnsafePointUnsafe});
  code_.jump(Cond::BE, morestack_);
  pcdata_.push_back({code_.here(), object::kPcdataUnsafePoint, object::kUnsafePointSafe});
}

// At the end of the code, where the frame is not there yet.
void FunctionAssembler::moreStack() {
  if (no_split_)
    return;
  markLine(text_.pos);
  spAdjusted(-sp_delta_);
  code_.bind(morestack_);
  pcdata_.push_back({code_.here(), object::kPcdataStackMapIndex, -1});
  pcdata_.push_back({code_.here(), object::kPcdataUnsafePoint, object::kUnsafePointUnsafe});
  // Both are entered by code of either ABI; their own is ABI0.
  code_.call(c_.unit.symbol(text_.flags & kFlagNeedCtxt ? "runtime.morestack.abi0" : "runtime.morestack_noctxt.abi0").raw);
  pcdata_.push_back({code_.here(), object::kPcdataUnsafePoint, object::kUnsafePointSafe});
  code_.jump(start_);
}

void FunctionAssembler::epilogue(const Statement &s) {
  if (sp_delta_ != frame_)
    error(name_ + ": unbalanced PUSH/POP");
  std::int64_t before = sp_delta_;
  if (std::int64_t locals = frame_ - bp_bytes_) {
    if (locals <= 127)
      code_.emit(op::ADD64ri8, {Reg::SP, x86::imm(locals)});
    else
      code_.emit(op::ADD64ri32, {Reg::SP, x86::imm(locals)});
    spAdjusted(-locals);
  }
  if (bp_bytes_) {
    code_.emit(op::POP64r, {Reg::BP});
    spAdjusted(-8);
  }
  if (s.operands.empty()) {
    code_.emit(op::RET64, {});
  } else if (s.operands.size() == 1 && s.operands[0].kind == Kind::Mem &&
             s.operands[0].base == AsmOperand::Base::Symbol) {
    code_.jumpToSymbol(c_.symbol(s.operands[0].symbol).raw, s.operands[0].imm);
  } else {
    error("RET takes no operand but a symbol to jump to");
  }
  // What follows is reached by a jump from inside the frame.
  spAdjusted(before - sp_delta_);
}

x86::Label FunctionAssembler::labelOf(const std::string &name) {
  auto [it, fresh] = labels_.try_emplace(name);
  if (fresh)
    it->second = code_.newLabel();
  return it->second;
}

x86::Label FunctionAssembler::labelOfStatement(std::size_t index) {
  auto [it, fresh] = statement_labels_.try_emplace(index);
  if (fresh)
    it->second = code_.newLabel();
  return it->second;
}

bool FunctionAssembler::target(const AsmOperand &o, std::size_t index, x86::Label &out) {
  if (o.kind == Kind::Label) {
    out = labelOf(o.text);
    return true;
  }
  if (o.kind != Kind::Relative)
    return false;
  std::int64_t to = std::int64_t(index) + o.imm;
  if (to < 0 || to > std::int64_t(body_.size())) {
    error("jump target out of the function");
    return false;
  }
  out = labelOfStatement(std::size_t(to));
  if (to <= std::int64_t(index) && !code_.bound(out))
    error("backward jump by (PC) to a statement that was not marked"); // bound ahead in statement()
  return true;
}

void FunctionAssembler::statement(std::size_t index) {
  const Statement &s = *body_[index];
  pos_ = s.pos;
  for (const std::string &name : s.labels) {
    x86::Label l = labelOf(name);
    if (code_.bound(l))
      error("label " + name + " multiply defined");
    else
      code_.bind(l);
  }
  code_.bind(labelOfStatement(index));
  if (s.op.empty())
    return;
  if (prefix_ == 0)
    markLine(s.pos);
  bool handled = true;
  pseudo(s, handled);
  if (handled)
    return;
  if (s.op == "JMP" || s.op == "CALL") {
    jump(s, index, s.op == "CALL");
    return;
  }
  if (s.op[0] == 'J' || s.op.starts_with("LOOP")) {
    const char *short_op = s.op == "JCXZQ" ? "JRCXZ" : s.op == "JCXZL" ? "JECXZ" : s.op == "LOOP" ? "LOOP"
                           : s.op == "LOOPEQ" ? "LOOPE" : s.op == "LOOPNE" ? "LOOPNE" : nullptr;
    x86::Label to;
    if (short_op) {
      if (s.operands.size() != 1 || !target(s.operands[0], index, to))
        error("invalid operand of " + s.op);
      else
        code_.shortJump(x86::findOpcode(short_op), to);
      return;
    }
    if (auto cond = jumpCondition(std::string_view(s.op).substr(1))) {
      conditionalJump(s, index, *cond);
      return;
    }
  }
  Statement copy = s;
  if (rewrite(copy))
    instruction(copy);
}

// Directives and prefixes.
void FunctionAssembler::pseudo(const Statement &s, bool &handled) {
  auto constant = [&](std::size_t i, std::int64_t &out) {
    if (s.operands.size() <= i || (s.operands[i].kind != Kind::Imm && !(s.operands[i].kind == Kind::Mem && s.operands[i].base == AsmOperand::Base::None))) {
      error("expected integer constant in operand of " + s.op);
      return false;
    }
    out = s.operands[i].imm;
    return true;
  };
  std::int64_t value = 0, number = 0;
  if (s.op == "RET") {
    epilogue(s);
  } else if (s.op == "NOP") {
    // Operands keep things alive for a compiler; there are none to keep here.
  } else if (s.op == "LOCK" || s.op == "REP" || s.op == "REPN") {
    prefix_ |= s.op == "LOCK" ? x86::kLock : s.op == "REP" ? x86::kRep : x86::kRepne;
    if (!s.operands.empty())
      error(s.op + " takes no operand");
  } else if (s.op == "PCDATA") {
    if (s.operands.size() == 2 && constant(0, number) && constant(1, value))
      pcdata_.push_back({code_.here(), number, value});
    else
      error("expect two operands for PCDATA");
  } else if (s.op == "FUNCDATA") {
    if (s.operands.size() != 2 || !constant(0, number) || s.operands[1].base != AsmOperand::Base::Symbol) {
      error("FUNCDATA wants a constant and a symbol");
      return;
    }
    const SymbolRef &ref = s.operands[1].symbol;
    if (ref.name == "go_args_stackmap") {
      if (number != object::kFuncdataArgsPointerMaps)
        error("FUNCDATA use of go_args_stackmap(SB) without FUNCDATA_ArgsPointerMaps");
      SymbolId map = c_.unit.symbol(name_ + ".args_stackmap");
      if (!c_.unit[map].defined())
        c_.unit[map].flags |= object::kWeak;
      funcdata(number, map);
    } else {
      funcdata(number, c_.dataSymbol(ref));
    }
  } else if (s.op == "PCALIGN") {
    if (!constant(0, value))
      return;
    if (value < 8 || value > 2048 || !std::has_single_bit(std::uint64_t(value)))
      error("alignment value of an instruction must be a power of two and in the range [8, 2048], got " + std::to_string(value));
    else
      code_.align(std::uint32_t(value));
  } else if (s.op == "BYTE" || s.op == "WORD" || s.op == "LONG" || s.op == "QUAD") {
    int width = s.op == "BYTE" ? 1 : s.op == "WORD" ? 2 : s.op == "LONG" ? 4 : 8;
    for (std::size_t i = 0; i < std::max<std::size_t>(s.operands.size(), 1); i++) {
      if (width == 8 && i < s.operands.size() && s.operands[i].kind == Kind::Addr &&
          s.operands[i].base == AsmOperand::Base::Symbol) {
        code_.address(c_.symbol(s.operands[i].symbol).raw, s.operands[i].imm);
        continue;
      }
      if (!constant(i, value))
        return;
      std::uint8_t bytes[8];
      for (int b = 0; b < width; b++)
        bytes[b] = std::uint8_t(std::uint64_t(value) >> (8 * b));
      code_.bytes({bytes, std::size_t(width)});
    }
  } else if (s.op == "ADJSP") {
    if (!constant(0, value))
      return;
    if (value < 0)
      code_.emit(-value <= 127 ? op::ADD64ri8 : op::ADD64ri32, {Reg::SP, x86::imm(-value)});
    else
      code_.emit(value <= 127 ? op::SUB64ri8 : op::SUB64ri32, {Reg::SP, x86::imm(value)});
    spAdjusted(value);
  } else if (s.op == "INT") {
    if (!constant(0, value))
      return;
    std::uint8_t bytes[2] = {0xcd, std::uint8_t(value)};
    code_.bytes({bytes, 2});
  } else if (s.op == "UNDEF" || s.op == "UD2") {
    std::uint8_t bytes[2] = {0x0f, 0x0b};
    code_.bytes({bytes, 2});
  } else {
    handled = false;
  }
}

void FunctionAssembler::funcdata(std::int64_t number, SymbolId id) {
  if (number < 0 || number > 31) {
    error("bad FUNCDATA number " + std::to_string(number));
    return;
  }
  if (funcdata_.size() <= std::size_t(number))
    funcdata_.resize(std::size_t(number) + 1);
  funcdata_[std::size_t(number)] = id;
}

void FunctionAssembler::jump(const Statement &s, std::size_t index, bool call) {
  if (s.operands.size() != 1) {
    error("wrong number of arguments to " + s.op + " instruction");
    return;
  }
  const AsmOperand &o = s.operands[0];
  x86::Label to;
  if (o.kind == Kind::Reg && o.reg.cls == RegClass::Gpr) {
    code_.emit(call ? op::CALL64r : op::JMP64r, {o.reg.reg});
  } else if (o.kind == Kind::Mem && o.base == AsmOperand::Base::Symbol && o.index.cls == RegClass::None &&
             !o.indirect) {
    SymbolId id = c_.symbol(o.symbol);
    if (call)
      code_.call(id.raw, o.imm);
    else
      code_.jumpToSymbol(id.raw, o.imm);
  } else if (o.kind == Kind::Mem) {
    Mem m;
    if (lowerMem(o, m))
      code_.emit(call ? op::CALL64m : op::JMP64m, {m});
  } else if (target(o, index, to)) {
    if (call) {
      Operand operand = Operand::target(to);
      code_.emit(x86::opcode(op::CALL64pcrel32), std::span<const Operand>(&operand, 1));
    } else {
      code_.jump(to);
    }
  } else {
    error("invalid operand of " + s.op);
  }
}

void FunctionAssembler::conditionalJump(const Statement &s, std::size_t index, Cond cond) {
  x86::Label to;
  if (s.operands.size() == 2 && s.operands[0].kind == Kind::Imm) { // branch hint, ignored
    if (target(s.operands[1], index, to))
      code_.jump(cond, to);
    return;
  }
  if (s.operands.size() == 1 && s.operands[0].kind == Kind::Mem && s.operands[0].base == AsmOperand::Base::Symbol &&
      s.operands[0].index.cls == RegClass::None && s.operands[0].imm == 0) {
    code_.jumpToSymbol(cond, c_.symbol(s.operands[0].symbol).raw);
    return;
  }
  if (s.operands.size() != 1 || !target(s.operands[0], index, to)) {
    error("invalid operand of " + s.op);
    return;
  }
  code_.jump(cond, to);
}

SymbolId FunctionAssembler::floatConstant(double value, bool single) {
  std::uint64_t bits = single ? std::bit_cast<std::uint32_t>(float(value)) : std::bit_cast<std::uint64_t>(value);
  std::uint32_t width = single ? 4 : 8;
  SymbolId id = c_.unit.symbol((single ? "$f32." : "$f64.") + upperHex(bits, int(width) * 2));
  if (!c_.unit[id].defined()) {
    std::vector<std::uint8_t> bytes;
    for (std::uint32_t i = 0; i < width; i++)
      bytes.push_back(std::uint8_t(bits >> (8 * i)));
    c_.unit.define(id, SymbolKind::Rodata, object::kDupOk, width, std::move(bytes));
  }
  return id;
}

// Forms that stand for other instructions. False if the statement is done (or in error).
bool FunctionAssembler::rewrite(Statement &s) {
  auto &ops = s.operands;
  bool is_move = s.op == "MOVQ" || s.op == "MOVL";
  // On Linux the thread pointer needs no register: `MOVQ TLS, BX` is nothing, `off(BX)(TLS*1)` is off-8(FS).
  if (is_move && ops.size() == 2 && ops[0].isReg(RegClass::Tls) && ops[1].isReg(RegClass::Gpr))
    return false;
  for (AsmOperand &o : ops)
    if (o.kind == Kind::Mem && (o.index.cls == RegClass::Tls || o.base_class == RegClass::Tls)) {
      o.base_class = RegClass::Segment;
      o.base_reg = Reg::FS;
      o.base = AsmOperand::Base::Register;
      o.index = {};
      o.imm -= 8;
    }
  if (is_move && ops.size() == 2 && ops[0].kind == Kind::Addr) {
    s.op = s.op == "MOVQ" ? "LEAQ" : "LEAL";
    ops[0].kind = Kind::Mem;
  }
  if (s.op == "MOVQ" && ops.size() == 2 && ops[0].kind == Kind::Imm && ops[1].isReg(RegClass::Gpr) &&
      std::uint64_t(ops[0].imm) <= 0xffffffffu)
    s.op = "MOVL"; // zero-extends
  if (!ops.empty() && ops[0].kind == Kind::FloatImm) {
    bool single = s.op.ends_with("SS");
    if (!single && !s.op.ends_with("SD")) {
      error("floating constant as operand of " + s.op);
      return false;
    }
    bool zero = std::bit_cast<std::uint64_t>(ops[0].number) == 0;
    if (zero && (s.op == "MOVSS" || s.op == "MOVSD") && ops.size() == 2 && ops[1].isReg(RegClass::Xmm)) {
      s.op = "XORPS";
      ops[0] = ops[1];
    } else {
      SymbolId id = floatConstant(ops[0].number, single);
      ops[0] = AsmOperand();
      ops[0].kind = Kind::Mem;
      ops[0].base = AsmOperand::Base::Symbol;
      ops[0].symbol.name = std::string(c_.unit[id].name);
      ops[0].symbol.has_abi = ops[0].symbol.abi_internal = true; // the plain name
    }
  }
  // IMULQ $imm, reg multiplies in place.
  if (s.op.starts_with("IMUL") && ops.size() == 2 && ops[0].kind == Kind::Imm)
    ops.push_back(ops[1]);
  // CMPSD x, y, 5: the immediate may lack its dollar.
  if (s.op.starts_with("CMP") && ops.size() == 3 && ops[2].kind == Kind::Mem && ops[2].base == AsmOperand::Base::None &&
      ops[2].index.cls == RegClass::None)
    ops[2].kind = Kind::Imm;
  return true;
}

bool FunctionAssembler::fits(const AsmOperand &o, Slot slot) const {
  bool gpr = o.kind == Kind::Reg && (o.reg.cls == RegClass::Gpr || o.reg.cls == RegClass::Gpr8);
  switch (slot) {
  case Slot::Gpr8:
  case Slot::Gpr16:
  case Slot::Gpr32:
  case Slot::Gpr64:
    return gpr;
  case Slot::Xmm:
    return o.isReg(RegClass::Xmm);
  case Slot::Ymm:
    return o.isReg(RegClass::Ymm);
  case Slot::Zmm:
    return o.isReg(RegClass::Zmm);
  case Slot::Mask:
    return o.isReg(RegClass::Mask);
  case Slot::Mmx:
    return o.isReg(RegClass::Mmx);
  case Slot::X87:
    return o.isReg(RegClass::X87);
  case Slot::Segment:
    return o.isReg(RegClass::Segment);
  case Slot::Control:
    return o.isReg(RegClass::Control);
  case Slot::Debug:
    return o.isReg(RegClass::Debug);
  case Slot::Imm:
    return o.kind == Kind::Imm;
  case Slot::Mem:
    return o.kind == Kind::Mem && o.index.cls != RegClass::Xmm && o.index.cls != RegClass::Ymm &&
           o.index.cls != RegClass::Zmm;
  case Slot::MemVecIndex:
    return o.kind == Kind::Mem &&
           (o.index.cls == RegClass::Xmm || o.index.cls == RegClass::Ymm || o.index.cls == RegClass::Zmm);
  case Slot::PcRel:
  case Slot::Offset:
  case Slot::Other:
    return false;
  }
  return false;
}

bool FunctionAssembler::lowerMem(const AsmOperand &o, Mem &out) {
  out.disp = o.imm;
  switch (o.base) {
  case AsmOperand::Base::None:
    break;
  case AsmOperand::Base::Register:
    if (o.base_class == RegClass::Segment)
      out.segment = o.base_reg;
    else
      out.base = o.base_reg;
    break;
  case AsmOperand::Base::Symbol:
    out.sym = c_.symbol(o.symbol).raw;
    out.absolute_sym = o.index.cls != RegClass::None;
    break;
  case AsmOperand::Base::Param:
    out.base = Reg::SP;
    out.disp += sp_delta_ + 8;
    break;
  case AsmOperand::Base::Auto:
    out.base = Reg::SP;
    out.disp += sp_delta_ - bp_bytes_;
    break;
  }
  if (o.index.cls == RegClass::Segment) {
    out.segment = o.index.reg;
  } else if (o.index.cls != RegClass::None) {
    out.index = o.index.reg;
    out.scale = o.scale;
  }
  if (out.disp != std::int32_t(out.disp)) {
    error("offset too large: " + std::to_string(out.disp));
    return false;
  }
  return true;
}

bool FunctionAssembler::lower(const AsmOperand &o, const Mnemonic &m, const Candidate &c, std::vector<Operand> &out) {
  switch (o.kind) {
  case Kind::Reg:
    out.push_back(o.reg.reg);
    return true;
  case Kind::Imm: {
    std::int64_t v = o.imm;
    if (m.imm_bits == 8)
      v = std::int8_t(v);
    else if (m.imm_bits == 16)
      v = std::int16_t(v);
    else if (m.imm_bits == 32)
      v = std::int32_t(v);
    if ((c.imm_limit == 8 && v != std::int8_t(v)) || (c.imm_limit == 32 && v != std::int32_t(v)))
      return false;
    out.push_back(x86::imm(v));
    return true;
  }
  case Kind::Mem: {
    Mem mem;
    if (!lowerMem(o, mem))
      return false;
    out.push_back(mem);
    return true;
  }
  case Kind::None:
  case Kind::FloatImm:
  case Kind::StringImm:
  case Kind::Addr:
  case Kind::Label:
  case Kind::Relative:
    return false;
  }
  return false;
}

bool FunctionAssembler::tryCandidate(const Statement &s, const Mnemonic &m, const Candidate &c,
                                     std::vector<const AsmOperand *> order) {
  std::size_t extra = m.cond >= 0 ? 1 : 0;
  if (c.count_in_cl) {
    // The count is Go's first operand, so the last here.
    if (order.empty() || order.back()->kind != Kind::Reg || order.back()->reg.reg != Reg::CX)
      return false;
    order.pop_back();
  }
  if (order.size() + extra != c.slots.size())
    return false;
  for (std::size_t i = 0; i < order.size(); i++)
    if (!fits(*order[i], c.slots[i]))
      return false;
  std::vector<Operand> operands;
  for (const AsmOperand *o : order)
    if (!lower(*o, m, c, operands))
      return false;
  if (m.cond >= 0)
    operands.push_back(Cond(m.cond));
  return code_.emit(c.op, operands, prefix_, /*checked=*/false);
}

void FunctionAssembler::instruction(const Statement &s) {
  const Mnemonic *m = c_.mnemonics.find(s.op);
  if (!m) {
    error("unrecognized instruction \"" + s.op + "\"");
    return;
  }
  bool zeroing = false;
  for (const std::string &suffix : s.suffixes) {
    if (suffix == "Z") {
      zeroing = true;
    } else {
      error("instruction suffix ." + suffix + " is not supported yet");
      return;
    }
  }
  std::vector<const AsmOperand *> forward, reverse;
  for (const AsmOperand &o : s.operands)
    forward.push_back(&o);
  reverse.assign(forward.rbegin(), forward.rend());
  switch (m->form) {
  case Form::Reverse:
  case Form::Either:
    break;
  case Form::Forward:
    reverse = forward;
    break;
  case Form::DropFirst:
    if (!forward.empty() && forward[0]->isReg(RegClass::Xmm) && forward[0]->reg.reg == Reg::X0)
      reverse.pop_back();
    break;
  case Form::Compare:
    if (forward.size() == 3)
      reverse = {forward[1], forward[0], forward[2]};
    break;
  }
  std::size_t errors_before = c_.diags.errorCount();
  bool ok = false;
  for (const Candidate &c : m->candidates) {
    if (c.zeroing != zeroing)
      continue;
    ok = tryCandidate(s, *m, c, reverse);
    if (!ok && m->form == Form::Either)
      ok = tryCandidate(s, *m, c, forward);
    if (ok || c_.diags.errorCount() != errors_before)
      break;
  }
  prefix_ = 0;
  if (!ok) {
    if (c_.diags.errorCount() == errors_before)
      error("invalid instruction: " + s.op + " with these operands" +
            (code_.encoder().error().empty() ? "" : " (" + code_.encoder().error() + ")"));
    return;
  }
  if (s.op == "PUSHQ" || s.op == "PUSHFQ")
    spAdjusted(8);
  else if (s.op == "POPQ" || s.op == "POPFQ")
    spAdjusted(-8);
  else if (s.op == "PUSHW")
    spAdjusted(2);
  else if (s.op == "POPW")
    spAdjusted(-2);
  else if (!s.operands.empty() && s.operands.back().isReg(RegClass::Gpr) && s.operands.back().reg.reg == Reg::SP &&
           !s.op.starts_with("CMP") && !s.op.starts_with("TEST"))
    sp_write_ = true;
}

void FunctionAssembler::finish() {
  bool ok = true;
  for (const auto &[name, label] : labels_)
    if (!code_.bound(label))
      ok = false;
  if (!ok) {
    // In order of appearance, for the same message every time.
    std::set<std::string> reported;
    for (const Statement *s : body_)
      for (const AsmOperand &o : s->operands)
        if (o.kind == Kind::Label && labels_.count(o.text) && !code_.bound(labels_[o.text]) &&
            reported.insert(o.text).second)
          c_.diags.error(s->pos, "undefined label " + o.text);
    return;
  }
  x86::Label end = labelOfStatement(body_.size());
  if (!code_.bound(end))
    code_.bind(end);
  if (!code_.finish()) {
    error(name_ + ": short jump out of range");
    return;
  }
  auto bytes = code_.finalBytes();
  std::uint32_t size = std::uint32_t(bytes.size());
  auto record = std::make_unique<object::FuncRecord>();
  if (text_.args_bytes >= 0)
    record->args_bytes = std::uint32_t(text_.args_bytes);
  record->frame_bytes = std::uint32_t(frame_);
  record->func_id = object::funcIdOf(name_, text_.flags & (kFlagWrapper | kFlagAbiWrapper));
  record->func_flags = object::kFuncAsm;
  if (text_.flags & kFlagTopFrame)
    record->func_flags |= object::kFuncTopFrame;
  if (sp_write_)
    record->func_flags |= object::kFuncSpWrite;
  record->start_line = std::int32_t(text_.pos.line);
  PcTable sp, file, line;
  sp.set(0, 0);
  for (const Step &s : steps_)
    sp.set(code_.finalOffset(s.pc), std::int32_t(s.value));
  for (const Line &l : lines_) {
    std::uint32_t pc = code_.finalOffset(l.pc);
    std::string shown(c_.sources.name(l.pos.file));
    for (const auto &[prefix, replacement] : c_.options.trim)
      if (shown.starts_with(prefix) && (shown.size() == prefix.size() || shown[prefix.size()] == '/')) {
        shown = replacement + shown.substr(prefix.size());
        break;
      }
    file.set(pc, std::int32_t(c_.unit.file(shown)));
    line.set(pc, std::int32_t(l.pos.line));
  }
  record->pcsp = sp.finish(size);
  record->pcfile = file.finish(size);
  record->pcline = line.finish(size);
  std::vector<PcTable> tables;
  for (const Pcdata &p : pcdata_) {
    if (p.number < 0 || p.number > 31 || p.number == object::kPcdataInlTreeIndex) {
      error("bad PCDATA number " + std::to_string(p.number));
      continue;
    }
    if (tables.size() <= std::size_t(p.number))
      tables.resize(std::size_t(p.number) + 1);
    tables[std::size_t(p.number)].set(code_.finalOffset(p.pc), std::int32_t(p.value));
  }
  for (PcTable &t : tables)
    record->pcdata.push_back(t.finish(size));

  // A function of this package has argument maps made by the compiler from its Go declaration.
  bool own = name_.starts_with(pathToPrefix(c_.options.package_path) + ".");
  if (own && !abi_internal_ && !text_.operands[0].symbol.is_static) {
    auto weak = [&](const std::string &name) {
      SymbolId id = c_.unit.symbol(name);
      if (!c_.unit[id].defined())
        c_.unit[id].flags |= object::kWeak;
      return id;
    };
    if (funcdata_.empty() || !funcdata_[object::kFuncdataArgsPointerMaps].valid())
      funcdata(object::kFuncdataArgsPointerMaps, weak(name_ + ".args_stackmap"));
    if (funcdata_.size() <= object::kFuncdataArgInfo || !funcdata_[object::kFuncdataArgInfo].valid())
      funcdata(object::kFuncdataArgInfo, weak(name_ + ".arginfo0"));
  }
  record->funcdata = funcdata_;

  std::uint32_t flags = object::kAsm;
  if (no_split_)
    flags |= object::kNoSplit;
  if (text_.flags & kFlagDupOk)
    flags |= object::kDupOk;
  if (text_.flags & kFlagWrapper)
    flags |= object::kWrapper;
  if (text_.flags & kFlagNeedCtxt)
    flags |= object::kNeedCtxt;
  if (text_.flags & kFlagReflectMethod)
    flags |= object::kReflectMethod;
  if (text_.flags & kFlagTopFrame)
    flags |= object::kTopFrame;
  if (text_.flags & kFlagAbiWrapper)
    flags |= object::kAbiWrapper;
  if (bp_bytes_ == 0)
    flags |= object::kNoFrame;
  if (!has_call_)
    flags |= object::kLeaf;
  c_.unit.define(id_, SymbolKind::Text, flags, std::max(32u, code_.alignment()), {bytes.begin(), bytes.end()});
  for (const x86::Fixup &f : code_.fixups()) {
    object::Reloc r;
    r.offset = f.offset;
    r.target = SymbolId(f.sym);
    r.addend = f.addend;
    switch (f.kind) {
    case x86::FixupKind::PcRel32:
      r.kind = object::RelocKind::PcRel32;
      break;
    case x86::FixupKind::Call32:
      r.kind = object::RelocKind::Call32;
      break;
    case x86::FixupKind::Abs32:
      r.kind = object::RelocKind::Abs32;
      break;
    case x86::FixupKind::Abs32S:
      r.kind = object::RelocKind::Abs32S;
      break;
    case x86::FixupKind::Abs64:
      r.kind = object::RelocKind::Abs64;
      break;
    case x86::FixupKind::TpOff32:
      r.kind = object::RelocKind::TlsLe32;
      break;
    }
    c_.unit.addReloc(id_, r);
  }
  c_.unit[id_].func = std::move(record);
}

} // namespace

SymbolId Context::symbol(const SymbolRef &ref) {
  if (ref.is_static)
    return unit.localSymbol(ref.name);
  if (ref.abi_internal || data_names.count(ref.name))
    return unit.symbol(ref.name);
  return unit.symbol(ref.name + ".abi0");
}

SymbolId Context::dataSymbol(const SymbolRef &ref) {
  return ref.is_static ? unit.localSymbol(ref.name) : unit.symbol(ref.name);
}

SymbolId Context::addressTarget(const AsmOperand &o) {
  if (o.kind != AsmOperand::Kind::Addr || o.base != AsmOperand::Base::Symbol)
    return SymbolId();
  return symbol(o.symbol);
}

void assembleFunction(Context &context, const Statement &text, const std::vector<const Statement *> &body) {
  FunctionAssembler(context, text, body).run();
}

} // namespace gannet::assembler
