#include "compiler/object/unit.h"

#include "compiler/base/check.h"

namespace gannet::object {

namespace {

// FNV-1a in two lanes: names need distinct contents to differ, not secrecy.
struct ContentHash {
  std::uint64_t a = 0xcbf29ce484222325u, b = 0x9ae16a3b2f90404fu;
  void add(std::string_view bytes) {
    for (unsigned char c : bytes) {
      a = (a ^ c) * 0x100000001b3u;
      b = (b ^ c) * 0x9e3779b97f4a7c15u;
      b ^= b >> 29;
    }
  }
};

void appendHex(std::string &out, std::uint64_t v) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4)
    out.push_back(kDigits[(v >> shift) & 15]);
}

} // namespace

SymbolId Unit::lookup(std::string_view name, Names &names, std::uint32_t flags) {
  auto found = names.find(name);
  if (found != names.end())
    return found->second;
  SymbolId id = addAnonymous(name);
  symbols_[id.raw].flags = flags;
  names.emplace(symbols_[id.raw].name, id);
  return id;
}

SymbolId Unit::addAnonymous(std::string_view name) {
  SymbolId id(std::uint32_t(symbols_.size()));
  Symbol &s = symbols_.emplace_back();
  s.name = arena_.copy(name);
  s.flags = kLocal;
  return id;
}

SymbolId Unit::find(std::string_view name) const {
  auto found = globals_.find(name);
  return found == globals_.end() ? SymbolId() : found->second;
}

bool Unit::define(SymbolId id, SymbolKind kind, std::uint32_t flags, std::uint32_t align,
                  std::vector<std::uint8_t> bytes) {
  Symbol &s = symbols_[id.raw];
  if (s.defined()) {
    GANNET_CHECK(s.has(kDupOk) && (flags & kDupOk), std::string("symbol defined twice: ") + std::string(s.name));
    return false;
  }
  s.kind = kind;
  s.flags |= flags;
  s.align = align;
  s.size = bytes.size();
  s.bytes = std::move(bytes);
  return true;
}

bool Unit::defineZero(SymbolId id, SymbolKind kind, std::uint32_t flags, std::uint32_t align, std::uint64_t size) {
  if (!define(id, kind, flags, align, {}))
    return false;
  symbols_[id.raw].size = size;
  return true;
}

SymbolId Unit::contentSymbol(std::string_view prefix, SymbolKind kind, std::uint32_t align,
                             std::vector<std::uint8_t> bytes) {
  ContentHash hash;
  hash.add({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
  std::string name(prefix);
  appendHex(name, hash.a ^ (std::uint64_t(bytes.size()) << 32));
  appendHex(name, hash.b);
  SymbolId id = symbol(name);
  if (!symbols_[id.raw].defined())
    define(id, kind, kDupOk, align, std::move(bytes));
  return id;
}

std::uint32_t Unit::file(std::string_view name) {
  auto found = file_index_.find(name);
  if (found != file_index_.end())
    return found->second;
  std::uint32_t index = std::uint32_t(files_.size());
  files_.push_back(arena_.copy(name));
  file_index_.emplace(files_.back(), index);
  return index;
}

void Unit::append(Unit &&other) {
  std::vector<std::uint32_t> file_map(other.files_.size());
  bool same_files = true;
  for (std::size_t i = 0; i < other.files_.size(); i++) {
    file_map[i] = file(other.files_[i]);
    same_files &= file_map[i] == i;
  }
  std::vector<SymbolId> id_map(other.symbols_.size());
  for (std::size_t i = 0; i < other.symbols_.size(); i++) {
    const Symbol &s = other.symbols_[i];
    // A local name of `other` stays apart from ours: a function's private symbols are its own.
    id_map[i] = s.has(kLocal) ? addAnonymous(s.name) : symbol(s.name);
  }
  for (std::size_t i = 0; i < other.symbols_.size(); i++) {
    Symbol &from = other.symbols_[i];
    Symbol &to = symbols_[id_map[i].raw];
    if (!from.defined()) {
      if (!to.defined())
        to.flags |= from.flags;
      continue;
    }
    if (to.defined()) {
      GANNET_CHECK(to.has(kDupOk) && from.has(kDupOk), std::string("symbol defined twice: ") + std::string(to.name));
      continue;
    }
    std::string_view name = to.name;
    to = std::move(from);
    to.name = name;
    for (Reloc &r : to.relocs)
      r.target = id_map[r.target.raw];
    if (!to.func)
      continue;
    for (SymbolId &f : to.func->funcdata)
      if (f.valid())
        f = id_map[f.raw];
    for (InlinedCall &c : to.func->inline_tree) {
      c.name = arena_.copy(c.name);
      c.file = file_map[c.file];
    }
    for (DebugVariable &v : to.func->variables)
      v.name = arena_.copy(v.name);
    if (!same_files) {
      PcTable files;
      PcTableReader reader(to.func->pcfile);
      while (reader.next())
        files.set(reader.start, reader.value < 0 ? -1 : std::int32_t(file_map[std::uint32_t(reader.value)]));
      to.func->pcfile = files.finish(reader.end);
    }
  }
  for (const Import &i : other.imports)
    addImport(i.path, i.fingerprint);
}

} // namespace gannet::object
