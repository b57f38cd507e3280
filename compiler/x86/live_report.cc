#include "compiler/x86/live_report.h"

#include "compiler/x86/liveness.h"

#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace gannet::x86 {

namespace {

using ssa::LocalId;
using ssa::LocalKind;

// "T.M" of the linker symbol "path/pkg.T.M"; a path may have dots ahead of its last slash.
std::string_view withoutPackage(std::string_view symbol) {
  const std::size_t type_arguments = symbol.find('[');
  const std::size_t slash = symbol.substr(0, type_arguments).rfind('/');
  const std::size_t dot = symbol.find('.', slash == std::string_view::npos ? 0 : slash);
  return dot == std::string_view::npos ? symbol : symbol.substr(dot + 1);
}

class LiveReport {
public:
  LiveReport(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness, const ssa::LiveNames &names,
             std::vector<ssa::Remark> &out)
      : mf_(mf), f_(mf.ssa), allocation_(allocation), liveness_(liveness), names_(names), out_(out) {}

  void run() {
    if (f_.flags.wrapper || f_.flags.abi_wrapper || f_.flags.dup_ok || withoutPackage(f_.name()) == "init")
      return;
    nameValues();
    named_ = namedLocals(mf_);
    tellEntry();
    for (std::uint32_t b : mf_.order)
      tellCalls(b);
    tellObjects();
  }

private:
  using Names = std::set<std::string>;

  void nameValues() {
    value_names_.resize(mf_.vregs.size());
    for (const MBinding &b : mf_.bindings) {
      std::string &name = value_names_[b.vreg];
      if (!name.empty())
        continue;
      const ssa::DebugVariable &variable = f_.debug_variables[b.variable];
      if (auto part = names_.parts.find({b.variable, b.offset}); part != names_.parts.end())
        name = part->second;
      else
        name = (variable.indirect ? "&" : "") + std::string(variable.name);
    }
  }

  std::string paramName(std::int32_t component) const {
    const std::uint32_t param = f_.sig.param_regs[static_cast<std::size_t>(component)].slot;
    return param < names_.params.size() ? names_.params[param] : std::string();
  }

  // An argument in the spill slot that the caller has for it is named as a whole.
  std::string valueName(VReg v) const {
    std::string name;
    if (allocation_.spilled(v))
      if (const std::int32_t c = allocation_.slots[static_cast<std::size_t>(allocation_.slot_of[v])].param; c >= 0)
        name = paramName(c);
    if (name.empty())
      name = value_names_[v];
    return name.empty() ? ".autotmp_" + std::to_string(f_.localCount() + v) : name;
  }

  std::string localName(std::uint32_t local) const {
    const std::string_view name = f_[LocalId(local)].name;
    return name.empty() || name[0] == '.' ? ".autotmp_" + std::to_string(local) : std::string(name);
  }

  // Stack parameters are in the maps of all calls.
  void addStackParams(Names &names) const {
    for (std::uint32_t i = 0; i != f_.localCount(); ++i)
      if (named_[i] && f_[LocalId(i)].kind == LocalKind::StackParam && f_[f_[LocalId(i)].layout].hasPointers())
        names.insert(localName(i));
  }

  void tell(ssa::SrcPos pos, std::string text, const Names &names) const {
    if (names.empty())
      return;
    for (const std::string &name : names)
      text += " " + name;
    out_.push_back({pos, std::move(text)});
  }

  std::vector<std::uint8_t> usedValues() const {
    std::vector<std::uint8_t> used(mf_.vregs.size(), 0);
    for (std::uint32_t b : mf_.order) {
      for (const MPhi &phi : mf_.blocks[b].phis)
        for (VReg v : phi.args)
          used[v] = 1;
      for (const MInst &inst : mf_.blocks[b].insts)
        forEachUse(const_cast<MachFunc &>(mf_), inst, [&](VReg v, Reg &, MOperand *) { used[v] = 1; });
    }
    return used;
  }

  // The arguments that hold pointers which something reads.
  void tellEntry() const {
    Names names;
    addStackParams(names);
    const std::vector<std::uint8_t> used = usedValues();
    for (const MInst &inst : mf_.blocks[mf_.order.front()].insts) {
      if (inst.op != PEntry)
        continue;
      const MOperand *ops = mf_.ops(inst);
      for (unsigned i = 0; i != inst.count; ++i) {
        const std::int32_t component = paramIn(mf_, ops[i].fixed);
        if (component >= 0 && ops[i].vreg != kNoVReg && mf_.vregs[ops[i].vreg].isPtr() && used[ops[i].vreg])
          if (std::string name = paramName(component); !name.empty())
            names.insert(std::move(name));
      }
    }
    tell(f_.pos, "live at entry to " + std::string(withoutPackage(f_.name())) + ":", names);
  }

  void tellCalls(std::uint32_t b) const {
    const Allocation::Block &allocated = allocation_.blocks[b];
    const std::vector<LocalLiveness::Units> locals = liveness_.atCalls(b);
    const std::vector<MInst> &insts = mf_.blocks[b].insts;
    std::size_t call = 0;
    for (const MInst &inst : insts) {
      if (!isCallInst(inst))
        continue;
      const std::size_t number = call++;
      if (inst.call == ~0u) // it only raises a run-time error
        continue;
      Names names;
      addStackParams(names);
      for (VReg v : allocated.call_live[number])
        names.insert(valueName(v));
      if (!locals[number].empty())
        liveness_.forEachWord(locals[number], [&](std::uint32_t local, std::int64_t) { names.insert(localName(local)); });
      const ssa::CallInfo &info = f_[ssa::CallId(inst.call)];
      const bool known = inst.op == PCall && info.callee;
      tell(mf_.positions[inst.pos],
           known ? "live at call to " + std::string(withoutPackage(f_[info.callee].name)) + ":" : "live at indirect call:",
           names);
    }
  }

  void tellObjects() const {
    for (std::uint32_t i = 0; i != f_.localCount(); ++i) {
      if (!named_[i] || !liveness_.isStackObject(i))
        continue;
      const std::string type = i < names_.local_types.size() ? names_.local_types[i] : std::string();
      out_.push_back({f_[LocalId(i)].pos, "stack object " + localName(i) + (type.empty() ? "" : " " + type)});
    }
  }

  const MachFunc &mf_;
  const ssa::Func &f_;
  const Allocation &allocation_;
  const LocalLiveness &liveness_;
  const ssa::LiveNames &names_;
  std::vector<ssa::Remark> &out_;
  std::vector<std::string> value_names_; // by vreg; empty: not bound to a variable
  std::vector<std::uint8_t> named_;      // by LocalId: the code names it
};

} // namespace

void reportLiveness(const MachFunc &mf, const Allocation &allocation, const LocalLiveness &liveness,
                    const ssa::LiveNames &names, std::vector<ssa::Remark> &out) {
  LiveReport(mf, allocation, liveness, names, out).run();
}

} // namespace gannet::x86
