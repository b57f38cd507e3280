// The checks of verify.h, in its numbering.
#include "compiler/ssa/verify.h"

#include "compiler/ssa/dominators.h"
#include "compiler/ssa/order.h"
#include "compiler/ssa/print.h"

namespace gannet::ssa {
namespace {

bool inClass(Type t, OperandClass c, Type first, Type result) {
  switch (c) {
  case OperandClass::None:
    return t == Type::None;
  case OperandClass::Bool:
  case OperandClass::I8:
  case OperandClass::I16:
  case OperandClass::I32:
  case OperandClass::I64:
  case OperandClass::F32:
  case OperandClass::F64:
  case OperandClass::Ptr:
  case OperandClass::V128:
  case OperandClass::Mem:
  case OperandClass::Flags:
  case OperandClass::Tuple:
    return static_cast<unsigned>(t) == static_cast<unsigned>(c);
  case OperandClass::Int:
    return isInt(t);
  case OperandClass::IntBool:
    return isInt(t) || t == Type::Bool;
  case OperandClass::IntPtr:
    return isInt(t) || t == Type::Ptr;
  case OperandClass::IntBoolPtr:
    return isInt(t) || t == Type::Bool || t == Type::Ptr;
  case OperandClass::IntFloat:
    return isInt(t) || isFloat(t);
  case OperandClass::Float:
    return isFloat(t);
  case OperandClass::Word:
    return t == Type::I64 || t == Type::Ptr;
  case OperandClass::Scalar:
    return isScalar(t);
  case OperandClass::Any:
    return t != Type::None;
  case OperandClass::Same:
    return t == first;
  case OperandClass::Result:
    return t == result;
  case OperandClass::Rest:
    return true;
  }
  GANNET_UNREACHABLE("operand class");
}

class Verifier {
public:
  Verifier(const Func &f, VerifyOptions options) : f_(f), options_(options) {}

  std::vector<std::string> run() {
    if (f_.blocks().empty()) {
      fault(10, "no entry block");
      return std::move(faults_);
    }
    checkPlaces();
    if (!faults_.empty())
      return std::move(faults_);
    for (BlockId b : f_.blocks()) {
      checkEdges(b);
      checkKind(b);
      for (ValueId v : f_[b].values)
        checkValue(b, v);
      checkPhis(b);
    }
    checkUses();
    if (!f_[f_.entry()].preds.empty())
      fault(10, "the entry has predecessors");
    if (faults_.empty())
      checkDominance();
    return std::move(faults_);
  }

private:
  void fault(int invariant, std::string what) {
    if (faults_.size() < 50)
      faults_.push_back("invariant " + std::to_string(invariant) + ": " + std::move(what));
  }
  static std::string name(BlockId b) { return "b" + std::to_string(b.raw); }
  static std::string name(ValueId v) { return v ? "v" + std::to_string(v.raw) : "v?"; }
  std::string shown(ValueId v) const { return printValue(f_, v); }
  Type typeOf(ValueId v) const { return f_[v].type; }

  // ---- 1
  void checkEdges(BlockId b) {
    const Block &block = f_[b];
    for (std::uint32_t i = 0; i < block.succs.size(); ++i) {
      Edge e = block.succs[i];
      if (!e.block || e.block.raw >= f_.blockCount() || f_[e.block].removed || e.index >= f_[e.block].preds.size() ||
          f_[e.block].preds[e.index] != Edge{b, i})
        fault(1, "successor " + std::to_string(i) + " of " + name(b) + " is not paired");
    }
    for (std::uint32_t i = 0; i < block.preds.size(); ++i) {
      Edge e = block.preds[i];
      if (!e.block || e.block.raw >= f_.blockCount() || f_[e.block].removed || e.index >= f_[e.block].succs.size() ||
          f_[e.block].succs[e.index] != Edge{b, i})
        fault(1, "predecessor " + std::to_string(i) + " of " + name(b) + " is not paired");
    }
  }

