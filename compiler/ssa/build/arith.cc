// Arithmetic on integers, floats and complex numbers; shifts; min and max.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/types/predicates.h"

namespace gannet::ssa {

Val FunctionBuilder::unary(const Node &n) {
  Val x = expr(*n.x);
  at(n);
  switch (n.op) {
  case ir::Op::Not:
    return Val::of({boolNot(x.only())});
  case ir::Op::BitNot:
    return Val::of({b_.unary(Op::Not, x.only())});
  default:
    break;
  }
  if (x.count == 2) // complex
    return Val::of({b_.unary(Op::NegF, x[0]), b_.unary(Op::NegF, x[1])});
  return Val::of({b_.unary(isFloat(f_[x.only()].type) ? Op::NegF : Op::Neg, x.only())});
}

Val FunctionBuilder::binary(const Node &n) {
  Val x = expr(*n.x);
  Val y = expr(*n.y);
  at(n);
  return binaryOp(n.op, n.type, x, y, n.y->type, n.has(ir::kBounded), n.y);
}

ValueId FunctionBuilder::divide(ir::Op op, TypeP t, ValueId x, ValueId y, const Node *y_node) {
  bool known = y_node && y_node->op == ir::Op::Const && constant::sign(y_node->value()) != 0;
  if (!known) {
    BlockId bad = newBlock(), good = newBlock();
    ValueId zero = emit(Op::Eq, Type::Bool, {y, constant(f_[y].type, 0)});
    branch(zero, bad, good, -1);
    startSealed(bad);
    runtime(RuntimeFn::panicdivide, {});
    b_.exit(mem());
    startSealed(good);
  }
  bool is_unsigned = isUnsigned(t);
  if (op == ir::Op::Div)
    return b_.binary(is_unsigned ? Op::DivU : Op::Div, x, y);
  return b_.binary(is_unsigned ? Op::ModU : Op::Mod, x, y);
}

ValueId FunctionBuilder::shift(ir::Op op, TypeP t, ValueId x, ValueId y, TypeP y_type, bool bounded) {
  const Value &count = f_[y];
  unsigned width = sizeBits(f_[x].type);
  const bool may_be_negative = !isUnsigned(y_type) && !(count.op == Op::Const && count.aux_int >= 0);
  if (count.op == Op::Const && !may_be_negative) {
    std::int64_t c = count.aux_int;
    if (isUnsigned(y_type) && sizeBits(count.type) < 64)
      c &= (std::int64_t(1) << sizeBits(count.type)) - 1;
    bounded = static_cast<std::uint64_t>(c) < width;
    y = int64(c);
  } else if (!bounded && may_be_negative) {
    BlockId bad = newBlock(), good = newBlock();
    ValueId negative = emit(Op::Lt, Type::Bool, {y, constant(f_[y].type, 0)});
    branch(negative, bad, good, -1);
    startSealed(bad);
    runtime(RuntimeFn::panicshift, {});
    b_.exit(mem());
    startSealed(good);
  }
  Op machine = op == ir::Op::Shl ? Op::Shl : isUnsigned(t) ? Op::Shr : Op::Sar;
  return emit(machine, f_[x].type, {x, y}, {.aux_int = bounded ? 1 : 0});
}

Val FunctionBuilder::complexOp(ir::Op op, TypeP t, const Val &x, const Val &y) {
  switch (op) {
  case ir::Op::Add:
  case ir::Op::Sub: {
    Op o = op == ir::Op::Add ? Op::AddF : Op::SubF;
    return Val::of({b_.binary(o, x[0], y[0]), b_.binary(o, x[1], y[1])});
  }
  case ir::Op::Mul: {
    // In double precision for complex64, as gc does, so that results agree.
    Type from = f_[x[0]].type;
    auto wide = [&](ValueId v) { return from == Type::F32 ? emit(Op::ConvF, Type::F64, {v}) : v; };
    auto narrow = [&](ValueId v) { return from == Type::F32 ? emit(Op::ConvF, Type::F32, {v}) : v; };
    ValueId a = wide(x[0]), b = wide(x[1]), c = wide(y[0]), d = wide(y[1]);
    ValueId re = b_.binary(Op::SubF, b_.binary(Op::MulF, a, c), b_.binary(Op::MulF, b, d));
    ValueId im = b_.binary(Op::AddF, b_.binary(Op::MulF, a, d), b_.binary(Op::MulF, b, c));
    return Val::of({narrow(re), narrow(im)});
  }
  case ir::Op::Div: {
    Type from = f_[x[0]].type;
    auto wide = [&](ValueId v) { return from == Type::F32 ? emit(Op::ConvF, Type::F64, {v}) : v; };
    auto narrow = [&](ValueId v) { return from == Type::F32 ? emit(Op::ConvF, Type::F32, {v}) : v; };
    std::vector<ValueId> q = runtime(RuntimeFn::complex128div, {wide(x[0]), wide(x[1]), wide(y[0]), wide(y[1])});
    return Val::of({narrow(q[0]), narrow(q[1])});
  }
  default:
    GANNET_UNREACHABLE("complex operation");
  }
}

Val FunctionBuilder::binaryOp(ir::Op op, TypeP t, const Val &x, const Val &y, TypeP y_type, bool bounded,
                              const Node *y_node) {
  if (types::isString(t) && (op == ir::Op::Add || op == ir::Op::Concat)) {
    Val both[2] = {x, y};
    return concatVals(both, false);
  }
  if (types::isComplex(t))
    return complexOp(op, t, x, y);
  ValueId a = x.only(), b = y.only();
  bool is_float = isFloat(f_[a].type);
  switch (op) {
  case ir::Op::Add:
    return Val::of({b_.binary(is_float ? Op::AddF : Op::Add, a, b)});
  case ir::Op::Sub:
    return Val::of({b_.binary(is_float ? Op::SubF : Op::Sub, a, b)});
  case ir::Op::Mul:
    return Val::of({b_.binary(is_float ? Op::MulF : Op::Mul, a, b)});
  case ir::Op::Div:
    if (is_float)
      return Val::of({b_.binary(Op::DivF, a, b)});
    return Val::of({divide(op, t, a, b, y_node)});
  case ir::Op::Rem:
    return Val::of({divide(op, t, a, b, y_node)});
  case ir::Op::And:
    return Val::of({b_.binary(Op::And, a, b)});
  case ir::Op::Or:
    return Val::of({b_.binary(Op::Or, a, b)});
  case ir::Op::Xor:
    return Val::of({b_.binary(Op::Xor, a, b)});
  case ir::Op::AndNot:
    return Val::of({b_.binary(Op::And, a, b_.unary(Op::Not, b))});
  case ir::Op::Shl:
  case ir::Op::Shr:
    return Val::of({shift(op, t, a, b, y_type, bounded)});
  default:
    GANNET_UNREACHABLE("binary operation " + std::string(ir::opText(op)));
  }
}

Val FunctionBuilder::minMax(const Node &n) {
  bool is_min = n.op == ir::Op::Min;
  Val best = expr(*n.list[0]);
  for (std::size_t i = 1; i < n.list.size(); ++i) {
    Val next = expr(*n.list[i]);
    at(n);
    if (types::isString(n.type)) {
      // The first of equal ones stays; equal strings are alike anyway.
      ValueId less = is_min ? compareOrdered(ir::Op::Lt, n.type, next, best)
                            : compareOrdered(ir::Op::Lt, n.type, best, next);
      best = Val::of({emit(Op::CondSelect, Type::Ptr, {next[0], best[0], less}),
                      emit(Op::CondSelect, Type::I64, {next[1], best[1], less})});
      continue;
    }
    ValueId a = best.only(), b = next.only();
    if (isFloat(f_[a].type)) {
      best = Val::of({b_.binary(is_min ? Op::MinF : Op::MaxF, a, b)});
      continue;
    }
    ValueId less = is_min ? compareOrdered(ir::Op::Lt, n.type, next, best)
                          : compareOrdered(ir::Op::Lt, n.type, best, next);
    best = Val::of({emit(Op::CondSelect, f_[a].type, {b, a, less})});
  }
  return best;
}

} // namespace gannet::ssa
