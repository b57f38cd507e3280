// Expressions: dispatch, constants, literals, fields and elements, and what branches.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/ir/alg.h"
#include "compiler/types/checker.h"

namespace gannet::ssa {

// ---- constants

Val FunctionBuilder::stringConst(std::string_view text) {
  if (text.empty())
    return Val::of({nil(), int64(0)});
  return Val::of({symAddr(data_.string(text)), int64(static_cast<std::int64_t>(text.size()))});
}

Val FunctionBuilder::constantVal(TypeP t, const constant::Value &value) {
  auto *b = types::underAs<types::Basic>(t);
  GANNET_CHECK(b, "a constant of a type that is not basic");
  const Shape &s = shape(t);
  // A complex constant without imaginary part may stand for a real number.
  bool is_real = value.kind() == constant::Kind::Complex && !(b->info & types::kIsComplex);
  constant::Value v = is_real ? constant::real(value) : value;
  if (b->info & types::kIsString)
    return stringConst(v.stringVal());
  if (b->info & types::kIsBoolean)
    return Val::of({f_.constBool(v.boolVal())});
  if (b->info & types::kIsFloat) {
    constant::Value x = constant::toFloat(v);
    Type f = s.parts[0].type;
    return Val::of({f_.constFloat(f, f == Type::F32 ? constant::float32Val(x) : constant::float64Val(x))});
  }
  if (b->info & types::kIsComplex) {
    constant::Value c = constant::toComplex(v);
    Type f = s.parts[0].type;
    auto part = [&](const constant::Value &x) {
      constant::Value y = constant::toFloat(x);
      return f_.constFloat(f, f == Type::F32 ? constant::float32Val(y) : constant::float64Val(y));
    };
    return Val::of({part(constant::real(c)), part(constant::imag(c))});
  }
  auto word = static_cast<std::int64_t>(constant::wordVal(constant::toInt(v)));
  if (s.parts[0].type == Type::Ptr) {
    if (word == 0)
      return Val::of({nil()});
    return Val::of({emit(Op::IntToPtr, Type::Ptr, {int64(word), mem()})});
  }
  return Val::of({constant(s.parts[0].type, word)});
}

// ---- variables of several parts, for what branches

std::vector<Variables::Id> FunctionBuilder::declareParts(TypeP t) {
  std::vector<Variables::Id> out;
  for (const AbiComponent &c : shape(t).parts)
    out.push_back(vars_.add(c.type));
  return out;
}

void FunctionBuilder::writeParts(std::span<const Variables::Id> vars, const Val &v) {
  for (std::size_t i = 0; i < vars.size(); ++i)
    vars_.write(b_.block(), vars[i], v[static_cast<unsigned>(i)]);
}

Val FunctionBuilder::readParts(std::span<const Variables::Id> vars) {
  Val v;
  for (Variables::Id id : vars)
    v.parts[v.count++] = vars_.read(b_.block(), id);
  return v;
}

void FunctionBuilder::condition(const Node &n, BlockId yes, BlockId no, int likely) {
  switch (n.op) {
  case ir::Op::Not:
    return condition(*n.x, no, yes, -likely);
  case ir::Op::AndAnd: {
    if (Val known; takeHoisted(n, known))
      return branch(known.only(), yes, no, likely);
    BlockId more = newBlock();
    condition(*n.x, more, no, likely > 0 ? 1 : 0);
    startCounted(more);
    return condition(*n.y, yes, no, likely);
  }
  case ir::Op::OrOr: {
    if (Val known; takeHoisted(n, known))
      return branch(known.only(), yes, no, likely);
    BlockId more = newBlock();
    condition(*n.x, yes, more, likely < 0 ? -1 : 0);
    startCounted(more);
    return condition(*n.y, yes, no, likely);
  }
  case ir::Op::Const:
    jump(n.value().boolVal() ? yes : no);
    return;
  default: {
    hoist({{&n}});
    ValueId v = scalarExpr(n);
    at(n);
    branch(v, yes, no, likely);
  }
  }
}

// x && y or x || y as a value: y's own value where x does not decide.
Val FunctionBuilder::shortCircuit(const Node &n) {
  const bool is_or = n.op == ir::Op::OrOr;
  Variables::Id result = vars_.add(Type::Bool);
  BlockId more = newBlock(), decided = newBlock(), join = newBlock();
  condition(*n.x, is_or ? decided : more, is_or ? more : decided);
  startSealed(decided);
  vars_.write(b_.block(), result, f_.constBool(is_or));
  jump(join);
  startCounted(more);
  hoist({{n.y}});
  ValueId y = scalarExpr(*n.y);
  at(n);
  vars_.write(b_.block(), result, y);
  jump(join);
  startSealed(join);
  return Val::of({vars_.read(b_.block(), result)});
}

ValueId FunctionBuilder::boolAndThen(ValueId cond, const std::function<ValueId()> &then) {
  Variables::Id result = vars_.add(Type::Bool);
  BlockId yes = newBlock(), join = newBlock();
  vars_.write(b_.block(), result, f_.constBool(false));
  branch(cond, yes, join);
  startSealed(yes);
  ValueId v = then();
  vars_.write(b_.block(), result, v);
  jump(join);
  startSealed(join);
  return vars_.read(b_.block(), result);
}

Val FunctionBuilder::condExpr(const Node &n) {
  BlockId yes = newBlock(), no = newBlock(), join = newBlock();
  if (!inParts(n.type)) {
    ValueId addr = tempAddr(newTemp(n.type, false));
    condition(*n.x, yes, no);
    startSealed(yes);
    exprInto(*n.y, addr, true);
    jump(join);
    startSealed(no);
    exprInto(*n.z, addr, true);
    jump(join);
    startSealed(join);
    return Val::ofMemory(addr);
  }
  std::vector<Variables::Id> result = declareParts(n.type);
  condition(*n.x, yes, no);
  startSealed(yes);
  writeParts(result, expr(*n.y));
  jump(join);
  startSealed(no);
  writeParts(result, expr(*n.z));
  jump(join);
  startSealed(join);
  return readParts(result);
}

// ---- fields and elements

Val FunctionBuilder::field(const Node &n) {
  if (isLvalue(n)) {
    Place p = place(n);
    return loadPlace(p);
  }
  Val s = expr(*n.x);
  if (!s.inMemory())
    return s.slice(fieldPart(n.x->type, n.aux_int), static_cast<unsigned>(shape(n.type).parts.size()));
  std::int64_t offset = layouts_.of(types::under(n.x->type)).offsets[static_cast<std::size_t>(n.aux_int)];
  return loadVal(n.type, b_.offPtr(s.addr, offset));
}

Val FunctionBuilder::index(const Node &n) {
  auto *b = types::underAs<types::Basic>(n.x->type);
  if (b) {
    Val s = expr(*n.x);
    bool is_signed = true;
    ValueId i = indexVal(*n.y, &is_signed);
    at(n);
    if (!n.has(ir::kBounded))
      checkIndex(i, s[1], is_signed);
    return Val::of({load(Type::I8, elementAddr(s[0], i, 1))});
  }
  if (isLvalue(n)) {
    Place p = place(n);
    return loadPlace(p);
  }
  // An array value.
  auto *array = types::underAs<types::Array>(n.x->type);
  Val a = expr(*n.x);
  bool is_signed = true;
  ValueId i = indexVal(*n.y, &is_signed);
  at(n);
  if (!n.has(ir::kBounded))
    checkIndex(i, int64(array->len), is_signed);
  if (array->len == 0)
    return zeroVal(n.type); // not reached
  if (!a.inMemory())
    return a; // of one element, or of elements without size
  return loadVal(n.type, elementAddr(a.addr, i, sizeOf(array->elem)));
}

ValueId FunctionBuilder::widen(ValueId v, TypeP t) {
  Type from = f_[v].type;
  if (from == Type::I64)
    return v;
  if (f_[v].op == Op::Const) {
    std::int64_t c = f_[v].aux_int;
    if (isUnsigned(t)) {
      unsigned bits = sizeBits(from);
      c &= (std::int64_t(1) << bits) - 1;
    }
    return int64(c);
  }
  return emit(isUnsigned(t) ? Op::ZeroExt : Op::SignExt, Type::I64, {v});
}

ValueId FunctionBuilder::indexVal(const Node &n, bool *is_signed) {
  ValueId v = scalarExpr(n);
  // Narrow unsigned integers fit a signed word.
  if (is_signed)
    *is_signed = !isUnsigned(n.type) || sizeOf(n.type) < 8;
  return widen(v, n.type);
}

// ---- allocation and literals

ValueId FunctionBuilder::allocate(TypeP t, bool on_stack) {
  if (sizeOf(t) == 0)
    return symAddr("runtime.zerobase");
  if (!on_stack)
    return newObject(t);
  ValueId addr = tempAddr(newTemp(t, true));
  zeroAt(t, addr, true);
  return addr;
}

Val FunctionBuilder::literal(const Node &n) {
  if (inParts(n.type)) {
    if (n.op == ir::Op::ArrayLit) {
      // One element or none; later ones of the same index do not occur.
      Val v = zeroVal(n.type);
      for (const Node *e : n.list)
        v = expr(*e);
      return v;
    }
    Val whole = zeroVal(n.type);
    for (std::size_t i = 0; i < n.list.size(); ++i) {
      Val v = expr(*n.list[i]);
      if (types::underAs<types::Struct>(n.type)->fields[static_cast<std::size_t>(n.indices[i])]->name == "_")
        continue;
      unsigned first = fieldPart(n.type, n.indices[i]);
      for (unsigned k = 0; k < v.count; ++k)
        whole.parts[first + k] = v[k];
    }
    return whole;
  }
  ValueId addr = tempAddr(newTemp(n.type, false));
  literalInto(n, addr, true, false);
  return Val::ofMemory(addr);
}

void FunctionBuilder::literalInto(const Node &n, ValueId addr, bool to_frame, bool cleared) {
  constexpr std::size_t kCopyFrom = 4; // elements from which a static image pays
  if (n.list.size() >= kCopyFrom && data_.isStatic(n, false)) {
    data::DataBytes bytes;
    bytes.bytes.resize(static_cast<std::size_t>(sizeOf(n.type)));
    data_.write(bytes, 0, n);
    ValueId from = symAddr(data_.addReadOnly(n.type, std::move(bytes)));
    return moveTo(n.type, addr, from, to_frame, cleared); // static data for zeros: no barrier need know
  }
  TypeP elem = nullptr;
  std::size_t places = 0;
  if (n.op == ir::Op::StructLit) {
    places = types::underAs<types::Struct>(n.type)->fields.size();
  } else {
    auto *a = types::underAs<types::Array>(n.type);
    elem = a->elem;
    places = static_cast<std::size_t>(a->len);
  }
  // Memory that the collector may see, or that has gaps, starts as zero. Blank fields stay zero.
  auto isBlank = [&](std::size_t i) {
    return !elem && types::underAs<types::Struct>(n.type)->fields[static_cast<std::size_t>(n.indices[i])]->name == "_";
  };
  bool any_blank = false;
  for (std::size_t i = 0; i < n.list.size(); ++i)
    any_blank = any_blank || isBlank(i);
  if (!cleared && (n.list.size() < places || !to_frame || any_blank))
    zeroAt(n.type, addr, to_frame);
  const data::TypeLayout &layout = layouts_.of(types::under(n.type));
  for (std::size_t i = 0; i < n.list.size(); ++i) {
    if (isBlank(i)) {
      discard(*n.list[i]);
      continue;
    }
    std::int64_t offset =
        elem ? n.indices[i] * sizeOf(elem) : layout.offsets[static_cast<std::size_t>(n.indices[i])];
    exprInto(*n.list[i], b_.offPtr(addr, offset), to_frame, cleared);
  }
}

Val FunctionBuilder::sliceLit(const Node &n) {
  TypeP elem = types::underAs<types::Slice>(n.type)->elem;
  TypeP array = arrayOf(elem, n.aux_int);
  ValueId length = int64(n.aux_int);
  std::int64_t elem_bytes = sizeOf(elem);
  ValueId addr;
  if (sizeOf(array) == 0) {
    for (const Node *e : n.list)
      discard(*e);
    return Val::of({symAddr("runtime.zerobase"), length, length});
  }
  constexpr std::size_t kCopyFrom = 4;
  bool on_stack = n.esc() == ir::Esc::Stack;
  bool all_static = n.list.size() >= kCopyFrom;
  for (const Node *e : n.list)
    all_static = all_static && data_.isStatic(*e, false);
  if (all_static) {
    data::DataBytes bytes;
    bytes.bytes.resize(static_cast<std::size_t>(sizeOf(array)));
    for (std::size_t i = 0; i < n.list.size(); ++i)
      data_.write(bytes, n.indices[i] * elem_bytes, *n.list[i]);
    addr = on_stack ? tempAddr(newTemp(array, true)) : newObject(array);
    moveTo(array, addr, symAddr(data_.addReadOnly(array, std::move(bytes))), on_stack, true);
    return Val::of({addr, length, length});
  }
  addr = allocate(array, on_stack);
  for (std::size_t i = 0; i < n.list.size(); ++i)
    exprInto(*n.list[i], b_.offPtr(addr, n.indices[i] * elem_bytes), on_stack, true);
  return Val::of({addr, length, length});
}

Val FunctionBuilder::ptrLit(const Node &n) {
  TypeP t = types::underAs<types::Pointer>(n.type)->elem;
  bool on_stack = n.esc() == ir::Esc::Stack;
  if (!n.x)
    return Val::of({allocate(t, on_stack)});
  if (inParts(t)) {
    Val v = expr(*n.x);
    ValueId addr = allocate(t, on_stack);
    if (sizeOf(t) != 0)
      storeVal(t, addr, v, on_stack);
    return Val::of({addr});
  }
  ValueId addr = allocate(t, on_stack);
  exprInto(*n.x, addr, on_stack, true);
  return Val::of({addr});
}

// A closure object: the code's address, then the captured values and addresses.
Val FunctionBuilder::closure(const Node &n) {
  ir::Func &f = *n.func();
  if (f.captures.empty())
    return Val::of({symAddr(data_.funcValue(f))});
  types::Context &types_context = context_.package.context;
  std::vector<types::Var *> fields;
  auto field = [&](std::string name, TypeP t) {
    fields.push_back(types_context.makeObject<types::Var>(types::VarRole::Field, Pos(), nullptr,
                                                          types_context.intern(name), t));
  };
  field("F", basic(types::BasicKind::Uintptr));
  for (std::size_t i = 0; i < f.captures.size(); ++i)
    field("X" + std::to_string(i), f.captures[i]->by_ref ? ptrTo(f.captures[i]->type) : f.captures[i]->type);
  auto *object = types_context.make<types::Struct>();
  object->fields = types_context.list(fields);
  GANNET_CHECK(n.list.size() == f.captures.size(), "a closure with another number of captures");
  std::vector<Val> values;
  for (std::size_t i = 0; i < n.list.size(); ++i)
    values.push_back(stable(n.list[i]->type, expr(*n.list[i])));
  at(n);
  bool on_stack = n.esc() == ir::Esc::Stack;
  ValueId addr = allocate(object, on_stack);
  const std::vector<std::int64_t> &offsets = layouts_.of(object).offsets;
  ValueId code = emit(Op::PtrToInt, Type::I64, {symAddr(f.name), mem()});
  store(addr, code);
  for (std::size_t i = 0; i < values.size(); ++i)
    storeVal(fields[i + 1]->type, b_.offPtr(addr, offsets[i + 1]), values[i], on_stack);
  return Val::of({addr});
}

// ---- dispatch

void FunctionBuilder::discard(const Node &n) {
  if (!n.type || n.type->kind == types::TypeKind::Tuple) {
    std::vector<TypeP> result_types;
    exprTuple(n, result_types);
    return;
  }
  expr(n);
}

void FunctionBuilder::exprInto(const Node &n, ValueId addr, bool to_frame, bool cleared) {
  if (inParts(n.type)) {
    Val v = expr(n);
    return storeVal(n.type, addr, v, to_frame);
  }
  if (Val known; takeHoisted(n, known))
    return moveTo(n.type, addr, known.addr, to_frame);
  switch (n.op) {
  case ir::Op::Zero:
    if (!cleared)
      zeroAt(n.type, addr, to_frame);
    return;
  case ir::Op::StructLit:
  case ir::Op::ArrayLit:
    return literalInto(n, addr, to_frame, cleared);
  case ir::Op::StmtExpr:
    stmts(n.body);
    return exprInto(*n.x, addr, to_frame, cleared);
  default: {
    Val v = expr(n);
    return moveTo(n.type, addr, v.addr, to_frame);
  }
  }
}

std::vector<Val> FunctionBuilder::exprTuple(const Node &n, std::vector<TypeP> &types) {
  hoistOperands(n);
  at(n);
  types = resultTypes(n.type);
  switch (n.op) {
  case ir::Op::CallStatic:
  case ir::Op::CallClosure:
  case ir::Op::CallIface:
    return callNode(n);
  case ir::Op::InlinedCall:
    return inlinedCall(n);
  case ir::Op::MapIndexOk: {
    TypeP map_type = n.x->type;
    ValueId map = scalarExpr(*n.x);
    Val key = mapKey(map_type, *n.y);
    at(n);
    ValueId ok;
    ValueId p = mapAccess(map_type, map, key, &ok);
    return {loadVal(types::underAs<types::Map>(map_type)->elem, p), Val::of({ok})};
  }
  case ir::Op::TypeAssertOk:
    return typeAssert(n, n.aux_type(), true);
  case ir::Op::RecvOk:
    return receive(n, true);
  case ir::Op::Tuple: {
    std::vector<Val> out;
    types.clear();
    hoist(operands(n.list));
    for (const Node *e : n.list) {
      out.push_back(stable(e->type, expr(*e)));
      types.push_back(e->type);
    }
    return out;
  }
  case ir::Op::StmtExpr:
    stmts(n.body);
    return exprTuple(*n.x, types);
  default:
    break;
  }
  if (n.type && n.type->kind == types::TypeKind::Tuple)
    GANNET_UNREACHABLE("tuple of " + std::string(ir::opText(n.op)));
  if (!n.type) {
    // Builtins without a result.
    switch (n.op) {
    case ir::Op::Delete:
      mapDelete(n);
      return {};
    case ir::Op::Clear:
      clearBuiltin(n);
      return {};
    case ir::Op::Close:
      runtime(RuntimeFn::closechan, {scalarExpr(*n.x)});
      return {};
    case ir::Op::Panic: {
      Val v = expr(*n.x);
      at(n);
      runtime(RuntimeFn::gopanic, {v[0], v[1]});
      endUnreachable();
      return {};
    }
    case ir::Op::Print:
    case ir::Op::Println:
      print(n);
      return {};
    default:
      GANNET_UNREACHABLE("an expression without a type: " + std::string(ir::opText(n.op)));
    }
  }
  return {expr(n)};
}

Val FunctionBuilder::expr(const Node &n) {
  if (Val known; takeHoisted(n, known))
    return known;
  hoistOperands(n);
  at(n);
  switch (n.op) {
  case ir::Op::Const:
    return constantVal(n.type, n.value());
  case ir::Op::Nil:
  case ir::Op::Zero:
    return zeroVal(n.type);
  case ir::Op::LocalRef:
    if (n.has(ir::kMoveOut) && n.local()->growth == ir::Growth::FrameUntilMoved)
      return moveOut(*n.local());
    return readLocal(*n.local());
  case ir::Op::GlobalRef:
    return loadVal(n.type, symAddr(n.global()->name));
  case ir::Op::FuncRef:
    return Val::of({symAddr(data_.funcValue(*n.func()))});
  case ir::Op::FuncPC: {
    std::string name = n.func()->name;
    if (n.aux_int == 0)
      name += ".abi0";
    return Val::of({emit(Op::PtrToInt, Type::I64, {symAddr(name), mem()})});
  }
  case ir::Op::TypeAddr:
    return Val::of({typeAddr(n.aux_type())});
  case ir::Op::Neg:
  case ir::Op::Not:
  case ir::Op::BitNot:
    return unary(n);
  case ir::Op::Add:
  case ir::Op::Sub:
  case ir::Op::Mul:
  case ir::Op::Div:
  case ir::Op::Rem:
  case ir::Op::And:
  case ir::Op::Or:
  case ir::Op::Xor:
  case ir::Op::AndNot:
  case ir::Op::Shl:
  case ir::Op::Shr:
    return binary(n);
  case ir::Op::AndAnd:
  case ir::Op::OrOr:
    return shortCircuit(n);
  case ir::Op::Eq:
  case ir::Op::Ne:
  case ir::Op::Lt:
  case ir::Op::Le:
  case ir::Op::Gt:
  case ir::Op::Ge:
    return comparison(n);
  case ir::Op::Concat:
    return concat(n);
  case ir::Op::Deref: {
    Place p = place(n);
    return loadPlace(p);
  }
  case ir::Op::Addr:
    return Val::of({addressOf(*n.x)});
  case ir::Op::Field:
    return field(n);
  case ir::Op::Index:
    return index(n);
  case ir::Op::MapIndex: {
    ValueId map = scalarExpr(*n.x);
    Val key = mapKey(n.x->type, *n.y);
    at(n);
    ValueId p = mapAccess(n.x->type, map, key, nullptr);
    return loadVal(n.type, p);
  }
  case ir::Op::SliceExpr:
    return sliceExpr(n);
  case ir::Op::PtrLit:
  case ir::Op::New:
    return ptrLit(n);
  case ir::Op::StructLit:
  case ir::Op::ArrayLit:
    return literal(n);
  case ir::Op::SliceLit:
    return sliceLit(n);
  case ir::Op::MapLit:
    return mapLit(n);
  case ir::Op::Closure:
    return closure(n);
  case ir::Op::Convert:
    return convert(n);
  case ir::Op::TypeAssert:
    return typeAssert(n, n.type, false)[0];
  case ir::Op::CheckIface: {
    Val v = expr(*n.x);
    at(n);
    ValueId word = nilCheck(v[0]);
    return Val::of({word, v[1]});
  }
  case ir::Op::IfaceData: {
    Val v = expr(*n.x);
    return fromData(n.type, v[1]);
  }
  case ir::Op::IfaceType: {
    Val v = expr(*n.x);
    return Val::of({typeWord(n.x->type, v)});
  }
  case ir::Op::CallStatic:
  case ir::Op::CallClosure:
  case ir::Op::CallIface: {
    std::vector<Val> v = callNode(n);
    GANNET_CHECK(v.size() == 1, "a call that gives one value");
    return v[0];
  }
  case ir::Op::InlinedCall: {
    std::vector<Val> v = inlinedCall(n);
    GANNET_CHECK(v.size() == 1, "an inlined call that gives one value");
    return v[0];
  }
  case ir::Op::StmtExpr:
    stmts(n.body);
    return expr(*n.x);
  case ir::Op::Cond:
    return condExpr(n);
  case ir::Op::Len: {
    if (n.x->op == ir::Op::Convert && n.x->conv() == ir::Conv::StringToRunes) {
      Val text = expr(*n.x->x);
      at(n);
      return Val::of({runtime1(RuntimeFn::countrunes, {text[0], text[1]})});
    }
    Val v = expr(*n.x);
    TypeP u = types::under(n.x->type);
    if (auto *a = types::as<types::Array>(u))
      return Val::of({int64(a->len)});
    if (auto *p = types::as<types::Pointer>(u))
      return Val::of({int64(types::underAs<types::Array>(p->elem)->len)});
    if (u->kind == types::TypeKind::Map)
      return mapLen(v[0]);
    if (u->kind == types::TypeKind::Chan)
      return Val::of({runtime1(RuntimeFn::chanlen, {v[0]})});
    return Val::of({v[1]});
  }
  case ir::Op::Cap: {
    Val v = expr(*n.x);
    TypeP u = types::under(n.x->type);
    if (auto *a = types::as<types::Array>(u))
      return Val::of({int64(a->len)});
    if (auto *p = types::as<types::Pointer>(u))
      return Val::of({int64(types::underAs<types::Array>(p->elem)->len)});
    if (u->kind == types::TypeKind::Chan)
      return Val::of({runtime1(RuntimeFn::chancap, {v[0]})});
    return Val::of({v[2]});
  }
  case ir::Op::Append:
    return append(n);
  case ir::Op::AppendSlice:
    return appendSlice(n);
  case ir::Op::Copy:
    return copyBuiltin(n);
  case ir::Op::Min:
  case ir::Op::Max:
    return minMax(n);
  case ir::Op::MakeSlice:
    return makeSlice(n);
  case ir::Op::MakeMap:
    return makeMap(n);
  case ir::Op::MakeChan:
    return makeChan(n);
  case ir::Op::Recover: {
    std::vector<ValueId> v = runtime(RuntimeFn::gorecover, {});
    return Val::of({v[0], v[1]});
  }
  case ir::Op::Complex: {
    ValueId re = scalarExpr(*n.x);
    ValueId im = scalarExpr(*n.y);
    return Val::of({re, im});
  }
  case ir::Op::Real:
    return expr(*n.x).slice(0, 1);
  case ir::Op::Imag:
    return expr(*n.x).slice(1, 1);
  case ir::Op::Recv:
    return receive(n, false)[0];
  case ir::Op::UnsafeAdd: {
    ValueId p = scalarExpr(*n.x);
    ValueId d = indexVal(*n.y, nullptr);
    return Val::of({b_.addPtr(p, d)});
  }
  case ir::Op::UnsafeSlice:
    return unsafeSlice(n, false);
  case ir::Op::UnsafeString:
    return unsafeSlice(n, true);
  case ir::Op::UnsafeSliceData:
  case ir::Op::UnsafeStringData:
    return expr(*n.x).slice(0, 1);
  case ir::Op::DeferToken: {
    std::vector<ValueId> v = runtime(RuntimeFn::deferrangefunc, {});
    frame_defers_only_ = false;
    keepExitReachable();
    return Val::of({v[0], v[1]});
  }
  case ir::Op::AlgHash: {
    ValueId p = scalarExpr(*n.x);
    ValueId h = scalarExpr(*n.y);
    std::string hasher = ir::hashSymbol(context_.package, n.aux_type());
    GANNET_CHECK(!hasher.empty(), "hash of a type without one");
    if (hasher.starts_with("type:.hashfunc"))
      return Val::of({runtime1(RuntimeFn::memhash, {p, h, int64(sizeOf(n.aux_type()))})});
    // Without the suffix of the func value.
    std::string code = hasher.substr(0, hasher.size() - 3);
    TypeP word = basic(types::BasicKind::Uintptr);
    Arg args[2] = {{bytePtr(), Val::of({p})}, {word, Val::of({h})}};
    TypeP results[1] = {word};
    AbiType abi[2] = {abiType(bytePtr()), abiType(word)};
    AbiType abi_result[1] = {abiType(word)};
    return call(Op::StaticCall, {}, f_.symbol(code), assignAbi(Abi::Internal, abi, abi_result), args, results)[0];
  }
  case ir::Op::MemEqual: {
    ValueId p = scalarExpr(*n.x);
    ValueId q = scalarExpr(*n.y);
    return Val::of({equalBytes(p, q, n.aux_int)});
  }
  case ir::Op::StrDataEqual: {
    Val x = expr(*n.x);
    Val y = expr(*n.y);
    return Val::of({runtime1(RuntimeFn::memequal, {x[0], y[0], x[1]})});
  }
  case ir::Op::IfaceDataEqual: {
    Val x = expr(*n.x);
    Val y = expr(*n.y);
    RuntimeFn fn = isEmptyInterface(n.x->type) ? RuntimeFn::efaceeq : RuntimeFn::ifaceeq;
    return Val::of({runtime1(fn, {x[0], x[1], y[1]})});
  }
  case ir::Op::Tuple:
    GANNET_CHECK(n.list.size() == 1, "a tuple as one value");
    return expr(*n.list[0]);
  default:
    break;
  }
  GANNET_UNREACHABLE("expression of op " + std::string(ir::opText(n.op)) + " in " + f_.name());
}

} // namespace gannet::ssa
