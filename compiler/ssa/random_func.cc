// Structured statements over a set of variables, with a phi for each at every join: assignments of random expressions, loads and
// stores of locals and of what the pointers reach, calls, bounds and nil checks, branches, counted loops.
#include "compiler/ssa/random_func.h"

#include "compiler/ssa/func_builder.h"

#include <random>

namespace gannet::ssa {
namespace {

constexpr Type kVariableTypes[] = {Type::I64, Type::I64, Type::I32, Type::I8, Type::I16, Type::F64, Type::Ptr, Type::Ptr, Type::Bool};
constexpr unsigned kVariables = std::size(kVariableTypes);

AbiType scalarType(Type t) {
  auto size = static_cast<std::int64_t>(sizeBytes(t));
  return {.size_bytes = size, .align_bytes = size, .in_memory = false, .components = {{t, 0}}, .layout = {}};
}

class Generator {
public:
  Generator(Func &f, std::uint64_t seed) : f_(f), b_(f), random_(seed) {}

  void run(int size) {
    std::vector<AbiType> params, results;
    for (Type t : {Type::I64, Type::I64, Type::I32, Type::I8, Type::F64, Type::Ptr, Type::Ptr})
      params.push_back(scalarType(t));
    for (Type t : {Type::I64, Type::I32, Type::F64, Type::Ptr})
      results.push_back(scalarType(t));
    f_.sig = assignAbi(Abi::Internal, params, results);
    b_.setBlock(f_.addBlock());
    mem_ = b_.emit(Op::InitMem, Type::Mem);
    std::vector<ValueId> args;
    for (std::size_t i = 0; i < params.size(); ++i)
      args.push_back(b_.emit(Op::Arg, params[i].components[0].type, {}, {.aux_int = static_cast<std::int64_t>(i)}));
    vars_ = {args[0], args[1], args[2], args[3], b_.constInt(Type::I16, 7), args[4], args[5], args[6], b_.constBool(true)};
    Layout words{.size_bytes = 32, .align_bytes = 8, .ptr_bytes = 32, .ptr_mask = {0xf}, .type_sym = f_.symbol("type:T")};
    layout_ = f_.addLayout(words);
    for (int i = 0; i < 3; ++i) {
      Local local;
      local.name = "l";
      local.layout = layout_;
      local.address_taken = i == 2;
      locals_.push_back(f_.addLocal(local));
      mem_ = b_.zero(b_.localAddr(locals_.back()), layout_, mem_);
    }
    statements(size, 3);
    b_.ret(std::vector<ValueId>{vars_[0], vars_[2], vars_[5], vars_[6], mem_});
  }

private:
  unsigned pick(unsigned n) { return static_cast<unsigned>(random_() % n); }

  ValueId variable(Type t) {
    std::vector<ValueId> fits;
    for (unsigned i = 0; i < kVariables; ++i)
      if (kVariableTypes[i] == t)
        fits.push_back(vars_[i]);
    return fits[pick(static_cast<unsigned>(fits.size()))];
  }

  std::int64_t interesting() {
    static constexpr std::int64_t kList[] = {0, 1, -1, 2, 3, 5, 7, 8, 10, 16, 63, 64, 100, 127, 128, 255, 256, 641, 1000, 65535, 65536,
                                             1000000007, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 0x5555555555555555};
    return pick(4) == 0 ? static_cast<std::int64_t>(random_()) : kList[pick(std::size(kList))];
  }