  // ---- 2, 13
  void checkKind(BlockId b) {
    const Block &block = f_[b];
    auto needs = [&](std::size_t controls, std::size_t succs) {
      if (block.controls.size() != controls || block.succs.size() != succs)
        fault(2, name(b) + " has " + std::to_string(block.controls.size()) + " controls and " +
                     std::to_string(block.succs.size()) + " successors");
    };
    auto control = [&](std::size_t i, Type type) {
      if (i < block.controls.size() && typeOf(block.controls[i]) != type)
        fault(2, "control " + name(block.controls[i]) + " of " + name(b) + " is not " + std::string(typeText(type)));
    };
    switch (block.kind) {
    case BlockKind::Plain:
      return needs(0, 1);
    case BlockKind::If:
      needs(1, 2);
      return control(0, Type::Bool);
    case BlockKind::CondJump:
      needs(1, 2);
      return control(0, Type::Flags);
    case BlockKind::JumpTable:
      if (block.succs.empty())
        fault(2, name(b) + " has no successors");
      needs(1, block.succs.size());
      return control(0, Type::I64);
    case BlockKind::Exit:
      needs(1, 0);
      return control(0, Type::Mem);
    case BlockKind::Ret: {
      const std::vector<AbiRegComponent> &results = f_.sig.result_regs;
      needs(results.size() + 1, 0);
      control(block.controls.size() - 1, Type::Mem);
      for (std::size_t i = 0; i < results.size() && i < block.controls.size(); ++i)
        if (typeOf(block.controls[i]) != results[i].type)
          fault(13, name(b) + " returns " + shown(block.controls[i]) + " where the signature has " +
                        std::string(typeText(results[i].type)));
      return;
    }
    }
  }

  // ---- 3
  void checkPlaces() {
    std::vector<bool> listed(f_.valueCount(), false);
    std::vector<bool> block_listed(f_.blockCount(), false);
    for (BlockId b : f_.blocks()) {
      if (b.raw >= f_.blockCount() || f_[b].removed || block_listed[b.raw]) {
        fault(3, name(b) + " is removed or twice in the order");
        continue;
      }
      block_listed[b.raw] = true;
      for (ValueId v : f_[b].values) {
        if (v.raw >= f_.valueCount() || f_[v].block != b || listed[v.raw] || f_[v].op == Op::Invalid)
          fault(3, name(v) + " is not at home in " + name(b));
        else
          listed[v.raw] = true;
      }
      for (ValueId v : f_[b].controls)
        if (v.raw >= f_.valueCount())
          fault(3, name(b) + " has a control that is not a value");
    }
    for (std::uint32_t i = 0; i < f_.valueCount(); ++i)
      if (f_[ValueId(i)].block && !listed[i])
        fault(3, name(ValueId(i)) + " is in no block's list");
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].controls)
        if (v.raw < f_.valueCount() && !listed[v.raw])
          fault(4, name(b) + " has the removed control " + name(v));
  }

  // ---- 4 to 7, 10
  void checkValue(BlockId b, ValueId v) {
    const Value &value = f_[v];
    const OpInfo &info = opInfo(value.op);
    for (ValueId a : value.args())
      if (!a || a.raw >= f_.valueCount() || !f_.isLive(a)) {
        fault(4, "removed operand " + name(a) + " of " + shown(v));
        return;
      }
    unsigned count = value.argCount();
    if (info.has_rest ? count < info.operand_count : count != info.operand_count) {
      fault(4, "number of operands: " + shown(v));
      return;
    }
    Type first = count == 0 ? Type::None : typeOf(value.arg(0));
    for (unsigned i = 0; i < info.operand_count; ++i)
      if (!inClass(typeOf(value.arg(i)), info.operands[i], first, value.type))
        fault(4, "operand " + std::to_string(i) + " is " + std::string(typeText(typeOf(value.arg(i)))) + ": " + shown(v));
    if (!inClass(value.type, info.result, first, value.type))
      fault(5, "type of the result: " + shown(v));
    if (hasEffect(value.op, Effects::Entry) && b != f_.entry())
      fault(10, "outside the entry block: " + shown(v));
    checkConversion(v);
    checkAux(v);
  }

