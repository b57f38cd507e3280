#include "toolchain/modules/vendor_list.h"

#include <set>
#include <sstream>

namespace gannet::modules {

const VendorList::Entry *VendorList::find(const ModuleVersion &m) const {
  for (const Entry &e : entries)
    if (e.module == m)
      return &e;
  return nullptr;
}

VendorList parseVendorList(std::string_view text) {
  VendorList list;
  VendorList::Entry *at = nullptr;
  auto entryOf = [&](const ModuleVersion &m) {
    for (VendorList::Entry &e : list.entries)
      if (e.module == m)
        return &e;
    list.entries.emplace_back().module = m;
    return &list.entries.back();
  };
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream stream(line);
    std::vector<std::string> w;
    for (std::string word; stream >> word;)
      w.push_back(word);
    if (line.rfind("# ", 0) == 0) {
      at = nullptr;
      if (w.size() < 3)
        continue;
      std::size_t arrow = isSemver(w[2]) ? 3 : 2;
      if (arrow == 2 && w[2] != "=>")
        continue; // of no known form
      at = entryOf({w[1], arrow == 3 ? w[2] : ""});
      if (w.size() > arrow + 1 && w[arrow] == "=>" && w.size() <= arrow + 3)
        at->replacement = {w[arrow + 1], w.size() == arrow + 3 ? w[arrow + 2] : ""};
    } else if (line.rfind("## workspace", 0) == 0) {
      list.for_workspace = true;
    } else if (!at) {
      continue;
    } else if (line.rfind("## ", 0) == 0) {
      for (std::size_t i = 1; i < w.size(); ++i) {
        std::string word = w[i].back() == ';' ? w[i].substr(0, w[i].size() - 1) : w[i];
        if (word == "explicit")
          at->is_explicit = true;
        else if (word == "go" && i + 1 < w.size())
          at->go = w[++i];
      }
    } else if (w.size() == 1) {
      list.package_module[w[0]] = at->module;
      at->has_packages = true;
    }
  }
  return list;
}

namespace {

const Replacement *replacementOf(const VendorClaims &claims, const ModuleVersion &m, std::string &where) {
  const Replacement *any = nullptr;
  auto search = [&](const ModFile &file, const std::string &shown) -> const Replacement * {
    for (const Replacement &r : file.replaces) {
      if (r.from == m) {
        where = shown;
        return &r;
      }
      if (r.from.path == m.path && r.from.version.empty() && !any) {
        any = &r;
        where = shown;
      }
    }
    return nullptr;
  };
  if (claims.work)
    if (const Replacement *r = search(*claims.work, "go.work"))
      return r;
  for (const VendorClaims::Main &main : claims.mains)
    if (const Replacement *r = search(*main.file, main.shown))
      return r;
  return any;
}

} // namespace

std::string vendorFaults(const VendorList &list, const VendorClaims &claims) {
  std::string out;
  auto fault = [&](const ModuleVersion &m, const std::string &what) { out += "\n\t" + m.str() + ": " + what; };
  std::set<ModuleVersion> required;
  for (const VendorClaims::Main &main : claims.mains)
    for (const Requirement &r : main.file->requires_) {
      required.insert(r.module);
      const VendorList::Entry *e = list.find(r.module);
      if (e && e->is_explicit)
        continue;
      if (!claims.before_1_14) {
        fault(r.module, "is explicitly required in go.mod, but not marked as explicit in vendor/modules.txt");
        continue;
      }
      for (const VendorList::Entry &other : list.entries)
        if (other.has_packages && other.module.path == r.module.path && other.module.version != r.module.version)
          fault(r.module, "is explicitly required in go.mod, but vendor/modules.txt indicates " + other.module.str());
    }
  std::set<ModuleVersion> seen;
  auto checkReplaces = [&](const ModFile &file) {
    for (const Replacement &r : file.replaces) {
      if (!seen.insert(r.from).second)
        continue;
      std::string where;
      const Replacement *now = replacementOf(claims, r.from, where);
      const VendorList::Entry *e = list.find(r.from);
      if (!e || e->replacement.path.empty()) {
        bool unlisted = claims.before_1_14 && (r.from.version.empty() || !e || !e->has_packages);
        if (now && !unlisted)
          fault(r.from, "is replaced in " + where + ", but not marked as replaced in vendor/modules.txt");
      } else if (now && !(now->to == e->replacement)) {
        fault(r.from, "is replaced by " + now->to.str() + " in " + where + ", but marked as replaced by " +
                          e->replacement.str() + " in vendor/modules.txt");
      }
    }
  };
  for (const VendorClaims::Main &main : claims.mains)
    checkReplaces(*main.file);
  if (claims.work)
    checkReplaces(*claims.work);
  for (const VendorList::Entry &e : list.entries)
    if (e.has_packages && e.is_explicit && !required.count(e.module))
      fault(e.module, std::string("is marked as explicit in vendor/modules.txt, but not explicitly required in ") +
                          (claims.work ? "a " : "") + "go.mod");
  for (const VendorList::Entry &e : list.entries) {
    std::string where;
    if (!e.replacement.path.empty() && !replacementOf(claims, e.module, where))
      fault(e.module, std::string("is marked as replaced in vendor/modules.txt, but not replaced in ") +
                          (claims.work ? "the workspace" : "go.mod"));
  }
  return out;
}

} // namespace gannet::modules
