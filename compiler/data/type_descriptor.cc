#include "compiler/data/type_descriptor.h"

#include "compiler/base/check.h"
#include "compiler/ir/alg.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

#include <algorithm>
#include <utility>

namespace gannet::data {

using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;
using types::TypeKind;

namespace {

constexpr std::int64_t kTypeBytes = 48;
constexpr std::int64_t kUncommonBytes = 16;
constexpr std::int64_t kMethodBytes = 16;
constexpr std::int64_t kImethodBytes = 8;
constexpr std::int64_t kFieldBytes = 24;
constexpr std::int64_t kMaxMaskBytes = 2048; // larger masks are built at run time

enum TFlag : std::uint8_t {
  kTFlagUncommon = 1,
  kTFlagExtraStar = 2,
  kTFlagNamed = 4,
  kTFlagRegularMemory = 8,
  kTFlagGCMaskOnDemand = 16,
  kTFlagDirectIface = 32,
};

enum NameFlag : std::uint8_t { kNameExported = 1, kNameTag = 2, kNamePkgPath = 4, kNameEmbedded = 8 };

std::uint8_t kindOf(types::Type *u) {
  switch (u->kind) {
  case TypeKind::Basic:
    return abiKind(static_cast<types::Basic *>(u)->basic);
  case TypeKind::Array:
    return 17;
  case TypeKind::Chan:
    return 18;
  case TypeKind::Signature:
    return 19;
  case TypeKind::Interface:
    return 20;
  case TypeKind::Map:
    return 21;
  case TypeKind::Pointer:
    return 22;
  case TypeKind::Slice:
    return 23;
  case TypeKind::Struct:
    return 25;
  default:
    GANNET_UNREACHABLE("descriptor of a type that no value has");
  }
}

// Bytes of the kind-specific part, with the common one, before an uncommon type or trailing arrays.
std::int64_t kindBytes(types::Type *u) {
  switch (u->kind) {
  case TypeKind::Array:
    return 72;
  case TypeKind::Chan:
    return 64;
  case TypeKind::Signature:
    return 56;
  case TypeKind::Interface:
    return 80;
  case TypeKind::Map:
    return 112;
  case TypeKind::Pointer:
  case TypeKind::Slice:
    return 56;
  case TypeKind::Struct:
    return 80;
  default:
    return kTypeBytes;
  }
}

// Bytes of the arrays that follow everything but the method table.
std::int64_t tailBytes(types::Type *u) {
  switch (u->kind) {
  case TypeKind::Signature: {
    auto *s = static_cast<types::Signature *>(u);
    return 8 * static_cast<std::int64_t>(types::vars(s->params).size() + types::vars(s->results).size());
  }
  case TypeKind::Interface:
    return kImethodBytes *
           static_cast<std::int64_t>(types::sortedInterfaceMethods(static_cast<types::Interface *>(u)).size());
  case TypeKind::Struct:
    return kFieldBytes * static_cast<std::int64_t>(static_cast<types::Struct *>(u)->fields.size());
  default:
    return 0;
  }
}

// The object that names the type, if it has a name.
types::TypeName *typeName(types::Type *t) {
  auto *n = types::unaliasAs<types::Named>(t);
  return n ? n->obj : nullptr;
}

bool hasTypeName(types::Type *t) {
  t = types::unalias(t);
  return t->kind == TypeKind::Named || t->kind == TypeKind::Basic;
}

// Of unexported fields and methods, and of the type's own name.
const types::Package *packageOf(types::Type *t) {
  if (auto *o = typeName(t))
    return o->pkg;
  return nullptr;
}

void putVarint(std::vector<std::uint8_t> &out, std::size_t v) {
  while (v >= 0x80) {
    out.push_back(static_cast<std::uint8_t>(v | 0x80));
    v >>= 7;
  }
  out.push_back(static_cast<std::uint8_t>(v));
}

std::string pathOf(const types::Package *pkg) { return std::string(pkg->path); }

} // namespace

std::uint8_t abiKind(types::BasicKind b) {
  using B = types::BasicKind;
  switch (b) {
  case B::Bool:
  case B::UntypedBool:
    return 1;
  case B::Int:
  case B::UntypedInt:
    return 2;
  case B::Int8:
    return 3;
  case B::Int16:
    return 4;
  case B::Int32:
  case B::UntypedRune:
    return 5;
  case B::Int64:
    return 6;
  case B::Uint:
    return 7;
  case B::Uint8:
    return 8;
  case B::Uint16:
    return 9;
  case B::Uint32:
    return 10;
  case B::Uint64:
    return 11;
  case B::Uintptr:
    return 12;
  case B::Float32:
    return 13;
  case B::Float64:
  case B::UntypedFloat:
    return 14;
  case B::Complex64:
    return 15;
  case B::Complex128:
  case B::UntypedComplex:
    return 16;
  case B::String:
  case B::UntypedString:
    return 24;
  case B::UnsafePointer:
  case B::UntypedNil:
    return 26;
  case B::Invalid:
    break;
  }
  GANNET_UNREACHABLE("descriptor of an invalid type");
}

std::uint32_t typeHash(types::Type *t) {
  // FNV-1a; zero is left to mean "none".
  std::uint32_t hash = 0x811c9dc5u;
  for (unsigned char c : types::linkString(t))
    hash = (hash ^ c) * 0x01000193u;
  return hash ? hash : 1;
}

// A name is: flags, length as varint, bytes, then the tag in the same way, then 4 bytes of offset to the package path.
SymbolId TypeDescriptors::name(std::string_view text, std::string_view tag, bool exported, bool embedded,
                               const types::Package *pkg) {
  std::string symbol = "type:.namedata.";
  symbol += text;
  symbol += exported ? '.' : '-';
  if (embedded)
    symbol += 'e';
  if (!tag.empty()) {
    symbol += ' ';
    symbol += tag;
  }
  if (pkg) {
    symbol += '|';
    symbol += pkg->path;
  }
  SymbolId s = unit_.symbol(symbol);
  if (unit_[s].defined())
    return s;
  std::vector<std::uint8_t> bytes;
  bytes.push_back(static_cast<std::uint8_t>((exported ? kNameExported : 0) | (tag.empty() ? 0 : kNameTag) |
                                            (pkg ? kNamePkgPath : 0) | (embedded ? kNameEmbedded : 0)));
  putVarint(bytes, text.size());
  bytes.insert(bytes.end(), text.begin(), text.end());
  if (!tag.empty()) {
    putVarint(bytes, tag.size());
    bytes.insert(bytes.end(), tag.begin(), tag.end());
  }
  std::uint32_t path_at = static_cast<std::uint32_t>(bytes.size());
  if (pkg)
    bytes.resize(bytes.size() + 4);
  unit_.define(s, SymbolKind::TypeData, object::kDupOk, 1, std::move(bytes));
  if (pkg)
    unit_.addReloc(s, {path_at, RelocKind::TypeOff32, pkgPathName(pkg), 0});
  return s;
}

// The import path of a package as a name.
SymbolId TypeDescriptors::pkgPathName(const types::Package *pkg) {
  std::string path = pathOf(pkg);
  SymbolId s = unit_.symbol("type:.importpath." + path + ".");
  if (unit_[s].defined())
    return s;
  std::vector<std::uint8_t> bytes{0};
  putVarint(bytes, path.size());
  bytes.insert(bytes.end(), path.begin(), path.end());
  unit_.define(s, SymbolKind::TypeData, object::kDupOk, 1, std::move(bytes));
  return s;
}

void TypeDescriptors::gcData(DataBytes &out, types::Type *t) {
  const TypeLayout &layout = layouts_.of(t);
  if (layout.pointer_bytes == 0)
    return;
  if (layout.pointer_bytes / kWordBytes / 8 > kMaxMaskBytes) {
    // A word that the runtime fills with the mask's address.
    SymbolId s = unit_.symbol("type:.gcmask." + types::linkString(t));
    if (!unit_[s].defined())
      unit_.defineZero(s, SymbolKind::NoPtrBss, object::kDupOk, 8, 8);
    out.putAddr(32, s);
    return;
  }
  std::vector<std::uint8_t> mask = layouts_.pointerMask(t);
  std::string symbol = "runtime.gcbits.";
  static constexpr char kHex[] = "0123456789abcdef";
  if (mask.size() <= 24) {
    for (std::uint8_t b : mask) {
      symbol += kHex[b >> 4];
      symbol += kHex[b & 15];
    }
    SymbolId s = unit_.symbol(symbol);
    if (!unit_[s].defined())
      unit_.define(s, SymbolKind::Rodata, object::kDupOk, 1, std::move(mask));
    out.putAddr(32, s);
    return;
  }
  out.putAddr(32, unit_.contentSymbol(symbol, SymbolKind::Rodata, 1, std::move(mask)));
}

void TypeDescriptors::header(DataBytes &out, types::Type *t, std::int64_t total_bytes, bool uncommon) {
  const TypeLayout &layout = layouts_.of(t);
  types::Type *u = types::under(t);
  out.bytes.resize(static_cast<std::size_t>(total_bytes));
  std::uint8_t flags = 0;
  if (uncommon)
    flags |= kTFlagUncommon;
  if (hasTypeName(t))
    flags |= kTFlagNamed;
  if (ir::algOf(t) == ir::Alg::Memory)
    flags |= kTFlagRegularMemory;
  if (layout.pointer_bytes / kWordBytes / 8 > kMaxMaskBytes)
    flags |= kTFlagGCMaskOnDemand;
  if (ir::isDirectIface(t))
    flags |= kTFlagDirectIface;
  std::string text = types::reflectString(t);
  types::Type *named = t;
  if (text.starts_with('*')) {
    if (auto *p = types::unaliasAs<types::Pointer>(t))
      named = p->elem;
  } else {
    text.insert(0, 1, '*');
    flags |= kTFlagExtraStar;
  }
  auto *object = typeName(named);
  bool exported = object && object->isExported();
  out.put(0, static_cast<std::uint64_t>(layout.size), 8);
  out.put(8, static_cast<std::uint64_t>(layout.pointer_bytes), 8);
  out.put(16, typeHash(t), 4);
  out.put(20, flags, 1);
  out.put(21, static_cast<std::uint64_t>(layout.align), 1);
  out.put(22, static_cast<std::uint64_t>(layout.align), 1);
  out.put(23, kindOf(u), 1);
  std::string equal = ir::equalSymbol(package_, t);
  if (!equal.empty())
    out.putAddr(24, algSymbol(equal));
  gcData(out, t);
  out.relocs.push_back({40, RelocKind::TypeOff32, name(text, {}, exported, false, nullptr), 0});
  if (u->kind == TypeKind::Pointer && !hasTypeName(t))
    return;
  auto *pointer = package_.context.pointerTo(t);
  std::string pointer_symbol = types::typeSymbolName(pointer);
  // With methods, reflect cannot make the pointer's descriptor itself.
  bool keep = hasTypeName(t) || (u->kind == TypeKind::Struct && !ir::methodSet(package_.context, pointer).empty());
  if (keep)
    needed_.add(pointer);
  out.relocs.push_back({44, keep ? RelocKind::TypeOff32 : RelocKind::WeakTypeOff32, unit_.symbol(pointer_symbol), 0});
}

SymbolId TypeDescriptors::closureOf(const std::string &symbol) {
  // type:.eqfuncN and type:.hashfuncN: the code of a routine that takes its size from the closure.
  SymbolId s = unit_.symbol(symbol);
  if (unit_[s].defined())
    return s;
  bool equal = symbol.starts_with("type:.eqfunc");
  GANNET_CHECK(equal || symbol.starts_with("type:.hashfunc"), "unknown algorithm symbol " + symbol);
  std::uint64_t size = 0;
  for (char c : symbol.substr(symbol.find("func") + 4)) {
    GANNET_CHECK(c >= '0' && c <= '9', "unknown algorithm symbol " + symbol);
    size = size * 10 + static_cast<std::uint64_t>(c - '0');
  }
  DataBytes data;
  data.bytes.resize(16);
  data.putAddr(0, unit_.symbol(equal ? "runtime.memequal_varlen" : "runtime.memhash_varlen"));
  data.put(8, size, 8);
  unit_.define(s, SymbolKind::Rodata, object::kDupOk, 8, std::move(data.bytes));
  unit_[s].relocs = std::move(data.relocs);
  return s;
}

SymbolId TypeDescriptors::algSymbol(const std::string &symbol) {
  std::string_view func = symbol;
  if (func.ends_with("\xc2\xb7"
                     "f"))
    return data_.funcValue(func.substr(0, func.size() - 3));
  return closureOf(symbol);
}

// The type of a map's groups: only its size and pointers matter, so it is a struct without fields to look at.
SymbolId TypeDescriptors::groupDescriptor(types::Map *m) {
  const MapLayout &layout = layouts_.map(m);
  std::string text = "noalg.map.group[" + types::linkString(m->key) + "]" + types::linkString(m->elem);
  SymbolId s = unit_.symbol("type:" + text);
  if (unit_[s].defined())
    return s;
  const TypeLayout &group = layouts_.of(layout.group);
  DataBytes out;
  out.bytes.resize(80);
  std::uint32_t hash = 0x811c9dc5u;
  for (unsigned char c : text)
    hash = (hash ^ c) * 0x01000193u;
  out.put(0, static_cast<std::uint64_t>(group.size), 8);
  out.put(8, static_cast<std::uint64_t>(group.pointer_bytes), 8);
  out.put(16, hash, 4);
  out.put(20, kTFlagExtraStar | (group.pointer_bytes / kWordBytes / 8 > kMaxMaskBytes ? kTFlagGCMaskOnDemand : 0), 1);
  out.put(21, static_cast<std::uint64_t>(group.align), 1);
  out.put(22, static_cast<std::uint64_t>(group.align), 1);
  out.put(23, 25, 1);
  gcData(out, layout.group);
  std::string shown = "*map.group[" + types::reflectString(m->key) + "]" + types::reflectString(m->elem);
  out.relocs.push_back({40, RelocKind::TypeOff32, name(shown, {}, false, false, nullptr), 0});
  out.putAddr(56, s); // an empty slice of fields; the address is never followed
  unit_.define(s, SymbolKind::TypeData, object::kDupOk, 8, std::move(out.bytes));
  std::stable_sort(out.relocs.begin(), out.relocs.end(),
                   [](const object::Reloc &a, const object::Reloc &b) { return a.offset < b.offset; });
  unit_[s].relocs = std::move(out.relocs);
  return s;
}

void TypeDescriptors::mapPart(DataBytes &out, types::Map *m) {
  const MapLayout &layout = layouts_.map(m);
  out.putAddr(48, data_.type(m->key));
  out.putAddr(56, data_.type(m->elem));
  out.putAddr(64, groupDescriptor(m));
  std::string hash = ir::hashSymbol(package_, m->key);
  GANNET_CHECK(!hash.empty(), "map key without a hash: " + types::linkString(m->key));
  out.putAddr(72, algSymbol(hash));
  out.put(80, static_cast<std::uint64_t>(layout.group_bytes), 8);
  out.put(88, static_cast<std::uint64_t>(layout.slot_bytes), 8);
  out.put(96, static_cast<std::uint64_t>(layout.elem_offset), 8);
  std::uint32_t flags = (ir::needKeyUpdate(m->key) ? 1u : 0u) | (ir::hashMightPanic(m->key) ? 2u : 0u) |
                        (layout.indirect_key ? 4u : 0u) | (layout.indirect_elem ? 8u : 0u);
  out.put(104, flags, 4);
}

void TypeDescriptors::kindPart(DataBytes &out, types::Type *t, types::Type *u) {
  // Arrays of this part stand behind the uncommon type, if there is one.
  std::int64_t tail = kindBytes(u) + (out.bytes[20] & kTFlagUncommon ? kUncommonBytes : 0);
  switch (u->kind) {
  case TypeKind::Array: {
    auto *a = static_cast<types::Array *>(u);
    out.putAddr(48, data_.type(a->elem));
    out.putAddr(56, data_.type(package_.context.sliceOf(a->elem)));
    out.put(64, static_cast<std::uint64_t>(a->len), 8);
    return;
  }
  case TypeKind::Slice:
    out.putAddr(48, data_.type(static_cast<types::Slice *>(u)->elem));
    return;
  case TypeKind::Pointer:
    out.putAddr(48, data_.type(static_cast<types::Pointer *>(u)->elem));
    return;
  case TypeKind::Chan: {
    auto *c = static_cast<types::Chan *>(u);
    out.putAddr(48, data_.type(c->elem));
    out.put(56, c->dir == types::ChanDir::RecvOnly ? 1 : c->dir == types::ChanDir::SendOnly ? 2 : 3, 8);
    return;
  }
  case TypeKind::Signature: {
    auto *s = static_cast<types::Signature *>(u);
    types::VarList in = types::vars(s->params), results = types::vars(s->results);
    out.put(48, in.size(), 2);
    out.put(50, results.size() | (s->variadic ? 0x8000u : 0u), 2);
    for (types::Var *v : in)
      out.putAddr(std::exchange(tail, tail + 8), data_.type(v->type));
    for (types::Var *v : results)
      out.putAddr(std::exchange(tail, tail + 8), data_.type(v->type));
    return;
  }
  case TypeKind::Interface: {
    std::vector<types::Func *> methods = types::sortedInterfaceMethods(static_cast<types::Interface *>(u));
    const types::Package *pkg = packageOf(t);
    if (!pkg)
      for (types::Func *m : methods)
        if (!m->isExported())
          pkg = m->pkg;
    if (pkg)
      out.putAddr(48, pkgPathName(pkg));
    SymbolId self = unit_.symbol(types::typeSymbolName(t));
    out.putAddr(56, self, tail);
    out.put(64, methods.size(), 8);
    out.put(72, methods.size(), 8);
    for (types::Func *m : methods) {
      bool exported = m->isExported();
      const types::Package *name_pkg = !exported && m->pkg != packageOf(t) ? m->pkg : nullptr;
      out.relocs.push_back({static_cast<std::uint32_t>(tail), RelocKind::TypeOff32,
                            name(m->name, {}, exported, false, name_pkg), 0});
      out.relocs.push_back(
          {static_cast<std::uint32_t>(tail + 4), RelocKind::TypeOff32, data_.type(m->signature()), 0});
      tail += kImethodBytes;
    }
    return;
  }
  case TypeKind::Map:
    return mapPart(out, static_cast<types::Map *>(u));
  case TypeKind::Struct: {
    auto *s = static_cast<types::Struct *>(u);
    const std::vector<std::int64_t> &offsets = layouts_.of(s).offsets;
    // The package of the first unexported field (embedded ones count by their name).
    const types::Package *pkg = nullptr;
    for (types::Var *f : s->fields)
      if (!f->isExported() && f->pkg && !pkg)
        pkg = f->pkg;
    if (pkg)
      out.putAddr(48, pkgPathName(pkg));
    out.putAddr(56, unit_.symbol(types::typeSymbolName(t)), tail);
    out.put(64, s->fields.size(), 8);
    out.put(72, s->fields.size(), 8);
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      types::Var *f = s->fields[i];
      out.putAddr(tail, name(f->name, s->tag(i), f->isExported(), f->embedded, nullptr));
      out.putAddr(tail + 8, data_.type(f->type));
      out.put(tail + 16, static_cast<std::uint64_t>(offsets[i]), 8);
      tail += kFieldBytes;
    }
    return;
  }
  default:
    return;
  }
}

