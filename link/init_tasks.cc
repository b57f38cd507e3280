// The order of package initialization: packages by import, and among those that are ready the first by path.
//
// Result: `go:main.inittasks`, all tasks of the program, and `go:runtime.inittasks`, those that the runtime itself
// depends on, which run first. Each is an array of addresses of `P..inittask` records, ended by 0.
#include "compiler/base/symbol_path.h"
#include "link/model.h"

#include <map>
#include <set>
#include <unordered_map>

namespace gannet::link {

namespace {

constexpr std::string_view kSuffix = "..inittask";

class InitOrder {
public:
  explicit InitOrder(Link &link) : link_(link) {
    for (const Package &p : link.packages)
      packages_[pathInSymbols(p.path)].push_back(&p);
  }

  // The tasks that `root` needs, itself included.
  std::vector<SymId> order(const std::string &root) {
    std::map<std::string, std::set<std::string>> imports;
    std::vector<std::string> pending{root};
    imports[root];
    while (!pending.empty()) {
      std::string name = std::move(pending.back());
      pending.pop_back();
      for (const std::string &import : importsOf(name)) {
        if (imports.try_emplace(import).second)
          pending.push_back(import);
        imports[name].insert(import);
      }
    }
    std::map<std::string, std::vector<std::string>> importers;
    std::map<std::string, std::size_t> waiting;
    std::set<std::string> ready;
    for (const auto &[name, list] : imports) {
      waiting[name] = list.size();
      if (list.empty())
        ready.insert(name);
      for (const std::string &import : list)
        importers[import].push_back(name);
    }
    std::vector<SymId> out;
    while (!ready.empty()) {
      std::string name = *ready.begin();
      ready.erase(ready.begin());
      SymId task = link_.find(name + std::string(kSuffix));
      // A record of 8 bytes has no functions: it is there for the order alone.
      if (task.valid() && link_[task].atom.valid() && link_[link_[task].atom].size > 8)
        out.push_back(task);
      for (const std::string &importer : importers[name])
        if (--waiting[importer] == 0)
          ready.insert(importer);
    }
    return out;
  }

private:
  // Names are as in symbols (escaped paths). Edges come from the records and from the objects' import lists: a
  // package without a record still stands between its importers and its imports.
  std::set<std::string> importsOf(const std::string &name) {
    std::set<std::string> out;
    SymId task = link_.find(name + std::string(kSuffix));
    if (task.valid() && link_[task].atom.valid()) {
      const Atom &a = link_[link_[task].atom];
      for (const object::Reloc &r : a.relocs) {
        if (r.kind != RelocKind::InitOrder)
          continue;
        std::string_view other = link_[link_.target(a, r)].name;
        if (other.ends_with(kSuffix))
          out.emplace(other.substr(0, other.size() - kSuffix.size()));
      }
    }
    if (auto same = packages_.find(name); same != packages_.end())
      for (const Package *p : same->second)
        for (std::uint32_t i : p->imports)
          out.insert(pathInSymbols(link_.packages[i].path));
    out.erase(name);
    return out;
  }

  Link &link_;
  std::unordered_map<std::string, std::vector<const Package *>> packages_; // by their paths in symbols; never iterated
};

void define(Link &link, std::string_view name, const std::vector<SymId> &tasks) {
  std::vector<std::uint8_t> bytes((tasks.size() + 1) * 8);
  std::vector<object::Reloc> relocs;
  for (std::size_t i = 0; i < tasks.size(); i++)
    relocs.push_back({std::uint32_t(i * 8), RelocKind::Abs64, link.ownReference(tasks[i]), 0});
  link.addAtom(name, SymbolKind::Rodata, 8, link.arena.copy(bytes), link.arena.copy(relocs));
}

} // namespace

void orderInitTasks(Link &link) {
  InitOrder order(link);
  define(link, "go:main.inittasks", order.order("main"));
  define(link, "go:runtime.inittasks", order.order("runtime"));
}

} // namespace gannet::link
