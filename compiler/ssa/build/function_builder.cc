// The frame of a function: shapes of types, its variables, parameters, results, entry and exits.
#include "compiler/ssa/build/function_builder.h"

#include "compiler/ir/wrappers.h"
#include "compiler/object/pcln.h"
#include "compiler/ssa/build/arg_info.h"
#include "compiler/ssa/build/debug_scopes.h"
#include "compiler/ssa/build/part_name.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/type_string.h"

namespace gannet::ssa {

using types::TypeKind;

namespace {

constexpr std::int64_t kMaxMaskWords = 1 << 14; // layouts above have no mask: they do not fit a frame

Type basicScalar(types::BasicKind k) {
  using B = types::BasicKind;
  switch (k) {
  case B::Bool:
  case B::UntypedBool:
    return Type::Bool;
  case B::Int8:
  case B::Uint8:
    return Type::I8;
  case B::Int16:
  case B::Uint16:
    return Type::I16;
  case B::Int32:
  case B::Uint32:
  case B::UntypedRune:
    return Type::I32;
  case B::Int:
  case B::Int64:
  case B::Uint:
  case B::Uint64:
  case B::Uintptr:
  case B::UntypedInt:
    return Type::I64;
  case B::Float32:
    return Type::F32;
  case B::Float64:
  case B::UntypedFloat:
    return Type::F64;
  case B::UnsafePointer:
  case B::UntypedNil:
    return Type::Ptr;
  default:
    return Type::None;
  }
}

} // namespace

FunctionBuilder::FunctionBuilder(BuildContext context, ir::Func &func, object::Unit &unit, std::string name)
    : context_(context), func_(func), layouts_(context.layouts), owned_(std::make_unique<Func>(std::move(name))),
      f_(*owned_), b_(f_), vars_(f_), data_(context.package, context.layouts, context.needed, unit,
            // Copies of one function in several objects have data of their own.
            func.dup_ok ? f_.name() + "@" + context.package.options.package_path : f_.name()) {}

// ---- shapes

// Lists the scalars of t; false if there are more than `limit`, or it holds an array of several elements.
bool FunctionBuilder::flatten(TypeP t, std::int64_t offset, std::vector<AbiComponent> &out, std::size_t limit) {
  TypeP u = types::under(t);
  auto add = [&](Type type, std::int64_t at, bool is_length = false) {
    out.push_back({type, offset + at, is_length});
    return out.size() <= limit;
  };
  switch (u->kind) {
  case TypeKind::Basic: {
    auto *b = static_cast<types::Basic *>(u);
    switch (b->basic) {
    case types::BasicKind::String:
    case types::BasicKind::UntypedString:
      return add(Type::Ptr, 0) && add(Type::I64, 8, true);
    case types::BasicKind::Complex64:
      return add(Type::F32, 0) && add(Type::F32, 4);
    case types::BasicKind::Complex128:
    case types::BasicKind::UntypedComplex:
      return add(Type::F64, 0) && add(Type::F64, 8);
    default: {
      Type s = basicScalar(b->basic);
      GANNET_CHECK(s != Type::None, "a type without a machine form");
      return add(s, 0);
    }
    }
  }
  case TypeKind::Pointer:
  case TypeKind::Map:
  case TypeKind::Chan:
  case TypeKind::Signature:
    return add(Type::Ptr, 0);
  case TypeKind::Slice:
    return add(Type::Ptr, 0) && add(Type::I64, 8, true) && add(Type::I64, 16, true);
  case TypeKind::Interface:
    return add(Type::Ptr, 0) && add(Type::Ptr, 8);
  case TypeKind::Array: {
    auto *a = static_cast<types::Array *>(u);
    if (a->len == 0)
      return true;
    if (a->len > 1)
      return false;
    return flatten(a->elem, offset, out, limit);
  }
  case TypeKind::Struct: {
    auto *s = static_cast<types::Struct *>(u);
    const std::vector<std::int64_t> &offsets = layouts_.of(s).offsets;
    for (std::size_t i = 0; i < s->fields.size(); ++i)
      if (!flatten(s->fields[i]->type, offset + offsets[i], out, limit))
        return false;
    return true;
  }
  default:
    GANNET_UNREACHABLE("shape of a type that no value has");
  }
}

const Shape &FunctionBuilder::shape(TypeP t) {
  auto found = shapes_.find(t);
  if (found != shapes_.end())
    return found->second;
  Shape s;
  const data::TypeLayout &layout = layouts_.of(t);
  s.size = layout.size;
  s.align = layout.align;
  s.in_parts = flatten(t, 0, s.parts, kMaxParts);
  if (!s.in_parts)
    s.parts.clear();
  return shapes_.emplace(t, std::move(s)).first->second;
}

LayoutId FunctionBuilder::layoutOf(TypeP t, bool typed) {
  typed = typed && hasPointers(t);
  auto &cache = typed ? typed_layouts_ : plain_layouts_;
  auto found = cache.find(t);
  if (found != cache.end())
    return found->second;
  const data::TypeLayout &from = layouts_.of(t);
  Layout layout;
  layout.size_bytes = from.size;
  layout.align_bytes = from.align;
  layout.ptr_bytes = from.pointer_bytes;
  if (from.pointer_bytes && from.pointer_bytes / 8 <= kMaxMaskWords) {
    std::vector<std::uint8_t> bits = layouts_.pointerMask(t);
    layout.ptr_mask.resize((bits.size() + 7) / 8);
    for (std::size_t i = 0; i < bits.size(); ++i)
      layout.ptr_mask[i / 8] |= std::uint64_t(bits[i]) << (8 * (i % 8));
  }
  if (typed)
    layout.type_sym = f_.symbol(data_.nameOf(data_.type(t)));
  LayoutId id = f_.addLayout(std::move(layout));
  cache.emplace(t, id);
  return id;
}

LayoutId FunctionBuilder::rawLayout(std::int64_t size_bytes, std::int64_t align_bytes) {
  Layout layout;
  layout.size_bytes = size_bytes;
  layout.align_bytes = align_bytes;
  return f_.addLayout(std::move(layout));
}

AbiType FunctionBuilder::abiType(TypeP t) {
  AbiType out;
  const data::TypeLayout &layout = layouts_.of(t);
  out.size_bytes = layout.size;
  out.align_bytes = layout.align;
  // More scalars than there are registers go to memory anyway.
  out.in_memory = !flatten(t, 0, out.components, kAbiIntRegs + kAbiFloatRegs);
  if (out.in_memory)
    out.components.clear();
  out.layout = layoutOf(t, false);
  return out;
}

// First part of field number `field` of a struct in parts.
unsigned FunctionBuilder::fieldPart(TypeP struct_type, std::int64_t field) {
  auto *s = types::underAs<types::Struct>(struct_type);
  unsigned part = 0;
  for (std::int64_t i = 0; i < field; ++i)
    part += static_cast<unsigned>(shape(s->fields[static_cast<std::size_t>(i)]->type).parts.size());
  return part;
}

types::Type *FunctionBuilder::basic(types::BasicKind k) { return context_.package.context.basic(k); }
types::Type *FunctionBuilder::ptrTo(TypeP t) { return context_.package.context.pointerTo(t); }
types::Type *FunctionBuilder::arrayOf(TypeP elem, std::int64_t n) {
  return context_.package.context.make<types::Array>(elem, n);
}

bool FunctionBuilder::isUnsigned(TypeP t) {
  auto *b = types::underAs<types::Basic>(t);
  return b && (b->info & types::kIsUnsigned);
}

// ---- emission

ValueId FunctionBuilder::symAddr(object::SymbolId s, std::int64_t offset) {
  return symAddr(data_.nameOf(s), offset);
}

ValueId FunctionBuilder::symAddr(std::string_view name, std::int64_t offset) {
  return b_.addr(f_.symbol(name), offset);
}

void FunctionBuilder::store(ValueId ptr, ValueId value, bool no_barrier) {
  ValueId m = b_.store(ptr, value, mem());
  if (no_barrier)
    f_[m].flags |= ValueFlags::NoWriteBarrier;
  setMem(m);
}

ValueId FunctionBuilder::nilCheck(ValueId ptr) {
  Op op = f_[ptr].op;
  if (op == Op::LocalAddr || op == Op::Addr || (f_[ptr].flags & ValueFlags::NonNil))
    return ptr;
  return b_.nilCheck(ptr, mem());
}

ValueId FunctionBuilder::emitAtomic(Op op, Type t, std::vector<ValueId> args) {
  args.push_back(mem());
  ValueId tuple = b_.emit(op, Type::Tuple, std::span<const ValueId>(args));
  setMem(b_.select(tuple, 1, Type::Mem));
  return b_.select(tuple, 0, t);
}

void FunctionBuilder::startDead() {
  BlockId b = newBlock();
  vars_.seal(b);
  b_.setBlock(b);
}

InlineSiteId FunctionBuilder::inlineSite(std::uint32_t ir_site) {
  if (ir_site == 0)
    return {};
  if (inline_sites_.size() < func_.inline_sites.size()) {
    inline_sites_.resize(func_.inline_sites.size());
    inline_site_made_.resize(func_.inline_sites.size());
  }
  if (inline_site_made_[ir_site])
    return inline_sites_[ir_site];
  const ir::InlineSite &from = func_.inline_sites[ir_site];
  InlineSite site;
  site.call.pos = from.call_pos;
  site.call.site = inlineSite(from.parent);
  site.function = f_.symbol(from.callee->name);
  site.start_line = from.callee->pos.line;
  site.func_id = from.callee->wrapper ? static_cast<std::uint8_t>(object::FuncId::Wrapper) : 0;
  inline_sites_[ir_site] = f_.addInlineSite(site);
  inline_site_made_[ir_site] = true;
  return inline_sites_[ir_site];
}

SrcPos FunctionBuilder::srcPos(const Node &n) {
  SrcPos p;
  p.pos = n.pos.known() ? n.pos : b_.pos().pos;
  p.site = inlineSite(n.inline_site);
  return p;
}

// ---- values in memory

LocalId FunctionBuilder::newTemp(TypeP t, bool address_taken, std::string_view name) {
  std::string text = name.empty() ? ".tmp" + std::to_string(temp_count_++) : std::string(name);
  return addLocal(t, {.name = text, .layout = layoutOf(t, false), .address_taken = address_taken, .pos = b_.pos()});
}

LocalId FunctionBuilder::addLocal(std::string_view type_name, Local local) {
  const LocalId id = f_.addLocal(local);
  if (context_.names_live) {
    live_names_.local_types.resize(id.raw + 1);
    live_names_.local_types[id.raw] = type_name;
  }
  return id;
}

LocalId FunctionBuilder::addLocal(TypeP t, Local local) {
  return addLocal(context_.names_live ? types::typeString(t, &context_.package.pkg) : std::string(), local);
}

// Where a variable was declared. Calls that it was inlined with are told of for -live alone: they are not counted before there is
// code of theirs.
SrcPos FunctionBuilder::localPos(const ir::Local &l) {
  return {.pos = l.pos, .site = context_.names_live ? inlineSite(l.inline_site) : InlineSiteId()};
}

Val FunctionBuilder::loadVal(TypeP t, ValueId addr) {
  const Shape &s = shape(t);
  if (!s.in_parts)
    return Val::ofMemory(addr);
  Val v;
  for (const AbiComponent &c : s.parts)
    v.parts[v.count++] = load(c.type, b_.offPtr(addr, c.offset_bytes));
  markLengths(s, v);
  return v;
}

// For parts that come from outside the function or from memory; a length computed here may be a number of the program's
// that is checked only later.
void FunctionBuilder::markLengths(const Shape &s, const Val &v) {
  for (unsigned i = 0; i < v.count; ++i)
    if (s.parts[i].is_length)
      f_[v[i]].flags |= ValueFlags::NonNegative;
}

void FunctionBuilder::storeVal(TypeP t, ValueId addr, const Val &v, bool to_frame, bool no_barrier) {
  const Shape &s = shape(t);
  if (!s.in_parts)
    return moveTo(t, addr, v.addr, to_frame, no_barrier);
  bool plain = no_barrier || !hasPointers(t);
  for (unsigned i = 0; i < v.count; ++i)
    store(b_.offPtr(addr, s.parts[i].offset_bytes), v[i], plain);
}

void FunctionBuilder::zeroAt(TypeP t, ValueId addr, bool to_frame, bool no_barrier) {
  if (sizeOf(t) == 0)
    return;
  if (inParts(t))
    return storeVal(t, addr, zeroVal(t), to_frame, no_barrier);
  ValueId m = b_.zero(addr, layoutOf(t, !to_frame && !no_barrier), mem());
  if (no_barrier)
    f_[m].flags |= ValueFlags::NoWriteBarrier;
  setMem(m);
}

void FunctionBuilder::moveTo(TypeP t, ValueId to, ValueId from, bool to_frame, bool no_barrier) {
  if (sizeOf(t) == 0)
    return;
  ValueId m = b_.move(to, from, layoutOf(t, !to_frame && !no_barrier), mem());
  if (no_barrier)
    f_[m].flags |= ValueFlags::NoWriteBarrier;
  setMem(m);
}

Val FunctionBuilder::zeroVal(TypeP t) {
  const Shape &s = shape(t);
  if (!s.in_parts) {
    LocalId l = newTemp(t, false);
    ValueId addr = tempAddr(l);
    zeroAt(t, addr, true);
    return Val::ofMemory(addr);
  }
  Val v;
  for (const AbiComponent &c : s.parts)
    v.parts[v.count++] = isFloat(c.type) ? f_.constFloat(c.type, 0) : constant(c.type, 0);
  return v;
}

ValueId FunctionBuilder::spill(TypeP t, const Val &v) {
  if (v.inMemory()) {
    ValueId root = v.addr;
    while (f_[root].op == Op::OffPtr || f_[root].op == Op::Copy)
      root = f_[root].arg(0);
    if (f_[root].op == Op::LocalAddr)
      f_[f_[root].local()].address_taken = true;
    return v.addr;
  }
  if (sizeOf(t) == 0)
    return symAddr("runtime.zerobase");
  ValueId addr = tempAddr(newTemp(t, true));
  storeVal(t, addr, v, true);
  return addr;
}

Val FunctionBuilder::stable(TypeP t, const Val &v) {
  if (!v.inMemory())
    return v;
  ValueId addr = tempAddr(newTemp(t, false));
  moveTo(t, addr, v.addr, true);
  return Val::ofMemory(addr);
}

ValueId FunctionBuilder::newObject(TypeP t) {
  if (sizeOf(t) == 0)
    return symAddr("runtime.zerobase");
  ValueId p = runtime1(RuntimeFn::newobject, {typeAddr(t)});
  f_[p].flags |= ValueFlags::NonNil;
  return p;
}

// ---- variables

FunctionBuilder::LocalState &FunctionBuilder::state(ir::Local &l) {
  if (locals_.size() <= l.id)
    locals_.resize(std::max<std::size_t>(func_.locals.size(), l.id + 1));
  LocalState &s = locals_[l.id];
  if (s.kind == LocalState::Kind::None)
    prepareLocal(l);
  return locals_[l.id];
}

// Where an Auto lives; parameters, results and captures are placed at entry.
void FunctionBuilder::prepareLocal(ir::Local &l) {
  LocalState &s = locals_[l.id];
  if (l.on_heap && staysInMemory(l)) {
    s.kind = LocalState::Kind::FramePointer;
    s.frame = addLocal(ptrTo(l.type), {.name = l.name, .layout = layoutOf(ptrTo(l.type), false), .pos = localPos(l)});
    return;
  }
  if (l.on_heap) {
    s.kind = LocalState::Kind::Pointer;
    s.first_var = vars_.add(Type::Ptr);
    if (isShownToDebuggers(l))
      vars_.watch(s.first_var);
    return;
  }
  const Shape &sh = shape(l.type);
  if (sh.in_parts && !l.addr_taken && !staysInMemory(l)) {
    s.kind = LocalState::Kind::Parts;
    s.first_var = 0;
    for (const AbiComponent &c : sh.parts) {
      Variables::Id v = vars_.add(c.type);
      if (s.first_var == 0)
        s.first_var = v;
      if (isShownToDebuggers(l))
        vars_.watch(v);
    }
    return;
  }
  s.kind = LocalState::Kind::Frame;
  s.frame = addLocal(
      l.type, {.name = l.name, .layout = layoutOf(l.type, false), .address_taken = l.addr_taken, .pos = localPos(l)});
}

bool FunctionBuilder::isShownToDebuggers(const ir::Local &l) const {
  if (!context_.debug_types || l.is_temp || l.name.empty() || l.name == "_" || !l.type)
    return false;
  return l.inline_site == 0 || l.name[0] != '~'; // results without a name are the caller's temporaries
}

bool FunctionBuilder::staysInMemory(const ir::Local &l) const {
  return context_.package.options.no_optimize && !l.is_temp && !l.name.empty() && l.name != "_";
}

void FunctionBuilder::setBox(ir::Local &l, ValueId p) {
  LocalState &s = state(l);
  if (s.kind == LocalState::Kind::FramePointer)
    store(b_.localAddr(s.frame), p);
  else
    vars_.write(b_.block(), s.first_var, p);
}

ValueId FunctionBuilder::localAddr(ir::Local &l) {
  LocalState &s = state(l);
  switch (s.kind) {
  case LocalState::Kind::Frame:
    return b_.localAddr(s.frame);
  case LocalState::Kind::Pointer: {
    if (s.pointer)
      return s.pointer;
    return vars_.read(b_.block(), s.first_var);
  }
  case LocalState::Kind::FramePointer:
    return load(Type::Ptr, b_.localAddr(s.frame));
  default:
    GANNET_UNREACHABLE("address of a variable that is no memory: " + std::string(l.name) + " in " + f_.name());
  }
}

Val FunctionBuilder::readLocal(ir::Local &l) {
  LocalState &s = state(l);
  if (s.kind != LocalState::Kind::Parts)
    return loadVal(l.type, localAddr(l));
  Val v;
  v.count = static_cast<std::uint8_t>(shape(l.type).parts.size());
  for (unsigned i = 0; i < v.count; ++i)
    v.parts[i] = vars_.read(b_.block(), s.first_var + i);
  return v;
}

void FunctionBuilder::writeLocal(ir::Local &l, const Val &v) {
  LocalState &s = state(l);
  if (s.kind != LocalState::Kind::Parts)
    return storeVal(l.type, localAddr(l), v, s.kind == LocalState::Kind::Frame);
  for (unsigned i = 0; i < v.count; ++i)
    vars_.write(b_.block(), s.first_var + i, v[i]);
}

// A variable comes to life.
void FunctionBuilder::declare(ir::Local &l, const Node *init) {
  LocalState &s = state(l);
  if (l.growth == ir::Growth::FrameOnce) {
    if (s.grown == 0)
      s.grown = vars_.add(Type::Bool);
    vars_.write(b_.block(), s.grown, constant(Type::Bool, 0));
  }
  if (s.kind == LocalState::Kind::Parts) {
    Val v = init ? expr(*init) : zeroVal(l.type);
    return writeLocal(l, v);
  }
  if (isBoxed(s)) {
    if (!init)
      return setBox(l, newObject(l.type));
    if (!inParts(l.type)) { // made where it stays
      ValueId p = newObject(l.type);
      exprInto(*init, p, false, true);
      return setBox(l, p);
    }
    Val v = expr(*init);
    ValueId p = newObject(l.type);
    setBox(l, p);
    return storeVal(l.type, p, v, false);
  }
  ValueId addr = localAddr(l);
  if (!init)
    return zeroAt(l.type, addr, true);
  if (inParts(l.type))
    return storeVal(l.type, addr, expr(*init), true);
  exprInto(*init, addr, true);
}

void FunctionBuilder::declareVal(ir::Local &l, const Val &v) {
  LocalState &s = state(l);
  if (isBoxed(s)) {
    Val kept = stable(l.type, v);
    ValueId p = newObject(l.type);
    setBox(l, p);
    return storeVal(l.type, p, kept, false);
  }
  writeLocal(l, v);
}

// ---- entry and exit

void FunctionBuilder::captures() {
  if (!func_.is_closure || func_.captures.empty())
    return;
  closure_ptr_ = emit(Op::GetClosurePtr, Type::Ptr, {});
  f_[closure_ptr_].flags |= ValueFlags::NonNil;
  f_.flags.needs_ctxt = true;
  std::int64_t offset = 8;
  for (ir::Local *l : func_.captures) {
    locals_.resize(std::max<std::size_t>(locals_.size(), l->id + 1));
    std::int64_t align = l->by_ref ? 8 : layouts_.alignOf(l->type);
    offset = (offset + align - 1) & ~(align - 1);
    ValueId at = b_.offPtr(closure_ptr_, offset);
    if (l->by_ref) {
      LocalState &s = locals_[l->id];
      s.kind = LocalState::Kind::Pointer;
      s.pointer = load(Type::Ptr, at);
      f_[s.pointer].flags |= ValueFlags::NonNil;
      offset += 8;
      if (staysInMemory(*l)) {
        LocalId home = addLocal(ptrTo(l->type),
                                {.name = l->name, .layout = layoutOf(ptrTo(l->type), false), .pos = localPos(*l)});
        locals_[l->id].kind = LocalState::Kind::FramePointer;
        locals_[l->id].frame = home;
        store(b_.localAddr(home), locals_[l->id].pointer);
      }
      continue;
    }
    offset += sizeOf(l->type);
    if (l->on_heap || l->addr_taken || l->reassigned || staysInMemory(*l)) {
      // A copy of its own.
      state(*l);
      declareVal(*l, loadVal(l->type, at));
    } else if (inParts(l->type)) {
      state(*l);
      writeLocal(*l, loadVal(l->type, at));
    } else {
      LocalState &s = locals_[l->id];
      s.kind = LocalState::Kind::Pointer;
      s.pointer = at;
    }
  }
}

void FunctionBuilder::parameters() {
  const AbiSignature &sig = f_.sig;
  // All register components first: they are what the entry block starts with.
  std::vector<ValueId> regs;
  for (std::size_t i = 0; i < sig.param_regs.size(); ++i)
    regs.push_back(emit(Op::Arg, sig.param_regs[i].type, {}, {.aux_int = static_cast<std::int64_t>(i)}));
  ValueId initial = emit(Op::InitMem, Type::Mem, {});
  vars_.initial_memory = initial;
  setMem(initial);
  captures();
  for (std::size_t i = 0; i < func_.params.size(); ++i) {
    ir::Local &l = *func_.params[i];
    const AbiSlot &slot = sig.params[i];
    const Shape &sh = shape(l.type);
    locals_.resize(std::max<std::size_t>(locals_.size(), l.id + 1));
    LocalState &s = locals_[l.id];
    // Stack parameters that stay in memory have their home in the caller's frame.
    if (!slot.in_registers && !l.on_heap && (!sh.in_parts || l.addr_taken)) {
      s.kind = LocalState::Kind::Frame;
      s.frame = addLocal(l.type, {.name = l.name,
                             .layout = layoutOf(l.type, false),
                             .kind = LocalKind::StackParam,
                             .address_taken = l.addr_taken,
                             .frame_offset = slot.stack_offset,
                             .pos = localPos(l)});
      continue;
    }
    // So have those that came in registers.
    if (slot.in_registers && !l.on_heap && (!sh.in_parts || l.addr_taken || staysInMemory(l))) {
      s.kind = LocalState::Kind::Frame;
      s.frame = addLocal(l.type, {.name = l.name,
                             .layout = layoutOf(l.type, false),
                             .kind = LocalKind::RegisterParam,
                             .address_taken = l.addr_taken,
                             .frame_offset = slot.spill_offset,
                             .pos = localPos(l)});
      for (unsigned k = 0; k < slot.reg_count; ++k)
        store(b_.localAddr(s.frame, sig.param_regs[slot.first_reg + k].offset_bytes), regs[slot.first_reg + k], true);
      continue;
    }
    Val v;
    if (!slot.in_registers) {
      LocalId home = addLocal(l.type, {.name = l.name,
                                  .layout = layoutOf(l.type, false),
                                  .kind = LocalKind::StackParam,
                                  .frame_offset = slot.stack_offset,
                                  .pos = localPos(l)});
      v = loadVal(l.type, b_.localAddr(home));
    } else if (sh.in_parts) {
      for (unsigned k = 0; k < slot.reg_count; ++k)
        v.parts[v.count++] = regs[slot.first_reg + k];
      markLengths(sh, v);
    } else {
      // More parts than a Val has: through memory to the heap.
      LocalId home = newTemp(l.type, false);
      for (unsigned k = 0; k < slot.reg_count; ++k)
        store(b_.localAddr(home, sig.param_regs[slot.first_reg + k].offset_bytes), regs[slot.first_reg + k], true);
      v = Val::ofMemory(b_.localAddr(home));
    }
    state(l);
    declareVal(l, v);
  }
}

void FunctionBuilder::results() {
  for (std::size_t i = 0; i < func_.results.size(); ++i) {
    ir::Local &l = *func_.results[i];
    const AbiSlot &slot = f_.sig.results[i];
    result_types_.push_back(l.type);
    locals_.resize(std::max<std::size_t>(locals_.size(), l.id + 1));
    LocalState &s = locals_[l.id];
    bool in_memory = !inParts(l.type) || l.addr_taken || func_.has_defer || staysInMemory(l);
    if (l.on_heap) {
      if (!func_.has_defer) {
        state(l);
        declare(l, nullptr);
        continue;
      }
      // The pointer itself must survive a recovered panic.
      s.kind = LocalState::Kind::FramePointer;
      s.frame = addLocal(ptrTo(l.type), {.name = l.name,
                             .layout = layoutOf(ptrTo(l.type), false),
                             .address_taken = true,
                             .pos = localPos(l)});
      store(b_.localAddr(locals_[l.id].frame), newObject(l.type));
      continue;
    }
    if (in_memory) {
      s.kind = LocalState::Kind::Frame;
      s.frame = addLocal(l.type, {.name = l.name,
                             .layout = layoutOf(l.type, false),
                             .kind = slot.in_registers ? LocalKind::Auto : LocalKind::StackResult,
                             .address_taken = l.addr_taken || func_.has_defer,
                             .frame_offset = slot.in_registers ? 0 : slot.stack_offset,
                             .pos = localPos(l)});
      zeroAt(l.type, b_.localAddr(s.frame), true);
      continue;
    }
    state(l);
    writeLocal(l, zeroVal(l.type));
  }
}

void FunctionBuilder::entry() {
  BlockId first = f_.addBlock();
  vars_.seal(first);
  b_.setBlock(first);
  f_.pos = {.pos = func_.pos, .site = {}};
  f_.end_pos = {.pos = func_.end_pos, .site = {}};
  b_.setPos(f_.pos);
  std::vector<AbiType> params, results;
  for (ir::Local *l : func_.params)
    params.push_back(abiType(l->type));
  for (ir::Local *l : func_.results)
    results.push_back(abiType(l->type));
  f_.sig = assignAbi(Abi::Internal, params, results);
  f_.flags.nosplit = (func_.pragma & ir::kNosplit) != 0;
  // A deferred call that reflection makes goes through these; recover looks through them, as through wrappers.
  f_.flags.wrapper = func_.wrapper || func_.name == "reflect.callReflect" || func_.name == "reflect.callMethod";
  f_.flags.has_defer = func_.has_defer;
  f_.flags.reflect_method = func_.reflect_method;
  f_.flags.no_write_barriers = (func_.pragma & (ir::kNowritebarrier | ir::kNowritebarrierrec)) != 0;
  f_.flags.dup_ok = func_.dup_ok;
  f_.flags.map_init = func_.map_init;
  f_.flags.systemstack = (func_.pragma & ir::kSystemstack) != 0;
  locals_.resize(func_.locals.size());
  labels_.resize(func_.label_count);
  parameters();
  this->results();
  // Code may jump back to the start of the body, but never to the entry block.
  BlockId body = newBlock();
  jump(body);
  startCounted(body);
}

std::vector<Val> FunctionBuilder::currentResults() {
  std::vector<Val> out;
  for (ir::Local *l : func_.results)
    out.push_back(readLocal(*l));
  return out;
}

// Ends the block: the values go to their registers and places.
void FunctionBuilder::emitReturn(const std::vector<Val> &values) {
  std::vector<ValueId> controls;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const AbiSlot &slot = f_.sig.results[i];
    if (slot.in_registers)
      continue;
    TypeP t = func_.results[i]->type;
    if (sizeOf(t) == 0)
      continue;
    LocalState &s = state(*func_.results[i]);
    if (s.kind == LocalState::Kind::Frame && f_[s.frame].kind == LocalKind::StackResult) {
      // It is in its place, unless a return statement gave another value.
      ValueId home = b_.localAddr(s.frame);
      if (!(values[i].inMemory() && f_[values[i].addr].op == Op::LocalAddr &&
            f_[values[i].addr].local() == s.frame))
        storeVal(t, home, values[i], true);
      continue;
    }
    LocalId place = f_.addLocal({.name = "~stack_result",
                                 .layout = layoutOf(t, false),
                                 .kind = LocalKind::StackResult,
                                 .frame_offset = slot.stack_offset,
                                 .pos = b_.pos()});
    storeVal(t, b_.localAddr(place), values[i], true);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    const AbiSlot &slot = f_.sig.results[i];
    if (!slot.in_registers)
      continue;
    for (unsigned k = 0; k < slot.reg_count; ++k) {
      if (!values[i].inMemory()) {
        controls.push_back(values[i][k]);
        continue;
      }
      const AbiRegComponent &c = f_.sig.result_regs[slot.first_reg + k];
      controls.push_back(load(c.type, b_.offPtr(values[i].addr, c.offset_bytes)));
    }
  }
  controls.push_back(mem());
  b_.ret(controls);
}

