#include "compiler/data/static_data.h"

#include "compiler/base/check.h"
#include "compiler/constant/value.h"
#include "compiler/data/type_descriptor.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/object.h"

#include <bit>

namespace gannet::data {

using ir::Node;
using ir::Op;
using object::Reloc;
using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;

void DataBytes::put(std::int64_t at, std::uint64_t value, unsigned size_bytes) {
  GANNET_CHECK(at >= 0 && static_cast<std::size_t>(at) + size_bytes <= bytes.size(), "static data beyond its symbol");
  for (unsigned i = 0; i < size_bytes; ++i)
    bytes[static_cast<std::size_t>(at) + i] = static_cast<std::uint8_t>(value >> (8 * i));
}

bool DataBytes::allZero() const {
  if (!relocs.empty())
    return false;
  for (std::uint8_t b : bytes)
    if (b)
      return false;
  return true;
}

SymbolId StaticData::string(std::string_view text) {
  // Short printable texts are named by themselves, which makes objects readable; others by hash.
  bool plain = text.size() <= 64;
  for (unsigned char c : text)
    plain = plain && c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  std::vector<std::uint8_t> bytes(text.begin(), text.end());
  if (!plain)
    return unit_.contentSymbol("go:string.", SymbolKind::String, 1, std::move(bytes));
  std::string name = "go:string.\"";
  name += text;
  name += '"';
  SymbolId s = unit_.symbol(name);
  if (!unit_[s].defined())
    unit_.define(s, SymbolKind::String, object::kDupOk, 1, std::move(bytes));
  return s;
}

SymbolId StaticData::type(types::Type *t) {
  needed_.add(t);
  return unit_.symbol(types::typeSymbolName(t));
}

SymbolId StaticData::itab(types::Type *t, types::Type *i) {
  SymbolId s = unit_.symbol(types::itabSymbolName(t, i));
  if (unit_[s].defined())
    return s;
  auto *iface = types::underAs<types::Interface>(i);
  GANNET_CHECK(iface, "an itab for something that is no interface");
  std::vector<types::Func *> wanted = types::sortedInterfaceMethods(iface);
  std::vector<types::Func *> have = ir::methodSet(package_.context, t);
  DataBytes out;
  out.bytes.resize(24 + 8 * wanted.size());
  out.putAddr(0, type(i));
  out.putAddr(8, type(t));
  std::size_t at = 0;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    while (at < have.size() && !(have[at]->name == wanted[k]->name &&
                                 (wanted[k]->isExported() || have[at]->pkg == wanted[k]->pkg)))
      ++at;
    GANNET_CHECK(at < have.size(), "itab of a type that lacks method " + std::string(wanted[k]->name) + ": " +
                                       types::linkString(t) + " as " + types::linkString(i));
    ir::Func *f = ir::ifaceMethodFunc(package_, t, have[at]);
    out.putAddr(24 + 8 * static_cast<std::int64_t>(k), unit_.symbol(f->name), 0, RelocKind::MethodAbs64);
  }
  out.put(16, typeHash(t), 4);
  unit_.define(s, SymbolKind::Itab, object::kDupOk, 8, std::move(out.bytes));
  unit_[s].relocs = std::move(out.relocs);
  // The concrete type is converted to an interface by whoever names the itab.
  unit_.addReloc(s, {0, RelocKind::UseIface, type(t), 0});
  return s;
}

SymbolId StaticData::ifaceWord(types::Type *t, types::Type *i) {
  auto *iface = types::underAs<types::Interface>(i);
  if (types::sortedInterfaceMethods(iface).empty())
    return type(t);
  return itab(t, i);
}

SymbolId StaticData::funcValue(std::string_view func_name) {
  std::string name(func_name);
  name += "\xc2\xb7"
          "f";
  SymbolId s = unit_.symbol(name);
  if (!unit_[s].defined()) {
    unit_.define(s, SymbolKind::Rodata, object::kDupOk, 8, std::vector<std::uint8_t>(8));
    unit_.addReloc(s, {0, RelocKind::Abs64, unit_.symbol(func_name), 0});
  }
  return s;
}

