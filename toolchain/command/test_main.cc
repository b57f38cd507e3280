#include "toolchain/command/test_main.h"

#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/interner.h"
#include "compiler/base/source.h"
#include "compiler/syntax/comments.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/unicode.h"

#include <algorithm>

namespace gannet::command {

namespace {

bool startsWith(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

// "Test", "TestX", "Test_x", but not "Testify".
bool isNamed(std::string_view name, std::string_view prefix) {
  if (!startsWith(name, prefix))
    return false;
  return name.size() == prefix.size() || !syntax::isLower(syntax::decodeRune(name.substr(prefix.size())).rune);
}

// func(x *T) or func(x *p.T), where T is `type`; how package testing was imported cannot be told from one function.
bool takesPointerTo(const syntax::FuncType &type, std::string_view type_name) {
  if (type.params.size() != 1 || type.results.size() != 0)
    return false;
  auto *star = syntax::as<syntax::Operation>(type.params[0]->type);
  if (!star || !star->isUnary() || star->op != syntax::Operator::Mul)
    return false;
  if (auto *name = syntax::as<syntax::Name>(star->x))
    return name->value == type_name;
  auto *selector = syntax::as<syntax::SelectorExpr>(star->x);
  return selector && selector->sel->value == type_name;
}

std::string signatureError(const SourceSet &sources, const syntax::FuncDecl &decl, std::string_view type_name) {
  std::string why;
  if (!takesPointerTo(*decl.type, type_name)) {
    char variable = static_cast<char>(type_name[0] - 'A' + 'a');
    why = "must be: func " + std::string(decl.name->value) + "(" + variable + " *testing." + std::string(type_name) + ")";
  }
  if (decl.tparams.size())
    why = "test functions cannot have type parameters";
  if (why.empty())
    return "";
  Pos at = decl.pos; // after "func", which begins its line
  at.col = 1;
  return sources.str(at) + ": wrong signature for " + std::string(decl.name->value) + ", " + why;
}

std::string_view trimRight(std::string_view s) {
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

// The text of a run of comments without their marks, as go/ast's CommentGroup.Text has it: blank lines at both ends go, of
// several in a row one stays, and directives do not count.
std::string commentText(const std::vector<syntax::Comment> &group) {
  std::vector<std::string> lines;
  for (const syntax::Comment &comment : group) {
    std::string_view text = comment.text;
    if (startsWith(text, "//")) {
      text.remove_prefix(2);
      if (startsWith(text, " "))
        text.remove_prefix(1);
      else if (startsWith(text, "go:") || startsWith(text, "line ") || startsWith(text, "export "))
        continue;
    } else {
      text = text.substr(2, text.size() - 4);
    }
    for (;;) {
      std::size_t end = text.find('\n');
      lines.emplace_back(trimRight(text.substr(0, end)));
      if (end == std::string_view::npos)
        break;
      text.remove_prefix(end + 1);
    }
  }
  std::string out;
  bool blank = false;
  for (const std::string &line : lines) {
    if (line.empty()) {
      blank = !out.empty();
      continue;
    }
    out += (blank ? "\n" : "") + line + "\n";
    blank = false;
  }
  return out;
}

// The last comments of a body that no blank line and no code divides.
std::vector<syntax::Comment> lastComments(const std::vector<syntax::Comment> &all, const syntax::BlockStmt &body) {
  std::vector<syntax::Comment> group;
  std::uint32_t next_line = 0;
  for (const syntax::Comment &comment : all) {
    if (comment.pos < body.pos || body.rbrace < comment.pos)
      continue;
    bool joins = !group.empty() && comment.previous == group.back().previous && comment.pos.line <= next_line;
    if (!joins)
      group.clear();
    group.push_back(comment);
    next_line = comment.pos.line + 1 +
                static_cast<std::uint32_t>(std::count(comment.text.begin(), comment.text.end(), '\n'));
  }
  return group;
}

// Reads "[unordered ]output:" at the start of the text, in any case; what follows is the output.
bool readOutput(std::string_view text, TestFunction &out) {
  auto skip = [&text](std::string_view word) {
    if (text.size() < word.size())
      return false;
    for (std::size_t i = 0; i < word.size(); ++i)
      if ((text[i] | (text[i] >= 'A' && text[i] <= 'Z' ? 0x20 : 0)) != word[i])
        return false;
    text.remove_prefix(word.size());
    return true;
  };
  std::size_t start = text.find_first_not_of(" \t\n\r\f\v");
  text.remove_prefix(std::min(start, text.size()));
  out.unordered = skip("unordered ");
  if (!skip("output:"))
    return false;
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  if (startsWith(text, "\n"))
    text.remove_prefix(1);
  out.output = text;
  return true;
}

bool isExample(const syntax::FuncDecl &decl) {
  return isNamed(decl.name->value, "Example") && decl.body && decl.type->params.size() == 0 &&
         decl.type->results.size() == 0 && decl.tparams.size() == 0;
}

// What package testing must know of the counters.
std::string coverageSetup(const TestMainInput &input) {
  std::string covered;
  for (const std::string &path : input.covered)
    covered += (covered.empty() ? "" : ", ") + syntax::quote(path);
  return "\nfunc init() {\n\ttestdeps.CoverMode = " + syntax::quote(input.cover_mode) + "\n\ttestdeps.Covered = " +
         syntax::quote(input.cover_note) + "\n\ttestdeps.CoverSelectedPackages = []string{" + covered +
         "}\n\ttestdeps.CoverSnapshotFunc = cfile.Snapshot\n\ttestdeps.CoverProcessTestDirFunc = cfile.ProcessCoverTestDir\n"
         "\ttestdeps.CoverMarkProfileEmittedFunc = cfile.MarkProfileEmitted\n}\n";
}

} // namespace

bool TestFunctions::refersTo(bool external) const {
  for (const std::vector<TestFunction> *list : {&tests, &benchmarks, &fuzz_targets, &examples})
    for (const TestFunction &f : *list)
      if (f.external == external)
        return true;
  return main && main->external == external;
}

ErrorOr<void> collectTests(const std::string &shown, const std::string &text, bool external, TestFunctions &out) {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  std::uint16_t index = sources.addFile(shown, text);
  syntax::ParseContext context{sources, diagnostics, arena, names};
  syntax::ParseOptions options;
  options.ignore_pragmas = true;
  syntax::File *tree = syntax::parseFile(context, index, options);
  if (!tree || diagnostics.errorCount()) {
    std::string rendered = diagnostics.render(sources, 10);
    if (!rendered.empty() && rendered.back() == '\n')
      rendered.pop_back();
    return Error{rendered};
  }
  const struct {
    const char *prefix;
    const char *type;
    std::vector<TestFunction> *list;
  } kKinds[] = {{"Test", "T", &out.tests}, {"Benchmark", "B", &out.benchmarks}, {"Fuzz", "F", &out.fuzz_targets}};
  std::vector<syntax::Comment> all_comments = syntax::comments(sources, index);
  for (syntax::Decl *declared : tree->decls) {
    auto *decl = declared->as<syntax::FuncDecl>();
    if (!decl || decl->recv)
      continue;
    std::string name(decl->name->value);
    TestFunction function{name, external, "", false};
    if (name == "TestMain" && !takesPointerTo(*decl->type, "T")) {
      if (std::string error = signatureError(sources, *decl, "M"); !error.empty())
        return Error{error};
      if (out.main)
        return Error{"multiple definitions of TestMain"};
      out.main = function;
      continue;
    }
    for (const auto &kind : kKinds) {
      if (!isNamed(name, kind.prefix))
        continue;
      if (std::string error = signatureError(sources, *decl, kind.type); !error.empty())
        return Error{error};
      kind.list->push_back(function);
      break;
    }
    // An example without a word on its output is compiled only.
    if (isExample(*decl) && readOutput(commentText(lastComments(all_comments, *decl->body)), function))
      out.examples.push_back(function);
  }
  return {};
}

std::string testMainSource(const TestFunctions &functions, const TestMainInput &input) {
  auto packageName = [](const TestFunction &f) { return std::string(f.external ? "_xtest" : "_test"); };
  auto importAs = [&](bool external) {
    return functions.refersTo(external) ? packageName({"", external, "", false}) : std::string("_");
  };
  std::string out = "// Code generated by 'gannet test'. DO NOT EDIT.\n\npackage main\n\nimport (\n\t\"os\"\n";
  if (functions.main)
    out += "\t\"reflect\"\n";
  out += "\t\"testing\"\n\t\"testing/internal/testdeps\"\n";
  if (!input.cover_mode.empty())
    out += "\t\"internal/coverage/cfile\"\n";
  if (!input.harness.empty())
    out += "\t_harness " + syntax::quote(input.harness) + "\n";
  if (input.has_internal)
    out += "\t" + importAs(false) + " " + syntax::quote(input.import_path) + "\n";
  if (input.has_external)
    out += "\t" + importAs(true) + " " + syntax::quote(input.import_path + "_test") + "\n";
  out += ")\n";
  auto list = [&](const char *variable, const char *type, const std::vector<TestFunction> &items, bool examples) {
    out += std::string("\nvar ") + variable + " = []testing." + type + "{\n";
    for (const TestFunction &f : items) {
      out += "\t{" + syntax::quote(f.name) + ", " + packageName(f) + "." + f.name;
      if (examples)
        out += ", " + syntax::quote(f.output) + ", " + (f.unordered ? "true" : "false");
      out += "},\n";
    }
    out += "}\n";
  };
  list("tests", "InternalTest", functions.tests, false);
  list("benchmarks", "InternalBenchmark", functions.benchmarks, false);
  list("fuzzTargets", "InternalFuzzTarget", functions.fuzz_targets, false);
  list("examples", "InternalExample", functions.examples, true);
  // Benchmarks print the path of their package; files named on the command line have none.
  std::string path = input.import_path == "command-line-arguments" ? "" : input.import_path;
  if (!input.cover_mode.empty())
    out += coverageSetup(input);
  out += "\nfunc main() {\n";
  if (!input.harness.empty()) {
    out += "\t_harness.Start()\n\tsharder := _harness.NewSharder()\n";
    for (const char *variable : {"tests", "benchmarks", "fuzzTargets", "examples"})
      out += std::string("\t") + variable + " = _harness.Pick(sharder, " + variable + ")\n";
  }
  out += "\ttestdeps.ImportPath = " + syntax::quote(path) + "\n\ttestdeps.ModulePath = " +
         syntax::quote(input.module_path) +
         "\n\tm := testing.MainStart(testdeps.TestDeps{}, tests, benchmarks, fuzzTargets, examples)\n";
  // A TestMain may return without exiting: the status is what its Run gave, which package testing keeps in m.
  if (functions.main)
    out += "\t" + packageName(*functions.main) +
           ".TestMain(m)\n\tos.Exit(int(reflect.ValueOf(m).Elem().FieldByName(\"exitCode\").Int()))\n}\n";
  else
    out += "\tos.Exit(m.Run())\n}\n";
  return out;
}

} // namespace gannet::command
