// Conversions between types.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/predicates.h"

namespace gannet::ssa {

using ir::Conv;

ValueId FunctionBuilder::convertScalar(ValueId v, TypeP from, TypeP to) {
  Type a = f_[v].type, b = scalar(to);
  if (isInt(a) && isInt(b)) {
    if (sizeBytes(a) == sizeBytes(b))
      return v;
    if (f_[v].op == Op::Const) {
      std::int64_t c = f_[v].aux_int;
      if (isUnsigned(from) && sizeBits(a) < 64)
        c &= (std::int64_t(1) << sizeBits(a)) - 1;
      return constant(b, c);
    }
    if (sizeBytes(b) < sizeBytes(a))
      return emit(Op::Trunc, b, {v});
    return emit(isUnsigned(from) ? Op::ZeroExt : Op::SignExt, b, {v});
  }
  if (isInt(a) && isFloat(b)) {
    if (isUnsigned(from)) {
      if (a == Type::I64)
        return emit(Op::UintToF, b, {v});
      Type wide = a == Type::I32 ? Type::I64 : Type::I32;
      return emit(Op::IntToF, b, {emit(Op::ZeroExt, wide, {v})});
    }
    if (sizeBytes(a) < 4)
      v = emit(Op::SignExt, Type::I32, {v});
    return emit(Op::IntToF, b, {v});
  }
  if (isFloat(a) && isInt(b)) {
    if (b == Type::I64)
      return emit(isUnsigned(to) ? Op::FToUint : Op::FToInt, Type::I64, {v});
    if (isUnsigned(to) && b == Type::I32)
      return emit(Op::Trunc, Type::I32, {emit(Op::FToInt, Type::I64, {v})});
    ValueId word = emit(Op::FToInt, Type::I32, {v});
    return b == Type::I32 ? word : emit(Op::Trunc, b, {word});
  }
  if (isFloat(a) && isFloat(b))
    return a == b ? emit(Op::RoundF, b, {v}) : emit(Op::ConvF, b, {v});
  if (a == b)
    return v;
  if (a == Type::Ptr && b == Type::I64)
    return emit(Op::PtrToInt, b, {v, mem()});
  if (a == Type::I64 && b == Type::Ptr)
    return emit(Op::IntToPtr, b, {v, mem()});
  GANNET_UNREACHABLE("a numeric conversion of no known kind");
}

Val FunctionBuilder::convert(const Node &n) {
  const Node &x = *n.x;
  bool on_stack = n.esc() == ir::Esc::Stack;
  switch (n.conv()) {
  case Conv::Noop:
    return expr(x);
  case Conv::Numeric: {
    if (x.op == ir::Op::Const && types::isComplex(n.type))
      return constantVal(n.type, x.value());
    Val v = expr(x);
    at(n);
    if (v.count == 2) {
      Type to = shape(n.type).parts[0].type;
      if (f_[v[0]].type == to)
        return v;
      return Val::of({emit(Op::ConvF, to, {v[0]}), emit(Op::ConvF, to, {v[1]})});
    }
    return Val::of({convertScalar(v.only(), x.type, n.type)});
  }
  case Conv::PtrToUintptr: {
    Val v = expr(x);
    return Val::of({emit(Op::PtrToInt, Type::I64, {v.only(), mem()})});
  }
  case Conv::UintptrToPtr: {
    Val v = expr(x);
    return Val::of({emit(Op::IntToPtr, Type::Ptr, {v.only(), mem()})});
  }
  case Conv::IntToString: {
    ValueId v = indexVal(x, nullptr);
    at(n);
    ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Uint8), 4), true)) : nil();
    std::vector<ValueId> r = runtime(RuntimeFn::intstring, {buf, v});
    return Val::of({r[0], r[1]});
  }
  case Conv::BytesToString: {
    Val v = expr(x);
    at(n);
    if (n.has(ir::kTemp))
      return Val::of({v[0], v[1]});
    ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Uint8), 32), true)) : nil();
    std::vector<ValueId> r = runtime(RuntimeFn::slicebytetostring, {buf, v[0], v[1]});
    return Val::of({r[0], r[1]});
  }
  case Conv::RunesToString: {
    Val v = expr(x);
    at(n);
    ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Uint8), 32), true)) : nil();
    std::vector<ValueId> r = runtime(RuntimeFn::slicerunetostring, {buf, v[0], v[1], v[2]});
    return Val::of({r[0], r[1]});
  }
  case Conv::StringToBytes: {
    Val v = expr(x);
    at(n);
    if (n.has(ir::kTemp)) { // the string's own bytes; a slice of none is not nil
      ValueId some = emit(Op::IsNonNil, Type::Bool, {v[0]});
      return Val::of({emit(Op::CondSelect, Type::Ptr, {v[0], symAddr("runtime.zerobase"), some}), v[1], v[1]});
    }
    ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Uint8), 32), true)) : nil();
    std::vector<ValueId> r = runtime(RuntimeFn::stringtoslicebyte, {buf, v[0], v[1]});
    return Val::of({r[0], r[1], r[2]});
  }
  case Conv::StringToRunes: {
    Val v = expr(x);
    at(n);
    ValueId buf = on_stack ? tempAddr(newTemp(arrayOf(basic(types::BasicKind::Int32), 32), true)) : nil();
    std::vector<ValueId> r = runtime(RuntimeFn::stringtoslicerune, {buf, v[0], v[1]});
    return Val::of({r[0], r[1], r[2]});
  }
  case Conv::ToIface:
    return toInterface(n);
  case Conv::IfaceToIface:
    return interfaceToInterface(n);
  case Conv::SliceToArrayPtr:
  case Conv::SliceToArray: {
    TypeP array_type = n.type;
    if (n.conv() == Conv::SliceToArrayPtr)
      array_type = types::underAs<types::Pointer>(n.type)->elem;
    auto *array = types::underAs<types::Array>(array_type);
    Val v = expr(x);
    at(n);
    ValueId want = int64(array->len);
    if (array->len != 0) {
      ValueId ok = emit(Op::IsSliceInBounds, Type::Bool, {want, v[1]});
      boundsCheck(ok, BoundsKind::Convert, v[1], want, true);
    }
    if (n.conv() == Conv::SliceToArrayPtr)
      return Val::of({v[0]});
    return loadVal(n.type, v[0]);
  }
  }
  GANNET_UNREACHABLE("a conversion of no known kind");
}

} // namespace gannet::ssa