SymbolId StaticData::funcValue(const ir::Func &f) { return funcValue(f.name); }

void StaticData::defineVariable(SymbolId s, types::Type *t, DataBytes data, std::uint32_t flags, bool read_only) {
  const TypeLayout &layout = layouts_.of(t);
  std::uint32_t align = static_cast<std::uint32_t>(layout.align);
  if (layout.size >= 16 && align < 16 && layout.pointer_bytes == 0)
    align = std::max<std::uint32_t>(align, 8);
  bool pointers = layout.pointer_bytes != 0;
  if (read_only) {
    data.bytes.resize(static_cast<std::size_t>(layout.size));
    if (unit_.define(s, SymbolKind::Rodata, flags, align, std::move(data.bytes)))
      unit_[s].relocs = std::move(data.relocs);
    return;
  }
  if (data.allZero()) {
    if (!unit_.defineZero(s, pointers ? SymbolKind::Bss : SymbolKind::NoPtrBss, flags, align,
                          static_cast<std::uint64_t>(layout.size)))
      return;
  } else {
    data.bytes.resize(static_cast<std::size_t>(layout.size));
    if (!unit_.define(s, pointers ? SymbolKind::Data : SymbolKind::NoPtrData, flags, align, std::move(data.bytes)))
      return;
    unit_[s].relocs = std::move(data.relocs);
  }
  if (!pointers)
    return;
  // An array's mask is its element's, repeated, so that big ones stay small.
  types::Type *pattern = t;
  while (auto *a = types::underAs<types::Array>(pattern)) {
    if (a->len < 2)
      break;
    pattern = a->elem;
  }
  object::Symbol &symbol = unit_[s];
  symbol.pointer_mask = layouts_.pointerMask(pattern);
  symbol.pointer_words = static_cast<std::uint32_t>(layouts_.sizeOf(pattern) / kWordBytes);
  symbol.pointer_mask.resize((symbol.pointer_words + 7) / 8);
}

SymbolId StaticData::addStatic(types::Type *t, DataBytes data, bool read_only) {
  SymbolId s = unit_.symbol(prefix_ + "..stat_" + std::to_string(next_static_++));
  data.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(t)));
  defineVariable(s, t, std::move(data), 0, read_only);
  return s;
}

SymbolId StaticData::addReadOnly(types::Type *t, DataBytes data) {
  data.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(t)));
  if (!data.relocs.empty())
    return addStatic(t, std::move(data), true);
  return unit_.contentSymbol("go:const.", SymbolKind::Rodata, static_cast<std::uint32_t>(layouts_.alignOf(t)),
                             std::move(data.bytes));
}

bool StaticData::isStaticAddr(const Node &n) const {
  switch (n.op) {
  case Op::GlobalRef:
    return true;
  case Op::Field:
    return isStaticAddr(*n.x);
  case Op::Index: {
    auto *a = types::underAs<types::Array>(n.x->type);
    if (!a || n.y->op != Op::Const || !isStaticAddr(*n.x))
      return false;
    auto i = constant::int64Val(n.y->value());
    return i && *i >= 0 && *i < a->len;
  }
  default:
    return false;
  }
}

bool StaticData::isStatic(const Node &n, bool fresh) const {
  switch (n.op) {
  case Op::Const:
  case Op::Nil:
  case Op::Zero:
  case Op::FuncRef:
  case Op::TypeAddr:
    return true;
  case Op::Closure:
    return n.func()->captures.empty();
  case Op::Addr:
    return isStaticAddr(*n.x);
  case Op::StructLit:
  case Op::ArrayLit:
    for (const Node *e : n.list)
      if (!isStatic(*e, fresh))
        return false;
    return true;
  case Op::SliceLit:
    if (!fresh)
      return false;
    for (const Node *e : n.list)
      if (!isStatic(*e, fresh))
        return false;
    return true;
  case Op::PtrLit:
    return fresh && isStatic(*n.x, fresh);
  case Op::New:
    return fresh && (!n.x || isStatic(*n.x, fresh));
  case Op::Convert:
    switch (n.conv()) {
    case ir::Conv::Noop:
      return isStatic(*n.x, fresh);
    case ir::Conv::ToIface:
      // The boxed value is never written, so it may be shared whatever its own literals need.
      return isStatic(*n.x, fresh);
    case ir::Conv::StringToBytes:
      return fresh && n.x->op == Op::Const;
    default:
      return false;
    }
  default:
    return false;
  }
}

