// The working state of emission; see emit.h. Blocks and tables are in emit.cc, expansions of pseudo instructions in
// emit_pseudo.cc, prologue and epilogue in emit_frame.cc, what debuggers are told in emit_debug.cc.
#ifndef GANNET_COMPILER_X86_EMITTER_H
#define GANNET_COMPILER_X86_EMITTER_H

#include "compiler/x86/arg_live.h"
#include "compiler/x86/debug_locations.h"
#include "compiler/x86/emit.h"
#include "compiler/x86/inline_marks.h"

#include <string_view>
#include <vector>

namespace gannet::x86 {

// The move between a register and memory of exactly the type's size.
op::Id exactMove(ssa::Type t, bool store);

class Emitter {
public:
  Emitter(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness, const SourceSet *sources,
          std::span<const std::uint8_t> arg_info, Encoder &encoder, object::Unit &unit);
  void run();

private:
  // ---- emit.cc
  void planBlocks();
  void emitBlock(std::size_t index);
  void emitTerminator(const MBlock &block, std::uint32_t next);
  bool isLoopTest(std::uint32_t block) const;
  void emitInst(const MInst &inst);
  void emitEdit(const Edit &e, bool flags_live);
  void endEdits(); // of one place
  void emitRemat(VReg v, Reg r, bool flags_live);
  void loadSlot(Reg r, VReg v); // from where v is spilled
  void storeSlot(VReg v, Reg r);
  void finish();
  void defineRodata();

  SymId symbol(ssa::SymId sym);
  SymId symbol(std::string_view name) { return unit_.symbol(name).raw; }
  Mem mem(const MMem &m) const;
  Mem slot(const Loc &l) const;
  Mem spAt(std::int64_t offset, bool indexed = false) const;
  void inFrame(Mem &m, std::int64_t offset) const; // lets m count from there
  std::uint32_t threaded(std::uint32_t block) const; // where a jump to it ends up
  void setPos(const ssa::SrcPos &pos);
  void setUnsafe(bool unsafe);
  void setArgs(ArgLive::Params stored); // the arguments that stand in their spill slots from here on
  bool flagsLive(std::size_t i) const { return flags_live_[i]; }

  // ---- emit_pseudo.cc
  void emitPseudo(const MInst &inst);
  void emitAdd(const MInst &inst, bool wide);
  void emitCall(const MInst &inst);
  void mapCall(); // the stack map of the call at hand
  void emitBounds(const MInst &inst);
  void emitDivide(const MOperand *o);
  void emitUintToFloat(const MOperand *o);
  void emitFloatToUint(const MOperand *o);
  void emitMinMax(const MOperand *o);
  void emitAtomicLoop(const MOperand *o);
  void move(Reg to, Reg from);

  // ---- emit_zeros.cc
  void emitZero8(const Mem &m); // stores 8 bytes of zeros; X15 is zero
  bool joinsZeroStore(const MBlock &block, std::size_t i, bool edited);

  // ---- emit_debug.cc
  object::DebugVariable debugVariable(const ssa::DebugVariable &v);
  void addConstants(std::vector<object::DebugVariable> &variables);
  void addLocations(std::vector<object::DebugVariable> &variables);
  std::uint32_t scopeAt(ssa::SrcPos pos) const; // as ssa::DebugVariable::scope
  std::vector<object::DebugScope> debugScopes() const;

  // ---- emit_frame.cc
  void emitPrologue();
  void emitZeroing();
  void emitEpilogue();
  void emitMorestack();

  struct Step {
    std::uint32_t at; // provisional
    std::int32_t value;
  };
  using Steps = std::vector<Step>;
  void step(Steps &steps, std::int32_t value) {
    if (steps.empty() || steps.back().value != value)
      steps.push_back({code_.here(), value});
  }
  std::vector<std::uint8_t> table(const Steps &steps) const;

  const MachFunc &mf_;
  const ssa::Func &f_;
  const Allocation &allocation_;
  const LocalLiveness &liveness_;
  const SourceSet *sources_;
  std::span<const std::uint8_t> arg_info_;
  object::Unit &unit_;
  Frame frame_;
  StackMaps maps_;
  Code code_;
  std::vector<std::uint32_t> order_; // blocks that are emitted
  std::vector<std::uint8_t> empty_;  // by block: jumps go through it
  std::vector<Label> labels_;        // by block
  std::vector<bool> flags_live_;     // in the block at hand, ahead of instruction i
  std::vector<std::uint32_t> symbol_ids_; // by ssa::SymId
  DebugLocations locations_;
  ArgLive arg_live_;
  Steps pcsp_, pcfile_, pcline_, pcinline_, pcunsafe_, pcmap_, pcbounds_, pcargs_, pcscope_;
  InlineMarks inline_marks_;
  std::uint32_t deferreturn_ = ~0u;
  ssa::SrcPos last_pos_;
  bool have_pos_ = false;
  bool checks_stack_ = false;
  Label start_, more_;
  const MBlock *block_ = nullptr;
  std::size_t call_index_ = 0; // in the block: into Allocation::Block::call_live
  std::vector<LocalLiveness::Units> call_locals_; // by call of the block
  const Allocation::Block *alloc_ = nullptr;
  bool has_bp_ = false;            // BP points at the frame's saved BP
  bool x15_used_ = false;          // by edits, for what is on its way from slot to slot
  bool last_block_ = false;        // the block at hand is the last
  std::uint32_t call_end_ = ~0u;   // provisional offset behind the last call emitted
};

} // namespace gannet::x86

#endif
