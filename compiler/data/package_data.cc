#include "compiler/data/package_data.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "compiler/base/symbol_path.h"
#include "compiler/types/link_string.h"

#include <algorithm>
#include <unordered_map>

namespace gannet::data {
namespace {

using object::RelocKind;
using object::SymbolId;
using object::SymbolKind;

// The variables that //go:embed fills.
class Embedder {
public:
  Embedder(ir::Package &package, StaticData &data, Diagnostics &diagnostics)
      : data_(data), diagnostics_(diagnostics) {
    for (const ir::EmbedFile &f : package.embeds)
      paths_.emplace(f.name, f.path);
  }

  DataBytes value(const ir::Global &g, std::int64_t size_bytes) {
    DataBytes out;
    out.bytes.resize(static_cast<std::size_t>(size_bytes));
    if (g.embed_kind == 3) {
      fileSystem(g, out);
      return out;
    }
    if (g.embed_files.size() != 1) {
      diagnostics_.error(g.pos, "invalid go:embed: multiple files for type " + types::reflectString(g.type));
      return out;
    }
    std::string text = contents(g, g.embed_files[0]);
    if (text.empty() && g.embed_kind == 1)
      return out;
    SymbolId s;
    if (g.embed_kind == 1) {
      s = data_.string(text);
    } else {
      // The bytes of a []byte may be written.
      s = data_.unit().symbol(g.name + ".embed");
      data_.unit().define(s, SymbolKind::NoPtrData, 0, 1, std::vector<std::uint8_t>(text.begin(), text.end()));
      out.put(16, text.size(), 8);
    }
    out.putAddr(0, s);
    out.put(8, text.size(), 8);
    return out;
  }

private:
  std::string contents(const ir::Global &g, std::string_view name) {
    auto at = paths_.find(std::string(name));
    if (at == paths_.end()) {
      diagnostics_.error(g.pos, "could not embed " + std::string(name) + ": not in the embed configuration");
      return {};
    }
    ErrorOr<std::string> text = readFile(at->second);
    if (!text) {
      diagnostics_.error(g.pos, "could not embed " + std::string(name) + ": " + text.error());
      return {};
    }
    return std::move(*text);
  }

  // Package embed looks files up by directory, then by the last element.
  static std::pair<std::string_view, std::string_view> split(std::string_view name) {
    if (name.ends_with('/'))
      name.remove_suffix(1);
    std::size_t slash = name.rfind('/');
    if (slash == std::string_view::npos)
      return {".", name};
    return {name.substr(0, slash), name.substr(slash + 1)};
  }

  // embed.FS is struct { files *[]file }, file is struct { name, data string; hash [16]byte }.
  void fileSystem(const ir::Global &g, DataBytes &out) {
    std::vector<std::string> names;
    for (std::string_view file : g.embed_files) {
      names.emplace_back(file);
      for (std::size_t i = 0; i + 1 < file.size(); ++i)
        if (file[i] == '/')
          names.emplace_back(file.substr(0, i + 1));
    }
    std::sort(names.begin(), names.end(), [](const std::string &a, const std::string &b) {
      auto x = split(a), y = split(b);
      return x != y ? x < y : a < b;
    });
    names.erase(std::unique(names.begin(), names.end()), names.end());
    constexpr std::int64_t kFileBytes = 48, kHeaderBytes = 24;
    DataBytes files;
    files.bytes.resize(static_cast<std::size_t>(kHeaderBytes + kFileBytes * static_cast<std::int64_t>(names.size())));
    SymbolId self = data_.unit().symbol(g.name + ".files");
    files.putAddr(0, self, kHeaderBytes);
    files.put(8, names.size(), 8);
    files.put(16, names.size(), 8);
    std::int64_t at = kHeaderBytes;
    for (const std::string &name : names) {
      files.putAddr(at, data_.string(name));
      files.put(at + 8, name.size(), 8);
      if (!name.ends_with('/')) {
        std::string text = contents(g, name);
        if (!text.empty())
          files.putAddr(at + 16, data_.string(text));
        files.put(at + 24, text.size(), 8);
        std::uint64_t h1 = 0xcbf29ce484222325u, h2 = 0x84222325cbf29ce4u;
        for (unsigned char c : text) {
          h1 = (h1 ^ c) * 0x100000001b3u;
          h2 = (h2 + c) * 0x9e3779b97f4a7c15u;
        }
        files.put(at + 32, h1, 8);
        files.put(at + 40, h2, 8);
      }
      at += kFileBytes;
    }
    data_.unit().define(self, SymbolKind::Rodata, 0, 8, std::move(files.bytes));
    data_.unit()[self].relocs = std::move(files.relocs);
    out.putAddr(0, self);
  }

  StaticData &data_;
  Diagnostics &diagnostics_;
  std::unordered_map<std::string, std::string> paths_;
};

std::string initTaskName(const ir::Package &package) {
  return pathInSymbols(package.options.package_path) + "..inittask";
}

bool hasInitTask(const ir::Package &package) {
  return !package.init_tasks.empty() || !package.init_imports.empty();
}

} // namespace

void emitGlobals(ir::Package &package, Layouts &layouts, NeededTypes &needed, object::Unit &unit,
                 Diagnostics &diagnostics) {
  StaticData data(package, layouts, needed, unit, pathInSymbols(package.options.package_path));
  Embedder embedder(package, data, diagnostics);
  // By index: wrappers and literals may add variables on the way.
  for (std::size_t i = 0; i < package.globals.size(); ++i) {
    const ir::Global &g = *package.globals[i];
    if (!g.defined)
      continue;
    SymbolId s = unit.symbol(g.name);
    if (unit[s].defined())
      continue;
    if (g.linknamed && hasInitTask(package) && g.name == initTaskName(package))
      continue; // it names what emitInitTask defines
    DataBytes value;
    if (g.embed_kind != 0) {
      value = embedder.value(g, layouts.sizeOf(g.type));
    } else if (g.static_init) {
      value.bytes.resize(static_cast<std::size_t>(layouts.sizeOf(g.type)));
      data.write(value, 0, *g.static_init);
    }
    std::uint32_t flags = (g.dup_ok ? object::kDupOk : 0u) | (g.linknamed ? object::kLinkname : 0u);
    data.defineVariable(s, g.type, std::move(value), flags, g.read_only);
    if (g.map_init)
      unit.addReloc(s, {0, RelocKind::Keep, unit.symbol(g.map_init->name), 0});
  }
}

void emitInitTask(const ir::Package &package, object::Unit &unit) {
  if (!hasInitTask(package))
    return;
  DataBytes out;
  out.bytes.resize(8 + 8 * package.init_tasks.size());
  out.put(4, package.init_tasks.size(), 4);
  std::int64_t at = 8;
  for (const ir::Func *f : package.init_tasks) {
    out.putAddr(at, unit.symbol(f->name));
    at += 8;
  }
  for (const std::string &path : package.init_imports) {
    SymbolId import = unit.symbol(pathInSymbols(path) + "..inittask");
    if (!unit[import].defined())
      unit[import].flags |= object::kWeak; // packages without initialization have none
    out.relocs.push_back({0, RelocKind::InitOrder, import, 0});
  }
  SymbolId s = unit.symbol(initTaskName(package));
  unit.define(s, SymbolKind::NoPtrData, 0, 8, std::move(out.bytes));
  unit[s].relocs = std::move(out.relocs);
}

} // namespace gannet::data