// Returns what the result variables hold.
void FunctionBuilder::returnNow() {
  if (exit_block_.valid())
    return jump(exit_block_);
  emitReturn(currentResults());
}

void FunctionBuilder::finish() {
  // Reached by falling off the end: of functions without results, or by code that cannot get here.
  b_.setPos(f_.end_pos);
  returnNow();
  if (exit_block_.valid()) {
    startSealed(exit_block_);
    b_.setPos(f_.end_pos);
    if (frame_defers_only_ && !defer_records_.empty()) {
      runFrameDefers();
      emitReturn(currentResults());
    } else {
      jump(recover_block_);
    }
    startSealed(recover_block_);
    b_.setPos(f_.end_pos);
    AbiSignature sig = assignAbi(Abi::Internal, {}, {});
    CallId call = f_.addCall(
        {.callee = f_.symbol("runtime.deferreturn"), .sig = std::move(sig), .is_defer_return = true});
    ValueId m = mem();
    ValueId c = b_.call(Op::StaticCall, call, std::span<const ValueId>(&m, 1));
    setMem(b_.callMem(c));
    emitReturn(currentResults());
  }
  vars_.finish();
  defineEdgeCounters();
  // What cannot be reached goes.
  std::vector<bool> reached(f_.blockCount());
  std::vector<BlockId> work{f_.entry()};
  reached[f_.entry().raw] = true;
  while (!work.empty()) {
    BlockId b = work.back();
    work.pop_back();
    for (const Edge &e : f_[b].succs)
      if (!reached[e.block.raw]) {
        reached[e.block.raw] = true;
        work.push_back(e.block);
      }
  }
  std::vector<BlockId> dead;
  for (BlockId b : f_.blocks())
    if (!reached[b.raw])
      dead.push_back(b);
  for (BlockId b : dead)
    while (!f_[b].succs.empty())
      f_.removeEdge(b, static_cast<unsigned>(f_[b].succs.size() - 1));
  for (BlockId b : dead) {
    f_.clearControls(b);
    for (ValueId v : f_[b].values)
      f_.setArgs(v, {});
  }
  for (BlockId b : dead)
    f_.removeBlock(b);
}