  ValueId intExpr(Type t, int depth) {
    if (depth == 0)
      return pick(3) == 0 ? b_.constInt(t, interesting()) : variable(t);
    auto sub = [&] { return intExpr(t, depth - 1); };
    switch (pick(20)) {
    case 0: return b_.binary(Op::Add, sub(), sub());
    case 1: return b_.binary(Op::Sub, sub(), sub());
    case 2: return b_.binary(Op::Mul, sub(), sub());
    case 3: return b_.binary(Op::And, sub(), sub());
    case 4: return b_.binary(Op::Or, sub(), sub());
    case 5: return b_.binary(Op::Xor, sub(), sub());
    case 6: return b_.unary(Op::Neg, sub());
    case 7: return b_.unary(Op::Not, sub());
    case 8: case 9: {
      static constexpr Op kShifts[] = {Op::Shl, Op::Shr, Op::Sar};
      Op op = kShifts[pick(3)];
      return b_.emit(op, t, {sub(), intExpr(pick(2) == 0 ? Type::I64 : Type::I8, depth - 1)});
    }
    case 10: case 11: case 12: {
      static constexpr Op kDivisions[] = {Op::Div, Op::DivU, Op::Mod, Op::ModU};
      Op op = kDivisions[pick(4)];
      ValueId divisor = b_.constInt(t, interesting());
      if (f_[divisor].aux_int == 0)
        divisor = b_.constInt(t, 3);
      return b_.binary(op, sub(), divisor);
    }
    case 13: {
      Type from = t == Type::I8 ? Type::Bool : Type::I8;
      ValueId x = from == Type::Bool ? boolExpr(depth - 1) : intExpr(from, depth - 1);
      return b_.emit(from == Type::Bool || pick(2) == 0 ? Op::ZeroExt : Op::SignExt, t, {x});
    }
    case 14:
      return t == Type::I64 ? b_.emit(pick(2) == 0 ? Op::ZeroExt : Op::SignExt, t, {intExpr(Type::I32, depth - 1)})
                            : b_.emit(Op::Trunc, t, {intExpr(Type::I64, depth - 1)});
    case 15: return b_.emit(Op::CondSelect, t, {sub(), sub(), boolExpr(depth - 1)});
    case 16: return b_.emit(Op::RotL, t, {sub(), intExpr(Type::I64, depth - 1)});
    case 17: return b_.unary(pick(2) == 0 ? Op::Ctz : Op::BitLen, sub());
    case 18: return b_.load(t, pointer(sizeBytes(t)), mem_);
    default: return b_.constInt(t, interesting());
    }
  }

  ValueId boolExpr(int depth) {
    if (depth == 0)
      return variable(Type::Bool);
    static constexpr Type kInts[] = {Type::I8, Type::I16, Type::I32, Type::I64};
    Type t = kInts[pick(4)];
    switch (pick(9)) {
    case 0: return b_.compare(Op::Eq, intExpr(t, depth - 1), intExpr(t, depth - 1));
    case 1: return b_.compare(Op::Ne, intExpr(t, depth - 1), intExpr(t, depth - 1));
    case 2: return b_.compare(Op::Lt, intExpr(t, depth - 1), intExpr(t, depth - 1));
    case 3: return b_.compare(Op::Le, intExpr(t, depth - 1), intExpr(t, depth - 1));
    case 4: return b_.compare(pick(2) == 0 ? Op::LtU : Op::LeU, intExpr(t, depth - 1), intExpr(t, depth - 1));
    case 5: return b_.emit(Op::BoolNot, Type::Bool, {boolExpr(depth - 1)});
    case 6: return b_.emit(pick(2) == 0 ? Op::BoolAnd : Op::BoolOr, Type::Bool, {boolExpr(depth - 1), boolExpr(depth - 1)});
    case 7: return b_.compare(pick(2) == 0 ? Op::LtF : Op::EqF, floatExpr(depth - 1), floatExpr(depth - 1));
    default: return b_.emit(Op::IsNonNil, Type::Bool, {variable(Type::Ptr)});
    }
  }

  ValueId floatExpr(int depth) {
    if (depth == 0)
      return pick(3) == 0 ? f_.constFloat(Type::F64, static_cast<double>(pick(5)) - 1) : variable(Type::F64);
    switch (pick(6)) {
    case 0: return b_.binary(Op::AddF, floatExpr(depth - 1), floatExpr(depth - 1));
    case 1: return b_.binary(Op::SubF, floatExpr(depth - 1), floatExpr(depth - 1));
    case 2: return b_.binary(Op::MulF, floatExpr(depth - 1), floatExpr(depth - 1));
    case 3: return b_.binary(Op::DivF, floatExpr(depth - 1), floatExpr(depth - 1));
    case 4: return b_.emit(Op::IntToF, Type::F64, {intExpr(Type::I32, depth - 1)});
    default: return b_.unary(Op::NegF, floatExpr(depth - 1));
    }
  }