  void checkConversion(ValueId v) {
    const Value &value = f_[v];
    if (value.argCount() == 0)
      return;
    unsigned from = sizeBytes(typeOf(value.arg(0))), to = sizeBytes(value.type);
    bool bad = false;
    switch (value.op) {
    case Op::SignExt:
      bad = to <= from;
      break;
    case Op::ZeroExt: // a bool is a byte that holds 0 or 1, so i8 is wide enough
      bad = typeOf(value.arg(0)) == Type::Bool ? to < from : to <= from;
      break;
    case Op::Trunc:
      bad = to >= from;
      break;
    case Op::Bitcast:
      bad = to != from || isInt(value.type) == isInt(typeOf(value.arg(0)));
      break;
    case Op::ConvF:
      bad = to == from;
      break;
    default:
      break;
    }
    if (bad)
      fault(5, "not such a conversion: " + shown(v));
  }

  void checkAux(ValueId v) {
    const Value &value = f_[v];
    switch (opInfo(value.op).aux) {
    case AuxKind::Layout:
      if (value.aux_id >= f_.layoutCount())
        fault(6, "no layout: " + shown(v));
      break;
    case AuxKind::Local:
      if (value.aux_id >= f_.localCount())
        fault(6, "no local: " + shown(v));
      break;
    case AuxKind::Call:
      if (value.aux_id >= f_.callCount())
        fault(6, "no call: " + shown(v));
      else
        checkCall(v);
      break;
    case AuxKind::None:
    case AuxKind::Int:
    case AuxKind::Float:
    case AuxKind::Sym:
      break;
    }
    if (value.op == Op::Addr && !value.sym)
      fault(6, "no symbol: " + shown(v));
    if (value.op == Op::Arg && (value.aux_int < 0 || static_cast<std::size_t>(value.aux_int) >= f_.sig.param_regs.size() ||
                                f_.sig.param_regs[value.aux_int].type != value.type))
      fault(6, "no such register parameter: " + shown(v));
    if (value.op == Op::Select)
      checkSelect(v);
  }

  void checkCall(ValueId v) {
    const Value &value = f_[v];
    const CallInfo &call = f_[value.call()];
    unsigned skip = value.op == Op::ClosureCall ? 2 : value.op == Op::InterCall ? 1 : 0;
    if (value.op != Op::StaticCall && value.op != Op::ClosureCall && value.op != Op::InterCall)
      return; // a machine's own call: its rows are checked there
    if (value.op == Op::StaticCall && !call.callee)
      fault(7, "no callee: " + shown(v));
    const std::vector<AbiRegComponent> &params = call.sig.param_regs;
    if (value.argCount() != skip + params.size() + 1 || !memoryArg(f_, v)) {
      fault(7, "the signature has " + std::to_string(params.size()) + " register arguments: " + shown(v));
      return;
    }
    for (std::size_t i = 0; i < params.size(); ++i)
      if (typeOf(value.arg(skip + i)) != params[i].type)
        fault(7, "argument " + std::to_string(i) + " is not " + std::string(typeText(params[i].type)) + ": " + shown(v));
  }

  void checkSelect(ValueId v) {
    const Value &value = f_[v];
    const Value &tuple = f_[value.arg(0)];
    if (tuple.block != value.block)
      fault(6, "not in the block of its tuple: " + shown(v));
    if (opInfo(tuple.op).aux != AuxKind::Call || tuple.aux_id >= f_.callCount())
      return;
    const std::vector<AbiRegComponent> &results = f_[tuple.call()].sig.result_regs;
    auto i = static_cast<std::size_t>(value.aux_int);
    Type want = i < results.size() ? results[i].type : Type::Mem;
    if (value.aux_int < 0 || i > results.size() || value.type != want)
      fault(6, "no such element: " + shown(v));
  }

  // ---- 8
  void checkUses() {
    std::vector<std::uint32_t> uses(f_.valueCount(), 0);
    for (BlockId b : f_.blocks()) {
      for (ValueId v : f_[b].values)
        for (ValueId a : f_[v].args())
          if (a.raw < uses.size())
            ++uses[a.raw];
      for (ValueId v : f_[b].controls)
        if (v.raw < uses.size())
          ++uses[v.raw];
    }
    for (BlockId b : f_.blocks())
      for (ValueId v : f_[b].values)
        if (uses[v.raw] != f_[v].uses)
          fault(8, name(v) + " counts " + std::to_string(f_[v].uses) + " uses and has " + std::to_string(uses[v.raw]));
  }

