// LLVM's description of the machine, built once and immutable: names and numbers of opcodes and registers.
// For the .cc files of this folder only, as it shows LLVM.
#ifndef GANNET_COMPILER_X86_TARGET_H
#define GANNET_COMPILER_X86_TARGET_H

#include "compiler/x86/encoder.h"

#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"

#include <memory>
#include <unordered_map>
#include <vector>

namespace gannet::x86 {

// What of a register an LLVM register class holds.
enum class Width : std::uint8_t { W8, W16, W32, W64, V128, V256, V512, Other };

struct Target {
  const llvm::Target *llvm = nullptr;
  std::unique_ptr<llvm::MCInstrInfo> instrs;
  std::unique_ptr<llvm::MCRegisterInfo> regs;
  std::unique_ptr<llvm::MCSubtargetInfo> subtarget;
  std::unique_ptr<llvm::MCAsmInfo> asm_info;
  std::unordered_map<std::string_view, std::uint16_t> opcode_by_name;
  std::uint16_t named[op::kCount] = {};
  bool writes_flags[op::kCount] = {};
  bool reads_flags[op::kCount] = {};
  std::uint16_t reg_of[kRegCount][8] = {};   // [Reg][Width]: LLVM's register, 0 none
  std::vector<Width> class_width;            // per LLVM register class
  std::vector<Slot> class_slot;              // per LLVM register class

  Target();
  // 0 if `r` has no form in the register class.
  unsigned regFor(Reg r, int reg_class) const;
};

const Target &target();

} // namespace gannet::x86

#endif