  // An address with room for so many bytes: in a local, or checked through a pointer.
  ValueId pointer(unsigned size_bytes) {
    std::int64_t offset = pick(32 / size_bytes) * size_bytes;
    ValueId base = pick(2) == 0 ? b_.localAddr(locals_[pick(3)]) : b_.nilCheck(variable(Type::Ptr), mem_);
    if (pick(8) == 0)
      return b_.addPtr(base, b_.binary(Op::And, intExpr(Type::I64, 1), b_.constInt(Type::I64, 24)));
    return b_.offPtr(base, offset);
  }

  void call(bool with_address) {
    std::vector<AbiType> params{scalarType(Type::I64), scalarType(Type::Ptr)}, results{scalarType(Type::I64), scalarType(Type::Ptr)};
    CallInfo info;
    info.callee = f_.symbol(pick(3) == 0 ? "runtime.newobject" : "ext.f");
    bool fresh = f_[info.callee].name == "runtime.newobject";
    if (fresh)
      params = {scalarType(Type::Ptr)}, results = {scalarType(Type::Ptr)};
    info.sig = assignAbi(Abi::Internal, params, results);
    ValueId ptr = with_address ? b_.localAddr(locals_[2]) : variable(Type::Ptr);
    std::vector<ValueId> args;
    if (!fresh)
      args.push_back(intExpr(Type::I64, 1));
    args.push_back(fresh ? b_.addr(f_.symbol("type:T")) : ptr);
    args.push_back(mem_);
    ValueId c = b_.call(Op::StaticCall, f_.addCall(std::move(info)), args);
    mem_ = b_.callMem(c);
    if (fresh) {
      vars_[6 + pick(2)] = b_.select(c, 0, Type::Ptr);
    } else {
      vars_[pick(2)] = b_.select(c, 0, Type::I64);
    }
  }

  void boundsCheck() {
    ValueId index = intExpr(Type::I64, 2), length = b_.constInt(Type::I64, 16);
    if (pick(2) == 0) // a length is not negative
      length = b_.emit(Op::Shr, Type::I64, {variable(Type::I64), b_.constInt(Type::I64, 1 + pick(60))}, {.aux_int = 1});
    BlockId good = f_.addBlock(), bad = f_.addBlock();
    ValueId in = b_.compare(pick(2) == 0 ? Op::IsInBounds : Op::IsSliceInBounds, index, length);
    b_.branch(in, good, bad, 1);
    b_.setBlock(bad);
    b_.exit(b_.emit(Op::PanicBounds, Type::Mem, {index, length, mem_}));
    b_.setBlock(good);
    vars_[pick(2)] = index;
  }

  void assign() {
    unsigned i = pick(kVariables);
    Type t = kVariableTypes[i];
    if (t == Type::Bool)
      vars_[i] = boolExpr(2);
    else if (t == Type::F64)
      vars_[i] = floatExpr(2);
    else if (t == Type::Ptr)
      vars_[i] = pick(3) == 0 ? b_.load(Type::Ptr, b_.localAddr(locals_[pick(3)], pick(4) * 8), mem_) : variable(Type::Ptr);
    else
      vars_[i] = intExpr(t, 3);
  }

  void store() {
    static constexpr Type kTypes[] = {Type::I64, Type::I32, Type::I8, Type::Ptr, Type::F64};
    Type t = kTypes[pick(5)];
    ValueId value = t == Type::Ptr ? variable(t) : t == Type::F64 ? floatExpr(1) : intExpr(t, 1);
    mem_ = b_.store(pointer(sizeBytes(t)), value, mem_);
  }