void StaticData::writeConst(DataBytes &out, std::int64_t at, types::Type *t, const constant::Value &value) {
  auto *b = types::underAs<types::Basic>(t);
  GANNET_CHECK(b, "a constant of a type that is not basic");
  bool is_real = value.kind() == constant::Kind::Complex && !(b->info & types::kIsComplex);
  constant::Value v = is_real ? constant::real(value) : value;
  unsigned size = static_cast<unsigned>(layouts_.sizeOf(t));
  switch (b->basic) {
  case types::BasicKind::Bool:
  case types::BasicKind::UntypedBool:
    out.put(at, v.boolVal(), 1);
    return;
  case types::BasicKind::String:
  case types::BasicKind::UntypedString: {
    std::string_view text = v.stringVal();
    if (text.empty())
      return;
    out.putAddr(at, string(text));
    out.put(at + 8, text.size(), 8);
    return;
  }
  case types::BasicKind::Float32:
    out.put(at, std::bit_cast<std::uint32_t>(constant::float32Val(constant::toFloat(v))), 4);
    return;
  case types::BasicKind::Float64:
    out.put(at, std::bit_cast<std::uint64_t>(constant::float64Val(constant::toFloat(v))), 8);
    return;
  case types::BasicKind::Complex64: {
    constant::Value c = constant::toComplex(v);
    out.put(at, std::bit_cast<std::uint32_t>(constant::float32Val(constant::toFloat(constant::real(c)))), 4);
    out.put(at + 4, std::bit_cast<std::uint32_t>(constant::float32Val(constant::toFloat(constant::imag(c)))), 4);
    return;
  }
  case types::BasicKind::Complex128: {
    constant::Value c = constant::toComplex(v);
    out.put(at, std::bit_cast<std::uint64_t>(constant::float64Val(constant::toFloat(constant::real(c)))), 8);
    out.put(at + 8, std::bit_cast<std::uint64_t>(constant::float64Val(constant::toFloat(constant::imag(c)))), 8);
    return;
  }
  default: {
    constant::Value i = constant::toInt(v);
    GANNET_CHECK(i.known(), "a constant that does not fit its type");
    out.put(at, constant::wordVal(i), size);
  }
  }
}

void StaticData::writeAddr(DataBytes &out, std::int64_t at, const Node &lvalue) {
  std::int64_t offset = 0;
  const Node *n = &lvalue;
  while (n->op != Op::GlobalRef) {
    if (n->op == Op::Field)
      offset += layouts_.of(types::under(n->x->type)).offsets[static_cast<std::size_t>(n->aux_int)];
    else
      offset += *constant::int64Val(n->y->value()) * layouts_.sizeOf(n->type);
    n = n->x;
  }
  out.putAddr(at, unit_.symbol(n->global()->name), offset);
}

SymbolId StaticData::literalStorage(types::Type *t, const Node &value) {
  DataBytes data;
  data.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(t)));
  write(data, 0, value);
  return addStatic(t, std::move(data), false);
}

