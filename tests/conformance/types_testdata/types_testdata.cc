// Runs Go's type-checker tests; see README.md. Each test runs in a process of its own, so that one that ends in an internal
// error or hangs counts as failed and no more.
#include <regex.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/base/file.h"
#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/comments.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/unicode.h"
#include "compiler/types/checker.h"

namespace {

using namespace gannet;
namespace fs = std::filesystem;

// What a package's trees and diagnostics live in. All packages share one SourceSet, since messages about one may name
// positions in another.
struct Unit {
  explicit Unit(SourceSet &s) : sources(s) {}
  SourceSet &sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  syntax::ParseContext parse{sources, diagnostics, arena, names};
  std::vector<syntax::File *> files;
  std::vector<std::uint16_t> indices; // in sources, of all that were added

  void add(const fs::path &path, std::string name, const syntax::ParseOptions &options) {
    auto text = readFile(path.string());
    std::uint16_t index = sources.addFile(std::move(name), text ? std::move(*text) : std::string());
    indices.push_back(index);
    if (syntax::File *f = syntax::parseFile(parse, index, options))
      files.push_back(f);
  }
};

std::vector<fs::path> listed(const fs::path &dir) {
  std::vector<fs::path> out;
  for (const auto &e : fs::directory_iterator(dir))
    out.push_back(e.path());
  std::sort(out.begin(), out.end());
  return out;
}

// Packages of the standard library, checked from source without bodies.
class SourceImporter : public types::Importer {
public:
  SourceImporter(types::Context &context, SourceSet &sources, fs::path src)
      : context_(context), sources_(sources), src_(std::move(src)) {}

  ErrorOr<types::Package *> import(std::string_view path) override {
    if (auto found = done_.find(path); found != done_.end())
      return found->second ? ErrorOr<types::Package *>(found->second) : Error{"import cycle"};
    done_[std::string(path)] = nullptr;
    fs::path dir = src_ / path;
    if (!fs::is_directory(dir))
      dir = src_ / "vendor" / path;
    if (!fs::is_directory(dir))
      return Error{"package not found"};
    Unit &unit = *units_.emplace_back(std::make_unique<Unit>(sources_));
    syntax::ParseOptions options;
    options.standard_library = options.runtime_package = true;
    for (const fs::path &p : listed(dir)) {
      std::string name = p.filename();
      if (!name.ends_with(".go") || name.ends_with("_test.go"))
        continue;
      auto text = readFile(p.string());
      auto fits = text ? syntax::fileFits({}, name, *text) : ErrorOr<bool>(false);
      if (fits && *fits)
        unit.add(p, p.string(), options);
    }
    types::Config config;
    config.ignore_func_bodies = true;
    config.is_std = true;
    config.has_embed_config = true;
    config.diagnostics = &unit.diagnostics;
    config.sources = &unit.sources;
    config.node_count = unit.parse.next_node_id;
    config.importer = this;
    types::Info info;
    return done_[std::string(path)] = types::check(context_, config, path, unit.files, info);
  }

private:
  types::Context &context_;
  SourceSet &sources_;
  fs::path src_;
  std::map<std::string, types::Package *, std::less<>> done_;
  std::vector<std::unique_ptr<Unit>> units_;
};

// An error that a test expects.
struct Expected {
  Pos pos; // of the token before the comment
  std::string pattern;
  bool is_regex;
  bool matches(const std::string &message) const {
    if (!is_regex)
      return message.find(pattern) != std::string::npos;
    // Where POSIX differs: \d, \n, \t, and braces that are no repetition.
    std::string posix;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
      bool escaped = pattern[i] == '\\' && i + 1 < pattern.size();
      bool brace = pattern[i] == '}' || (pattern[i] == '{' && (i + 1 == pattern.size() || !std::isdigit(pattern[i + 1])));
      if (escaped && pattern[i + 1] == 'd')
        posix += "[0-9]";
      else if (escaped && pattern[i + 1] == 'n')
        posix += '\n';
      else if (escaped && pattern[i + 1] == 't')
        posix += '\t';
      else if (escaped)
        posix += pattern.substr(i, 2);
      else if (brace)
        posix += std::string("\\") + pattern[i];
      else
        posix += pattern[i];
      i += escaped;
    }
    regex_t r;
    if (regcomp(&r, posix.c_str(), REG_EXTENDED | REG_NOSUB))
      return false;
    bool ok = regexec(&r, message.c_str(), 0, nullptr, 0) == 0;
    regfree(&r);
    return ok;
  }
};

