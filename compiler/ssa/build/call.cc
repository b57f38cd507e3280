// Calls: of functions, func values, interface methods and the runtime; inlined bodies; print.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/constant/value.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/predicates.h"

namespace gannet::ssa {

namespace {

struct RuntimeCall {
  std::string_view symbol;
  std::string_view params;
  std::string_view results;
  bool no_return;
};

enum RuntimeFlag { None, NoReturn, Leaf };

constexpr RuntimeCall kRuntimeCalls[] = {
#define GANNET_RUNTIME_CALL(name, params, results, flags) {"runtime." #name, params, results, flags == NoReturn},
#include "compiler/ssa/build/runtime_calls.def"
#undef GANNET_RUNTIME_CALL
};

Type letterType(char c) {
  switch (c) {
  case 'p':
    return Type::Ptr;
  case 'i':
    return Type::I64;
  case 'w':
    return Type::I32;
  case 'h':
    return Type::I16;
  case 'b':
    return Type::Bool;
  case 'd':
    return Type::F64;
  case 'f':
    return Type::F32;
  default:
    GANNET_UNREACHABLE("a letter of runtime_calls.def");
  }
}

AbiType letterAbi(char c) {
  AbiType t;
  if (c == 's') {
    t.size_bytes = 16;
    t.align_bytes = 8;
    t.components = {{Type::Ptr, 0}, {Type::I64, 8}};
    return t;
  }
  Type s = letterType(c);
  t.size_bytes = t.align_bytes = sizeBytes(s);
  t.components = {{s, 0}};
  return t;
}

} // namespace

std::vector<types::Type *> FunctionBuilder::resultTypes(TypeP call_type) {
  if (!call_type)
    return {};
  if (auto *t = types::as<types::Tuple>(call_type)) {
    std::vector<TypeP> out;
    for (types::Var *v : t->vars)
      out.push_back(v->type);
    return out;
  }
  return {call_type};
}

std::vector<Val> FunctionBuilder::call(Op op, std::span<const ValueId> lead, SymId callee, AbiSignature sig,
                                       std::span<const Arg> args, std::span<const TypeP> results, bool no_return) {
  std::vector<ValueId> operands(lead.begin(), lead.end());
  // Values are all there: first those that go through memory, then the registers.
  for (std::size_t i = 0; i < args.size(); ++i) {
    const AbiSlot &slot = sig.params[i];
    if (slot.in_registers || sizeOf(args[i].type) == 0)
      continue;
    storeVal(args[i].type, b_.outArgAddr(slot.stack_offset), args[i].value, true);
  }
  for (std::size_t i = 0; i < args.size(); ++i) {
    const AbiSlot &slot = sig.params[i];
    if (!slot.in_registers)
      continue;
    for (unsigned k = 0; k < slot.reg_count; ++k) {
      if (!args[i].value.inMemory()) {
        operands.push_back(args[i].value[k]);
        continue;
      }
      const AbiRegComponent &c = sig.param_regs[slot.first_reg + k];
      operands.push_back(load(c.type, b_.offPtr(args[i].value.addr, c.offset_bytes)));
    }
  }
  operands.push_back(mem());
  std::vector<AbiSlot> slots = sig.results;
  std::vector<AbiRegComponent> regs = sig.result_regs;
  CallId id = f_.addCall({.callee = callee, .sig = std::move(sig), .no_return = no_return});
  ValueId made = b_.call(op, id, operands);
  std::vector<ValueId> reg_values;
  for (std::size_t i = 0; i < regs.size(); ++i)
    reg_values.push_back(b_.select(made, static_cast<unsigned>(i), regs[i].type));
  setMem(b_.callMem(made));
  std::vector<Val> out;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const AbiSlot &slot = slots[i];
    TypeP t = results[i];
    if (sizeOf(t) == 0) {
      out.push_back(zeroVal(t));
      continue;
    }
    if (!slot.in_registers) {
      ValueId at = b_.outArgAddr(slot.stack_offset);
      out.push_back(stable(t, loadVal(t, at)));
      continue;
    }
    if (inParts(t)) {
      Val v;
      for (unsigned k = 0; k < slot.reg_count; ++k)
        v.parts[v.count++] = reg_values[slot.first_reg + k];
      markLengths(shape(t), v);
      out.push_back(v);
      continue;
    }
    LocalId temp = newTemp(t, false);
    for (unsigned k = 0; k < slot.reg_count; ++k)
      store(b_.localAddr(temp, regs[slot.first_reg + k].offset_bytes), reg_values[slot.first_reg + k], true);
    out.push_back(Val::ofMemory(tempAddr(temp)));
  }
  return out;
}

