// Machine instructions and their bytes: the one place that LLVM MC is used from, without showing it.
//
// An instruction is an opcode (LLVM's, by number) and its *logical* operands in Intel order, destination first:
//   - an operand tied to another (ADD64rr's first source) is left out: {ADD64rr, {AX, BX}} is AX += BX;
//   - a memory operand is one operand;
//   - string instructions take none;
//   - registers carry no width: AX is AL, AX, EAX or RAX as the opcode asks, X3 is XMM3, YMM3 or ZMM3.
// `Code` collects the bytes of one function: labels, jumps (relaxed to their short form), relocations.
#ifndef GANNET_COMPILER_X86_ENCODER_H
#define GANNET_COMPILER_X86_ENCODER_H

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::x86 {

// A register without its width. General ones are numbered as the machine encodes them.
enum class Reg : std::uint8_t {
  AX, CX, DX, BX, SP, BP, SI, DI, R8, R9, R10, R11, R12, R13, R14, R15,
  X0, X1, X2, X3, X4, X5, X6, X7, X8, X9, X10, X11, X12, X13, X14, X15,
  X16, X17, X18, X19, X20, X21, X22, X23, X24, X25, X26, X27, X28, X29, X30, X31,
  K0, K1, K2, K3, K4, K5, K6, K7,
  M0, M1, M2, M3, M4, M5, M6, M7, // MMX
  F0, F1, F2, F3, F4, F5, F6, F7, // x87 stack
  ES, CS, SS, DS, FS, GS,
  CR0, CR1, CR2, CR3, CR4, CR5, CR6, CR7, CR8,
  DR0, DR1, DR2, DR3, DR4, DR5, DR6, DR7,
  AH, CH, DH, BH,
  IP, // base of a RIP-relative memory operand
  None,
};
inline constexpr unsigned kRegCount = static_cast<unsigned>(Reg::None) + 1;
constexpr bool isGpr(Reg r) { return r <= Reg::R15; }
constexpr bool isVector(Reg r) { return r >= Reg::X0 && r <= Reg::X31; }
constexpr Reg gpr(unsigned n) { return static_cast<Reg>(n); }
constexpr Reg xmm(unsigned n) { return static_cast<Reg>(n + 16); }
std::string_view regName(Reg r); // "AX", "X3", "K1": Go's assembler names

// Condition codes as the machine encodes them; the operand of JCC_1, SETCCr and CMOV*.
enum class Cond : std::uint8_t { O, NO, B, AE, E, NE, BE, A, S, NS, P, NP, L, GE, LE, G };
constexpr Cond inverse(Cond c) { return static_cast<Cond>(static_cast<unsigned>(c) ^ 1); }

// A symbol as the caller numbers it (object::Unit's ids). kNoSym: none.
using SymId = std::uint32_t;
inline constexpr SymId kNoSym = ~0u;

// A place in one Code. Dense from 0.
struct Label {
  std::uint32_t id = ~0u;
  bool known() const { return id != ~0u; }
};

// [base + index*scale + disp], or sym+disp relative to IP when `sym` is set (base None or IP, no index), or a
// label when `label` is set. `disp` must fit 32 signed bits; with a symbol it is the addend.
struct Mem {
  Reg base = Reg::None;
  Reg index = Reg::None;
  std::uint8_t scale = 1;
  Reg segment = Reg::None;
  std::int64_t disp = 0;
  SymId sym = kNoSym;
  Label label = {};
  bool absolute_sym = false; // sym+disp as a sign-extended 32-bit absolute address, so that an index may be added
  bool tls_sym = false;      // the symbol's offset from the thread pointer
};

struct Operand {
  enum class Kind : std::uint8_t { Reg, Imm, Mem, Sym, Label };
  Kind kind = Kind::Imm;
  Reg reg = Reg::None;
  std::int64_t imm = 0; // addend of Sym
  SymId sym = kNoSym;
  Label label = {};
  x86::Mem mem;

  Operand(Reg r) : kind(Kind::Reg), reg(r) {}
  Operand(const x86::Mem &m) : kind(Kind::Mem), mem(m) {}
  Operand(Cond c) : imm(static_cast<int>(c)) {}
  static Operand immediate(std::int64_t v) {
    Operand o{Cond::O};
    o.imm = v;
    return o;
  }
  // A symbol's address: the target of CALL64pcrel32 and JMP_4 (relative), or an absolute immediate elsewhere.
  static Operand symbol(SymId sym, std::int64_t addend = 0) {
    Operand o{Cond::O};
    o.kind = Kind::Sym, o.sym = sym, o.imm = addend;
    return o;
  }
  // A jump target in the same Code (use Code::jump for what may be relaxed).
  static Operand target(Label l) {
    Operand o{Cond::O};
    o.kind = Kind::Label, o.label = l;
    return o;
  }
};
inline Operand imm(std::int64_t v) { return Operand::immediate(v); }

// LLVM's opcode number. 0 is none (LLVM's PHI).
struct Opcode {
  std::uint16_t number = 0;
  bool known() const { return number != 0; }
  friend bool operator==(Opcode, Opcode) = default;
};

// The opcodes that the compiler names in its source: op::ADD64rr and so on, resolved by opcode().
namespace op {
enum Id : std::uint16_t {
#define GANNET_OPCODE(name) name,
#include "compiler/x86/opcodes.def"
#undef GANNET_OPCODE
  kCount
};
} // namespace op

Opcode opcode(op::Id id);
// Whether the instruction changes or looks at the condition flags.
bool writesFlags(op::Id id);
bool readsFlags(op::Id id);
// By LLVM's name ("VPERMBZrrkz"); unknown if there is none. A hash lookup; front ends cache it.
Opcode findOpcode(std::string_view llvm_name);
std::string_view opcodeName(Opcode op);

// What an opcode takes, per logical operand.
enum class Slot : std::uint8_t {
  Gpr8, Gpr16, Gpr32, Gpr64, Xmm, Ymm, Zmm, Mask, Mmx, X87, Segment, Control, Debug, Imm, PcRel, Mem, MemVecIndex,
  Offset, // absolute 64-bit address of MOV64ao64 and its like
  Other
};
struct OpcodeShape {
  std::vector<Slot> slots;
  bool is_call = false, is_branch = false, is_return = false, may_load = false, may_store = false;
};
OpcodeShape shape(Opcode op);

// A prefix that is part of the next instruction.
enum Prefix : std::uint8_t { kNoPrefix = 0, kLock = 1, kRep = 2, kRepne = 4 };

struct Inst {
  Opcode op;
  std::uint8_t prefix = kNoPrefix;
  std::span<const Operand> operands;
};

// How a patched field is computed; the object layer maps these onto ELF relocations.
enum class FixupKind : std::uint8_t {
  PcRel32, // S + A - P, 4 bytes (R_X86_64_PC32 / PLT32)
  Call32,  // the same for CALL and JMP to a symbol
  Abs32,   // S + A zero-extended, 4 bytes
  Abs32S,  // S + A sign-extended, 4 bytes
  Abs64,   // S + A, 8 bytes
  TpOff32, // offset from the thread pointer, 4 bytes
};
struct Fixup {
  std::uint32_t offset; // of the patched field, in the final code
  FixupKind kind;
  SymId sym;
  std::int64_t addend; // ELF's A: the distance to the instruction's end is already in it
};

// Encodes instructions. Holds LLVM's emitter; build one a thread and keep it (0.1 ms). Not thread-safe.
class Encoder {
public:
  Encoder();
  ~Encoder();
  Encoder(const Encoder &) = delete;
  Encoder &operator=(const Encoder &) = delete;

  struct Field { // a symbolic operand's place in one instruction
    std::uint8_t offset = 0, size = 0;
    std::uint8_t operand = 0; // logical operand number
  };
  struct Result {
    unsigned length = 0; // 0: refused, see error()
    unsigned field_count = 0;
    Field fields[2];
  };
  // Appends the bytes to `out`; symbolic fields are zero there. Fails (length 0) on an operand count or kind that
  // does not fit the opcode, a register of another class, or an immediate out of range.
  Result encode(const Inst &inst, std::vector<std::uint8_t> &out);
  const std::string &error() const { return error_; }

  // One instruction as text, AT&T syntax; for -S. `name` gives a symbol's name.
  std::string print(const Inst &inst);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
  std::string error_;
};

// The bytes of one function in the making.
//
// Positions given out before finish() are provisional: every jump is counted in its long form and alignment as
// nothing. finalOffset() translates them afterwards (jumps shrink to two bytes where they reach).
class Code {
public:
  explicit Code(Encoder &encoder) : encoder_(encoder) {}

  Label newLabel();
  void bind(Label l); // here; once a label
  bool bound(Label l) const { return labels_[l.id] != ~0u; }

  // Appends. On refusal internal error unless `checked` is false, then returns false and encoder().error() tells.
  bool emit(Opcode op, std::span<const Operand> operands, std::uint8_t prefix = kNoPrefix, bool checked = true);
  void emit(op::Id id, std::initializer_list<Operand> operands, std::uint8_t prefix = kNoPrefix) {
    emit(opcode(id), std::span<const Operand>(operands.begin(), operands.size()), prefix);
  }
  void jump(Label to);
  void jump(Cond cond, Label to);
  // Jumps with an 8-bit offset only (JRCXZ, LOOP); finish() refuses when out of reach. `op` takes one PcRel operand.
  void shortJump(Opcode op, Label to);
  void call(SymId sym, std::int64_t addend = 0);
  void jumpToSymbol(SymId sym, std::int64_t addend = 0);
  void jumpToSymbol(Cond cond, SymId sym);
  void bytes(std::span<const std::uint8_t> raw);
  // An absolute 8-byte address in the code.
  void address(SymId sym, std::int64_t addend);
  // Pads with long NOPs to a multiple of `bytes` (a power of two; the function itself must be aligned so).
  void align(std::uint32_t bytes);

  std::uint32_t here() const { return static_cast<std::uint32_t>(bytes_.size()); }

  // Relaxes jumps, resolves labels. False when a short jump does not reach. Afterwards nothing may be added.
  bool finish();
  std::uint32_t finalOffset(std::uint32_t provisional) const;
  std::uint32_t offset(Label l) const { return finalOffset(labels_[l.id]); }
  std::span<const std::uint8_t> finalBytes() const { return final_; }
  std::span<const Fixup> fixups() const { return fixups_; } // by offset
  std::uint32_t alignment() const { return alignment_; }    // the largest align() asked for, at least 1

  Encoder &encoder() { return encoder_; }

private:
  struct Elastic { // a jump or padding: what changes its size
    std::uint32_t at;      // provisional offset of its first byte
    std::uint32_t reserve; // bytes at `at` in bytes_ (0 for padding)
    std::uint32_t size;    // present size
    std::uint32_t label;   // of a jump
    std::uint32_t align;   // of padding, else 0
    std::int8_t cond;      // -1: unconditional
  };
  struct LabelFixup { // a 4- or 1-byte pc-relative field that names a label
    std::uint32_t at;
    std::uint32_t end; // provisional offset of the instruction's end
    std::uint32_t label;
    std::int32_t addend;
    std::uint8_t size;
  };
  void addJump(int cond, Label to);

  Encoder &encoder_;
  std::vector<std::uint8_t> bytes_;
  std::vector<std::uint8_t> final_;
  std::vector<std::uint32_t> labels_; // provisional offsets, ~0 unbound
  std::vector<Elastic> elastic_;
  std::vector<std::uint32_t> elastic_final_; // final offset just after each elastic
  std::vector<LabelFixup> label_fixups_;
  std::vector<Fixup> fixups_;
  std::uint32_t alignment_ = 1;
};

// Decodes one instruction from the front of `bytes`, which stands at `address`. Text is AT&T syntax.
struct Decoded {
  unsigned length = 0; // 0: not an instruction
  std::string text;
  bool has_target = false; // direct call, jump, or RIP-relative operand
  std::uint64_t target = 0;
};
class Disassembler {
public:
  Disassembler();
  ~Disassembler();
  Decoded decode(std::span<const std::uint8_t> bytes, std::uint64_t address);

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace gannet::x86

#endif