BuiltFunc FunctionBuilder::run() {
  entry();
  if (func_.has_defer)
    exit_block_ = newBlock(), recover_block_ = newBlock();
  stmts(func_.body);
  finish();
  describeVariables();
  std::vector<TypeP> params;
  for (const ir::Local *l : func_.params) {
    params.push_back(l->type);
    if (context_.names_live)
      live_names_.params.emplace_back(l->name == "_" ? "" : l->name);
  }
  return {std::move(owned_), std::move(marks_), argInfo(params, f_.sig, layouts_), std::move(live_names_)};
}

// What debuggers are told: the function's variables, and those of inlined calls that left something.
void FunctionBuilder::describeVariables() {
  using Role = object::DebugVariable::Role;
  struct Part {
    std::uint32_t variable, offset;
  };
  std::unordered_map<Variables::Id, Part> parts; // of watched ones; never iterated
  auto is_told = [this](const ir::Local &l) {
    return isShownToDebuggers(l) && (l.inline_site == 0 || (l.inline_site < inline_site_made_.size() && inline_site_made_[l.inline_site]));
  };
  DebugScopes scopes = findScopes(func_, inline_sites_, is_told);
  f_.debug_scopes = std::move(scopes.scopes);
  for (ir::Local *l : func_.locals) {
    if (!is_told(*l))
      continue;
    DebugVariable v{.name = f_.arena().copy(l->name), .type = context_.debug_types->of(l->type).raw, .local = {}, .line = l->pos.line, .site = {}};
    v.role = std::uint8_t(l->declared_kind == ir::Local::Kind::Param    ? Role::Param
                          : l->declared_kind == ir::Local::Kind::Result ? Role::Result
                                                                        : Role::Auto);
    if (l->inline_site != 0)
      v.site = inline_sites_[l->inline_site];
    v.size_bytes = static_cast<std::uint32_t>(sizeOf(l->type));
    v.scope = scopes.of_local[l->id];
    const LocalState &s = l->id < locals_.size() ? locals_[l->id] : LocalState();
    const auto index = static_cast<std::uint32_t>(f_.debug_variables.size());
    v.indirect = s.kind == LocalState::Kind::FramePointer || s.kind == LocalState::Kind::Pointer;
    if (s.kind == LocalState::Kind::FramePointer || s.kind == LocalState::Kind::Frame)
      v.local = s.frame;
    else if (s.kind == LocalState::Kind::Pointer)
      parts[s.first_var] = {index, 0};
    else if (s.kind == LocalState::Kind::Parts)
      for (std::size_t i = 0; i < shape(l->type).parts.size(); ++i) {
        const auto offset = static_cast<std::uint32_t>(shape(l->type).parts[i].offset_bytes);
        parts[s.first_var + static_cast<Variables::Id>(i)] = {index, offset};
        if (context_.names_live)
          live_names_.parts[{index, offset}] = std::string(l->name) + partName(l->type, offset);
      }
    f_.debug_variables.push_back(v);
  }
  for (const Variables::Binding &b : vars_.bindings())
    if (auto part = parts.find(b.variable); part != parts.end() && f_[b.value].op != Op::Invalid)
      f_.debug_bindings.push_back({part->second.variable, part->second.offset, b.value});
}

