#include "toolchain/command/list_json.h"

#include "toolchain/command/embed.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/paths.h"

#include <algorithm>

namespace gannet::command {

void JsonObject::raw(const char *name, const std::string &json) {
  if (fields_ && !fields_->empty() && !fields_->count(name))
    return;
  body_ += (body_.empty() ? "" : ",") + indent(1) + "\"" + name + "\": " + json;
}

void JsonObject::text(const char *name, const std::string &value) {
  if (!value.empty())
    raw(name, jsonString(value));
}

void JsonObject::flag(const char *name, bool value) {
  if (value)
    raw(name, "true");
}

void JsonObject::list(const char *name, const std::vector<std::string> &values) {
  if (values.empty())
    return;
  std::string out;
  for (const std::string &value : values)
    out += (out.empty() ? "" : ",") + indent(2) + jsonString(value);
  raw(name, "[" + out + indent(1) + "]");
}

void JsonObject::map(const char *name, const std::vector<std::pair<std::string, std::string>> &values) {
  if (values.empty())
    return;
  std::string out;
  for (const auto &[key, value] : values)
    out += (out.empty() ? "" : ",") + indent(2) + jsonString(key) + ": " + jsonString(value);
  raw(name, "{" + out + indent(1) + "}");
}

std::string JsonObject::finish() const { return body_.empty() ? "{}" : "{" + body_ + indent(0) + "}"; }

std::string moduleJson(const modules::ModuleSet &set, const modules::Module &m, int depth) {
  JsonObject o(depth);
  o.text("Path", m.path);
  o.text("Version", m.version);
  if (m.replacement) {
    JsonObject r(depth + 1);
    r.text("Path", m.replacement->path);
    r.text("Version", m.replacement->version);
    if (isDirectory(m.dir)) {
      r.text("Dir", m.dir);
      r.text("GoMod", m.mod_file);
    }
    r.text("GoVersion", m.go);
    o.raw("Replace", r.finish());
  }
  o.flag("Main", m.main);
  o.flag("Indirect", m.indirect);
  if (isDirectory(m.dir) && !set.vendored())
    o.text("Dir", m.dir);
  else if (m.main)
    o.text("Dir", m.dir);
  if (pathExists(m.mod_file))
    o.text("GoMod", m.mod_file);
  o.text("GoVersion", m.go);
  if (!m.main) {
    modules::ModuleVersion actual = m.replacement ? *m.replacement : m.id();
    o.text("Sum", set.sums().sum(actual, false));
    o.text("GoModSum", set.sums().sum(actual, true));
  }
  return o.finish();
}

namespace {

// A copy for a program's profile is listed by its longer name.
std::string shownImport(const Package &p, const std::string &path) {
  for (const Package *dep : p.deps)
    if (!dep->for_main.empty() && dep->import_path == path)
      return dep->shownPath();
  return path;
}

std::vector<std::string> importsOf(const Package &p) {
  std::vector<std::string> out;
  for (const auto &[written, resolved] : p.imports)
    out.push_back(shownImport(p, resolved));
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> embedFiles(const Files &files, const Package &p) {
  std::vector<std::string> out;
  if (!p.embed_patterns.empty())
    if (auto embeds = findEmbeds(files, p))
      for (const auto &[name, path] : embeds->files)
        out.push_back(name);
  return out;
}

std::vector<std::string> dependencies(const Loader &loader, const Package &p) {
  std::set<std::string> out;
  bool has_unsafe = false;
  std::vector<Package *> direct(p.deps.begin(), p.deps.end());
  for (const Package *d : loader.closureOf(direct)) {
    out.insert(d->shownPath());
    has_unsafe |= d->imports.count("unsafe") != 0;
  }
  if (has_unsafe || p.imports.count("unsafe"))
    out.insert("unsafe");
  return {out.begin(), out.end()};
}

} // namespace

std::string installTarget(const ListContext &context, const Package &p) {
  if (p.name != "main")
    return "";
  return p.standard ? context.loader.sdk().tool(executableName(p)) : context.bin_dir + "/" + executableName(p);
}

std::string packageJson(ListContext &context, const Package &p) {
  JsonObject o(0, &context.fields);
  Loader &loader = context.loader;
  bool named = context.roots.count(&p) != 0;
  o.text("Dir", p.dir);
  o.text("ImportPath", p.shownPath());
  o.text("Name", p.name);
  o.text("Doc", p.doc);
  o.text("Target", installTarget(context, p));
  o.text("Root", p.standard ? loader.sdk().root : p.module ? p.module->dir : "");
  const Compiled *compiled = context.builder ? context.builder->compiled(p) : nullptr;
  if (compiled) {
    o.text("Export", compiled->export_file);
    o.text("BuildID", compiled->build_id);
  }
  if (p.module && p.import_path != "command-line-arguments")
    o.raw("Module", moduleJson(loader.modules(), *p.module, 1));
  if (auto at = context.matches.find(&p); at != context.matches.end())
    o.list("Match", at->second);
  o.flag("Goroot", p.standard);
  o.flag("Standard", p.standard);
  o.flag("DepOnly", !named);
  o.flag("Incomplete", p.incomplete);
  if (p.name == "main")
    o.text("DefaultGODEBUG", defaultGodebug(loader, p));
  if (auto stale = context.stale.find(&p); stale != context.stale.end()) {
    o.flag("Stale", true);
    o.text("StaleReason", stale->second);
  }
  o.list("GoFiles", p.go_files);
  Package internal, external;
  bool has_tests = loader.readTests(p, internal, external);
  std::vector<std::string> ignored = p.ignored_files;
  ignored.insert(ignored.end(), internal.ignored_files.begin(), internal.ignored_files.end());
  std::sort(ignored.begin(), ignored.end());
  o.list("IgnoredGoFiles", ignored);
  o.list("HFiles", p.header_files);
  o.list("SFiles", p.asm_files);
  o.list("EmbedPatterns", p.embed_patterns);
  o.list("EmbedFiles", embedFiles(context.loader.files(), p));
  o.list("Imports", importsOf(p));
  std::vector<std::pair<std::string, std::string>> import_map;
  for (const auto &[written, resolved] : p.imports)
    if (std::string shown = shownImport(p, resolved); written != shown)
      import_map.emplace_back(written, shown);
  o.map("ImportMap", import_map);
  o.list("Deps", dependencies(loader, p));
  if (has_tests) {
    o.list("TestGoFiles", internal.go_files);
    o.list("TestImports", importsOf(internal));
    o.list("TestEmbedPatterns", internal.embed_patterns);
    o.list("TestEmbedFiles", embedFiles(context.loader.files(), internal));
    o.list("XTestGoFiles", external.go_files);
    o.list("XTestImports", importsOf(external));
    o.list("XTestEmbedPatterns", external.embed_patterns);
    o.list("XTestEmbedFiles", embedFiles(context.loader.files(), external));
  }
  return o.finish();
}

} // namespace gannet::command