// Tests of settings that Gannet does not have: alias types off, a fake import of C.
bool isSupported(std::string_view text) {
  std::string_view line = text.substr(0, text.find('\n'));
  return line.find("-gotypesalias=0") == std::string_view::npos && line.find("-fakeImportC") == std::string_view::npos;
}

struct Test {
  std::string name; // relative to the test folder
  std::vector<fs::path> files;
  unsigned column_slack;
};

class Runner {
public:
  explicit Runner(const fs::path &goroot)
      : data_(goroot / "src/internal/types/testdata"), importer_(context_, sources_, goroot / "src") {
    context_.addTestBuiltins();
  }

  // Go's test allows columns to be off by this much in each folder.
  std::vector<Test> tests() const {
    std::vector<Test> out;
    for (auto [folder, slack] : {std::pair("check", 50u), {"examples", 125u}, {"fixedbugs", 100u}, {"spec", 20u}})
      for (const fs::path &p : listed(data_ / folder)) {
        Test t{std::string(folder) + "/" + p.filename().string(), {}, slack};
        t.files = fs::is_directory(p) ? listed(p) : std::vector<fs::path>{p};
        auto text = readFile(t.files[0].string());
        if (text && isSupported(*text))
          out.push_back(std::move(t));
      }
    return out;
  }

  // The differences, one a line; empty if the test passes.
  std::string run(const Test &test) {
    loadImports(test); // once, for all children
    int pipe_fds[2];
    if (pipe(pipe_fds))
      return "no pipe\n";
    std::fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
      close(pipe_fds[0]);
      alarm(20);
      std::string report = check(test);
      const char *at = report.data();
      for (std::size_t left = report.size(); left > 0;) {
        ssize_t n = write(pipe_fds[1], at, left);
        if (n <= 0)
          _exit(1);
        at += n;
        left -= std::size_t(n);
      }
      _exit(0);
    }
    close(pipe_fds[1]);
    std::string report;
    char buffer[4096];
    for (ssize_t n; (n = read(pipe_fds[0], buffer, sizeof buffer)) > 0;)
      report.append(buffer, std::size_t(n));
    close(pipe_fds[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
      report += "ended by signal " + std::to_string(WTERMSIG(status)) + "\n";
    else if (WEXITSTATUS(status))
      report += "ended with status " + std::to_string(WEXITSTATUS(status)) + "\n";
    return report;
  }

private:
  static syntax::ParseOptions options() {
    syntax::ParseOptions o;
    o.ignore_pragmas = true;
    o.all_errors = true;
    return o;
  }

  void loadImports(const Test &test) {
    for (const fs::path &p : test.files) {
      Unit unit(sources_);
      syntax::ParseOptions o = options();
      o.imports_only = true;
      unit.add(p, p.string(), o);
      for (const syntax::File *f : unit.files)
        for (const syntax::Decl *d : f->decls) {
          const auto *i = d->as<syntax::ImportDecl>();
          std::string path;
          if (i && i->path && syntax::unquote(i->path->value, path) && path != "unsafe" && path != "C")
            (void)bool(importer_.import(path));
        }
    }
  }

  static types::GoVersion languageVersion(std::string_view text) {
    std::string_view line = text.substr(0, text.find('\n'));
    std::size_t at = line.find("-lang=");
    if (!line.starts_with("//") || at == std::string_view::npos)
      return {};
    line.remove_prefix(at + 6);
    return types::GoVersion::parse(line.substr(0, line.find(' ')));
  }

  std::string check(const Test &test) {
    Unit unit(sources_);
    for (const fs::path &p : test.files)
      unit.add(p, p.filename().string(), options());
    std::vector<Expected> expected;
    for (std::uint16_t index : unit.indices)
      collect(unit.sources, index, expected);
    if (!unit.files.empty()) {
      types::Config config;
      config.go_version = languageVersion(unit.sources.text(unit.indices[0]));
      config.check_branches = true;
      config.implementation_limits = false; // these tests are of the language alone
      config.diagnostics = &unit.diagnostics;
      config.sources = &unit.sources;
      config.node_count = unit.parse.next_node_id;
      config.importer = &importer_;
      types::Info info;
      types::check(context_, config, unit.files[0]->package_name->value, unit.files, info);
    }
    return compare(unit, expected, test.column_slack);
  }

  static void collect(const SourceSet &sources, std::uint16_t file, std::vector<Expected> &out) {
    for (const syntax::Comment &c : syntax::comments(sources, file)) {
      std::string_view text = c.text.substr(2);
      if (c.text[1] == '*')
        text.remove_suffix(2);
      bool is_regex = text.starts_with(" ERRORx ");
      if (!is_regex && !text.starts_with(" ERROR "))
        continue;
      text.remove_prefix(is_regex ? 8 : 7);
      while (!text.empty() && (text.back() == ' ' || text.back() == '\r'))
        text.remove_suffix(1);
      while (text.starts_with(' '))
        text.remove_prefix(1);
      std::string pattern;
      if (syntax::unquote(text, pattern))
        out.push_back({c.previous, pattern, is_regex});
    }
  }

  static std::string compare(const Unit &unit, std::vector<Expected> expected, unsigned column_slack) {
    std::string report;
    auto columns = [](Pos a, Pos b) { return unsigned(std::abs(int(a.col) - int(b.col))); };
    for (const Diagnostic &d : unit.diagnostics.all()) {
      auto best = expected.end();
      for (auto e = expected.begin(); e != expected.end(); ++e)
        if (e->pos.file == d.pos.file && e->pos.line == d.pos.line && e->matches(d.message) &&
            (best == expected.end() || columns(e->pos, d.pos) < columns(best->pos, d.pos)))
          best = e;
      if (best == expected.end()) {
        report += unit.sources.str(d.pos) + ": not expected: " + d.message + "\n";
        continue;
      }
      if (columns(best->pos, d.pos) > column_slack)
        report += unit.sources.str(d.pos) + ": column is not near " + std::to_string(best->pos.col) + "\n";
      expected.erase(best);
    }
    for (const Expected &e : expected)
      report += unit.sources.str(e.pos) + ": not reported: " + e.pattern + "\n";
    return report;
  }

  fs::path data_;
  SourceSet sources_;
  types::Context context_;
  SourceImporter importer_;
};

std::set<std::string> readTable(const std::string &path) {
  std::set<std::string> out;
  auto text = readFile(path);
  std::istringstream in(text ? *text : "");
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#')
      out.insert(line);
  return out;
}

} // namespace