// Takes the arguments as one convention has them, passes them on as the other wants them, and so with the results.
BuiltFunc FunctionBuilder::runAbiWrapper(Abi wrapper_abi) {
  Abi inner_abi = wrapper_abi == Abi::Internal ? Abi::Abi0 : Abi::Internal;
  BlockId first = f_.addBlock();
  vars_.seal(first);
  b_.setBlock(first);
  f_.pos = f_.end_pos = {.pos = func_.pos, .site = {}};
  b_.setPos(f_.pos);
  std::vector<TypeP> params, result_types;
  types::Signature *sig = func_.sig;
  if (sig->recv)
    params.push_back(sig->recv->type);
  for (types::Var *v : types::vars(sig->params))
    params.push_back(v->type);
  for (types::Var *v : types::vars(sig->results))
    result_types.push_back(v->type);
  std::vector<AbiType> abi_params, abi_results;
  for (TypeP t : params)
    abi_params.push_back(abiType(t));
  for (TypeP t : result_types)
    abi_results.push_back(abiType(t));
  f_.sig = assignAbi(wrapper_abi, abi_params, abi_results);
  f_.flags.abi_wrapper = true;
  f_.flags.wrapper = true;
  f_.flags.dup_ok = true; // the package that defines the function may make the same wrapper as one that declares it
  f_.flags.nosplit = (func_.pragma & ir::kNosplit) != 0;
  std::vector<ValueId> regs;
  for (std::size_t i = 0; i < f_.sig.param_regs.size(); ++i)
    regs.push_back(emit(Op::Arg, f_.sig.param_regs[i].type, {}, {.aux_int = static_cast<std::int64_t>(i)}));
  vars_.initial_memory = emit(Op::InitMem, Type::Mem, {});
  setMem(vars_.initial_memory);
  std::vector<Arg> args;
  for (std::size_t i = 0; i < params.size(); ++i) {
    const AbiSlot &slot = f_.sig.params[i];
    Val v;
    if (!slot.in_registers) {
      LocalId home = f_.addLocal({.name = "~arg",
                                  .layout = layoutOf(params[i], false),
                                  .kind = LocalKind::StackParam,
                                  .frame_offset = slot.stack_offset,
                                  .pos = b_.pos()});
      v = loadVal(params[i], b_.localAddr(home));
    } else if (inParts(params[i])) {
      for (unsigned k = 0; k < slot.reg_count; ++k)
        v.parts[v.count++] = regs[slot.first_reg + k];
    } else {
      LocalId home = newTemp(params[i], false);
      for (unsigned k = 0; k < slot.reg_count; ++k)
        store(b_.localAddr(home, f_.sig.param_regs[slot.first_reg + k].offset_bytes), regs[slot.first_reg + k], true);
      v = Val::ofMemory(b_.localAddr(home));
    }
    args.push_back({params[i], v});
  }
  std::string callee = func_.name + (inner_abi == Abi::Abi0 ? ".abi0" : "");
  std::vector<Val> values = call(Op::StaticCall, {}, f_.symbol(callee), assignAbi(inner_abi, abi_params, abi_results),
                                 args, result_types);
  std::vector<ValueId> controls;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const AbiSlot &slot = f_.sig.results[i];
    TypeP t = result_types[i];
    if (!slot.in_registers) {
      if (sizeOf(t) == 0)
        continue;
      LocalId place = f_.addLocal({.name = "~result",
                                   .layout = layoutOf(t, false),
                                   .kind = LocalKind::StackResult,
                                   .frame_offset = slot.stack_offset,
                                   .pos = b_.pos()});
      storeVal(t, b_.localAddr(place), values[i], true);
      continue;
    }
    for (unsigned k = 0; k < slot.reg_count; ++k) {
      const AbiRegComponent &c = f_.sig.result_regs[slot.first_reg + k];
      controls.push_back(values[i].inMemory() ? load(c.type, b_.offPtr(values[i].addr, c.offset_bytes))
                                              : values[i][k]);
    }
  }
  controls.push_back(mem());
  b_.ret(controls);
  vars_.finish();
  return {std::move(owned_), std::move(marks_), {}, {}};
}

BuiltFunc build(BuildContext context, ir::Func &func, object::Unit &unit) {
  WorkScope scope(func.name);
  GANNET_CHECK(func.has_body && !func.generic, "a function that cannot be built: " + func.name);
  return FunctionBuilder(context, func, unit, func.name).run();
}

BuiltFunc buildAbiWrapper(BuildContext context, ir::Func &func, Abi wrapper_abi) {
  WorkScope scope(func.name);
  object::Unit none; // wrappers name no data
  std::string name = func.name + (wrapper_abi == Abi::Abi0 ? ".abi0" : "");
  return FunctionBuilder(context, func, none, std::move(name)).runAbiWrapper(wrapper_abi);
}

} // namespace gannet::ssa