std::vector<ValueId> FunctionBuilder::runtime(RuntimeFn fn, std::initializer_list<ValueId> args) {
  return runtime(fn, std::span<const ValueId>(args.begin(), args.size()));
}

std::vector<ValueId> FunctionBuilder::runtime(RuntimeFn fn, std::span<const ValueId> args) {
  const RuntimeCall &r = kRuntimeCalls[static_cast<std::size_t>(fn)];
  std::vector<AbiType> params, results;
  for (char c : r.params)
    params.push_back(letterAbi(c));
  for (char c : r.results)
    results.push_back(letterAbi(c));
  AbiSignature sig = assignAbi(Abi::Internal, params, results);
  std::vector<ValueId> operands;
  std::size_t at = 0;
  for (std::size_t i = 0; i < params.size(); ++i)
    for (const AbiComponent &c : params[i].components) {
      GANNET_CHECK(at < args.size(), "too few arguments for " + std::string(r.symbol));
      const AbiSlot &slot = sig.params[i];
      if (slot.in_registers)
        operands.push_back(args[at]);
      else
        store(b_.outArgAddr(slot.stack_offset + c.offset_bytes), args[at], true);
      ++at;
    }
  GANNET_CHECK(at == args.size(), "too many arguments for " + std::string(r.symbol));
  operands.push_back(mem());
  std::vector<AbiRegComponent> regs = sig.result_regs;
  CallId id = f_.addCall({.callee = f_.symbol(r.symbol), .sig = std::move(sig), .no_return = r.no_return});
  ValueId made = b_.call(Op::StaticCall, id, operands);
  std::vector<ValueId> out;
  for (std::size_t i = 0; i < regs.size(); ++i)
    out.push_back(b_.select(made, static_cast<unsigned>(i), regs[i].type));
  setMem(b_.callMem(made));
  return out;
}

// Tells the linker of calls that find methods at run time: reflect.Type.Method(int) Method, MethodByName(string) (Method,
// bool), reflect.Value.Method(int) Value, MethodByName(string) Value, also behind other interfaces with such methods.
// A constant name keeps the methods of that name, anything else all exported ones.
void FunctionBuilder::markReflection(const Node &n) {
  static constexpr std::string_view kExempt[] = {
      "reflect.(*rtype).Method",       "reflect.(*rtype).MethodByName", "reflect.(*interfaceType).Method",
      "reflect.(*interfaceType).MethodByName", "reflect.Value.Method",  "reflect.Value.MethodByName"};
  std::string_view name;
  std::size_t receivers = 0;
  if (n.op == ir::Op::CallIface) {
    name = n.method()->name;
  } else if (n.op == ir::Op::CallStatic && n.func()->object && n.func()->object->signature()->recv) {
    name = n.func()->object->name;
    receivers = 1;
  }
  bool by_name = name == "MethodByName";
  if ((!by_name && name != "Method") || n.list.size() != receivers + 1)
    return;
  const Node &arg = *n.list[receivers];
  if (by_name ? !types::isString(arg.type) : !types::isInteger(arg.type))
    return;
  std::vector<TypeP> result_types = resultTypes(n.type);
  auto *result = result_types.empty() ? nullptr : types::unaliasAs<types::Named>(result_types[0]);
  if (!result || !result->obj->pkg || result->obj->pkg->path != "reflect" ||
      (result->obj->name != "Method" && result->obj->name != "Value"))
    return;
  for (std::string_view exempt : kExempt)
    if (func_.name == exempt)
      return;
  if (by_name && arg.op == ir::Op::Const && !arg.value().stringVal().empty())
    marks_.push_back(
        {object::RelocKind::UseNamedMethod, std::string(data_.nameOf(data_.string(arg.value().stringVal())))});
  else
    f_.flags.reflect_method = true;
}

