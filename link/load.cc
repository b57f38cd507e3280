// Reads the inputs: the main package's objects, the packages they import, the runtime's archives.
#include "link/model.h"
#include "link/unquote.h"

#include "compiler/base/parallel.h"
#include "compiler/object/archive.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <optional>

namespace gannet::link {

SymId Link::global(std::string_view name, std::uint32_t file) { return global(name, nameHash(name), file); }

SymId Link::global(std::string_view name, std::uint32_t name_hash, std::uint32_t file) {
  auto [id, fresh] = globals.insert(name, name_hash, SymId(std::uint32_t(symbols.size())));
  if (fresh) {
    Symbol &s = symbols.emplace_back();
    s.name = name;
    s.file = file;
  }
  return *id;
}

SymId Link::defineAbsolute(std::string_view name) {
  SymId id = global(name, 0);
  Symbol &s = symbols[id.raw];
  if (!s.defined())
    s.absolute = true;
  return id;
}

AtomId Link::addAtom(std::string_view name, SymbolKind kind, std::uint32_t align, std::span<const std::uint8_t> bytes,
                     std::span<const object::Reloc> relocs) {
  AtomId id(std::uint32_t(atoms.size()));
  Atom &a = atoms.emplace_back();
  a.name = name;
  a.kind = kind;
  a.align = align;
  a.size = bytes.size();
  a.bytes = bytes;
  a.relocs = relocs;
  if (!name.empty()) {
    a.symbol = global(name, 0);
    Symbol &s = symbols[a.symbol.raw];
    s.atom = id;
    s.value = 0;
    s.size = bytes.size();
    s.absolute = false;
  }
  return id;
}

object::SymbolId Link::ownReference(SymId id) {
  files[0].symbols.push_back(id);
  return object::SymbolId(std::uint32_t(files[0].symbols.size() - 1));
}

namespace {

bool isElf(std::string_view bytes) { return bytes.size() >= 4 && std::memcmp(bytes.data(), "\x7f" "ELF", 4) == 0; }

class Loader {
public:
  explicit Loader(Link &link) : link_(link) {}

  void run() {
    if (!readImportConfig())
      return;
    parseAhead();
    loadPackages();
    if (link_.failed())
      return;
    for (const std::string &path : link_.options.runtime)
      loadRuntime(path);
    if (link_.failed())
      return;
    addSymbols();
    checkFingerprints();
  }

private:
  bool readImportConfig();
  void loadPackages();
  // What an input file holds, or why it cannot be read.
  struct Parsed {
    std::unique_ptr<MappedFile> mapped;
    Arena copies; // of members that do not lie where they can be read in place
    std::vector<std::pair<std::string, std::unique_ptr<object::ObjectFile>>> objects; // by their names for messages
    std::vector<std::string> errors;
  };
  static Parsed parse(const std::string &path);
  void parseAhead();
  std::uint32_t loadPackage(const std::string &path, const std::vector<std::string> &files, const std::string &importer);
  std::vector<std::uint32_t> loadObjects(const std::string &path);
  void loadRuntime(const std::string &path);
  void addSymbols();
  void define(SymId id, AtomId atom_id, const object::ObjectSymbol &s, std::uint32_t file);
  void checkFingerprints();

  static std::string_view aligned(std::string_view bytes, Arena &copies) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % 8 == 0)
      return bytes;
    char *copy = static_cast<char *>(copies.allocate(bytes.size() + 1, 8));
    std::memcpy(copy, bytes.data(), bytes.size());
    return {copy, bytes.size()};
  }

  Link &link_;
  std::map<std::string, Parsed> parsed_; // by path, until taken
  std::map<std::string, std::vector<std::string>> package_files_;
  std::map<std::string, std::uint32_t> loaded_; // package path: index, or ~0 while it is being loaded
};

