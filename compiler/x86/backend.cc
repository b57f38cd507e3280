#include "compiler/x86/backend.h"

#include "compiler/base/check.h"
#include "compiler/object/pcln.h"
#include "compiler/x86/carry_chain.h"
#include "compiler/x86/emit.h"
#include "compiler/x86/frame.h"
#include "compiler/x86/live_report.h"
#include "compiler/x86/mach.h"
#include "compiler/x86/regalloc.h"
#include "compiler/x86/select.h"

#include <cstdio>

namespace gannet::x86 {

namespace {

// What is said of a frame that is too large; empty if it is not.
std::string frameFault(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness) {
  const std::int64_t args = mf.ssa.sig.total_bytes, frame = layOutFrame(mf, allocation, liveness).size;
  if (args < kMaxFrameBytes && frame < kMaxFrameBytes)
    return {};
  const std::int64_t callee = mf.out_arg_bytes, locals = frame - callee;
  std::string out = "stack frame too large (>1GB): " + std::to_string(locals >> 20) + " MB locals + " +
                    std::to_string(args >> 20) + " MB args";
  if (callee >> 20 != 0)
    out += " + " + std::to_string(callee >> 20) + " MB callee";
  return out;
}

} // namespace

bool compileFunc(ssa::Func &f, const BackendOptions &options, Encoder &encoder, object::Unit &unit,
                 std::string &error) {
  ssa::PassContext context;
  ssa::runPasses(context, f, ssa::latePasses(), options.passes ? *options.passes : ssa::PassOptions{});
  if (options.remarks)
    options.remarks->insert(options.remarks->end(), context.remarks().begin(), context.remarks().end());
  MachFunc mf(f);
  std::vector<ssa::Remark> *nil_checks = context.subjects.nil_checks ? options.remarks : nullptr;
  if (!selectInstructions(mf, options.level, error, nil_checks)) {
    error = f.name() + ": " + error;
    return false;
  }
  chainCarries(mf);
  if (options.on_stage)
    options.on_stage("selected", print(mf, true));
  Allocation allocation;
  allocateRegisters(mf, allocation);
  if (options.on_stage)
    options.on_stage("allocated", print(mf, true));
  if (options.check_allocation) {
    std::string faults = checkAllocation(mf, allocation);
    GANNET_CHECK(faults.empty(), "register allocation is wrong:\n" + faults + print(mf));
  }
  const LocalLiveness liveness(mf);
  if (error = frameFault(mf, allocation, liveness); !error.empty())
    return false;
  if (options.live_names && options.remarks)
    reportLiveness(mf, allocation, liveness, *options.live_names, *options.remarks);
  emitFunction(mf, allocation, liveness, options.sources, options.arg_info, encoder, unit);
  return true;
}

std::string listing(const object::Unit &unit, object::SymbolId id, bool positions) {
  const object::Symbol &sym = unit[id];
  std::string out = std::string(sym.name) + " STEXT size=" + std::to_string(sym.bytes.size());
  if (sym.func)
    out += " args=" + std::to_string(sym.func->args_bytes) + " locals=" + std::to_string(sym.func->frame_bytes);
  out += "\n";
  Disassembler disassembler;
  std::size_t reloc = 0;
  std::vector<const object::Reloc *> relocs;
  for (const object::Reloc &r : sym.relocs)
    relocs.push_back(&r);
  for (std::size_t at = 0; at < sym.bytes.size();) {
    Decoded d = disassembler.decode(std::span(sym.bytes).subspan(at), at);
    const std::size_t n = d.length == 0 ? 1 : d.length;
    char head[32];
    std::snprintf(head, sizeof head, "\t%04zx", at);
    out += head;
    out += d.length == 0 ? "\t(bad)" : d.text;
    for (; reloc != relocs.size() && relocs[reloc]->offset < at + n; ++reloc)
      out += "\t" + std::string(unit[relocs[reloc]->target].name);
    if (positions && sym.func) {
      const auto pc = static_cast<std::uint32_t>(at);
      const std::int32_t file = object::pcValue(sym.func->pcfile, pc);
      if (file >= 0 && static_cast<std::size_t>(file) < unit.files().size())
        out += " @" + std::string(unit.files()[static_cast<std::size_t>(file)]) + ":" +
               std::to_string(object::pcValue(sym.func->pcline, pc));
    }
    out += "\n";
    at += n;
  }
  return out;
}

} // namespace gannet::x86
