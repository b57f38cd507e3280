// Reads LLVM's tables into the forms of target.h.
#include "compiler/x86/target.h"

#include "compiler/base/check.h"

#include "llvm/MC/MCTargetOptions.h"
#include "llvm/Support/TargetSelect.h"

#include <string>

namespace gannet::x86 {

namespace {

constexpr const char *kTriple = "x86_64-unknown-linux-gnu";

// Everything the encoder may meet; what code may use is decided by who selects the instruction.
constexpr const char *kFeatures =
    "+64bit,+cx16,+popcnt,+lzcnt,+bmi,+bmi2,+avx,+avx2,+fma,+aes,+pclmul,+sha,+adx,+avx512f,+avx512bw,+avx512cd,"
    "+avx512dq,+avx512vl,+avx512vbmi,+avx512vbmi2,+avx512bitalg,+avx512vpopcntdq,+avx512vnni,+avx512ifma,+gfni,+vaes,"
    "+vpclmulqdq,+movbe,+rdrnd,+rdseed,+rdpid,+sse4.2,+ssse3,+crc32,+fsgsbase,+xsave,+cldemote,+clwb,+clflushopt";

constexpr const char *kGpr64[] = {"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI"};
constexpr const char *kGpr32[] = {"EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"};
constexpr const char *kGpr16[] = {"AX", "CX", "DX", "BX", "SP", "BP", "SI", "DI"};
constexpr const char *kGpr8[] = {"AL", "CL", "DL", "BL", "SPL", "BPL", "SIL", "DIL"};
constexpr const char *kHigh[] = {"AH", "CH", "DH", "BH"};
constexpr const char *kSegments[] = {"ES", "CS", "SS", "DS", "FS", "GS"};

Slot slotOf(std::string_view cls) {
  struct Row {
    std::string_view prefix;
    Slot slot;
  };
  static constexpr Row kRows[] = {
      {"GR8", Slot::Gpr8},     {"GRH8", Slot::Gpr8},     {"GR16", Slot::Gpr16},        {"GRH16", Slot::Gpr16},
      {"GR32", Slot::Gpr32},   {"GR64", Slot::Gpr64},    {"LOW32", Slot::Gpr64},       {"VK", Slot::Mask},
      {"FR16", Slot::Xmm},     {"FR32", Slot::Xmm},      {"FR64", Slot::Xmm},          {"VR128", Slot::Xmm},
      {"VR256", Slot::Ymm},    {"VR512", Slot::Zmm},     {"VR64", Slot::Mmx},          {"RFP", Slot::X87},
      {"RST", Slot::X87},      {"SEGMENT", Slot::Segment}, {"CONTROL", Slot::Control}, {"DEBUG", Slot::Debug},
  };
  for (const Row &row : kRows)
    if (cls.starts_with(row.prefix))
      return row.slot;
  return Slot::Other;
}

Width widthOf(Slot slot) {
  switch (slot) {
  case Slot::Gpr8:
    return Width::W8;
  case Slot::Gpr16:
    return Width::W16;
  case Slot::Gpr32:
    return Width::W32;
  case Slot::Gpr64:
    return Width::W64;
  case Slot::Xmm:
    return Width::V128;
  case Slot::Ymm:
    return Width::V256;
  case Slot::Zmm:
    return Width::V512;
  default: // every other class has one form only
    return Width::Other;
  }
}

} // namespace

Target::Target() {
  LLVMInitializeX86TargetInfo();
  LLVMInitializeX86TargetMC();
  std::string error;
  llvm = llvm::TargetRegistry::lookupTarget(kTriple, error);
  GANNET_CHECK(llvm != nullptr, "LLVM without its X86 target");
  instrs.reset(llvm->createMCInstrInfo());
  regs.reset(llvm->createMCRegInfo(kTriple));
  subtarget.reset(llvm->createMCSubtargetInfo(kTriple, "x86-64", kFeatures));
  asm_info.reset(llvm->createMCAsmInfo(*regs, kTriple, llvm::MCTargetOptions()));

  opcode_by_name.reserve(instrs->getNumOpcodes());
  for (unsigned i = 0; i != instrs->getNumOpcodes(); ++i) {
    ::llvm::StringRef name = instrs->getName(i);
    opcode_by_name.emplace(std::string_view(name.data(), name.size()), static_cast<std::uint16_t>(i));
  }
  static constexpr std::string_view kNames[] = {
#define GANNET_OPCODE(name) #name,
#include "compiler/x86/opcodes.def"
#undef GANNET_OPCODE
  };
  for (unsigned i = 0; i != op::kCount; ++i) {
    auto found = opcode_by_name.find(kNames[i]);
    GANNET_CHECK(found != opcode_by_name.end(), std::string("LLVM has no opcode ") + std::string(kNames[i]));
    named[i] = found->second;
  }

  std::unordered_map<std::string, std::uint16_t> reg_by_name;
  for (unsigned i = 1; i != regs->getNumRegs(); ++i)
    reg_by_name.emplace(regs->getName(i), static_cast<std::uint16_t>(i));
  const std::uint16_t flags = reg_by_name.at("EFLAGS");
  for (unsigned i = 0; i != op::kCount; ++i) {
    const ::llvm::MCInstrDesc &desc = instrs->get(named[i]);
    for (::llvm::MCPhysReg r : desc.implicit_defs())
      writes_flags[i] |= r == flags;
    for (::llvm::MCPhysReg r : desc.implicit_uses())
      reads_flags[i] |= r == flags;
  }
  auto set = [&](unsigned r, Width w, const std::string &name) {
    auto found = reg_by_name.find(name);
    GANNET_CHECK(found != reg_by_name.end(), "LLVM has no register " + name);
    reg_of[r][static_cast<unsigned>(w)] = found->second;
  };
  for (unsigned i = 0; i != 8; ++i) {
    set(i, Width::W64, kGpr64[i]), set(i, Width::W32, kGpr32[i]);
    set(i, Width::W16, kGpr16[i]), set(i, Width::W8, kGpr8[i]);
    std::string r = "R" + std::to_string(i + 8);
    set(i + 8, Width::W64, r), set(i + 8, Width::W32, r + "D");
    set(i + 8, Width::W16, r + "W"), set(i + 8, Width::W8, r + "B");
  }
  auto base = [](Reg r) { return static_cast<unsigned>(r); };
  for (unsigned i = 0; i != 32; ++i) {
    std::string n = std::to_string(i);
    set(base(Reg::X0) + i, Width::V128, "XMM" + n);
    set(base(Reg::X0) + i, Width::V256, "YMM" + n);
    set(base(Reg::X0) + i, Width::V512, "ZMM" + n);
  }
  for (unsigned i = 0; i != 8; ++i) {
    std::string n = std::to_string(i);
    set(base(Reg::K0) + i, Width::Other, "K" + n);
    set(base(Reg::M0) + i, Width::Other, "MM" + n);
    set(base(Reg::F0) + i, Width::Other, "ST" + n);
    set(base(Reg::DR0) + i, Width::Other, "DR" + n);
  }
  for (unsigned i = 0; i != 9; ++i)
    set(base(Reg::CR0) + i, Width::Other, "CR" + std::to_string(i));
  for (unsigned i = 0; i != 6; ++i)
    set(base(Reg::ES) + i, Width::Other, kSegments[i]);
  for (unsigned i = 0; i != 4; ++i)
    set(base(Reg::AH) + i, Width::W8, kHigh[i]);
  set(base(Reg::IP), Width::W64, "RIP");

  for (unsigned i = 0; i != regs->getNumRegClasses(); ++i) {
    Slot slot = slotOf(regs->getRegClassName(&regs->getRegClass(i)));
    class_slot.push_back(slot);
    class_width.push_back(widthOf(slot));
  }
}

unsigned Target::regFor(Reg r, int reg_class) const {
  unsigned found = reg_of[static_cast<unsigned>(r)][static_cast<unsigned>(class_width[reg_class])];
  if (found == 0 || !regs->getRegClass(reg_class).contains(found))
    return 0;
  return found;
}

const Target &target() {
  static const Target the_target;
  return the_target;
}

} // namespace gannet::x86