bool Loader::readImportConfig() {
  link_.module_info = link_.options.module_info;
  for (const auto &[path, file] : link_.options.packages)
    package_files_[path].push_back(file);
  if (link_.options.import_config.empty())
    return true;
  auto text = readFile(link_.options.import_config);
  if (!text) {
    link_.error(text.error());
    return false;
  }
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    std::size_t end = std::min(text->find('\n', at), text->size());
    std::string_view line = std::string_view(*text).substr(at, end - at);
    at = end + 1;
    number++;
    auto trim = [](std::string_view s) {
      while (!s.empty() && (s.front() == ' ' || s.front() == '\t'))
        s.remove_prefix(1);
      while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
        s.remove_suffix(1);
      return s;
    };
    line = trim(line);
    if (line.empty() || line[0] == '#')
      continue;
    std::size_t space = line.find(' ');
    std::string_view verb = line.substr(0, space);
    std::string_view args = space == std::string_view::npos ? std::string_view() : trim(line.substr(space));
    std::string where = link_.options.import_config + ":" + std::to_string(number) + ": ";
    if (verb == "packagefile") {
      std::size_t eq = args.find('=');
      if (eq == std::string_view::npos || eq == 0 || eq + 1 == args.size()) {
        link_.error(where + "invalid packagefile: syntax is \"packagefile path=filename\"");
        return false;
      }
      package_files_[std::string(args.substr(0, eq))].emplace_back(args.substr(eq + 1));
    } else if (verb == "modinfo") {
      std::optional<std::string> info = unquote(args);
      if (!info) {
        link_.error(where + "invalid modinfo");
        return false;
      }
      link_.module_info = *info;
    } else if (verb != "packageshlib") {
      link_.error(where + "unknown directive \"" + std::string(verb) + "\"");
      return false;
    }
  }
  return true;
}

// The Gannet objects in a file: itself, or the members of an archive. Several files may be parsed at a time.
Loader::Parsed Loader::parse(const std::string &path) {
  Parsed out;
  auto file = MappedFile::open(path);
  if (!file) {
    out.errors.push_back(file.error());
    return out;
  }
  out.mapped = std::move(*file);
  std::string_view bytes = out.mapped->bytes();
  auto add = [&](std::string name, std::string_view content) {
    auto object = object::ObjectFile::parse(name, aligned(content, out.copies));
    if (object)
      out.objects.emplace_back(std::move(name), std::move(*object));
    else
      out.errors.push_back(object.error());
  };
  if (bytes.starts_with("!<")) {
    std::string problem = object::forEachMember(bytes, [&](std::string_view member, std::string_view content) {
      if (isElf(content))
        add(path + "(" + std::string(member) + ")", content);
    });
    if (!problem.empty())
      out.errors.push_back(path + ": " + problem);
  } else {
    add(path, bytes);
  }
  return out;
}

// The import configuration names what the program needs and little else, so all of it can be parsed at once.
void Loader::parseAhead() {
  std::vector<const std::string *> paths;
  std::vector<Parsed *> results;
  auto add = [&](const std::string &path) {
    if (auto [at, fresh] = parsed_.try_emplace(path); fresh) {
      paths.push_back(&at->first);
      results.push_back(&at->second);
    }
  };
  for (const auto &[package, files] : package_files_)
    for (const std::string &file : files)
      add(file);
  for (const std::string &file : link_.options.objects)
    add(file);
  parallelFor(paths.size(), link_.threads, [&](std::size_t i, unsigned) { *results[i] = parse(*paths[i]); });
}

std::vector<std::uint32_t> Loader::loadObjects(const std::string &path) {
  auto ahead = parsed_.extract(path);
  Parsed parsed = ahead ? std::move(ahead.mapped()) : parse(path); // a file given for two packages is parsed twice
  for (std::string &message : parsed.errors)
    link_.error(std::move(message));
  if (parsed.mapped)
    link_.mapped.push_back(std::move(parsed.mapped));
  link_.copies.push_back(std::move(parsed.copies));
  std::vector<std::uint32_t> out;
  for (auto &[name, object] : parsed.objects) {
    out.push_back(std::uint32_t(link_.files.size()));
    InputFile &f = link_.files.emplace_back();
    f.name = std::move(name);
    f.package = object->packagePath();
    f.object = std::move(object);
  }
  return out;
}

