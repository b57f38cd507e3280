// The scanner and parser through their public face: messages in gc's words, tree shapes, pragmas, directives.
#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "compiler/syntax/unicode.h"

#include <gtest/gtest.h>

#include <memory>

namespace gannet::syntax {
namespace {

struct Parsed {
  SourceSet sources;
  Diagnostics diagnostics;
  Arena arena;
  Interner names;
  File *file = nullptr;
  std::string errors() const { return diagnostics.render(sources, 0); }
};

std::unique_ptr<Parsed> parse(std::string text, ParseOptions options = {}) {
  auto p = std::make_unique<Parsed>();
  std::uint16_t index = p->sources.addFile("x.go", std::move(text));
  ParseContext context{p->sources, p->diagnostics, p->arena, p->names};
  options.check_branches = true;
  p->file = parseFile(context, index, options);
  return p;
}

std::string errorsOf(std::string text) { return parse(std::move(text))->errors(); }
std::string inFunc(std::string body) { return errorsOf("package p\nfunc f() {\n" + body + "\n}\n"); }

std::string roundTrip(std::string text) {
  Parsed p;
  std::uint16_t index = p.sources.addFile("x.go", std::move(text));
  ParseContext context{p.sources, p.diagnostics, p.arena, p.names};
  Expr *x = parseExpr(context, index);
  return x ? toString(x) : p.errors();
}

TEST(Parser, Messages) {
  struct {
    const char *text, *want;
  } cases[] = {
      {"", "x.go:1:1: syntax error: package statement must be first\n"},
      {"package", "x.go:1:8: syntax error: unexpected EOF, expected name\n"},
      {"package p\nx", "x.go:2:1: syntax error: non-declaration statement outside function body\n"},
      {"package p; var x", "x.go:1:17: syntax error: unexpected EOF, expected type\n"},
      {"package p\nfunc f()\n{\n}\n", "x.go:3:1: syntax error: unexpected semicolon or newline before {\n"},
      {"package p\nfunc f(", "x.go:2:8: syntax error: unexpected EOF, expected )\n"},
      {"package p\nvar x = 1\nimport \"a\"\n",
       "x.go:3:1: syntax error: imports must appear before other declarations\n"},
      {"package p\nimport 5\n", "x.go:2:8: syntax error: import path must be a string\n"},
      {"package p\nimport\n", "x.go:3:1: syntax error: missing import path\n"},
      {"package p\ntype T\n", "x.go:2:7: syntax error: unexpected newline in type declaration\n"},
      {"package p\nfunc (a, b T) m() {}\n", "x.go:2:15: method has multiple receivers\n"},
      {"package p\nfunc () m() {}\n", "x.go:2:9: method has no receiver\n"},
      {"package p\nfunc (t T) m[P any]() {}\n", "x.go:2:13: syntax error: method must have no type parameters\n"},
      {"package p\nfunc f(a int, string) {}\n", "x.go:2:21: syntax error: missing parameter type\n"},
      {"package p\nfunc f(a ...int, b int) {}\n", "x.go:2:10: can only use ... with final parameter\n"},
      {"package p\nfunc f[P]() {}\n", "x.go:2:9: syntax error: missing type constraint\n"},
      {"package p\nfunc f[]() {}\n", "x.go:2:8: syntax error: empty type parameter list\n"},
      {"package p\ntype S struct { (T) }\n", "x.go:2:17: syntax error: cannot parenthesize embedded type\n"},
      {"package p\ntype I interface { m[T any]() }\n", "x.go:2:21: interface method must have no type parameters\n"},
      {"package p\nvar x = [...]int{1, 2\n}\n",
       "x.go:2:22: syntax error: unexpected newline in composite literal; possibly missing comma or }\n"},
      {"package p\nvar c <-chan<- int\n", "x.go:2:16: syntax error: unexpected name int, expected keyword chan\n"},
  };
  for (auto &c : cases)
    EXPECT_EQ(errorsOf(c.text), c.want) << c.text;
}

TEST(Parser, StatementMessages) {
  struct {
    const char *text, *want;
  } cases[] = {
      {"if x = 1 {}", "x.go:3:6: syntax error: cannot use assignment x = 1 as value\n"},
      {"if x := 1 {}", "x.go:3:6: syntax error: cannot use x := 1 as value\n"},
      {"if {}", "x.go:3:4: syntax error: missing condition in if statement\n"},
      {"if x; {}", "x.go:3:5: syntax error: missing condition in if statement\n"},
      {"for i := 0; {}", "x.go:3:13: syntax error: unexpected {, expected for loop condition\n"},
      {"for i := 0; i < 10; i := 1 {}", "x.go:3:23: syntax error: cannot declare in post statement of for loop\n"},
      {"if x {} else y", "x.go:3:14: syntax error: else must be followed by if or statement block\n"},
      {"switch x y {}", "x.go:3:10: syntax error: unexpected name y, expected {\n"},
      {"x y", "x.go:3:3: syntax error: unexpected name y at end of statement\n"},
      {"a, b", "x.go:3:5: syntax error: unexpected newline, expected := or = or comma\n"},
      {"defer (f())", "x.go:3:7: expression in defer must not be parenthesized\n"},
      {"x[]", "x.go:3:3: syntax error: unexpected ], expected operand\n"},
      {"_ = x[1::2]", "x.go:3:9: middle index required in 3-index slice\n"},
      {"_ = x[1:2:]", "x.go:3:11: final index required in 3-index slice\n"},
      {"f(1, 2", "x.go:3:7: syntax error: unexpected newline in argument list; possibly missing comma or )\n"},
      {"break", "x.go:3:1: break is not in a loop, switch, or select\n"},
      {"continue", "x.go:3:1: continue is not in a loop\n"},
      {"L: for {}", "x.go:3:1: label L defined and not used\n"},
      {"goto L", "x.go:3:6: label L not defined\n"},
      {"goto L; x := 1; _ = x; L:", "x.go:3:6: goto L jumps over declaration of x at x.go:3:11\n"},
      {"goto L; { L: }", "x.go:3:6: goto L jumps into block starting at x.go:3:9\n"},
      {"for { break M }", "x.go:3:13: break label not defined: M\n"},
      {"M: { break M }", "x.go:3:12: invalid break label M\n"},
      {"switch { case true: fallthrough }", "x.go:3:21: cannot fallthrough final case in switch\n"},
      {"if true { fallthrough }", "x.go:3:11: fallthrough statement out of place\n"},
      {"//go:noinline\nx()", "x.go:3:3: misplaced compiler directive\n"},
  };
  for (auto &c : cases)
    EXPECT_EQ(inFunc(c.text), c.want) << c.text;
}

TEST(Scanner, Messages) {
  struct {
    std::string text, want;
  } cases[] = {
      {"0x", "x.go:2:11: hexadecimal literal has no digits\n"},
      {"08", "x.go:2:10: invalid digit '8' in octal literal\n"},
      {"0b12", "x.go:2:12: invalid digit '2' in binary literal\n"},
      {"1__0", "x.go:2:11: '_' must separate successive digits\n"},
      {"1e", "x.go:2:11: exponent has no digits\n"},
      {"0x1.0", "x.go:2:14: hexadecimal mantissa requires a 'p' exponent\n"},
      {"1p3", "x.go:2:10: 'p' exponent requires hexadecimal mantissa\n"},
      {"''", "x.go:2:10: empty rune literal or unescaped '\n"},
      {"'ab'", "x.go:2:9: more than one character in rune literal\n"},
      {"\"a\\q\"", "x.go:2:12: unknown escape\n"},
      {"\"\\400\"", "x.go:2:14: octal escape value 256 > 255\n"},
      {"\"\\ud800\"", "x.go:2:16: escape is invalid Unicode code point U+D800\n"},
      {"\"abc", "x.go:2:13: newline in string\n"},
      {"`abc", "x.go:2:9: string not terminated\n"},
      {"1 /* abc", "x.go:2:11: comment not terminated\n"},
      {"1 #", "x.go:2:11: invalid character U+0023 '#'\n"},
      {std::string("1 \0", 3), "x.go:2:11: invalid NUL character\n"},
      {"\"\xff\"", "x.go:2:10: invalid UTF-8 encoding\n"},
      {"1 \xef\xbb\xbf", "x.go:2:11: invalid BOM in the middle of the file\n"},
  };
  for (auto &c : cases) {
    std::string got = errorsOf("package p\nvar x = " + c.text + "\n");
    EXPECT_EQ(got.substr(0, c.want.size()), c.want) << c.text << "\n" << got;
  }
  EXPECT_EQ(errorsOf("\xef\xbb\xbfpackage p\nvar \xce\xa6x, y\xce\xa6z, \xc2\xb5s int\n"), "");
}

TEST(Parser, ExpressionsComeBack) {
  for (const char *text : {
           "a + b * c", "(a + b) * c", "x.f(a, b...)[i:j:k]", "a[i][:]", "m[K, V]{…}", "func(a, b int, c ...string) (x, y T) {}",
           "<-c", "<-chan int", "chan<- (chan int)", "chan (<-chan int)", "map[string][]*T", "[...]int{}", "[2 * n]T",
           "struct{a, b int; *T; c string `tag`}", "interface{m(x int) error; ~int | string; E}", "x.(T)", "-x ^ y &^ z",
           "&T{…}", "!a && b || c", "func(int, string)", "'\\n'", "1e3i",
       }) {
    std::string source = text;
    for (std::size_t at; (at = source.find("…")) != std::string::npos;)
      source.replace(at, std::string_view("…").size(), "1");
    if (source.starts_with("chan<- (")) // types keep no parentheses
      EXPECT_EQ(roundTrip(source), "chan<- chan int");
    else
      EXPECT_EQ(roundTrip(source), text);
  }
}

TEST(Parser, TypeParametersOrArrayLength) {
  auto p = parse(R"(package p
type A [n]int
type B [n * m]int
type C[P any] struct{}
type D[P *T,] struct{}
type E[P *[]int] struct{}
type F[P, Q interface{ ~int }] = G[P, Q]
type H[P []E, E any] int
type I [P(1)]int
type J[P *T|Q, R any] int
type K []int
type L [...]int
)");
  EXPECT_EQ(p->errors(), "");
  std::string counts;
  for (const Decl *d : p->file->decls)
    counts += std::to_string(d->to<TypeDecl>()->tparams.size());
  EXPECT_EQ(counts, "00111220200");
}

TEST(Parser, ConstantGroupsInherit) {
  auto p = parse("package p\nconst (\n a = iota\n b\n c, d = 1, 2\n e, f\n)\nconst g\n");
  ASSERT_EQ(p->file->decls.size(), 5u);
  auto *b = p->file->decls[1]->to<ConstDecl>();
  EXPECT_EQ(b->inherited_from, p->file->decls[0]);
  EXPECT_EQ(b->iota, 1u);
  EXPECT_EQ(p->file->decls[3]->to<ConstDecl>()->inherited_from, p->file->decls[2]);
  EXPECT_EQ(p->file->decls[4]->to<ConstDecl>()->inherited_from, nullptr);
}

TEST(Parser, Pragmas) {
  auto p = parse(R"(// Comment.

//go:build linux && go1.21

package p

import _ "embed"

//go:linkname localname remote.name
//go:nosplit
//go:noinline
func f()

//go:embed a.txt "b c" `d`
var s string
)");
  EXPECT_EQ(p->errors(), "");
  EXPECT_EQ(p->file->go_version, "go1.21");
  EXPECT_EQ(p->file->build_line, "//go:build linux && go1.21");
  ASSERT_EQ(p->file->linknames.size(), 1u);
  EXPECT_EQ(p->file->linknames[0].remote, "remote.name");
  auto *f = p->file->decls[1]->to<FuncDecl>();
  EXPECT_TRUE(any(f->pragmas->flags & PragmaFlag::Nosplit));
  EXPECT_TRUE(any(f->pragmas->flags & PragmaFlag::Noinline));
  auto *v = p->file->decls[2]->to<VarDecl>();
  ASSERT_EQ(v->pragmas->embeds.size(), 1u);
  EXPECT_EQ(v->pragmas->embeds[0].patterns[1], "b c");
  EXPECT_EQ(errorsOf("package p\n//go:systemstack\nfunc f()\n"), "x.go:2:3: //go:systemstack only allowed in runtime\n");
  EXPECT_EQ(errorsOf("package p\n//go:noinline\n"), "x.go:2:3: misplaced compiler directive\n");
}

TEST(Parser, LineDirectives) {
  EXPECT_EQ(errorsOf("package p\n//line foo.y:10\nvar x y z\n"), "foo.y:10: syntax error: unexpected name z after top level declaration\n");
  EXPECT_EQ(errorsOf("package p\n//line foo.y:10:5\nx\n"), "foo.y:10:5: syntax error: non-declaration statement outside function body\n");
  EXPECT_EQ(errorsOf("package p\n//line foo.y:0\n"), "x.go:2:14: invalid line number: 0\n");
  EXPECT_EQ(errorsOf("package p\n//line foo.y:x\n"), "x.go:2:14: invalid line number: x\n");
}

TEST(Parser, ImportsOnly) {
  ParseOptions options;
  options.imports_only = true;
  auto p = parse("package p\nimport (\n\"a\"\nb \"c\"\n)\nfunc f( {\n", options);
  EXPECT_EQ(p->errors(), "");
  EXPECT_EQ(p->file->decls.size(), 2u);
}

TEST(Parser, DeepNestingIsAnErrorOnly) {
  auto repeat = [](std::string_view s, int n) {
    std::string out;
    for (int i = 0; i < n; i++)
      out += s;
    return out;
  };
  for (std::string_view open : {"(", "[", "-", "x[", "T{", "func(){", "x.(", "*", "map[", "chan ", "<-", "struct{x ", "{", "f(", "!(", "[]"}) {
    std::string errors = errorsOf("package p\nvar x = " + repeat(open, 200000));
    EXPECT_NE(errors, "") << open;
    errors = inFunc(repeat(open, 200000));
    EXPECT_NE(errors, "") << open;
  }
  for (std::string_view open : {"if x {", "for {", "L:", "switch {case x:", "if x {} else ", "go func(){", "select{default:"})
    EXPECT_NE(inFunc(repeat(open, 200000)), "") << open;
  EXPECT_NE(inFunc("x" + repeat(".f()", 200000)), "");
  EXPECT_EQ(inFunc("x = 1" + repeat(" + 1", 90000)), "");
}

TEST(BuildConstraint, EvaluatesAndNames) {
  BuildTarget target;
  auto holds = [&](std::string_view line) {
    auto c = parseConstraint(line);
    return c ? evaluate(**c, [&](std::string_view t) { return tagHolds(target, t); }) ? "yes" : "no" : c.error().c_str();
  };
  EXPECT_STREQ(holds("//go:build linux && !cgo"), "yes");
  EXPECT_STREQ(holds("//go:build windows || (unix && amd64)"), "yes");
  EXPECT_STREQ(holds("//go:build go1.27"), "no");
  EXPECT_STREQ(holds("//go:build ignore"), "no");
  EXPECT_FALSE(parseConstraint("//go:build linux &&"));
  EXPECT_FALSE(parseConstraint("//go:build !!linux"));
  EXPECT_EQ(goVersion(**parseConstraint("//go:build go1.5 || (go1.7 && go1.6)")), "go1.5");
  EXPECT_TRUE(fileNameFits(target, "a_linux.go"));
  EXPECT_TRUE(fileNameFits(target, "a_linux_amd64_test.go"));
  EXPECT_TRUE(fileNameFits(target, "linux.go"));
  EXPECT_TRUE(fileNameFits(target, "windows.go"));
  EXPECT_TRUE(fileNameFits(target, "a_windows_x.go"));
  EXPECT_TRUE(fileNameFits(target, "windows_linux.go"));
  EXPECT_FALSE(fileNameFits(target, "a_windows.go"));
  EXPECT_FALSE(fileNameFits(target, "a_linux_arm64.go"));
  EXPECT_FALSE(fileNameFits(target, "_x.go"));
  EXPECT_EQ(*buildLine("// c\n/* d\n */ // e\n//go:build x\n\npackage p\n//go:build y\n"), "//go:build x");
  EXPECT_EQ(*buildLine("package p\n//go:build y\n"), "");
  EXPECT_EQ(*buildLine("// +build windows\n\npackage p\n"), "");
}

TEST(BuildConstraint, OlderLinesCountWithoutANewOne) {
  BuildTarget target;
  target.has_tag = [](std::string_view tag) { return tag == "mine"; };
  auto fits = [&](std::string_view head) { return *fileFits(target, "x.go", std::string(head) + "\npackage p\n"); };
  EXPECT_FALSE(fits("// +build windows\n"));
  EXPECT_TRUE(fits("// +build windows linux\n"));
  EXPECT_FALSE(fits("// +build linux,!mine\n"));
  EXPECT_FALSE(fits("// +build linux\n// +build !amd64\n"));
  EXPECT_TRUE(fits("//go:build linux\n// +build windows\n"));
  EXPECT_TRUE(fits("// +build windows")); // no blank line behind it
  EXPECT_FALSE(fits("// +build !!x\n"));
}

TEST(Unicode, Quotes) {
  EXPECT_EQ(quote("a\n\"\\\x01\xff\xc3\xa9"), "\"a\\n\\\"\\\\\\x01\\xff\xc3\xa9\"");
  EXPECT_EQ(describeRune('@'), "U+0040 '@'");
  std::string s;
  EXPECT_TRUE(unquote("\"\\x41\\u00e9\\101\\n\"", s));
  EXPECT_EQ(s, "A\xc3\xa9" "A\n");
  EXPECT_TRUE(isExported("\xce\xa6x"));
  EXPECT_FALSE(isExported("\xcf\x86x"));
  EXPECT_FALSE(isExported("_X"));
}

} // namespace
} // namespace gannet::syntax
