#include "toolchain/builder/sources.h"

#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/file.h"
#include "compiler/base/interner.h"
#include "compiler/base/source.h"
#include "compiler/syntax/parser.h"
#include "platforms/targets.h"

#include <algorithm>

namespace gannet::builder {

namespace {

std::string_view baseName(std::string_view path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool isC(std::string_view name) {
  for (std::string_view extension : {".c", ".cc", ".cpp", ".cxx", ".S", ".hh", ".hpp", ".syso"})
    if (name.ends_with(extension))
      return true;
  return false;
}

// The string literal's value; Go's import paths have no escapes.
std::string unquote(std::string_view literal) {
  return literal.size() >= 2 ? std::string(literal.substr(1, literal.size() - 2)) : std::string();
}

std::string rendered(const Diagnostics &diagnostics, const SourceSet &sources) {
  std::string text = diagnostics.render(sources, 10);
  if (!text.empty() && text.back() == '\n')
    text.pop_back();
  return text;
}

// Fills in what the file says. With `bodies` the declarations are parsed too, for the go:embed lines stand there.
std::string readHead(GoFile &file, bool bodies) {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  std::uint16_t index = sources.addFile(file.path, file.text);
  syntax::ParseContext context{sources, diagnostics, arena, names};
  syntax::ParseOptions options;
  options.imports_only = !bodies;
  syntax::File *tree = syntax::parseFile(context, index, options);
  // Errors further down are the compiler's to report, which knows more.
  if (!tree)
    return rendered(diagnostics, sources);
  file.package_name = tree->package_name->value;
  file.imports.clear();
  for (syntax::Decl *decl : tree->decls) {
    if (auto *import = decl->as<syntax::ImportDecl>(); import && import->path && !import->path->bad)
      file.imports.push_back({unquote(import->path->value), sources.str(import->path->pos)});
    auto *var = decl->as<syntax::VarDecl>();
    if (!var || !var->pragmas)
      continue;
    for (const syntax::EmbedPragma &embed : var->pragmas->embeds)
      for (std::string_view pattern : embed.patterns)
        file.embeds.push_back({std::string(pattern), sources.str(embed.pos)});
  }
  return "";
}

bool importsPath(const GoFile &file, std::string_view path) {
  return std::any_of(file.imports.begin(), file.imports.end(), [&](const Import &i) { return i.path == path; });
}

bool counts(const GoFile &file, TestFilter filter) {
  switch (filter) {
  case TestFilter::Off:
    return true;
  case TestFilter::Exclude:
    return !file.isExternalTest();
  case TestFilter::Only:
    return file.isExternalTest();
  }
  __builtin_unreachable();
}

} // namespace

bool GoFile::isTest() const { return std::string_view(path).ends_with("_test.go"); }
bool GoFile::isExternalTest() const { return isTest() && std::string_view(package_name).ends_with("_test"); }

std::string folderOf(const std::string &path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

ErrorOr<Sources> readSources(const Arguments &arguments, TestFilter filter) {
  std::set<std::string, std::less<>> tags(arguments.all("tag").begin(), arguments.all("tag").end());
  if (const platforms::Target *known = platforms::findTarget(arguments.one("goos"), arguments.one("goarch")))
    for (unsigned level = platforms::levelOf(*known, arguments.one("goamd64")); level; --level)
      tags.insert(platforms::levelTag(*known, level));
  syntax::BuildTarget target;
  target.goos = arguments.one("goos");
  target.goarch = arguments.one("goarch");
  target.has_tag = [&](std::string_view tag) { return tags.find(tag) != tags.end(); };
  Sources out;
  std::string errors;
  auto fail = [&](const std::string &message) { errors += message + "\n"; };
  for (const std::string &value : arguments.all("src")) {
    std::vector<std::string> parts = fields(value, 2);
    const std::string &path = parts[0];
    std::string_view name = baseName(path);
    if (name.ends_with(".h") || name.ends_with(".inc")) {
      out.headers.push_back({path, parts[1]});
      continue;
    }
    if (isC(name)) {
      if (arguments.one("cgo").empty())
        fail(path + ": C sources need cgo, which is not supported by Gannet");
      continue;
    }
    ErrorOr<std::string> text = readFile(path);
    if (!text) {
      fail(text.error());
      continue;
    }
    ErrorOr<bool> fits = syntax::fileFits(target, name, *text);
    if (!fits) {
      fail(path + ": " + fits.error());
      continue;
    }
    if (!*fits)
      continue;
    if (name.ends_with(".s")) {
      if (filter != TestFilter::Only)
        out.assembly.push_back({path, parts[1]});
      continue;
    }
    GoFile file{path, parts[1], "", std::move(*text), {}, {}};
    std::string error = readHead(file, false);
    if (error.empty() && importsPath(file, "embed"))
      error = readHead(file, true);
    if (!error.empty()) {
      fail(error);
      continue;
    }
    if (!importsPath(file, "C") && counts(file, filter))
      out.go.push_back(std::move(file));
  }
  if (!errors.empty()) {
    errors.pop_back();
    return Error{errors};
  }
  return out;
}

} // namespace gannet::builder
