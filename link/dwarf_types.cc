#include "link/dwarf_types.h"

#include "compiler/base/parallel.h"
#include "compiler/object/debug_codec.h"

namespace gannet::link {

using object::DebugInfo;
using object::DebugKind;
using object::DebugType;
using object::DebugTypeId;

namespace {

struct BasicType {
  DebugKind kind;
  std::string_view name;
  std::uint8_t bytes;
  dw::Encoding encoding;
};

constexpr BasicType kBasics[] = {
    {DebugKind::Bool, "bool", 1, dw::kEncBoolean},          {DebugKind::Int, "int", 8, dw::kEncSigned},
    {DebugKind::Int8, "int8", 1, dw::kEncSigned},           {DebugKind::Int16, "int16", 2, dw::kEncSigned},
    {DebugKind::Int32, "int32", 4, dw::kEncSigned},         {DebugKind::Int64, "int64", 8, dw::kEncSigned},
    {DebugKind::Uint, "uint", 8, dw::kEncUnsigned},         {DebugKind::Uint8, "uint8", 1, dw::kEncUnsigned},
    {DebugKind::Uint16, "uint16", 2, dw::kEncUnsigned},     {DebugKind::Uint32, "uint32", 4, dw::kEncUnsigned},
    {DebugKind::Uint64, "uint64", 8, dw::kEncUnsigned},     {DebugKind::Uintptr, "uintptr", 8, dw::kEncUnsigned},
    {DebugKind::Float32, "float32", 4, dw::kEncFloat},      {DebugKind::Float64, "float64", 8, dw::kEncFloat},
    {DebugKind::Complex64, "complex64", 8, dw::kEncComplexFloat},
    {DebugKind::Complex128, "complex128", 16, dw::kEncComplexFloat},
};

const BasicType *basicType(DebugKind kind) {
  for (const BasicType &b : kBasics)
    if (b.kind == kind)
      return &b;
  return nullptr;
}

} // namespace

DwarfTypes::DwarfTypes(Link &link) : link_(link), infos_(link.files.size()) {
  std::vector<std::uint8_t> good(link.files.size(), true);
  parallelFor(link.files.size(), link.threads, [&](std::size_t f, unsigned) {
    const InputFile &file = link.files[f];
    if (file.object && !object::decodeDebugInfo(file.object->debug(), infos_[f])) {
      good[f] = false;
      infos_[f] = {};
    }
  });
  for (std::uint32_t f = 0; f < link.files.size(); ++f) {
    if (!good[f])
      link.error(link.files[f].name + ": corrupt object: debug information");
    entry_of_.emplace_back(infos_[f].types.size(), kNoEntry);
    for (const DebugType &t : infos_[f].types)
      if (t.kind != DebugKind::External)
        described_.insert(t.name, Described{f, &t});
  }
}

DwarfTypes::EntryId DwarfTypes::add(std::string key, Entry entry) {
  auto [at, fresh] = keys_.try_emplace(std::move(key), EntryId(entries_.size()));
  if (fresh)
    entries_.push_back(std::move(entry));
  return at->second;
}

DwarfTypes::EntryId DwarfTypes::entryNamed(std::string_view name) {
  std::string text(name);
  if (const Described *found = described_.find(name))
    return add(text, {.name = text, .type = found->type, .file = found->file});
  return add(text, {.name = text, .form = Entry::Form::Declaration});
}

DwarfTypes::EntryId DwarfTypes::entryOf(std::uint32_t file, DebugTypeId id) {
  EntryId &entry = entry_of_[file][id.raw];
  if (entry == kNoEntry)
    entry = entryNamed(infos_[file].types[id.raw].name);
  return entry;
}

// Of a predeclared type, whether or not an object describes it.
DwarfTypes::EntryId DwarfTypes::basic(DebugKind kind) {
  static const std::vector<DebugType> kTypes = [] {
    std::vector<DebugType> out(std::size_t(DebugKind::UnsafePointer) + 1);
    for (const BasicType &b : kBasics)
      out[std::size_t(b.kind)] = {.name = b.name, .kind = b.kind, .size_bytes = b.bytes};
    out[std::size_t(DebugKind::UnsafePointer)] = {.name = "unsafe.Pointer", .kind = DebugKind::UnsafePointer, .size_bytes = 8};
    return out;
  }();
  const DebugType &t = kTypes[std::size_t(kind)];
  return add(std::string(t.name), {.name = std::string(t.name), .type = &t});
}

// The entry of a pointer that no object need describe. Its target is found by the name behind the star.
DwarfTypes::EntryId DwarfTypes::pointerTo(EntryId elem) {
  std::string name = "*" + entries_[elem].name;
  return add(name, {.name = name, .form = Entry::Form::Underlying});
}

void DwarfTypes::referTo(EntryId id) { references_.push_back({info_.reserve32(), id}); }

std::vector<DwarfTypes::EntryId> DwarfTypes::entriesOf(std::uint32_t file, const std::vector<Target> &targets) {
  std::vector<EntryId> out;
  out.reserve(targets.size());
  for (const Target &t : targets) {
    if (t.function != kNoTarget) {
      out.push_back(variableOf(out[t.function], t, entryOf(file, t.type)));
    } else if (t.type.valid()) {
      out.push_back(entryOf(file, t.type));
    } else {
      std::string name(t.name);
      out.push_back(add("func " + name, {.name = name, .form = Entry::Form::Inlined, .line = t.line}));
    }
  }
  return out;
}

// Where a function was inlined it may have lost some of its variables: here are all that are left anywhere.
DwarfTypes::EntryId DwarfTypes::variableOf(EntryId function, const Target &variable, EntryId type) {
  const Entry::Form form = variable.is_param ? Entry::Form::InlinedParam : Entry::Form::InlinedVariable;
  for (EntryId known : entries_[function].variables)
    if (const Entry &e = entries_[known];
        e.variable_type == type && e.line == variable.line && e.form == form && e.name == variable.name)
      return known;
  const auto id = EntryId(entries_.size());
  entries_.push_back({.name = std::string(variable.name), .form = form, .line = variable.line, .variable_type = type});
  entries_[function].variables.push_back(id);
  return id;
}

void DwarfTypes::start(DwarfEntry entry, std::string_view name) {
  info_.uleb(std::uint64_t(entry));
  info_.text(name);
}

void DwarfTypes::kind(DebugKind kind, std::string_view name) {
  info_.u8(std::uint64_t(kind));
  SymId descriptor = name.empty() ? SymId() : link_.find("type:" + std::string(name));
  bool there = descriptor.valid() && link_[descriptor].defined() && link_.reachable(descriptor);
  info_.number(there ? link_.address(descriptor) - types_start_ : 0, 8);
}

void DwarfTypes::member(std::string_view name, EntryId type, std::uint64_t offset) {
  start(DwarfEntry::Member, name);
  referTo(type);
  info_.uleb(offset);
}

DwarfBytes DwarfTypes::makeUnit(std::string_view producer, std::size_t at) {
  at_ = at;
  if (SymId start_of_types = link_.find("runtime.types"); start_of_types.valid())
    types_start_ = link_.address(start_of_types);
  const std::size_t length = info_.reserve32();
  info_.number(5, 2);
  info_.u8(dw::kUnitCompile);
  info_.u8(8);
  info_.number(0, 4); // abbreviations
  start(DwarfEntry::TypeUnit, "go.types");
  info_.u8(dw::kLangGo);
  info_.text(producer);
  for (EntryId i = 0; i < entries_.size(); ++i) // writing one may add others behind it
    write(i);
  end();
  info_.closeLength(length);
  for (const Reference &r : references_)
    info_.patch32(r.at, offsetOf(r.to));
  return std::move(info_);
}

void DwarfTypes::write(EntryId id) {
  if (entries_[id].form == Entry::Form::InlinedParam || entries_[id].form == Entry::Form::InlinedVariable)
    return; // with its function
  entries_[id].at = info_.size();
  const Entry entry = entries_[id]; // the list may move
  switch (entry.form) {
  case Entry::Form::Type:
    return writeType(entry);
  case Entry::Form::Underlying:
    return writeUnderlying(entry);
  case Entry::Form::Declaration:
    return start(DwarfEntry::Declaration, entry.name);
  case Entry::Form::EmptyInterface:
  case Entry::Form::FullInterface: {
    bool empty = entry.form == Entry::Form::EmptyInterface;
    start(DwarfEntry::Struct, entry.name);
    info_.uleb(16);
    kind(DebugKind::Struct);
    member(empty ? "_type" : "tab", pointerTo(entryNamed(empty ? "internal/abi.Type" : "internal/abi.ITab")), 0);
    member("data", basic(DebugKind::UnsafePointer), 8);
    return end();
  }
  case Entry::Form::ChanHead:
    // The head of runtime/core/chan.h's Chan.
    start(DwarfEntry::Struct, entry.name);
    info_.uleb(24);
    kind(DebugKind::Struct);
    member("qcount", basic(DebugKind::Uint), 0);
    member("dataqsiz", basic(DebugKind::Uint), 8);
    member("buf", basic(DebugKind::UnsafePointer), 16);
    return end();
  case Entry::Form::Inlined:
    return writeInlined(entry);
  case Entry::Form::InlinedParam:
  case Entry::Form::InlinedVariable:
    return;
  }
}

void DwarfTypes::writeInlined(const Entry &function) {
  start(function.variables.empty() ? DwarfEntry::AbstractFunc : DwarfEntry::AbstractFuncParent, function.name);
  info_.u8(dw::kInlInlined);
  info_.uleb(function.line < 0 ? 0 : std::uint64_t(function.line));
  if (function.variables.empty())
    return;
  for (const bool params : {true, false})
    for (EntryId id : function.variables) {
      Entry &v = entries_[id];
      if ((v.form == Entry::Form::InlinedParam) != params)
        continue;
      v.at = info_.size();
      start(params ? DwarfEntry::ParamAway : DwarfEntry::VariableAway, v.name);
      referTo(v.variable_type);
      info_.uleb(v.line < 0 ? 0 : std::uint64_t(v.line));
    }
  end();
}

// A declared type that is no struct has a name for what it is made of.
void DwarfTypes::writeType(const Entry &entry) {
  const DebugType &t = *entry.type;
  if (!t.declared || t.kind == DebugKind::Struct || t.kind == DebugKind::UnsafePointer)
    return writeUnderlying(entry);
  if (basicType(t.kind)) {
    EntryId underlying = basic(t.kind);
    start(DwarfEntry::KindTypedef, entry.name);
    referTo(underlying);
    kind(t.kind, entry.name);
    return;
  }
  if (t.kind == DebugKind::Interface || t.kind == DebugKind::Map || t.kind == DebugKind::Chan || t.kind == DebugKind::Func)
    return writeUnderlying(entry); // names already
  EntryId underlying = add("of " + entry.name, {.name = entry.name, .type = entry.type, .file = entry.file, .form = Entry::Form::Underlying});
  start(DwarfEntry::KindTypedef, entry.name);
  referTo(underlying);
  kind(t.kind, entry.name);
}

void DwarfTypes::writeUnderlying(const Entry &entry) {
  const auto kind_of = [&](DebugKind k) { kind(k, entry.name); };
  if (!entry.type) { // pointerTo
    start(DwarfEntry::Pointer, entry.name);
    referTo(entryNamed(std::string_view(entry.name).substr(1)));
    return kind_of(DebugKind::Pointer);
  }
  const DebugType &t = *entry.type;
  if (const BasicType *b = basicType(t.kind)) {
    start(DwarfEntry::BaseType, entry.name);
    info_.u8(b->bytes);
    info_.u8(b->encoding);
    return kind_of(t.kind);
  }
  switch (t.kind) {
  case DebugKind::Struct:
    return writeStruct(entry);
  case DebugKind::String:
    start(DwarfEntry::SeqStruct, entry.name);
    info_.uleb(16);
    kind_of(t.kind);
    referTo(basic(DebugKind::Uint8));
    member("str", pointerTo(basic(DebugKind::Uint8)), 0);
    member("len", basic(DebugKind::Int), 8);
    return end();
  case DebugKind::Slice: {
    EntryId elem = entryOf(entry.file, t.elem);
    start(DwarfEntry::SeqStruct, entry.name);
    info_.uleb(24);
    kind_of(t.kind);
    referTo(elem);
    member("array", pointerTo(elem), 0);
    member("len", basic(DebugKind::Int), 8);
    member("cap", basic(DebugKind::Int), 16);
    return end();
  }
  case DebugKind::Array:
    info_.uleb(std::uint64_t(DwarfEntry::Array));
    referTo(entry, t.elem);
    info_.text(entry.name);
    info_.uleb(t.size_bytes);
    kind_of(t.kind);
    info_.uleb(std::uint64_t(DwarfEntry::Subrange));
    referTo(basic(DebugKind::Int));
    info_.uleb(t.count);
    return end();
  case DebugKind::Pointer:
    start(DwarfEntry::Pointer, entry.name);
    referTo(entry, t.elem);
    return kind_of(t.kind);
  case DebugKind::UnsafePointer:
    start(DwarfEntry::VoidPointer, entry.name);
    return kind_of(t.kind);
  case DebugKind::Interface: {
    bool empty = t.count == 0;
    std::string name = empty ? "runtime.eface" : "runtime.iface";
    EntryId words = add(name, {.name = name, .form = empty ? Entry::Form::EmptyInterface : Entry::Form::FullInterface});
    start(DwarfEntry::KindTypedef, entry.name);
    referTo(words);
    return kind_of(t.kind);
  }
  case DebugKind::Map: {
    EntryId head = pointerTo(entryNamed("internal/runtime/maps.Map"));
    start(DwarfEntry::MapTypedef, entry.name);
    referTo(head);
    kind_of(t.kind);
    referTo(entry, t.key);
    referTo(entry, t.elem);
    return;
  }
  case DebugKind::Chan: {
    EntryId elem = entryOf(entry.file, t.elem);
    std::string name = "hchan<" + entries_[elem].name + ">";
    EntryId head = add(name, {.name = name, .form = Entry::Form::ChanHead});
    start(DwarfEntry::ElemTypedef, entry.name);
    referTo(pointerTo(head));
    kind_of(t.kind);
    referTo(elem);
    return;
  }
  case DebugKind::Func: {
    start(DwarfEntry::Subroutine, entry.name);
    info_.u8(8);
    return kind_of(t.kind);
  }
  default:
    return start(DwarfEntry::Declaration, entry.name);
  }
}

void DwarfTypes::writeStruct(const Entry &entry) {
  bool empty = entry.type->fields.empty();
  start(empty ? DwarfEntry::EmptyStruct : DwarfEntry::Struct, entry.name);
  info_.uleb(entry.type->size_bytes);
  kind(DebugKind::Struct, entry.name);
  if (empty)
    return;
  for (const object::DebugField &f : entry.type->fields) {
    start(f.embedded ? DwarfEntry::EmbeddedMember : DwarfEntry::Member, f.name);
    referTo(entry, f.type);
    info_.uleb(f.offset);
  }
  end();
}

} // namespace gannet::link