std::uint32_t Loader::loadPackage(const std::string &path, const std::vector<std::string> &files,
                                  const std::string &importer) {
  if (auto found = loaded_.find(path); found != loaded_.end()) {
    if (found->second == ~0u)
      link_.error("import cycle through package " + path);
    return found->second;
  }
  loaded_[path] = ~0u;
  Package p;
  p.path = path;
  for (const std::string &file : files)
    for (std::uint32_t f : loadObjects(file))
      p.files.push_back(f);
  auto isMain = [&](std::uint32_t f) { return link_.files[f].object->isMain(); };
  if (importer.empty() && !link_.failed() && std::none_of(p.files.begin(), p.files.end(), isMain)) {
    link_.error(files.front() + ": not package main");
    return ~0u;
  }
  std::vector<std::string> imports;
  for (std::uint32_t f : p.files) {
    const object::ObjectFile &o = *link_.files[f].object;
    if (o.fingerprint())
      p.fingerprint = o.fingerprint();
    for (const auto &i : o.imports())
      imports.emplace_back(i.path);
  }
  std::sort(imports.begin(), imports.end());
  imports.erase(std::unique(imports.begin(), imports.end()), imports.end());
  for (const std::string &import : imports) {
    if (import == "unsafe" || import == "C")
      continue;
    auto known = package_files_.find(import);
    if (known == package_files_.end()) {
      link_.error("cannot find package " + import + " (using -importcfg), imported by " + path);
      continue;
    }
    std::uint32_t index = loadPackage(import, known->second, path);
    if (index != ~0u)
      p.imports.push_back(index);
  }
  std::uint32_t index = std::uint32_t(link_.packages.size());
  link_.packages.push_back(std::move(p));
  loaded_[path] = index;
  return index;
}

void Loader::loadPackages() {
  if (link_.options.objects.empty()) {
    link_.error("no objects to link");
    return;
  }
  // The runtime first: its code stands at the start of the text, and it is there whether imported or not.
  if (auto runtime = package_files_.find("runtime"); runtime != package_files_.end())
    loadPackage("runtime", runtime->second, "main");
  std::vector<std::string> objects = link_.options.objects;
  if (auto more = package_files_.find("main"); more != package_files_.end())
    for (const std::string &file : more->second)
      if (std::find(objects.begin(), objects.end(), file) == objects.end())
        objects.push_back(file);
  loadPackage("main", objects, "");
}

void Loader::loadRuntime(const std::string &path) {
  auto file = MappedFile::open(path);
  if (!file) {
    link_.error(file.error());
    return;
  }
  std::string_view bytes = (*file)->bytes();
  link_.mapped.push_back(std::move(*file));
  auto add = [&](std::string name, std::string_view content) {
    std::string_view in_place = aligned(content, link_.arena);
    std::uint32_t index = std::uint32_t(link_.files.size());
    InputFile &f = link_.files.emplace_back();
    f.name = std::move(name);
    if (object::ObjectFile::isObject(in_place)) {
      auto object = object::ObjectFile::parse(f.name, in_place);
      if (!object) {
        link_.error(object.error());
        return;
      }
      f.package = (*object)->packagePath();
      f.object = std::move(*object);
      return;
    }
    loadElf(link_, index, in_place);
  };
  if (!bytes.starts_with("!<")) {
    add(path, bytes);
    return;
  }
  std::string problem = object::forEachMember(bytes, [&](std::string_view member, std::string_view content) {
    add(path + "(" + std::string(member) + ")", content);
  });
  if (!problem.empty())
    link_.error(path + ": " + problem);
}

