// The machine form of one function: instructions over virtual registers, as selection makes them and as register
// allocation completes them.
//
// Virtual registers are in SSA form: one definition each, block parameters (phis) included. A *rematerializable* one
// (constant, address) has no definition: it may be made anywhere by `Remat`.
// An instruction is an opcode of encoder.h, or a pseudo one that emit.cc expands, and operands:
//   - those shown to the encoder, in its order (destination first, tied uses included; emission drops them);
//   - implicit ones (fixed registers that the encoding does not name), marked so.
// Allocation writes MOperand::reg; it never changes the list of operands.
#ifndef GANNET_COMPILER_X86_MACH_H
#define GANNET_COMPILER_X86_MACH_H

#include "compiler/ssa/func.h"
#include "compiler/x86/encoder.h"

#include <cstdint>
#include <string>
#include <vector>

namespace gannet::x86 {

using VReg = std::uint32_t;
inline constexpr VReg kNoVReg = ~0u;

enum class RegClass : std::uint8_t { Int, Float };

// A set of registers, bit n for Reg n: general ones and X0-X15.
using RegSet = std::uint32_t;
constexpr RegSet regBit(Reg r) { return RegSet{1} << static_cast<unsigned>(r); }
inline constexpr RegSet kIntRegs = 0xffff & ~(regBit(Reg::SP) | regBit(Reg::BP) | regBit(Reg::R14));
inline constexpr RegSet kFloatRegs = 0x7fff0000; // X15 is zero, and scratch between two zeroings
constexpr RegSet regsOf(RegClass c) { return c == RegClass::Int ? kIntRegs : kFloatRegs; }

// The registers of ABIInternal.
inline constexpr Reg kAbiInts[] = {Reg::AX, Reg::BX, Reg::CX, Reg::DI, Reg::SI, Reg::R8, Reg::R9, Reg::R10, Reg::R11};
constexpr Reg abiReg(ssa::AbiReg r) { return r.is_float ? xmm(r.index) : kAbiInts[r.index]; }

enum class Remat : std::uint8_t {
  None,
  Imm,       // imm
  SymAddr,   // address of sym + imm
  LocalAddr, // address of local + imm
  OutArg,    // address of imm bytes into the outgoing arguments
  Float,     // bits in imm, of the type's width
  Undef,     // anything
};

struct VRegInfo {
  RegClass cls = RegClass::Int;
  ssa::Type type = ssa::Type::I64;
  Remat remat = Remat::None;
  ssa::SymId sym;
  std::uint32_t local = ~0u;
  std::int64_t imm = 0;
  bool isPtr() const { return type == ssa::Type::Ptr; }
  std::uint32_t slotBytes() const { return type == ssa::Type::V128 ? 16 : 8; }
};

// What is not an encodable opcode. Operands as listed: d definition, u use, t temporary.
enum Pseudo : std::uint16_t {
  kFirstPseudo = op::kCount,
  PEntry = kFirstPseudo, // d...: fixed registers live at entry
  PMove,     // d, u: copy of one class
  PAdd32,    // d, u, u|imm: ADD or LEA
  PAdd64,
  PCall,     // u mem? ...: `call` says whom; fixed uses and definitions are implicit
  PCallReg,  // u target, then as PCall
  PRet,      // fixed uses
  PKeepAlive, // u
  PInlineMark, // imm site
  PSelectF,  // d, u(tied) false value, u true value; condition in imm, flags set before
  PDiv,      // signed division with the test for -1: d AX, d DX, u AX(tied), u divisor; imm: 32 or 64
  PCvtIntF,  // d, u; imm: opcode; breaks the dependency on d
  PUintToF,  // d, u, t, t
  PFToUint,  // d, u, t float, t int
  PMinMaxF,  // d, u(tied), u; imm 1: max
  PAtomicLoop, // d AX, mem, u mask, t; imm: op::AND64rr or OR64rr form
  PCarryMask, // d: all ones if CF
  PBoundsCall, // u index | imm, u length | imm
  PWriteBarrier, // d R11; imm words
  PUndefined, // UD2
  PPseudoEnd
};

// What a memory operand is relative to, beside its registers.
enum class FrameBase : std::uint8_t {
  None,
  Local,  // `local`
  OutArg, // the outgoing argument area
  Caller, // the caller's SP at the call: stack parameters and results
  Slot,   // the spill slot of the virtual register `local`: allocation folds a load into its only user
};

struct MMem {
  VReg base = kNoVReg;
  VReg index = kNoVReg;
  Reg base_reg = Reg::None; // a fixed register (R14) or, after allocation, base's
  Reg index_reg = Reg::None;
  std::uint8_t scale = 1;
  FrameBase frame = FrameBase::None;
  std::uint32_t local = ~0u;
  ssa::SymId sym;
  std::int64_t disp = 0;
};

struct MOperand {
  enum class Kind : std::uint8_t { Def, Use, Temp, Imm, Mem, Sym };
  Kind kind = Kind::Imm;
  bool implicit = false;          // not an operand of the encoding
  bool tied = false;              // Use: has the register of operand `tied_to`, a Def
  bool early = false;             // Def: written before the uses are read
  std::uint8_t tied_to = 0;
  Reg fixed = Reg::None;          // must be in this register
  Reg reg = Reg::None;            // set by allocation
  VReg vreg = kNoVReg;            // Def, Use, Temp; Mem: index into MachFunc::mems
  ssa::SymId sym;
  std::int64_t imm = 0;
};

struct MInst {
  std::uint16_t op = 0;           // op::Id or Pseudo
  std::uint8_t prefix = kNoPrefix;
  bool writes_flags = false;
  bool reads_flags = false;
  bool no_preempt = false;
  bool dead = false;              // folded away after selection
  std::uint8_t count = 0;         // of operands
  std::uint32_t first = 0;        // into MachFunc::operands
  std::uint32_t pos = 0;          // into MachFunc::positions
  std::uint32_t call = ~0u;       // PCall, PCallReg: ssa::CallId
  RegSet clobbers = 0;            // beside definitions
};

enum class TermKind : std::uint8_t { Jump, Branch, Table, Ret, Exit };
// A condition that two jumps decide: floating-point equality looks at parity too.
enum class CondForm : std::uint8_t { Single, AndNotParity, OrParity };

struct MPhi {
  VReg def = kNoVReg;
  std::vector<VReg> args; // as MBlock::preds
};

struct MBlock {
  std::vector<MPhi> phis;
  std::vector<MInst> insts;
  std::vector<std::uint32_t> succs, preds;
  TermKind term = TermKind::Jump;
  Cond cond = Cond::E;
  CondForm form = CondForm::Single;
  VReg table_index = kNoVReg;
  std::int8_t likely = 0;
  bool no_preempt_term = false;
  std::uint32_t pos = 0;
  std::uint32_t loop_depth = 0;
};

// Read-only bytes that the function refers to by `sym`.
struct RodataConst {
  ssa::SymId sym;
  std::vector<std::uint8_t> bytes;
  std::uint32_t align = 8;
};

// A ssa::DebugBinding whose value has a register to itself.
struct MBinding {
  std::uint32_t variable = 0, offset = 0, size_bytes = 0;
  VReg vreg = kNoVReg;
};

struct MachFunc {
  explicit MachFunc(ssa::Func &f) : ssa(f) {}