void TypeDescriptors::uncommonPart(DataBytes &out, std::int64_t at, types::Type *t,
                                   const std::vector<types::Func *> &methods) {
  const types::Package *pkg = packageOf(t);
  if (auto *b = types::as<types::Basic>(t); b && b->basic == types::BasicKind::UnsafePointer)
    pkg = package_.context.unsafePackage();
  if (!pkg)
    if (auto *p = types::unaliasAs<types::Pointer>(t))
      pkg = packageOf(p->elem);
  if (pkg)
    out.relocs.push_back({static_cast<std::uint32_t>(at), RelocKind::TypeOff32, pkgPathName(pkg), 0});
  std::size_t exported_count = 0;
  for (types::Func *m : methods)
    exported_count += m->isExported();
  std::int64_t table = static_cast<std::int64_t>(out.bytes.size()) - kMethodBytes * static_cast<std::int64_t>(methods.size());
  out.put(at + 4, methods.size(), 2);
  out.put(at + 6, exported_count, 2);
  out.put(at + 8, static_cast<std::uint64_t>(table - at), 4);
  for (const ir::MethodEntry &m : methods.empty() ? std::vector<ir::MethodEntry>() : ir::methodEntries(package_, t)) {
    bool exported = m.method->isExported();
    const types::Package *name_pkg = !exported && m.method->pkg != pkg ? m.method->pkg : nullptr;
    auto off = static_cast<std::uint32_t>(table);
    out.relocs.push_back({off, RelocKind::TypeOff32, name(m.method->name, {}, exported, false, name_pkg), 0});
    out.relocs.push_back({off + 4, RelocKind::MethodOff32, data_.type(m.method->signature()), 0});
    out.relocs.push_back({off + 8, RelocKind::MethodOff32, unit_.symbol(m.iface->name), 0});
    out.relocs.push_back({off + 12, RelocKind::MethodOff32, unit_.symbol(m.direct->name), 0});
    table += kMethodBytes;
  }
}

