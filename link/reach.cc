// Which atoms the program needs.
//
// Everything that the entry point refers to, transitively, with these exceptions that make methods droppable:
//   - the entries of a method table refer to nothing by themselves. They count when the type may be in an interface
//     (UseIface marks, or reflection from a type that may be) and the method may be called: through an interface
//     method of its name and type (UseIfaceMethod), by name (UseNamedMethod), or by reflection when some reachable
//     function uses it with a name not known (kReflectMethod) and the method is exported. Those of an itab never count: what
//     is called through it is in the method table of its type;
//   - weak references keep nothing, nor do calls of functions that fill map variables: the variables keep those;
//   - init tasks are taken from the lists of init_tasks.cc alone.
#include "link/model.h"

#include <cstdio>
#include <cstring>
#include <set>
#include <string>
#include <unordered_set>

namespace gannet::link {

// A type descriptor, not the linker-visible data that goes with types (`type:.namedata.*`, `type:.eq.*`).
bool isGoType(const Atom &a) {
  return a.kind == SymbolKind::TypeData && a.name.starts_with("type:") && !a.name.starts_with("type:.");
}

namespace {

// An interface type descriptor has the address of its methods there (internal/abi.InterfaceType).
constexpr std::uint64_t kInterfaceMethodsAt = 56;

struct MethodKey {
  std::string_view name;
  SymId type;
  bool operator==(const MethodKey &) const = default;
};
struct MethodKeyHash {
  std::size_t operator()(const MethodKey &k) const {
    return std::hash<std::string_view>()(k.name) * 31 + k.type.raw;
  }
};

class Reach {
public:
  explicit Reach(Link &link) : link_(link), reached_(link.atoms.size()) {
    atom_of_.reserve(link.symbols.size());
    for (const Symbol &s : link.symbols)
      atom_of_.push_back(s.atom);
  }

  void run() {
    root(link_.options.entry);
    root("main.main");
    root("go:main.inittasks");
    root("go:runtime.inittasks");
    if (link_.failed())
      return;
    keepUnreachableMethod();
    do
      flood();
    while (takeMethods());
  }

private:
  struct Method {
    AtomId type;
    std::uint32_t reloc; // index of the first of the three
    MethodKey key;
    bool exported = false;
    bool taken = false;
  };

  void root(std::string_view name);
  void keepUnreachableMethod();
  void flood();
  void visit(AtomId id);
  void mark(AtomId from, SymId symbol);
  void markAtom(AtomId from, AtomId id);
  // A function that calls do not keep (and that nothing else has reached yet).
  bool isMapInit(SymId symbol) const {
    AtomId atom = atom_of_[symbol.raw];
    return atom.valid() && !reached_[atom.raw] && (link_[atom].flags & object::kMapInit);
  }
  void useInIface(AtomId from, SymId type);
  void missing(AtomId from, SymId symbol);
  bool takeMethods();
  void addMethods(AtomId id);
  void useIfaceMethod(const Atom &from, SymId iface, std::int64_t index);
  const object::Reloc *relocAt(const Atom &a, std::uint64_t offset);
  bool decodeName(SymId symbol, std::int64_t addend, std::string_view &name, bool &exported);