  // ---- 9
  void checkPhis(BlockId b) {
    bool first = true;
    for (ValueId v : f_[b].values) {
      const Value &value = f_[v];
      if (value.op != Op::Phi) {
        first = false;
        continue;
      }
      if (!first && options_.scheduled)
        fault(9, "behind other values: " + shown(v));
      if (value.argCount() != f_[b].preds.size())
        fault(9, name(b) + " has " + std::to_string(f_[b].preds.size()) + " predecessors: " + shown(v));
      for (ValueId a : value.args())
        if (f_.isLive(a) && typeOf(a) != value.type)
          fault(9, "operand " + name(a) + " has another type: " + shown(v));
    }
  }

  // ---- 11, 12
  void checkDominance() {
    Dominators doms(f_);
    // memory state at the end of each block
    std::vector<ValueId> mem_out(f_.blockCount());
    for (BlockId b : doms.preorder()) {
      ValueId mem = doms.idom(b) ? mem_out[doms.idom(b).raw] : ValueId();
      bool joined = b == f_.entry() || f_[b].preds.size() == 1;
      for (ValueId v : f_[b].values)
        if (f_[v].op == Op::Phi && f_[v].type == Type::Mem) {
          mem = v;
          joined = true;
        }
      (void)joined;
      std::vector<ValueId> order = options_.scheduled ? f_[b].values : orderedOrFault(b);
      std::vector<bool> placed; // by position in the order
      std::unordered_map<std::uint32_t, std::uint32_t> position;
      for (std::uint32_t i = 0; i < order.size(); ++i)
        position.emplace(order[i].raw, i);
      for (std::uint32_t i = 0; i < order.size(); ++i) {
        ValueId v = order[i];
        checkOperands(doms, b, v, i, position);
        const Value &value = f_[v];
        if (value.op == Op::Phi)
          continue;
        if (value.op == Op::InitMem || (value.op == Op::Select && value.type == Type::Mem)) {
          mem = v;
          continue;
        }
        if (value.op == Op::Copy)
          continue;
        ValueId in = memoryArg(f_, v);
        if (in && in != mem)
          fault(12, "the state in " + name(b) + " is " + name(mem) + ": " + shown(v));
        if (value.type == Type::Mem)
          mem = v;
      }
      for (ValueId c : f_[b].controls) {
        if (!doms.dominates(f_[c].block, b))
          fault(11, "control " + name(c) + " does not reach " + name(b));
        if (typeOf(c) == Type::Mem && stateOf(c) != mem)
          fault(12, "the state at the end of " + name(b) + " is " + name(mem) + ", not " + name(c));
      }
      mem_out[b.raw] = mem;
    }
    for (BlockId b : doms.preorder())
      checkMemoryIn(doms, b, mem_out);
  }

  ValueId stateOf(ValueId v) const {
    while (f_[v].op == Op::Copy)
      v = f_[v].arg(0);
    return v;
  }

  // All predecessors of a block without a phi of memory bring the same state; a phi takes theirs.
  void checkMemoryIn(const Dominators &doms, BlockId b, const std::vector<ValueId> &mem_out) {
    const Block &block = f_[b];
    ValueId phi;
    for (ValueId v : block.values)
      if (f_[v].op == Op::Phi && f_[v].type == Type::Mem)
        phi = v;
    bool uses_memory = false;
    for (ValueId v : block.values)
      uses_memory |= memoryArg(f_, v).valid();
    for (std::size_t i = 0; i < block.preds.size(); ++i) {
      BlockId pred = block.preds[i].block;
      if (!doms.isReachable(pred))
        continue;
      ValueId out = mem_out[pred.raw];
      if (phi && stateOf(f_[phi].arg(static_cast<unsigned>(i))) != out)
        fault(12, name(pred) + " ends in the state " + name(out) + ": " + shown(phi));
      if (!phi && uses_memory && out != mem_out[doms.idom(b).raw])
        fault(12, name(b) + " needs a phi of memory: " + name(pred) + " ends in the state " + name(out));
    }
  }