std::vector<Val> FunctionBuilder::callNode(const Node &n) {
  std::vector<Val> results;
  std::vector<Operand> group = operands(n.list);
  if (n.op != ir::Op::CallStatic)
    group.insert(group.begin(), {n.x});
  hoist(group);
  if (n.op == ir::Op::CallStatic && intrinsic(n, results))
    return results;
  markReflection(n);
  Val target;
  if (n.op != ir::Op::CallStatic)
    target = expr(*n.x);
  std::vector<Arg> args;
  if (n.op == ir::Op::CallIface)
    args.push_back({bytePtr(), Val::of({target[1]})});
  bool calls_left = false;
  std::vector<bool> call_after(n.list.size());
  for (std::size_t i = n.list.size(); i-- > 0;) {
    call_after[i] = calls_left;
    calls_left = calls_left || hasCall(*n.list[i]);
  }
  for (std::size_t i = 0; i < n.list.size(); ++i) {
    Val v = expr(*n.list[i]);
    args.push_back({n.list[i]->type, call_after[i] ? stable(n.list[i]->type, v) : v});
  }
  at(n);
  std::vector<TypeP> result_types = resultTypes(n.type);
  std::vector<AbiType> abi_params, abi_results;
  for (const Arg &a : args)
    abi_params.push_back(abiType(a.type));
  for (TypeP t : result_types)
    abi_results.push_back(abiType(t));
  // The package's own assembly is called in its own convention. A wrapper between would be more than slow: after vfork the
  // child runs on over the wrapper's frame, to which the parent is still to return.
  bool is_abi0 = n.op == ir::Op::CallStatic && n.func()->abi == ir::Abi::Abi0;
  AbiSignature sig = assignAbi(is_abi0 ? Abi::Abi0 : Abi::Internal, abi_params, abi_results);
  switch (n.op) {
  case ir::Op::CallStatic: {
    bool no_return = n.func()->no_return;
    SymId callee = f_.symbol(n.func()->name + (is_abi0 ? ".abi0" : ""));
    std::vector<Val> out = call(Op::StaticCall, {}, callee, std::move(sig), args, result_types, no_return);
    if (no_return)
      endUnreachable();
    return out;
  }
  case ir::Op::CallClosure: {
    ValueId fn = nilCheck(target.only());
    ValueId lead_values[2] = {load(Type::I64, fn), fn};
    return call(Op::ClosureCall, lead_values, {}, std::move(sig), args, result_types);
  }
  default: {
    auto *iface = types::underAs<types::Interface>(n.x->type);
    GANNET_CHECK(iface, "a method call on something that is no interface");
    std::vector<types::Func *> methods = types::sortedInterfaceMethods(iface);
    std::int64_t index = -1;
    for (std::size_t i = 0; i < methods.size(); ++i)
      if (methods[i]->name == n.method()->name &&
          (methods[i]->isExported() || methods[i]->pkg == n.method()->pkg))
        index = static_cast<std::int64_t>(i);
    GANNET_CHECK(index >= 0, "no method " + std::string(n.method()->name) + " in " + types::linkString(n.x->type));
    marks_.push_back({object::RelocKind::UseIfaceMethod, std::string(data_.nameOf(data_.type(n.x->type))), index});
    ValueId itab = nilCheck(target[0]);
    ValueId code = load(Type::I64, b_.offPtr(itab, 24 + 8 * index));
    ValueId lead_values[1] = {code};
    return call(Op::InterCall, lead_values, {}, std::move(sig), args, result_types);
  }
  }
}