void Loader::define(SymId id, AtomId atom_id, const object::ObjectSymbol &s, std::uint32_t file) {
  Symbol &sym = link_[id];
  if (sym.defined() && !sym.weak) {
    Atom *old = sym.atom.valid() ? &link_[sym.atom] : nullptr;
    bool dup = s.flags & object::kDupOk;
    bool old_dup = old && (old->flags & object::kDupOk);
    if ((s.flags & object::kWeak) || (dup && old_dup))
      return;
    bool zero = s.kind == SymbolKind::Bss || s.kind == SymbolKind::NoPtrBss;
    bool old_zero = old && (old->kind == SymbolKind::Bss || old->kind == SymbolKind::NoPtrBss);
    if (old && zero && !old_zero && old->kind != SymbolKind::Text)
      return; // a variable that is defined elsewhere with contents
    if (old && zero && old_zero && old->size >= s.size)
      return;
    bool replaces = old_dup || (old && old_zero && s.kind != SymbolKind::Text);
    if (dup && !replaces)
      return;
    if (!replaces) {
      link_.error("duplicated definition of symbol " + std::string(sym.name) + ", from " +
                  link_.files[sym.file].name + " and " + link_.files[file].name);
      return;
    }
  }
  sym.atom = atom_id;
  sym.value = 0;
  sym.size = s.size;
  sym.file = file;
  sym.absolute = false;
  sym.weak = s.flags & object::kWeak;
  sym.is_func = s.kind == SymbolKind::Text;
}

void Loader::addSymbols() {
  constexpr std::size_t kLookAhead = 8; // symbols, in which time their slots come from memory
  std::size_t total = 0;
  for (const InputFile &f : link_.files)
    total += f.object ? f.object->symbols().size() : 0;
  link_.globals.reserve(total + link_.globals.size());
  link_.atoms.reserve(total + link_.atoms.size());
  for (std::uint32_t index = 1; index < link_.files.size(); index++) {
    if (!link_.files[index].object)
      continue;
    const object::ObjectFile &o = *link_.files[index].object;
    std::vector<SymId> ids(o.symbols().size());
    for (std::size_t i = 1; i < o.symbols().size(); i++) {
      const object::ObjectSymbol &s = o.symbols()[i];
      if (i + kLookAhead < o.symbols().size())
        link_.globals.prefetch(o.symbols()[i + kLookAhead].name_hash);
      bool local = (s.flags & object::kLocal) && s.kind != SymbolKind::Undefined;
      if (local) {
        ids[i] = SymId(std::uint32_t(link_.symbols.size()));
        Symbol &sym = link_.symbols.emplace_back();
        sym.name = s.name;
        sym.local = true;
        sym.file = index;
      } else {
        std::size_t before = link_.symbols.size();
        ids[i] = link_.global(s.name, s.name_hash, index);
        if (s.kind == SymbolKind::Undefined) {
          Symbol &sym = link_[ids[i]];
          bool fresh = link_.symbols.size() != before;
          if (!sym.defined())
            sym.weak = (fresh || sym.weak) && (s.flags & object::kWeak);
          continue;
        }
      }
      AtomId atom_id(std::uint32_t(link_.atoms.size()));
      Atom &a = link_.atoms.emplace_back();
      a.name = s.name;
      a.file = index;
      a.kind = s.kind;
      a.flags = s.flags;
      a.align = s.align;
      a.size = s.size;
      a.bytes = s.bytes;
      a.relocs = o.relocs(s);
      a.object = &s;
      a.symbol = ids[i];
      if (local) {
        Symbol &sym = link_[ids[i]];
        sym.atom = atom_id;
        sym.size = s.size;
        sym.is_func = s.kind == SymbolKind::Text;
      } else {
        define(ids[i], atom_id, s, index);
      }
    }
    link_.files[index].symbols = std::move(ids);
  }
}

void Loader::checkFingerprints() {
  static constexpr char kHex[] = "0123456789abcdef";
  auto hex = [](std::uint64_t v) {
    std::string out;
    for (int shift = 60; shift >= 0; shift -= 4)
      out.push_back(kHex[(v >> shift) & 15]);
    return out;
  };
  for (const Package &p : link_.packages)
    for (std::uint32_t f : p.files)
      for (const auto &i : link_.files[f].object->imports()) {
        auto found = loaded_.find(std::string(i.path));
        if (!i.fingerprint || found == loaded_.end() || found->second == ~0u)
          continue;
        std::uint64_t have = link_.packages[found->second].fingerprint;
        if (have && have != i.fingerprint)
          link_.error("fingerprint mismatch: " + std::string(i.path) + " has " + hex(have) + ", import from " + p.path +
                      " expecting " + hex(i.fingerprint));
      }
}

} // namespace

void loadInputs(Link &link) { Loader(link).run(); }

} // namespace gannet::link