// A slice literal, or the bytes of a string constant.
void StaticData::writeSlice(DataBytes &out, std::int64_t at, const Node &n) {
  types::Type *elem = types::underAs<types::Slice>(n.type)->elem;
  std::int64_t elem_bytes = layouts_.sizeOf(elem);
  const std::string_view text = n.op == Op::Convert ? n.x->value().stringVal() : std::string_view();
  const std::int64_t count = n.op == Op::Convert ? static_cast<std::int64_t>(text.size()) : n.aux_int;
  auto *array = package_.context.make<types::Array>(elem, count);
  DataBytes data;
  data.bytes.assign(text.begin(), text.end());
  data.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(array)));
  for (std::size_t i = 0; i < n.list.size(); ++i)
    write(data, n.indices[i] * elem_bytes, *n.list[i]);
  SymbolId s = data.bytes.empty() ? unit_.symbol("runtime.zerobase") : addStatic(array, std::move(data), false);
  out.putAddr(at, s);
  out.put(at + 8, static_cast<std::uint64_t>(count), 8);
  out.put(at + 16, static_cast<std::uint64_t>(count), 8);
}

void StaticData::writeIface(DataBytes &out, std::int64_t at, const Node &n) {
  types::Type *t = n.x->type;
  SymbolId word = ifaceWord(t, n.type);
  out.putAddr(at, word);
  out.relocs.push_back({0, RelocKind::UseIface, word, 0});
  if (ir::isDirectIface(t)) {
    write(out, at + 8, *n.x);
    return;
  }
  if (layouts_.sizeOf(t) == 0) {
    out.putAddr(at + 8, unit_.symbol("runtime.zerobase"));
    return;
  }
  DataBytes boxed;
  boxed.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(t)));
  write(boxed, 0, *n.x);
  out.putAddr(at + 8, addReadOnly(t, std::move(boxed)));
}

void StaticData::write(DataBytes &out, std::int64_t at, const Node &n) {
  switch (n.op) {
  case Op::Const:
    return writeConst(out, at, n.type, n.value());
  case Op::Nil:
  case Op::Zero:
    return;
  case Op::FuncRef:
  case Op::Closure:
    return out.putAddr(at, funcValue(*n.func()));
  case Op::TypeAddr:
    return out.putAddr(at, type(n.aux_type()));
  case Op::Addr:
    return writeAddr(out, at, *n.x);
  case Op::StructLit: {
    const TypeLayout &layout = layouts_.of(types::under(n.type));
    types::VarList fields = types::underAs<types::Struct>(n.type)->fields;
    for (std::size_t i = 0; i < n.list.size(); ++i) {
      auto field = static_cast<std::size_t>(n.indices[i]);
      if (fields[field]->name != "_")
        write(out, at + layout.offsets[field], *n.list[i]);
    }
    return;
  }
  case Op::ArrayLit: {
    std::int64_t elem_bytes = layouts_.sizeOf(types::underAs<types::Array>(n.type)->elem);
    for (std::size_t i = 0; i < n.list.size(); ++i)
      write(out, at + n.indices[i] * elem_bytes, *n.list[i]);
    return;
  }
  case Op::SliceLit:
    return writeSlice(out, at, n);
  case Op::PtrLit:
  case Op::New: {
    types::Type *t = types::underAs<types::Pointer>(n.type)->elem;
    if (layouts_.sizeOf(t) == 0)
      return out.putAddr(at, unit_.symbol("runtime.zerobase"));
    if (n.x)
      return out.putAddr(at, literalStorage(t, *n.x));
    DataBytes zero;
    zero.bytes.resize(static_cast<std::size_t>(layouts_.sizeOf(t)));
    return out.putAddr(at, addStatic(t, std::move(zero), false));
  }
  case Op::Convert:
    if (n.conv() == ir::Conv::Noop || n.conv() == ir::Conv::UintptrToPtr)
      return write(out, at, *n.x);
    if (n.conv() == ir::Conv::StringToBytes)
      return writeSlice(out, at, n);
    GANNET_CHECK(n.conv() == ir::Conv::ToIface, "a conversion that is not static");
    return writeIface(out, at, n);
  default:
    break;
  }
  GANNET_UNREACHABLE("static value of a dynamic expression");
}

} // namespace gannet::data