std::vector<Val> FunctionBuilder::inlinedCall(const Node &n) {
  // A place for the traceback to find the call.
  SrcPos here = b_.pos();
  if (n.aux_int > 0) {
    SrcPos inner = here;
    inner.site = inlineSite(static_cast<std::uint32_t>(n.aux_int));
    b_.setPos(inner);
    emit(Op::InlineMark, Type::None, {mem()}, {.aux_int = inner.site.raw});
    b_.setPos(here);
  }
  // The arguments are those of one call.
  std::vector<Operand> arguments;
  for (std::size_t i = 0; i < n.sub && i < n.body.size() && n.body[i]->op == ir::Op::Var; ++i)
    arguments.push_back({n.body[i]->x});
  hoist(arguments);
  stmts(n.body);
  if (n.label())
    bindLabel(n.label());
  b_.setPos(here);
  std::vector<Val> out;
  for (const Node *r : n.list)
    out.push_back(expr(*r));
  return out;
}

void FunctionBuilder::printValue(const Val &v, TypeP t) {
  TypeP u = types::under(t);
  auto *b = types::as<types::Basic>(u);
  if (!b) {
    if (u->kind == types::TypeKind::Interface)
      runtime(isEmptyInterface(t) ? RuntimeFn::printeface : RuntimeFn::printiface, {v[0], v[1]});
    else if (u->kind == types::TypeKind::Slice)
      runtime(RuntimeFn::printslice, {v[0], v[1], v[2]});
    else
      runtime(RuntimeFn::printpointer, {v[0]});
  } else if (types::isString(t)) {
    runtime(RuntimeFn::printstring, {v[0], v[1]});
  } else if (types::isBoolean(t)) {
    runtime(RuntimeFn::printbool, {v[0]});
  } else if (types::isComplex(t)) {
    runtime(f_[v[0]].type == Type::F32 ? RuntimeFn::printcomplex64 : RuntimeFn::printcomplex128, {v[0], v[1]});
  } else if (types::isFloat(t)) {
    runtime(f_[v[0]].type == Type::F32 ? RuntimeFn::printfloat32 : RuntimeFn::printfloat64, {v[0]});
  } else if (f_[v[0]].type == Type::Ptr) {
    runtime(RuntimeFn::printpointer, {v[0]});
  } else if (auto *named = types::unaliasAs<types::Named>(t);
             named && named->obj->name == "hex" && named->obj->pkg && named->obj->pkg->path == "runtime") {
    runtime(RuntimeFn::printhex, {widen(v[0], t)});
  } else if (b->basic == types::BasicKind::Uintptr) {
    runtime(RuntimeFn::printuint, {v[0]});
  } else {
    runtime(isUnsigned(t) ? RuntimeFn::printuint : RuntimeFn::printint, {widen(v[0], t)});
  }
}

// Constant strings, blanks and the end of the line that follow one another are printed as one string: each call is a write.
void FunctionBuilder::print(const Node &n) {
  const bool line = n.op == ir::Op::Println;
  struct Operand {
    const Node *constant; // a string; else null
    Val value;
    TypeP type;
  };
  std::vector<Operand> printed;
  hoist(operands(n.list));
  for (const Node *a : n.list) {
    if (a->op == ir::Op::Const && types::isString(a->type)) {
      printed.push_back({a, {}, a->type});
      continue;
    }
    std::vector<TypeP> tuple;
    std::size_t i = 0;
    for (const Val &v : exprTuple(*a, tuple)) {
      printed.push_back({nullptr, stable(tuple[i], v), tuple[i]});
      ++i;
    }
  }
  at(n);
  runtime(RuntimeFn::printlock, {});
  std::string text;
  auto printText = [&] {
    if (text == " ") {
      runtime(RuntimeFn::printsp, {});
    } else if (text == "\n") {
      runtime(RuntimeFn::printnl, {});
    } else if (!text.empty()) {
      Val s = stringConst(text);
      runtime(RuntimeFn::printstring, {s[0], s[1]});
    }
    text.clear();
  };
  for (std::size_t i = 0; i < printed.size(); ++i) {
    if (line && i)
      text += ' ';
    if (printed[i].constant) {
      text += printed[i].constant->value().stringVal();
      continue;
    }
    printText();
    printValue(printed[i].value, printed[i].type);
  }
  if (line)
    text += '\n';
  printText();
  runtime(RuntimeFn::printunlock, {});
}

} // namespace gannet::ssa
