// Instructions to bytes through LLVM MC: operands in logical form are spread into LLVM's, and every symbolic field is
// encoded as zero and reported by where it stands, so that MC never sees a symbol.
#include "compiler/x86/encoder.h"

#include "compiler/base/check.h"
#include "compiler/x86/target.h"

#include "llvm/MC/MCCodeEmitter.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCExpr.h"
#include "llvm/MC/MCFixup.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstPrinter.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Triple.h"

#include <array>

namespace gannet::x86 {

namespace {

constexpr std::string_view kRegNames[] = {
    "AX",  "CX",  "DX",  "BX",  "SP",  "BP",  "SI",  "DI",  "R8",  "R9",  "R10", "R11", "R12", "R13", "R14", "R15",
    "X0",  "X1",  "X2",  "X3",  "X4",  "X5",  "X6",  "X7",  "X8",  "X9",  "X10", "X11", "X12", "X13", "X14", "X15",
    "X16", "X17", "X18", "X19", "X20", "X21", "X22", "X23", "X24", "X25", "X26", "X27", "X28", "X29", "X30", "X31",
    "K0",  "K1",  "K2",  "K3",  "K4",  "K5",  "K6",  "K7",  "M0",  "M1",  "M2",  "M3",  "M4",  "M5",  "M6",  "M7",
    "F0",  "F1",  "F2",  "F3",  "F4",  "F5",  "F6",  "F7",  "ES",  "CS",  "SS",  "DS",  "FS",  "GS",  "CR0", "CR1",
    "CR2", "CR3", "CR4", "CR5", "CR6", "CR7", "CR8", "DR0", "DR1", "DR2", "DR3", "DR4", "DR5", "DR6", "DR7", "AH",
    "CH",  "DH",  "BH",  "IP",  "none"};
static_assert(std::size(kRegNames) == kRegCount);

// How many LLVM operands the logical memory operand at `i` has: 5 in general, less in string instructions and
// absolute moves.
unsigned memoryGroup(const llvm::MCInstrDesc &desc, unsigned i) {
  unsigned n = 0;
  while (i + n < desc.getNumOperands() && n < 5 &&
         desc.operands()[i + n].OperandType == llvm::MCOI::OPERAND_MEMORY)
    ++n;
  return n;
}

bool isLea(unsigned opcode) {
  const Target &t = target();
  return opcode == t.named[op::LEA64r] || opcode == t.named[op::LEA64_32r] || opcode == t.named[op::LEA32r];
}

// The string instructions, whose memory operands are fixed registers: their groups hold 1 to 3 operands in all.
bool isStringOp(const llvm::MCInstrDesc &desc) {
  unsigned n = desc.getNumOperands();
  if (n == 0 || n > 3)
    return false;
  for (unsigned i = 0; i != n; ++i)
    if (desc.operands()[i].OperandType != llvm::MCOI::OPERAND_MEMORY)
      return false;
  return desc.operands()[0].isLookupPtrRegClass();
}

} // namespace

std::string_view regName(Reg r) { return kRegNames[static_cast<unsigned>(r)]; }

Opcode opcode(op::Id id) { return {target().named[id]}; }

bool writesFlags(op::Id id) { return target().writes_flags[id]; }
bool readsFlags(op::Id id) { return target().reads_flags[id]; }

Opcode findOpcode(std::string_view llvm_name) {
  const auto &names = target().opcode_by_name;
  auto found = names.find(llvm_name);
  return found == names.end() ? Opcode{} : Opcode{found->second};
}

std::string_view opcodeName(Opcode op) {
  llvm::StringRef name = target().instrs->getName(op.number);
  return {name.data(), name.size()};
}

OpcodeShape shape(Opcode op) {
  const Target &t = target();
  const llvm::MCInstrDesc &desc = t.instrs->get(op.number);
  OpcodeShape out;
  out.is_call = desc.isCall(), out.is_branch = desc.isBranch(), out.is_return = desc.isReturn();
  out.may_load = desc.mayLoad(), out.may_store = desc.mayStore();
  if (isStringOp(desc))
    return out;
  for (unsigned i = 0; i < desc.getNumOperands();) {
    const llvm::MCOperandInfo &info = desc.operands()[i];
    if (desc.getOperandConstraint(i, llvm::MCOI::TIED_TO) >= 0) {
      ++i;
      continue;
    }
    if (unsigned group = memoryGroup(desc, i); group != 0 || (isLea(op.number) && i == 1)) {
      if (group == 2) {
        out.slots.push_back(Slot::Offset), i += 2;
        continue;
      }
      const llvm::MCOperandInfo &index = desc.operands()[i + 2];
      bool vector = !index.isLookupPtrRegClass() && index.RegClass >= 0 &&
                    t.class_slot[index.RegClass] >= Slot::Xmm && t.class_slot[index.RegClass] <= Slot::Zmm;
      out.slots.push_back(vector ? Slot::MemVecIndex : Slot::Mem), i += 5;
      continue;
    }
    if (info.OperandType == llvm::MCOI::OPERAND_PCREL)
      out.slots.push_back(Slot::PcRel);
    else if (info.isLookupPtrRegClass())
      out.slots.push_back(Slot::Gpr64);
    else if (info.RegClass >= 0)
      out.slots.push_back(t.class_slot[info.RegClass]);
    else
      out.slots.push_back(Slot::Imm);
    ++i;
  }
  return out;
}

struct Encoder::Impl {
  const Target &t = target();
  llvm::Triple triple{"x86_64-unknown-linux-gnu"};
  llvm::MCContext context{triple, t.asm_info.get(), t.regs.get(), t.subtarget.get()};
  std::unique_ptr<llvm::MCCodeEmitter> emitter{t.llvm->createMCCodeEmitter(*t.instrs, context)};
  std::unique_ptr<llvm::MCInstPrinter> printer;
  llvm::SmallVector<llvm::MCFixup, 4> fixups;
  llvm::SmallVector<char, 32> buffer;
  const llvm::MCExpr *symbol = nullptr; // stands for every symbol; makes MC keep the field's full size and tell where
  unsigned since_reset = 0;

