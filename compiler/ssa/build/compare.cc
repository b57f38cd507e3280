// Comparisons: equality of every comparable type, order of numbers and strings.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/ir/alg.h"
#include "compiler/types/predicates.h"

namespace gannet::ssa {

using types::TypeKind;

ValueId FunctionBuilder::compareOrdered(ir::Op op, TypeP t, const Val &x, const Val &y) {
  if (types::isString(t)) {
    ValueId order = runtime1(RuntimeFn::cmpstring, {x[0], x[1], y[0], y[1]});
    ValueId zero = int64(0);
    switch (op) {
    case ir::Op::Lt:
      return emit(Op::Lt, Type::Bool, {order, zero});
    case ir::Op::Le:
      return emit(Op::Le, Type::Bool, {order, zero});
    case ir::Op::Gt:
      return emit(Op::Lt, Type::Bool, {zero, order});
    default:
      return emit(Op::Le, Type::Bool, {zero, order});
    }
  }
  ValueId a = x.only(), b = y.only();
  if (op == ir::Op::Gt || op == ir::Op::Ge)
    std::swap(a, b);
  bool strict = op == ir::Op::Lt || op == ir::Op::Gt;
  Op machine;
  if (isFloat(f_[a].type))
    machine = strict ? Op::LtF : Op::LeF;
  else if (isUnsigned(t))
    machine = strict ? Op::LtU : Op::LeU;
  else
    machine = strict ? Op::Lt : Op::Le;
  return emit(machine, Type::Bool, {a, b});
}

// v, of a type that has nil, against nil.
ValueId FunctionBuilder::equalNil(const Node &x, const Val &v) {
  if (v.inMemory())
    GANNET_UNREACHABLE("nil comparison of a value in memory: " + std::string(ir::opText(x.op)));
  return emit(Op::Eq, Type::Bool, {v[0], nil()});
}

ValueId FunctionBuilder::equalBytes(ValueId p, ValueId q, std::int64_t size_bytes) {
  constexpr std::int64_t kInlineBytes = 32;
  if (size_bytes == 0)
    return f_.constBool(true);
  if (size_bytes > kInlineBytes)
    return runtime1(RuntimeFn::memequal, {p, q, int64(size_bytes)});
  ValueId result;
  for (std::int64_t at = 0; at < size_bytes;) {
    std::int64_t left = size_bytes - at;
    unsigned n = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    Type t = intType(n);
    ValueId a = load(t, b_.offPtr(p, at)), b = load(t, b_.offPtr(q, at));
    ValueId same = emit(Op::Eq, Type::Bool, {a, b});
    result = result ? emit(Op::BoolAnd, Type::Bool, {result, same}) : same;
    at += n;
  }
  return result;
}

// Whether the bytes at `data`, as many as `text` has, are those of it.
ValueId FunctionBuilder::equalBytesConst(ValueId data, std::string_view text) {
  constexpr std::size_t kInlineBytes = 16;
  if (text.size() > kInlineBytes)
    return runtime1(RuntimeFn::memequal,
                    {data, stringConst(text)[0], int64(static_cast<std::int64_t>(text.size()))});
  ValueId result = f_.constBool(true);
  for (std::size_t at = 0; at < text.size();) {
    std::size_t left = text.size() - at;
    unsigned n = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
    std::uint64_t word = 0;
    for (unsigned k = 0; k < n; ++k)
      word |= std::uint64_t(static_cast<unsigned char>(text[at + k])) << (8 * k);
    Type t = intType(n);
    ValueId a = load(t, b_.offPtr(data, static_cast<std::int64_t>(at)));
    ValueId same = emit(Op::Eq, Type::Bool, {a, constant(t, static_cast<std::int64_t>(word))});
    result = at > 0 ? emit(Op::BoolAnd, Type::Bool, {result, same}) : same;
    at += n;
  }
  return result;
}

ValueId FunctionBuilder::equalStringConst(const Val &x, std::string_view text) {
  ValueId same_length = emit(Op::Eq, Type::Bool, {x[1], int64(static_cast<std::int64_t>(text.size()))});
  if (text.empty())
    return same_length;
  return boolAndThen(same_length, [&] { return equalBytesConst(x[0], text); });
}

ValueId FunctionBuilder::equalStrings(const Val &x, const Val &y) {
  if (x[0] == y[0] && x[1] == y[1]) // x != x, which is how generic code asks for NaN
    return f_.constBool(true);
  ValueId same_length = emit(Op::Eq, Type::Bool, {x[1], y[1]});
  return boolAndThen(same_length, [&] { return runtime1(RuntimeFn::memequal, {x[0], y[0], x[1]}); });
}

ValueId FunctionBuilder::equalInterfaces(TypeP t, const Val &x, const Val &y) {
  ValueId same_word = emit(Op::Eq, Type::Bool, {x[0], y[0]});
  RuntimeFn fn = isEmptyInterface(t) ? RuntimeFn::efaceeq : RuntimeFn::ifaceeq;
  // Two nil interfaces are equal, and their words must not be looked into.
  Variables::Id result = vars_.add(Type::Bool);
  BlockId same = newBlock(), look = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, f_.constBool(false));
  branch(same_word, same, join);
  startSealed(same);
  vars_.write(b_.block(), result, f_.constBool(true));
  ValueId is_nil = emit(Op::Eq, Type::Bool, {x[0], nil()});
  branch(is_nil, join, look);
  startSealed(look);
  ValueId v = runtime1(fn, {x[0], x[1], y[1]});
  vars_.write(b_.block(), result, v);
  jump(join);
  startSealed(join);
  return vars_.read(b_.block(), result);
}