  std::vector<ValueId> orderedOrFault(BlockId b) {
    // A cycle of operands inside a block would end the process in order.cc; look for one first.
    enum : std::uint8_t { Unseen, Open, Done };
    std::unordered_map<std::uint32_t, std::uint8_t> state;
    std::vector<std::pair<ValueId, unsigned>> stack;
    for (ValueId root : f_[b].values) {
      if (state[root.raw] != Unseen)
        continue;
      stack.push_back({root, 0});
      state[root.raw] = Open;
      while (!stack.empty()) {
        auto &[v, next] = stack.back();
        if (f_[v].op == Op::Phi || next == f_[v].argCount()) {
          state[v.raw] = Done;
          stack.pop_back();
          continue;
        }
        ValueId a = f_[v].arg(next++);
        if (f_[a].block != b)
          continue;
        std::uint8_t &s = state[a.raw];
        if (s == Open && f_[a].op != Op::Phi) {
          fault(11, "values wait for one another: " + shown(a));
          return f_[b].values;
        }
        if (s == Unseen) {
          s = Open;
          stack.push_back({a, 0});
        }
      }
    }
    if (!memoryIsChain(b))
      return f_[b].values;
    return orderedValues(f_, b);
  }

  // A reader of a state must not depend on what replaces that state; then order.cc finds an order. Judged by numbering
  // the states of the block along their chain.
  bool memoryIsChain(BlockId b) {
    std::unordered_map<std::uint32_t, ValueId> next; // state -> the value that replaces it, in this block
    for (ValueId v : f_[b].values) {
      if (f_[v].op == Op::Phi || f_[v].op == Op::Select || !makesMemory(f_, v))
        continue;
      ValueId in = memoryArg(f_, v);
      if (!in)
        continue;
      if (!next.emplace(in.raw, v).second) {
        fault(12, "a second value replaces the state " + name(in) + ": " + shown(v));
        return false;
      }
    }
    // Depth of a value: how many replacements in this block it depends on.
    std::unordered_map<std::uint32_t, std::uint32_t> depth;
    std::vector<ValueId> stack;
    bool good = true;
    for (ValueId root : f_[b].values) {
      stack.push_back(root);
      while (!stack.empty()) {
        ValueId v = stack.back();
        if (depth.count(v.raw) != 0) {
          stack.pop_back();
          continue;
        }
        std::uint32_t deepest = 0;
        bool ready = true;
        if (f_[v].op != Op::Phi)
          for (ValueId a : f_[v].args()) {
            if (f_[a].block != b)
              continue;
            auto found = depth.find(a.raw);
            if (found == depth.end()) {
              stack.push_back(a);
              ready = false;
            } else {
              deepest = std::max(deepest, found->second);
            }
          }
        if (!ready)
          continue;
        stack.pop_back();
        ValueId in = memoryArg(f_, v);
        bool replaces = f_[v].op != Op::Phi && f_[v].op != Op::Select && in && makesMemory(f_, v);
        if (in && f_[v].op != Op::Select) {
          auto at = depth.find(in.raw);
          std::uint32_t in_depth = at == depth.end() ? 0 : at->second;
          if (deepest != in_depth) {
            fault(12, "reads a state that an operand has replaced: " + shown(v));
            good = false;
          }
        }
        depth[v.raw] = deepest + (replaces ? 1 : 0);
      }
    }
    return good;
  }

  void checkOperands(const Dominators &doms, BlockId b, ValueId v, std::uint32_t at,
                     const std::unordered_map<std::uint32_t, std::uint32_t> &position) {
    const Value &value = f_[v];
    for (unsigned i = 0; i < value.argCount(); ++i) {
      ValueId a = value.arg(i);
      BlockId from = f_[a].block;
      if (value.op == Op::Phi) {
        BlockId pred = f_[b].preds[i].block;
        if (doms.isReachable(pred) && (!doms.isReachable(from) || !doms.dominates(from, pred)))
          fault(11, "operand " + name(a) + " does not reach the end of " + name(pred) + ": " + shown(v));
        continue;
      }
      if (!doms.isReachable(from) || !doms.dominates(from, b))
        fault(11, "operand " + name(a) + " in " + name(from) + " does not dominate " + name(b) + ": " + shown(v));
      else if (from == b && position.at(a.raw) >= at)
        fault(11, "operand " + name(a) + " comes later: " + shown(v));
    }
  }

  const Func &f_;
  VerifyOptions options_;
  std::vector<std::string> faults_;
};

} // namespace

std::vector<std::string> verify(const Func &f, VerifyOptions options) { return Verifier(f, options).run(); }

} // namespace gannet::ssa
