#include "compiler/object/debug_codec.h"

#include "compiler/object/blob.h"

namespace gannet::object {

namespace {

// A type's number, 0 for none.
void putType(BlobWriter &out, DebugTypeId id) { out.number(id.valid() ? std::uint64_t(id.raw) + 1 : 0); }

// Sets `bad` if there is no such type.
DebugTypeId takeType(BlobReader &in, std::size_t type_count) {
  std::uint64_t n = in.number();
  if (n > type_count) {
    in.bad = true;
    return {};
  }
  return n == 0 ? DebugTypeId() : DebugTypeId(std::uint32_t(n - 1));
}

std::vector<std::uint8_t> finish(const BlobWriter &out) { return {out.all().begin() + 1, out.all().end()}; }

} // namespace

std::vector<std::uint8_t> encodeDebugInfo(const DebugInfo &info) {
  BlobWriter out;
  out.number((info.optimized ? 1 : 0) | (info.inlined ? 2 : 0));
  out.number(info.types.size());
  for (const DebugType &t : info.types) {
    out.text(t.name);
    out.number(std::uint64_t(t.kind) << 1 | (t.declared ? 1 : 0));
    if (t.kind == DebugKind::External)
      continue;
    out.number(t.size_bytes);
    putType(out, t.elem);
    putType(out, t.key);
    out.number(t.count);
    out.number(t.fields.size());
    for (const DebugField &f : t.fields) {
      out.text(f.name);
      putType(out, f.type);
      out.number(f.offset << 1 | (f.embedded ? 1 : 0));
    }
  }
  out.number(info.globals.size());
  for (const DebugGlobal &g : info.globals) {
    out.text(g.symbol);
    putType(out, g.type);
  }
  out.number(info.constants.size());
  for (const DebugConstant &c : info.constants) {
    out.text(c.symbol);
    putType(out, c.type);
    out.signedNumber(c.value);
  }
  return finish(out);
}

namespace {

bool moves(const DebugVariable &v) {
  return v.place == DebugVariable::Place::Moves || v.place == DebugVariable::Place::MovesIndirect;
}

constexpr unsigned kKindBits = 2; // of locations

void putLocations(BlobWriter &out, const DebugVariable &v) {
  out.number(v.size_bytes);
  out.number(v.locations.size());
  std::uint32_t at = 0; // starts are told from the one before
  for (const DebugLocation &l : v.locations) {
    out.signedNumber(std::int64_t(l.from) - at);
    out.number(l.to - l.from);
    out.number(l.offset);
    out.number(std::uint64_t(l.size_bytes) << kKindBits | std::uint64_t(l.kind));
    out.signedNumber(l.place);
    at = l.from;
  }
}

void takeLocations(BlobReader &in, DebugVariable &v) {
  v.size_bytes = in.number();
  v.locations.resize(in.count());
  std::uint32_t at = 0;
  for (DebugLocation &l : v.locations) {
    l.from = at = std::uint32_t(at + in.signedNumber());
    l.to = std::uint32_t(l.from + in.number());
    l.offset = std::uint32_t(in.number());
    const std::uint64_t size = in.number();
    l.size_bytes = std::uint32_t(size >> kKindBits);
    l.kind = DebugLocation::Kind(size & ((1 << kKindBits) - 1));
    in.bad |= l.kind > DebugLocation::Kind::Constant;
    l.place = in.signedNumber();
    in.bad |= l.to < l.from || l.size_bytes == 0 || std::uint64_t(l.offset) + l.size_bytes > v.size_bytes;
  }
}

// `before`: the scopes that it may be in.
void takeScope(BlobReader &in, std::span<const DebugScope> before, DebugScope &s) {
  s.call = std::uint32_t(in.number());
  in.bad |= !before.empty() && s.call < before.back().call;
  s.parent = std::uint32_t(in.number());
  in.bad |= s.parent > before.size() || (s.parent != 0 && before[s.parent - 1].call != s.call);
  s.ranges.resize(in.count());
  std::uint32_t at = 0;
  for (auto &[from, to] : s.ranges) {
    from = std::uint32_t(at + in.number());
    to = std::uint32_t(from + in.number());
    in.bad |= from < at || to <= from;
    at = to;
  }
}

// Behind the place, which takes three bits: numbers that follow. Then the role.
constexpr std::uint64_t kInScope = 8, kOfCall = 16;
constexpr unsigned kRoleShift = 5;

} // namespace

std::vector<std::uint8_t> encodeVariables(const std::vector<DebugVariable> &variables, const std::vector<DebugScope> &scopes) {
  if (variables.empty())
    return {};
  BlobWriter out;
  out.number(variables.size());
  for (const DebugVariable &v : variables) {
    out.text(v.name);
    putType(out, v.type);
    out.number(std::uint64_t(v.role) << kRoleShift | (v.call != 0 ? kOfCall : 0) | (v.scope != 0 ? kInScope : 0) |
               std::uint64_t(v.place));
    if (v.scope != 0)
      out.number(v.scope);
    if (v.call != 0)
      out.number(v.call);
    out.signedNumber(v.line);
    if (moves(v))
      putLocations(out, v);
    else
      out.signedNumber(v.cfa_offset);
  }
  out.number(scopes.size());
  for (const DebugScope &s : scopes) {
    out.number(s.call);
    out.number(s.parent);
    out.number(s.ranges.size());
    std::uint32_t at = 0;
    for (auto [from, to] : s.ranges) {
      out.number(from - at);
      out.number(to - from);
      at = to;
    }
  }
  return finish(out);
}

bool decodeDebugInfo(std::span<const std::uint8_t> bytes, DebugInfo &out) {
  if (bytes.empty())
    return true;
  BlobReader in(bytes, 0);
  const std::uint64_t how = in.number();
  out.optimized = how & 1;
  out.inlined = how & 2;
  out.types.resize(in.count());
  const std::size_t type_count = out.types.size();
  for (DebugType &t : out.types) {
    t.name = in.text();
    std::uint64_t head = in.number();
    if (head >> 1 > std::uint64_t(DebugKind::UnsafePointer))
      return false;
    t.kind = DebugKind(head >> 1);
    t.declared = head & 1;
    if (t.kind == DebugKind::External)
      continue;
    t.size_bytes = in.number();
    t.elem = takeType(in, type_count);
    t.key = takeType(in, type_count);
    t.count = in.number();
    t.fields.resize(in.count());
    for (DebugField &f : t.fields) {
      f.name = in.text();
      f.type = takeType(in, type_count);
      std::uint64_t place = in.number();
      f.offset = place >> 1;
      f.embedded = place & 1;
      in.bad |= !f.type.valid();
    }
    bool needs_elem = t.kind == DebugKind::Array || t.kind == DebugKind::Chan || t.kind == DebugKind::Map ||
                      t.kind == DebugKind::Pointer || t.kind == DebugKind::Slice;
    if (needs_elem != t.elem.valid() || (t.kind == DebugKind::Map) != t.key.valid())
      return false;
  }
  out.globals.resize(in.count());
  for (DebugGlobal &g : out.globals) {
    g.symbol = in.text();
    g.type = takeType(in, type_count);
    in.bad |= !g.type.valid();
  }
  out.constants.resize(in.count());
  for (DebugConstant &c : out.constants) {
    c.symbol = in.text();
    c.type = takeType(in, type_count);
    c.value = in.signedNumber();
    in.bad |= !c.type.valid();
  }
  return !in.bad;
}

bool FunctionVariables::decode(std::span<const std::uint8_t> bytes, std::size_t type_count, std::size_t call_count) {
  if (read(bytes, type_count, call_count))
    return true;
  variables_.resize(0), scopes_.resize(0);
  return false;
}

bool FunctionVariables::read(std::span<const std::uint8_t> bytes, std::size_t type_count, std::size_t call_count) {
  BlobReader in(bytes, 0);
  variables_.resize(bytes.empty() ? 0 : in.count());
  for (DebugVariable &v : variables_) {
    v.name = in.text();
    v.type = takeType(in, type_count);
    std::uint64_t head = in.number();
    if (head >> kRoleShift > std::uint64_t(DebugVariable::Role::Auto) || (head & 7) > std::uint64_t(DebugVariable::Place::MovesIndirect))
      return false;
    v.role = DebugVariable::Role(head >> kRoleShift);
    v.place = DebugVariable::Place(head & 7);
    v.scope = head & kInScope ? std::uint32_t(in.number()) : 0;
    v.call = head & kOfCall ? std::uint32_t(in.number()) : 0;
    v.line = std::int32_t(in.signedNumber());
    if (moves(v))
      takeLocations(in, v);
    else
      v.locations.clear(), v.cfa_offset = in.signedNumber();
    in.bad |= !v.type.valid();
  }
  scopes_.resize(bytes.empty() ? 0 : in.count());
  for (std::size_t i = 0; i != scopes_.size(); ++i)
    takeScope(in, scopes_.view().first(i), scopes_[i]);
  for (const DebugVariable &v : variables_)
    in.bad |= v.call > call_count || v.scope > scopes_.size() || (v.scope != 0 && scopes_[v.scope - 1].call != v.call);
  return !in.bad;
}

} // namespace gannet::object