void TypeDescriptors::emit(types::Type *t) {
  t = types::unalias(t);
  if (!ir::descriptorIsHere(package_, t))
    return;
  SymbolId s = unit_.symbol(types::typeSymbolName(t));
  if (unit_[s].defined())
    return;
  types::Type *u = types::under(t);
  std::vector<types::Func *> methods;
  if (u->kind != TypeKind::Interface)
    methods = ir::methodSet(package_.context, t);
  bool uncommon = hasTypeName(t) || !methods.empty();
  std::int64_t bytes = kindBytes(u) + (uncommon ? kUncommonBytes : 0) + tailBytes(u);
  std::int64_t total = bytes + kMethodBytes * static_cast<std::int64_t>(methods.size());
  DataBytes out;
  header(out, t, total, uncommon);
  kindPart(out, t, u);
  if (uncommon)
    uncommonPart(out, kindBytes(u), t, methods);
  std::uint32_t flags = 0;
  auto *named = types::as<types::Named>(t);
  if (auto *p = types::as<types::Pointer>(t); p && !named)
    named = types::unaliasAs<types::Named>(p->elem);
  bool declared_here = named && !named->isInstance() && named->obj->local_index == 0;
  if (!declared_here)
    flags |= object::kDupOk;
  // Composite types without a name are found by reflection through the list of type links.
  if (!hasTypeName(t)) {
    switch (u->kind) {
    case TypeKind::Pointer:
    case TypeKind::Array:
    case TypeKind::Chan:
    case TypeKind::Signature:
    case TypeKind::Map:
    case TypeKind::Slice:
    case TypeKind::Struct:
      flags |= object::kMakeTypelink;
      break;
    default:
      break;
    }
  }
  if (!unit_.define(s, SymbolKind::TypeData, flags, 8, std::move(out.bytes)))
    return;
  std::stable_sort(out.relocs.begin(), out.relocs.end(),
                   [](const object::Reloc &a, const object::Reloc &b) { return a.offset < b.offset; });
  unit_[s].relocs = std::move(out.relocs);
}

void TypeDescriptors::emitPending() {
  for (; done_ < needed_.list().size(); ++done_)
    emit(needed_.list()[done_]);
}

} // namespace gannet::data
