// Completes the symbol table after loading: names that stand for each other across ABIs and languages, symbols that
// the linker itself defines, strings set with -X.
#include "link/model.h"

#include "compiler/base/symbol_path.h"

#include <algorithm>

namespace gannet::link {

namespace {

constexpr std::string_view kAbi0 = ".abi0";

// Where things are; layout.cc gives the values (README.md lists them).
constexpr std::string_view kBounds[] = {
    "runtime.text",       "runtime.etext",       "runtime.types",      "runtime.etypes",      "runtime.rodata",
    "runtime.erodata",    "runtime.noptrdata",   "runtime.enoptrdata", "runtime.data",        "runtime.edata",
    "runtime.bss",        "runtime.ebss",        "runtime.noptrbss",   "runtime.enoptrbss",   "runtime.end",
    "runtime.pclntab",    "runtime.epclntab",    "runtime.findfunctab", "runtime.efindfunctab", "runtime.typelink",
    "runtime.etypelink",  "runtime.itablink",    "runtime.eitablink",  "runtime.gcdata",      "runtime.egcdata",
    "runtime.gcbss",      "runtime.egcbss",      "go:func.*",          "go:buildinfo",        "runtime.tls_g",
    "runtime.ctext",      "runtime.ectext",      "runtime.covctrs",    "runtime.ecovctrs",
    "runtime.loadbase",   "runtime.relr",        "runtime.erelr",      "runtime.relro",       "runtime.erelro",
};

// `X.abi0` names an assembly function, or, when the assembler could not know, a variable or a C++ function X.
void aliasAcrossAbis(Link &link) {
  std::vector<SymId> undefined;
  for (std::uint32_t i = 0; i < link.symbols.size(); i++) {
    const Symbol &s = link.symbols[i];
    if (!s.defined() && !s.local && !s.name.empty())
      undefined.push_back(SymId(i));
  }
  auto copy = [&](SymId to, SymId from) {
    Symbol &t = link[to];
    const Symbol &f = link[from];
    t.atom = f.atom;
    t.value = f.value;
    t.size = f.size;
    t.absolute = f.absolute;
    t.is_number = f.is_number;
    t.is_func = f.is_func;
  };
  for (SymId id : undefined) {
    std::string_view name = link[id].name;
    if (name.ends_with(kAbi0)) {
      SymId plain = link.find(name.substr(0, name.size() - kAbi0.size()));
      if (!plain.valid() || !link[plain].defined())
        continue;
      const Symbol &s = link[plain];
      if (s.absolute || link[s.atom].kind != SymbolKind::Text || link[s.atom].from_elf)
        copy(id, plain);
      continue;
    }
    // C++ code names assembly functions plainly, and so does the compiler for the runtime's helpers.
    bool from_cpp = !link.files[link[id].file].object && link[id].file != 0;
    if (!from_cpp && !name.starts_with("runtime."))
      continue;
    SymId abi0 = link.find(std::string(name) + std::string(kAbi0));
    if (abi0.valid() && link[abi0].defined())
      copy(id, abi0);
  }
}

AtomId addStringBytes(Link &link, std::string_view text) {
  std::string_view kept = link.arena.copy(text);
  return link.addAtom(link.arena.copy("go:string.\"-X\"." + std::to_string(link.atoms.size())), SymbolKind::String, 1,
                      {reinterpret_cast<const std::uint8_t *>(kept.data()), kept.size()});
}

// Gives a string variable a value. Variables that the program does not have are passed over, as Go's linker does.
void setString(Link &link, std::string_view name, std::string_view value) {
  std::size_t dot = std::min(name.rfind('.'), name.size()); // before it is the package's path as it is imported
  SymId id = link.find(pathInSymbols(name.substr(0, dot)) + std::string(name.substr(dot)));
  if (!id.valid() || !link[id].atom.valid())
    return;
  {
    const Atom &v = link[link[id].atom];
    bool variable = v.kind == SymbolKind::Data || v.kind == SymbolKind::NoPtrData || v.kind == SymbolKind::Bss ||
                    v.kind == SymbolKind::NoPtrBss;
    if (!variable || v.size != 16) {
      link.error(std::string(name) + ": cannot set with -X: not a var of type string");
      return;
    }
  }
  AtomId bytes = addStringBytes(link, value);
  std::vector<std::uint8_t> header(16);
  for (int i = 0; i < 8; i++)
    header[std::size_t(8 + i)] = std::uint8_t(std::uint64_t(value.size()) >> (8 * i));
  std::vector<object::Reloc> relocs;
  if (!value.empty())
    relocs.push_back({0, RelocKind::Abs64, link.ownReference(link[bytes].symbol), 0});
  Atom &v = link[link[id].atom];
  v.kind = SymbolKind::Data;
  v.file = 0;
  v.bytes = link.arena.copy(header);
  v.relocs = link.arena.copy(relocs);
}

} // namespace

void resolveSymbols(Link &link) {
  for (std::string_view name : kBounds)
    link.defineAbsolute(name);
  link[link.find("runtime.tls_g")].is_number = true;
  // Functions without pointers in their locals: two maps (assembly may say index 0 or 1) of no bits.
  if (SymId id = link.find("no_pointers_stackmap"); id.valid() && !link[id].defined()) {
    static constexpr std::uint8_t kMap[8] = {2, 0, 0, 0, 0, 0, 0, 0};
    link.addAtom("no_pointers_stackmap", SymbolKind::FuncData, 4, kMap);
  }
  aliasAcrossAbis(link);
  defineFipsInfo(link);
  setString(link, "runtime.buildVersion", link.options.go_version);
  if (!link.module_info.empty())
    setString(link, "runtime.modinfo", link.module_info);
  for (const auto &[name, value] : link.options.string_values)
    setString(link, name, value);
}

} // namespace gannet::link