  Link &link_;
  // By symbol, and by atom: nearly all that is asked of what a relocation names, in far less memory than symbols and atoms take.
  std::vector<AtomId> atom_of_;
  std::vector<std::uint8_t> reached_;
  std::vector<AtomId> work_;
  object::FuncView func_; // of the function at hand
  std::vector<Method> methods_;
  std::unordered_set<MethodKey, MethodKeyHash> called_;
  std::unordered_set<std::string_view> called_by_name_;
  bool reflect_ = false;
};

void Reach::root(std::string_view name) {
  SymId id = link_.find(name);
  if (!id.valid() || !link_[id].atom.valid())
    id = link_.find(std::string(name) + ".abi0");
  if (!id.valid() || !link_[id].atom.valid()) {
    if (name == "main.main")
      link_.error("runtime.main_main·f: function main is undeclared in the main package");
    else
      link_.error("entry point " + std::string(name) + " is not defined");
    return;
  }
  markAtom(AtomId(), link_[id].atom);
}

void Reach::keepUnreachableMethod() {
  const SymId id = link_.find("runtime.unreachableMethod");
  if (!id.valid() || !link_[id].atom.valid())
    return;
  link_.unreachable_method = id;
  markAtom(AtomId(), link_[id].atom);
}

void Reach::markAtom(AtomId from, AtomId id) {
  if (reached_[id.raw])
    return;
  reached_[id.raw] = true;
  Atom &a = link_[id];
  a.reachable = true;
  if (a.flags & object::kUsedInIface)
    a.used_in_iface = true;
  if (link_.options.dump_dependencies && from.valid())
    std::printf("%.*s -> %.*s\n", int(link_[from].name.size()), link_[from].name.data(), int(a.name.size()),
                a.name.data());
  work_.push_back(id);
}

void Reach::missing(AtomId from, SymId id) {
  Symbol &s = link_[id];
  if (s.reported || s.weak)
    return;
  s.reported = true;
  constexpr std::string_view kAbi0 = ".abi0";
  std::string_view name = s.name;
  std::string text = std::string(link_[from].name) + ": relocation target ";
  bool abi0 = name.ends_with(kAbi0);
  if (abi0)
    name.remove_suffix(kAbi0.size());
  text += std::string(name) + " not defined";
  SymId other = link_.find(abi0 ? std::string(name) : std::string(name) + std::string(kAbi0));
  if (other.valid() && link_[other].defined())
    text += abi0 ? " for ABI0 (but is defined for ABIInternal)" : " for ABIInternal (but is defined for ABI0)";
  link_.error(text);
}

void Reach::mark(AtomId from, SymId symbol) {
  if (AtomId atom = atom_of_[symbol.raw]; atom.valid())
    markAtom(from, atom);
  else if (!link_[symbol].absolute)
    missing(from, symbol);
}

// The type may be in an interface from now on: what that reaches is gone through again.
void Reach::useInIface(AtomId from, SymId type) {
  const Symbol &s = link_[type];
  if (!s.atom.valid()) {
    missing(from, type);
    return;
  }
  Atom &a = link_[s.atom];
  if (a.kind == SymbolKind::Itab) {
    // The itab's second word is its type.
    if (const object::Reloc *r = relocAt(a, 8))
      useInIface(from, link_.target(a, *r));
    return;
  }
  if (a.used_in_iface)
    return;
  a.used_in_iface = true;
  if (a.reachable) {
    work_.push_back(s.atom);
  }
}

const object::Reloc *Reach::relocAt(const Atom &a, std::uint64_t offset) {
  for (const object::Reloc &r : a.relocs)
    if (r.offset == offset && object::relocBytes(r.kind))
      return &r;
  return nullptr;
}

// abi.Name: flags (bit 0: exported), varint length, bytes.
bool Reach::decodeName(SymId symbol, std::int64_t addend, std::string_view &name, bool &exported) {
  const Symbol &s = link_[symbol];
  if (!s.atom.valid())
    return false;
  auto bytes = link_[s.atom].bytes;
  std::uint64_t at = s.value + std::uint64_t(addend);
  if (at >= bytes.size())
    return false;
  exported = bytes[at++] & 1;
  std::uint64_t length = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (at >= bytes.size() || shift > 28)
      return false;
    std::uint8_t b = bytes[at++];
    length |= std::uint64_t(b & 0x7f) << shift;
    if (!(b & 0x80))
      break;
  }
  if (length > bytes.size() - at)
    return false;
  name = {reinterpret_cast<const char *>(bytes.data()) + at, length};
  return true;
}

void Reach::addMethods(AtomId id) {
  const Atom &a = link_[id];
  for (std::uint32_t i = 0; i < a.relocs.size(); i++) {
    if (a.relocs[i].kind != RelocKind::MethodOff32)
      continue;
    if (i + 2 >= a.relocs.size() || a.relocs[i + 1].kind != RelocKind::MethodOff32 ||
        a.relocs[i + 2].kind != RelocKind::MethodOff32 || a.relocs[i].offset < 4) {
      link_.error(std::string(a.name) + ": malformed method table");
      return;
    }
    Method m;
    m.type = id;
    m.reloc = i;
    const object::Reloc *name = relocAt(a, a.relocs[i].offset - 4);
    if (!name || !decodeName(link_.target(a, *name), name->addend, m.key.name, m.exported)) {
      link_.error(std::string(a.name) + ": method without a name");
      return;
    }
    m.key.type = link_.target(a, a.relocs[i]);
    methods_.push_back(m);
    // The method's type is reachable by reflection: Type.Method(i).Type.In(j).
    useInIface(id, m.key.type);
    i += 2;
  }
}

void Reach::useIfaceMethod(const Atom &from, SymId iface, std::int64_t index) {
  const Symbol &s = link_[iface];
  if (!s.atom.valid())
    return;
  const Atom &a = link_[s.atom];
  const object::Reloc *table = relocAt(a, kInterfaceMethodsAt);
  if (!table) {
    link_.error(std::string(from.name) + ": use of a method of " + std::string(a.name) + ", which has none");
    return;
  }
  const Symbol &base = link_[link_.target(a, *table)];
  if (!base.atom.valid())
    return;
  const Atom &in = link_[base.atom];
  std::uint64_t entry = base.value + std::uint64_t(table->addend) + std::uint64_t(index) * 8;
  const object::Reloc *name = relocAt(in, entry), *type = relocAt(in, entry + 4);
  MethodKey key;
  bool exported = false;
  if (!name || !type || !decodeName(link_.target(in, *name), name->addend, key.name, exported)) {
    link_.error(std::string(from.name) + ": use of method " + std::to_string(index) + " of " + std::string(a.name) +
                ", which is not there");
    return;
  }
  key.type = link_.target(in, *type);
  called_.insert(key);
}

void Reach::visit(AtomId id) {
  reflect_ |= (link_[id].flags & object::kReflectMethod) != 0;
  bool go_type = isGoType(link_[id]);
  bool in_iface = go_type && link_[id].used_in_iface;
  bool has_methods = false;
  std::span<const object::Reloc> relocs = link_[id].relocs;
  const std::vector<SymId> &symbols = link_.files[link_[id].file].symbols;
  for (const object::Reloc &r : relocs) {
    SymId to = symbols[r.target.raw];
    switch (r.kind) {
    case RelocKind::WeakTypeOff32:
    case RelocKind::MethodAbs64: // see object/unit.h
    case RelocKind::InitOrder:
      continue;
    case RelocKind::MethodOff32:
      has_methods = true;
      continue;
    case RelocKind::UseIface:
      useInIface(id, to);
      continue;
    case RelocKind::UseIfaceMethod:
      useIfaceMethod(link_[id], to, r.addend);
      continue;
    case RelocKind::UseNamedMethod:
      if (link_[to].atom.valid()) {
        auto bytes = link_[link_[to].atom].bytes;
        called_by_name_.insert({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
      }
      continue;
    case RelocKind::GotPcRel32:
    case RelocKind::GotPcRelX32:
      if (!isRelaxed(link_, link_[id], r))
        link_[to].needs_got = true;
      break;
    case RelocKind::Call32:
      if (isMapInit(to))
        continue;
      break;
    case RelocKind::Abs64:
    case RelocKind::Abs32:
    case RelocKind::Abs32S:
    case RelocKind::Abs16:
    case RelocKind::Abs8:
    case RelocKind::PcRel32:
    case RelocKind::PcRel64:
    case RelocKind::TypeOff32:
    case RelocKind::TextOff32:
    case RelocKind::TlsLe32:
    case RelocKind::Size32:
    case RelocKind::Size64:
    case RelocKind::Keep:
      break;
    }
    // From a type in an interface, reflection gives interfaces of the types that it is made of.
    if (AtomId atom = atom_of_[to.raw]; in_iface && atom.valid() && isGoType(link_[atom]))
      useInIface(id, to);
    mark(id, to);
  }
  if (has_methods && in_iface)
    addMethods(id);
  const Atom &a = link_[id];
  if (a.object && a.object->func_at && a.file != 0) {
    const InputFile &file = link_.files[a.file];
    file.object->readFunc(*a.object, func_);
    for (object::SymbolId s : func_.funcdata) {
      if (!s.valid())
        continue;
      AtomId atom = atom_of_[file.symbols[s.raw].raw];
      if (!atom.valid())
        continue; // a function without a Go declaration has no argument map
      link_[atom].is_funcdata = true;
      markAtom(id, atom);
    }
  }
}

void Reach::flood() {
  while (!work_.empty()) {
    AtomId id = work_.back();
    work_.pop_back();
    visit(id);
  }
}

bool Reach::takeMethods() {
  bool any = false;
  for (std::size_t i = 0; i < methods_.size(); i++) {
    Method &m = methods_[i];
    if (m.taken)
      continue;
    if (!(reflect_ && m.exported) && !called_.count(m.key) && !called_by_name_.count(m.key.name))
      continue;
    m.taken = true;
    any = true;
    const Atom &type = link_[m.type];
    for (std::uint32_t j = 0; j < 3; j++)
      mark(m.type, link_.target(type, type.relocs[m.reloc + j]));
  }
  return any;
}

} // namespace

void markReachable(Link &link) { Reach(link).run(); }

} // namespace gannet::link
