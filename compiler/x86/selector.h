// Selection's working state; see select.h for what it does. The families of operations stand in select_*.cc.
//
// Blocks are walked backward, so that uses are known before definitions: a value that every user folded (an address, a
// compare, a load) is never made. What is emitted for one value goes into `group_` in order, and groups are joined in
// reverse.
#ifndef GANNET_COMPILER_X86_SELECTOR_H
#define GANNET_COMPILER_X86_SELECTOR_H

#include "compiler/ssa/remarks.h"
#include "compiler/x86/mach.h"

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace gannet::x86 {

struct FlagsTest {
  Cond cond = Cond::E;
  CondForm form = CondForm::Single;
};

class Selector;

// One instruction in the making; committed at the end of the expression.
class Ins {
public:
  Ins(Selector &s, std::uint16_t op);
  ~Ins();
  Ins(const Ins &) = delete;
  Ins &def(VReg v, Reg fixed = Reg::None);
  Ins &defImplicit(VReg v, Reg fixed);
  Ins &defEarly(VReg v);
  Ins &use(VReg v, Reg fixed = Reg::None);
  Ins &useImplicit(VReg v, Reg fixed);
  Ins &tied(VReg v, unsigned def_index = 0); // shown to nobody: the encoder knows; takes the definition's fixed register
  Ins &temp(ssa::Type type);
  Ins &phys(Reg r); // a register that allocation has no part in: X15, or one whose value does not matter
  Ins &imm(std::int64_t v);
  Ins &cond(Cond c) { return imm(static_cast<int>(c)); }
  Ins &mem(const MMem &m);
  Ins &symbol(ssa::SymId sym, std::int64_t addend = 0);
  Ins &prefix(std::uint8_t p);
  Ins &clobber(RegSet regs);
  Ins &flags(bool writes, bool reads); // for pseudo ones
  Ins &call(ssa::CallId c);

private:
  MOperand &add(MOperand::Kind kind);
  Selector &s_;
  MInst inst_;
};

class Selector {
public:
  Selector(MachFunc &mf, unsigned level, std::vector<ssa::Remark> *nil_checks);
  bool run(std::string &error);

private:
  friend class Ins;
  using Value = ssa::Value;
  using ValueId = ssa::ValueId;
  using Op = ssa::Op;
  using Type = ssa::Type;

  // ---- select.cc: order, names
  void prepare();
  void scheduleBlock(ssa::BlockId b);
  void lowerBlock(ssa::BlockId b);
  void lowerTerminator(ssa::BlockId b);
  void defineShownArgs();
  void lowerEntry();
  void lower(ValueId v);
  void flushGroup();
  void unsupported(const Value &v, const char *what = "");

  ValueId resolve(ValueId v) const;   // through what makes no code
  VReg use(ValueId v);                // in a register; marks it needed
  VReg result(ValueId v);             // the register that v defines
  VReg tupleResult(ValueId tuple, unsigned index); // kNoVReg if nobody wants it
  void bindVariables();
  VReg tupleDef(ValueId tuple, unsigned index, Type type); // a register in any case
  VReg constant(Type type, std::int64_t value);
  VReg temporary(Type type) { return mf_.newVReg(type); }
  bool isConst(ValueId v, std::int64_t &out) const;
  bool fitsImm32(ValueId v, std::int64_t &out) const;
  bool zeroExtends(ValueId v) const;  // its register is zero above its type
  bool isFused(ValueId v) const;      // a compare that all its users make themselves
  bool hasNeededResult(ValueId v) const;

  // ---- select_address.cc
  struct Address {
    ValueId base, index;
    MMem m;
  };
  MMem address(ValueId ptr, std::int64_t disp = 0, bool faulting = true);
  bool canFoldLoad(ValueId v, Type type) const;
  MMem foldedLoad(ValueId v); // after canFoldLoad
  void lea(VReg d, const MMem &m);
  void noteAccess(ValueId pointer, std::int64_t disp);
  bool isCovered(const Value &nil_check, ValueId id);

  // ---- select_int.cc
  bool lowerInt(ValueId id, const Value &v);
  void lowerBinary(ValueId id, const Value &v);
  void lowerMul(ValueId id, const Value &v);
  void lowerMulHi(ValueId id, const Value &v);
  void lowerDivide(ValueId id, const Value &v);
  ValueId divisionAhead(ValueId id, const Value &v) const;
  void lowerShift(ValueId id, const Value &v);
  void lowerRotate(ValueId id, const Value &v);
  void lowerCarry(ValueId id, const Value &v);
  void lowerBits(ValueId id, const Value &v);
  void lowerExtend(ValueId id, const Value &v);
  void lowerMatch(ValueId id, const Value &v);
  VReg extended(ValueId v, bool is_signed); // in a 32-bit register at least, extended from its type

  // ---- select_compare.cc
  static bool isCompare(Op op);
  FlagsTest compare(ValueId v);             // emits what sets the flags
  FlagsTest test(ValueId bool_value);       // the same for any bool
  FlagsTest compareInt(const Value &v);
  FlagsTest compareFloat(const Value &v);
  void setFromFlags(VReg d, FlagsTest t);
  void lowerCondSelect(ValueId id, const Value &v);

  // ---- select_float.cc
  bool lowerFloat(ValueId id, const Value &v);
  ssa::SymId rodata(std::int64_t bits, unsigned size_bytes, bool twice);

  // ---- select_memory.cc
  bool lowerMemory(ValueId id, const Value &v);
  void loadTo(VReg d, Type type, const MMem &m);
  void lowerStore(const Value &v);
  bool lowerReadModifyWrite(const Value &v);
  void lowerZero(const Value &v);
  void lowerMove(const Value &v);
  bool lowerAtomic(ValueId id, const Value &v);

  // ---- select_call.cc
  void lowerCall(ValueId id, const Value &v);
  void lowerBounds(const Value &v);

  MachFunc &mf_;
  const unsigned level_; // of the architecture: GOAMD64
  std::vector<ssa::Remark> *nil_checks_; // told of each; may be null
  ssa::Func &f_;
  std::vector<VReg> vreg_of_;               // by value
  std::vector<std::uint8_t> needed_;        // by value
  std::unordered_map<std::uint32_t, VReg> division_of_; // by value, x / y or x % y: the register for the other one
  std::vector<std::uint32_t> fused_uses_;   // by value: uses that would fuse it
  std::vector<std::vector<ValueId>> selects_; // by tuple value: its Selects, canonical by index
  std::vector<ValueId> canonical_;          // by Select: the one that has the register
  struct Access {
    std::uint32_t mem; // the memory state it stands in
    std::uint32_t pos; // index of its position
  };
  std::unordered_map<std::uint32_t, Access> covered_; // by pointer root or check
  std::vector<ValueId> mem_before_;         // by value: memory state where it stands
  std::vector<ValueId> mem_end_;            // by block
  ValueId cur_mem_;
  ssa::BlockId cur_block_;
  bool may_fold_loads_ = true; // not in what is emitted several times
  std::uint32_t cur_pos_ = 0;
  bool cur_no_preempt_ = false;
  std::vector<MInst> group_;
  std::vector<MInst> reversed_;
  std::vector<std::pair<VReg, Reg>> entry_defs_;
  std::string error_;
};

} // namespace gannet::x86

#endif