  ssa::Func &ssa;
  std::vector<VRegInfo> vregs;
  std::vector<MOperand> operands;
  std::vector<MMem> mems;
  std::vector<MBlock> blocks;             // index = ssa block id for those from SSA, then added ones
  std::vector<std::uint32_t> order;       // layout
  std::vector<ssa::SrcPos> positions;
  std::vector<RodataConst> rodata;
  std::vector<MBinding> bindings;
  bool makes_calls = false;
  bool takes_carries = false;             // some instruction reads a carry that another made: carry_chain.h
  bool calls_return = false;              // some calls may come back: not all raise a run-time error
  std::int64_t out_arg_bytes = 0;         // largest outgoing area

  MOperand *ops(const MInst &i) { return operands.data() + i.first; }
  const MOperand *ops(const MInst &i) const { return operands.data() + i.first; }
  VReg newVReg(ssa::Type type) {
    VRegInfo info;
    info.type = type;
    info.cls = ssa::inFloatRegister(type) ? RegClass::Float : RegClass::Int;
    vregs.push_back(info);
    return static_cast<VReg>(vregs.size() - 1);
  }
};

// Whether it stores 8 bytes of zeros: the emitter may make one of two such instructions.
bool isZeroStore(const MachFunc &mf, const MInst &inst);

// By LocalId: whether the code names it.
std::vector<std::uint8_t> namedLocals(const MachFunc &mf);

std::string print(const MachFunc &mf, bool positions = false); // behind each instruction @file:line:col
std::string print(const MachFunc &mf, const MInst &inst);

} // namespace gannet::x86

#endif