  Impl() { reset(); }
  void reset() {
    since_reset = 0;
    context.reset();
    symbol = llvm::MCSymbolRefExpr::create(context.getOrCreateSymbol("sym"), context);
  }

  // Spreads the logical operands. Returns false with `why`.
  bool build(const Inst &inst, llvm::MCInst &out, std::string &why);
  bool addMem(const Mem &m, const llvm::MCInstrDesc &desc, unsigned at, llvm::MCInst &out, std::string &why);
};

bool Encoder::Impl::addMem(const Mem &m, const llvm::MCInstrDesc &desc, unsigned at, llvm::MCInst &out,
                           std::string &why) {
  bool symbolic = m.sym != kNoSym || m.label.known();
  bool pc_relative = symbolic && !m.absolute_sym && !m.tls_sym;
  unsigned base = 0, index = 0, segment = 0;
  if (pc_relative) {
    if (m.index != Reg::None || (m.base != Reg::None && m.base != Reg::IP)) {
      why = "symbol address with a register";
      return false;
    }
    base = t.reg_of[static_cast<unsigned>(Reg::IP)][static_cast<unsigned>(Width::W64)];
  } else if (m.base != Reg::None) {
    base = t.reg_of[static_cast<unsigned>(m.base)][static_cast<unsigned>(Width::W64)];
    if (base == 0) {
      why = "base register of another class";
      return false;
    }
  }
  if (m.index != Reg::None) {
    const llvm::MCOperandInfo &info = desc.operands()[at + 2];
    Width w = Width::W64;
    if (!info.isLookupPtrRegClass() && info.RegClass >= 0)
      w = t.class_width[info.RegClass];
    index = t.reg_of[static_cast<unsigned>(m.index)][static_cast<unsigned>(w)];
    if (index == 0 || m.index == Reg::SP) {
      why = "index register of another class";
      return false;
    }
    if (m.scale != 1 && m.scale != 2 && m.scale != 4 && m.scale != 8) {
      why = "invalid scale";
      return false;
    }
  }
  if (m.segment != Reg::None)
    segment = t.reg_of[static_cast<unsigned>(m.segment)][static_cast<unsigned>(Width::Other)];
  if (m.disp != static_cast<std::int32_t>(m.disp)) {
    why = "displacement out of range";
    return false;
  }
  out.addOperand(llvm::MCOperand::createReg(base));
  out.addOperand(llvm::MCOperand::createImm(m.scale));
  out.addOperand(llvm::MCOperand::createReg(index));
  out.addOperand(symbolic ? llvm::MCOperand::createExpr(symbol) : llvm::MCOperand::createImm(m.disp));
  out.addOperand(llvm::MCOperand::createReg(segment));
  return true;
}

bool Encoder::Impl::build(const Inst &inst, llvm::MCInst &out, std::string &why) {
  const llvm::MCInstrDesc &desc = t.instrs->get(inst.op.number);
  out.setOpcode(inst.op.number);
  unsigned next = 0; // logical
  if (isStringOp(desc)) {
    unsigned si = t.reg_of[static_cast<unsigned>(Reg::SI)][static_cast<unsigned>(Width::W64)];
    unsigned di = t.reg_of[static_cast<unsigned>(Reg::DI)][static_cast<unsigned>(Width::W64)];
    switch (desc.getNumOperands()) {
    case 1: // destination
      out.addOperand(llvm::MCOperand::createReg(di));
      break;
    case 2: // source, segment
      out.addOperand(llvm::MCOperand::createReg(si)), out.addOperand(llvm::MCOperand::createReg(0));
      break;
    default: // CMPS takes the source first, MOVS the destination; the encoding needs only their width
      out.addOperand(llvm::MCOperand::createReg(di)), out.addOperand(llvm::MCOperand::createReg(si));
      out.addOperand(llvm::MCOperand::createReg(0));
    }
    if (!inst.operands.empty())
      why = "too many operands";
    return inst.operands.empty();
  }
  for (unsigned i = 0; i < desc.getNumOperands();) {
    const llvm::MCOperandInfo &info = desc.operands()[i];
    if (int tied = desc.getOperandConstraint(i, llvm::MCOI::TIED_TO); tied >= 0) {
      out.addOperand(llvm::MCOperand(out.getOperand(tied)));
      ++i;
      continue;
    }
    if (next == inst.operands.size()) {
      why = "too few operands";
      return false;
    }
    const Operand &o = inst.operands[next++];
    unsigned group = memoryGroup(desc, i);
    if (group == 5 || (i == 1 && isLea(inst.op.number))) {
      if (o.kind != Operand::Kind::Mem) {
        why = "memory operand expected";
        return false;
      }
      if (!addMem(o.mem, desc, i, out, why))
        return false;
      i += 5;
      continue;
    }
    if (group == 2) { // absolute address, segment
      if (o.kind != Operand::Kind::Imm) {
        why = "absolute address expected";
        return false;
      }
      out.addOperand(llvm::MCOperand::createImm(o.imm)), out.addOperand(llvm::MCOperand::createReg(0));
      i += 2;
      continue;
    }
    ++i;
    bool wants_reg = info.isLookupPtrRegClass() || info.RegClass >= 0;
    if (wants_reg != (o.kind == Operand::Kind::Reg)) {
      why = wants_reg ? "register operand expected" : "immediate operand expected";
      return false;
    }
    if (wants_reg) {
      unsigned r = info.isLookupPtrRegClass()
                       ? t.reg_of[static_cast<unsigned>(o.reg)][static_cast<unsigned>(Width::W64)]
                       : t.regFor(o.reg, info.RegClass);
      if (r == 0) {
        why = "register of another class";
        return false;
      }
      out.addOperand(llvm::MCOperand::createReg(r));
      continue;
    }
    switch (o.kind) {
    case Operand::Kind::Imm:
      out.addOperand(llvm::MCOperand::createImm(o.imm));
      break;
    case Operand::Kind::Sym:
    case Operand::Kind::Label:
      if (info.OperandType == llvm::MCOI::OPERAND_PCREL)
        out.addOperand(llvm::MCOperand::createImm(0));
      else
        out.addOperand(llvm::MCOperand::createExpr(symbol));
      break;
    case Operand::Kind::Reg:
    case Operand::Kind::Mem:
      why = "immediate operand expected";
      return false;
    }
  }
  if (next != inst.operands.size()) {
    why = "too many operands";
    return false;
  }
  return true;
}

Encoder::Encoder() : impl_(std::make_unique<Impl>()) {}
Encoder::~Encoder() = default;

Encoder::Result Encoder::encode(const Inst &inst, std::vector<std::uint8_t> &out) {
  Result result;
  Impl &impl = *impl_;
  if (++impl.since_reset == 4096) // fixups allocate small expressions in the context
    impl.reset();
  llvm::MCInst mc;
  error_.clear();
  if (!impl.build(inst, mc, error_)) {
    error_ = std::string(opcodeName(inst.op)) + ": " + error_;
    return result;
  }
  const std::size_t start = out.size();
  if (inst.prefix & kLock)
    out.push_back(0xF0);
  if (inst.prefix & kRepne)
    out.push_back(0xF2);
  if (inst.prefix & kRep)
    out.push_back(0xF3);
  const std::size_t prefix_bytes = out.size() - start;
  impl.buffer.clear(), impl.fixups.clear();
  impl.emitter->encodeInstruction(mc, impl.buffer, impl.fixups, *impl.t.subtarget);
  out.insert(out.end(), impl.buffer.begin(), impl.buffer.end());
  if (out.size() == start + prefix_bytes) {
    error_ = std::string(opcodeName(inst.op)) + ": no encoding";
    out.resize(start);
    return result;
  }
  result.length = static_cast<unsigned>(out.size() - start);

  // Fields come in the order of the bytes: displacement before immediate, which is the order of logical operands
  // but for a memory destination with an immediate, where it is too.
  for (const llvm::MCFixup &fixup : impl.fixups) {
    // A relative jump or call by a number also makes a fixup: its value is the number, as written.
    int which = -1;
    unsigned size = 4;
    unsigned kind = static_cast<unsigned>(fixup.getKind());
    if (kind == llvm::FK_Data_1 || kind == llvm::FK_PCRel_1)
      size = 1;
    else if (kind == llvm::FK_Data_2 || kind == llvm::FK_PCRel_2)
      size = 2;
    else if (kind == llvm::FK_Data_8 || kind == llvm::FK_PCRel_8)
      size = 8;
    unsigned seen = result.field_count, symbolic = 0;
    for (unsigned i = 0; i != inst.operands.size(); ++i) {
      const Operand &o = inst.operands[i];
      bool is_symbolic = o.kind == Operand::Kind::Sym || o.kind == Operand::Kind::Label ||
                         (o.kind == Operand::Kind::Mem && (o.mem.sym != kNoSym || o.mem.label.known()));
      if (is_symbolic && symbolic++ == seen)
        which = static_cast<int>(i);
    }
    unsigned at = fixup.getOffset() + static_cast<unsigned>(prefix_bytes);
    if (which < 0) { // write the number
      std::int64_t number = 0;
      for (const Operand &o : inst.operands)
        if (o.kind == Operand::Kind::Imm) {
          number = o.imm; // the target comes first (JCC_1's second is the condition)
          break;
        }
      for (unsigned i = 0; i != size; ++i)
        out[start + at + i] = static_cast<std::uint8_t>(number >> (8 * i));
      continue;
    }
    GANNET_CHECK(result.field_count < 2, "more than two symbolic fields");
    result.fields[result.field_count++] = {static_cast<std::uint8_t>(at), static_cast<std::uint8_t>(size),
                                           static_cast<std::uint8_t>(which)};
  }
  return result;
}

std::string Encoder::print(const Inst &inst) {
  Impl &impl = *impl_;
  if (!impl.printer)
    impl.printer.reset(impl.t.llvm->createMCInstPrinter(impl.triple, 0, *impl.t.asm_info, *impl.t.instrs,
                                                        *impl.t.regs));
  llvm::MCInst mc;
  std::string why;
  if (!impl.build(inst, mc, why))
    return "<" + why + ">";
  std::string text;
  llvm::raw_string_ostream stream(text);
  if (inst.prefix & kLock)
    stream << "\tlock";
  if (inst.prefix & (kRep | kRepne))
    stream << (inst.prefix & kRep ? "\trep" : "\trepne");
  impl.printer->printInst(&mc, 0, "", *impl.t.subtarget, stream);
  return text;
}

struct Disassembler::Impl {
  const Target &t = target();
  llvm::Triple triple{"x86_64-unknown-linux-gnu"};
  llvm::MCContext context{triple, t.asm_info.get(), t.regs.get(), t.subtarget.get()};
  std::unique_ptr<llvm::MCDisassembler> decoder;
  std::unique_ptr<llvm::MCInstPrinter> printer{
      t.llvm->createMCInstPrinter(triple, 0, *t.asm_info, *t.instrs, *t.regs)};
};

Disassembler::Disassembler() : impl_(std::make_unique<Impl>()) {
  LLVMInitializeX86Disassembler();
  impl_->decoder.reset(impl_->t.llvm->createMCDisassembler(*impl_->t.subtarget, impl_->context));
  impl_->printer->setPrintImmHex(true);
  impl_->printer->setPrintBranchImmAsAddress(true);
}
Disassembler::~Disassembler() = default;

Decoded Disassembler::decode(std::span<const std::uint8_t> bytes, std::uint64_t address) {
  Decoded out;
  llvm::MCInst mc;
  std::uint64_t size = 0;
  if (impl_->decoder->getInstruction(mc, size, llvm::ArrayRef<std::uint8_t>(bytes.data(), bytes.size()), address,
                                     llvm::nulls()) != llvm::MCDisassembler::Success)
    return out;
  out.length = static_cast<unsigned>(size);
  llvm::raw_string_ostream stream(out.text);
  impl_->printer->printInst(&mc, address + size, "", *impl_->t.subtarget, stream); // relative to the end
  const llvm::MCInstrDesc &desc = impl_->t.instrs->get(mc.getOpcode());
  const unsigned ip = impl_->t.reg_of[static_cast<unsigned>(Reg::IP)][static_cast<unsigned>(Width::W64)];
  for (unsigned i = 0; i < desc.getNumOperands() && i < mc.getNumOperands(); ++i) {
    const llvm::MCOperand &o = mc.getOperand(i);
    if (desc.operands()[i].OperandType == llvm::MCOI::OPERAND_PCREL && o.isImm())
      out.has_target = true, out.target = address + size + static_cast<std::uint64_t>(o.getImm());
    if (o.isReg() && o.getReg() == ip && i + 3 < mc.getNumOperands() && mc.getOperand(i + 3).isImm())
      out.has_target = true,
      out.target = address + size + static_cast<std::uint64_t>(mc.getOperand(i + 3).getImm());
  }
  return out;
}

} // namespace gannet::x86