// Values of type t at two addresses.
ValueId FunctionBuilder::equalMemory(TypeP t, ValueId x, ValueId y) {
  if (ir::algOf(t) == ir::Alg::Memory)
    return equalBytes(x, y, sizeOf(t));
  ir::Func *f = ir::equalFunc(context_.package, t);
  GANNET_CHECK(f, "equality of a type that has no function for it");
  Arg args[2] = {{bytePtr(), Val::of({x})}, {bytePtr(), Val::of({y})}};
  TypeP result = basic(types::BasicKind::Bool);
  AbiType abi[2] = {abiType(bytePtr()), abiType(bytePtr())};
  AbiType abi_result[1] = {abiType(result)};
  TypeP results[1] = {result};
  return call(Op::StaticCall, {}, f_.symbol(f->name), assignAbi(Abi::Internal, abi, abi_result), args, results)[0]
      .only();
}

ValueId FunctionBuilder::equal(TypeP t, const Val &x, const Val &y) {
  if (x.inMemory()) {
    // Neither is in registers: both have an address that a callee may look at.
    ValueId p = spill(t, x), q = spill(t, y);
    return equalMemory(t, p, q);
  }
  TypeP u = types::under(t);
  switch (u->kind) {
  case TypeKind::Basic:
    if (x.count == 0)
      return f_.constBool(true);
    if (types::isString(u))
      return equalStrings(x, y);
    if (types::isComplex(u))
      return emit(Op::BoolAnd, Type::Bool,
                  {emit(Op::EqF, Type::Bool, {x[0], y[0]}), emit(Op::EqF, Type::Bool, {x[1], y[1]})});
    return emit(isFloat(f_[x[0]].type) ? Op::EqF : Op::Eq, Type::Bool, {x[0], y[0]});
  case TypeKind::Interface:
    return equalInterfaces(t, x, y);
  case TypeKind::Array: {
    auto *a = static_cast<types::Array *>(u);
    if (a->len == 0 || x.count == 0)
      return f_.constBool(true);
    return equal(a->elem, x, y);
  }
  case TypeKind::Struct: {
    auto *s = static_cast<types::Struct *>(u);
    // Cheap fields first would change which panics occur; in order, each only if those before are equal.
    std::function<ValueId(std::size_t)> from = [&](std::size_t i) -> ValueId {
      while (i < s->fields.size() && s->fields[i]->name == "_")
        ++i;
      if (i >= s->fields.size())
        return f_.constBool(true);
      TypeP ft = s->fields[i]->type;
      unsigned first = fieldPart(t, static_cast<std::int64_t>(i));
      auto n = static_cast<unsigned>(shape(ft).parts.size());
      ValueId same = equal(ft, x.slice(first, n), y.slice(first, n));
      std::size_t next = i + 1;
      while (next < s->fields.size() && s->fields[next]->name == "_")
        ++next;
      if (next >= s->fields.size())
        return same;
      return boolAndThen(same, [&] { return from(next); });
    };
    return from(0);
  }
  default:
    return emit(Op::Eq, Type::Bool, {x[0], y[0]});
  }
}

Val FunctionBuilder::comparison(const Node &n) {
  TypeP t = n.x->type;
  if (n.op != ir::Op::Eq && n.op != ir::Op::Ne) {
    Val x = expr(*n.x);
    Val y = expr(*n.y);
    at(n);
    return Val::of({compareOrdered(n.op, t, x, y)});
  }
  ValueId same;
  auto isNil = [](const Node &v) { return v.op == ir::Op::Nil; };
  if (isNil(*n.y) || isNil(*n.x)) {
    const Node &v = isNil(*n.y) ? *n.x : *n.y;
    same = equalNil(v, expr(v));
  } else if (types::isString(t) && (n.y->op == ir::Op::Const || n.x->op == ir::Op::Const)) {
    bool right = n.y->op == ir::Op::Const;
    Val v = expr(right ? *n.x : *n.y);
    at(n);
    same = equalStringConst(v, (right ? n.y : n.x)->value().stringVal());
  } else {
    Val x = expr(*n.x);
    if (x.inMemory() && hasCall(*n.y))
      x = stable(t, x);
    Val y = expr(*n.y);
    at(n);
    same = equal(t, x, y);
  }
  return Val::of({n.op == ir::Op::Eq ? same : boolNot(same)});
}

} // namespace gannet::ssa