  void bulk() {
    ValueId to = pick(2) == 0 ? b_.localAddr(locals_[pick(3)]) : b_.nilCheck(variable(Type::Ptr), mem_);
    if (pick(2) == 0) {
      mem_ = b_.zero(to, layout_, mem_);
    } else {
      ValueId from = b_.localAddr(locals_[0]);
      if (f_[to].op == Op::LocalAddr && f_[to].local() == locals_[0])
        return;
      mem_ = b_.move(to, from, layout_, mem_);
    }
  }

  void branch(int size, int depth) {
    BlockId yes = f_.addBlock(), no = f_.addBlock(), join = f_.addBlock();
    b_.branch(boolExpr(2), yes, no);
    std::vector<ValueId> before = vars_;
    ValueId mem_before = mem_;
    b_.setBlock(yes);
    statements(size, depth - 1);
    b_.jump(join);
    std::vector<ValueId> vars_yes = vars_;
    ValueId mem_yes = mem_;
    vars_ = before;
    mem_ = mem_before;
    b_.setBlock(no);
    if (pick(2) == 0)
      statements(size, depth - 1);
    b_.jump(join);
    b_.setBlock(join);
    for (unsigned i = 0; i < kVariables; ++i) {
      ValueId args[] = {vars_yes[i], vars_[i]};
      vars_[i] = f_.addPhi(join, kVariableTypes[i], args, {});
    }
    ValueId args[] = {mem_yes, mem_};
    mem_ = f_.addPhi(join, Type::Mem, args, {});
  }

  void loop(int size, int depth) {
    BlockId header = f_.addBlock(), body = f_.addBlock(), after = f_.addBlock();
    ValueId start = b_.constInt(Type::I64, pick(3)), limit = b_.constInt(Type::I64, pick(6));
    b_.jump(header);
    std::vector<ValueId> phis;
    for (unsigned i = 0; i < kVariables; ++i)
      phis.push_back(f_.addPhi(header, kVariableTypes[i], std::vector<ValueId>{vars_[i]}, {}));
    ValueId counter = f_.addPhi(header, Type::I64, std::vector<ValueId>{start}, {});
    ValueId mem_phi = f_.addPhi(header, Type::Mem, std::vector<ValueId>{mem_}, {});
    vars_ = phis;
    mem_ = mem_phi;
    b_.setBlock(header);
    b_.branch(b_.compare(Op::Lt, counter, limit), body, after);
    b_.setBlock(body);
    vars_[1] = counter;
    statements(size, depth - 1);
    ValueId next = b_.binary(Op::Add, counter, b_.constInt(Type::I64, 1));
    b_.jump(header);
    for (unsigned i = 0; i < kVariables; ++i)
      f_.addArg(phis[i], vars_[i]);
    f_.addArg(counter, next);
    f_.addArg(mem_phi, mem_);
    vars_ = phis;
    mem_ = mem_phi;
    b_.setBlock(after);
  }

  void statements(int size, int depth) {
    for (int i = 0; i < size; ++i) {
      switch (pick(12)) {
      case 0: case 1: case 2: case 3: assign(); break;
      case 4: case 5: case 6: store(); break;
      case 7: call(pick(2) == 0); break;
      case 8: boundsCheck(); break;
      case 9: bulk(); break;
      case 10:
        if (depth > 0)
          branch(size, depth);
        break;
      default:
        if (depth > 0)
          loop(size, depth);
        break;
      }
    }
  }

  Func &f_;
  FuncBuilder b_;
  std::mt19937_64 random_;
  std::vector<ValueId> vars_;
  std::vector<LocalId> locals_;
  LayoutId layout_;
  ValueId mem_;
};

} // namespace

std::unique_ptr<Func> randomFunc(std::uint64_t seed, int size) {
  auto f = std::make_unique<Func>("random" + std::to_string(seed));
  Generator(*f, seed).run(size);
  return f;
}

} // namespace gannet::ssa