int main(int argc, char **argv) {
  std::string goroot, table_path;
  bool update = false, show = false;
  std::set<std::string> names;
  for (int i = 1; i < argc; ++i) {
    std::string_view a = argv[i];
    if (a.starts_with("--goroot="))
      goroot = a.substr(9);
    else if (a.starts_with("--table="))
      table_path = a.substr(8);
    else if (a == "--update")
      update = true;
    else if (a == "--show")
      show = true;
    else
      names.emplace(a);
  }
  if (goroot.empty()) {
    std::fprintf(stderr, "usage: types_testdata --goroot=DIR [--table=FILE] [--update] [--show] [test...]\n");
    return 2;
  }
  std::set<std::string> table = readTable(table_path), passed;
  Runner runner(goroot);
  std::size_t count = 0, regressions = 0, missing = 0;
  for (const Test &t : runner.tests()) {
    if (!names.empty() && !names.contains(t.name))
      continue;
    ++count;
    std::string report = runner.run(t);
    if (report.empty()) {
      passed.insert(t.name);
      continue;
    }
    bool regression = table.contains(t.name);
    regressions += regression;
    if (regression || show || !names.empty())
      std::printf("--- %s%s\n%s", t.name.c_str(), regression ? " (passed before)" : "", report.c_str());
  }
  for (const std::string &name : passed)
    missing += names.empty() && !table.contains(name);
  std::printf("%zu of %zu pass, %zu regressions, %zu pass that are not in the table\n", passed.size(), count, regressions,
              missing);
  if (update && names.empty()) {
    std::string out = "# Tests of src/internal/types/testdata that pass. Written by --update.\n";
    for (const std::string &name : passed)
      out += name + "\n";
    if (auto written = writeFile(table_path, out); !written) {
      std::fprintf(stderr, "%s\n", written.error().c_str());
      return 1;
    }
    return 0;
  }
  return regressions != 0;
}
