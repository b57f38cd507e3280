// The type checker on small packages. Erroneous ones carry `/* ERROR "text" */` after the token at which (or whose
// line) the message is reported; every message must be announced and every announcement met.
#include "compiler/types/checker.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "compiler/syntax/parser.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"
#include "compiler/types/type_string.h"
#include "gtest/gtest.h"

namespace gannet::types {
namespace {

// Packages given as texts, checked on import.
class World : public Importer {
public:
  void add(std::string path, std::string text) { texts_[std::move(path)] = std::move(text); }

  ErrorOr<Package *> import(std::string_view path) override {
    auto done = packages_.find(path);
    if (done != packages_.end())
      return done->second;
    auto text = texts_.find(path);
    if (text == texts_.end())
      return Error{"no such package"};
    return packages_[std::string(path)] = checkText(std::string(path), text->second, GoVersion{26});
  }

  Package *checkText(const std::string &path, const std::string &text, GoVersion version) {
    syntax::ParseContext pc{sources, diagnostics, arena_, names_, 0};
    syntax::ParseOptions po;
    po.check_branches = true;
    std::uint16_t index = sources.addFile(path + ".go", text);
    file = syntax::parseFile(pc, index, po);
    if (!file)
      return nullptr;
    Config config;
    config.go_version = version;
    config.diagnostics = &diagnostics;
    config.sources = &sources;
    config.node_count = pc.next_node_id;
    config.importer = this;
    info = std::make_unique<Info>();
    std::unique_ptr<Info> mine = std::move(info);
    Package *p = check(context, config, path, std::span<syntax::File *const>(&file, 1), *mine);
    info = std::move(mine);
    return p;
  }

  SourceSet sources;
  Diagnostics diagnostics;
  Context context;
  std::unique_ptr<Info> info; // of the package checked last
  syntax::File *file = nullptr;

private:
  std::map<std::string, std::string, std::less<>> texts_;
  std::map<std::string, Package *, std::less<>> packages_;
  Arena arena_;
  Interner names_;
};

struct Announced {
  std::uint32_t line;
  std::string text;
  bool met = false;
};

std::vector<Announced> announcements(const std::string &source) {
  std::vector<Announced> out;
  std::uint32_t line = 1;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] == '\n')
      ++line;
    constexpr std::string_view kMark = "/* ERROR \"";
    if (source.compare(i, kMark.size(), kMark) == 0) {
      std::size_t start = i + kMark.size(), end = source.find("\" */", start);
      std::string text = source.substr(start, end - start);
      for (std::size_t k; (k = text.find("\\\"")) != std::string::npos;)
        text.erase(k, 1);
      out.push_back({line, text});
    }
  }
  return out;
}

void expectErrors(const std::string &source, int minor = 26, World *world = nullptr) {
  World own;
  World &w = world ? *world : own;
  w.checkText("p", source, GoVersion{minor});
  std::vector<Announced> expected = announcements(source);
  for (const Diagnostic &d : w.diagnostics.all()) {
    bool found = false;
    for (Announced &a : expected)
      if (!a.met && a.line == d.pos.line && d.message.find(a.text) != std::string::npos) {
        a.met = found = true;
        break;
      }
    EXPECT_TRUE(found) << "not announced: " << w.sources.str(d.pos) << ": " << d.message;
  }
  for (const Announced &a : expected)
    EXPECT_TRUE(a.met) << "not reported: line " << a.line << ": " << a.text;
}

std::string typeOfVar(World &w, Package *p, std::string_view name) {
  Object *o = p->scope->lookup(name);
  return o && o->type ? typeString(o->type, p) : "";
}

TEST(Checker, ReportsUnusedVariablesAndImports) {
  World w;
  w.add("a/b", "package b; const C = 1");
  w.add("c", "package c; const C = 1");
  expectErrors(R"go(package p
import "a/b" /* ERROR "\"a/b\" imported and not used" */
import d "c" /* ERROR "\"c\" imported as d and not used" */
func f(x int) {
	y /* ERROR "declared and not used: y" */ := x
	z := 1
	_ = z
	func() {
		v /* ERROR "declared and not used: v" */ := 1
	}()
	switch t /* ERROR "t declared and not used" */ := any(x).(type) {
	case int:
	}
}
)go",
               26, &w);
}

TEST(Checker, ReportsUnknownNames) {
  expectErrors(R"go(package p
import "nowhere" /* ERROR "could not import nowhere (no such package)" */
type T struct{ field int }
func (t *T) Method() {}
func f(t T) {
	x /* ERROR "undefined: x" */ ()
	nowhere.Anything()
	t.other /* ERROR "t.other undefined (type T has no field or method other)" */ ()
	t.method /* ERROR "t.method undefined (type T has no field or method method, but does have method Method)" */ ()
	_ = t.Field /* ERROR "but does have field field" */
	T{}.Method /* ERROR "cannot call pointer method Method on T" */ ()
}
)go");
}

TEST(Checker, ReportsAssignmentMismatches) {
  expectErrors(R"go(package p
func two() (int, string) { return 1, "a" }
func f() int {
	var a int = "s" /* ERROR "cannot use \"s\" (untyped string constant) as int value in variable declaration" */
	b, c, d := two /* ERROR "assignment mismatch: 3 variables but two returns 2 values" */ ()
	_, _, _, _ = a, b, c, d
	var u uint8 = 256 /* ERROR "cannot use 256 (untyped int constant) as uint8 value in variable declaration (overflows)" */
	_ = u
	u = 1.5 /* ERROR "(truncated)" */
	var i interface{ M() } = u /* ERROR "uint8 does not implement interface{M()} (missing method M)" */
	_ = i
	1 /* ERROR "cannot assign to 1 (neither addressable nor a map index expression)" */ = a
	return "x" /* ERROR "cannot use \"x\" (untyped string constant) as int value in return statement" */
}
func g() (int, string) {
	return 1 /* ERROR "not enough return values" */
}
func h() int {
} /* ERROR "missing return" */
)go");
}

TEST(Checker, ReportsBadCalls) {
  expectErrors(R"go(package p
func f(a int, b ...string) {}
func g(x int) int { return x }
func main() {
	f /* ERROR "not enough arguments in call to f" */ ()
	f(1, "a", 2 /* ERROR "cannot use 2 (untyped int constant) as string value in argument to f" */)
	g(1, 2 /* ERROR "too many arguments in call to g" */)
	g /* ERROR "g(1) + 1 (value of type int) is not used" */ (1) + 1
	x := 1
	x /* ERROR "cannot call x (variable of type int): int is not a function" */ ()
	len /* ERROR "len([]int{}) (value of type int) is not used" */ ([]int{})
	defer recover()
	go int /* ERROR "go requires function call, not conversion" */ (1)
	_ = append(x /* ERROR "argument must be a slice; have x (variable of type int)" */)
	_ = make([]int, 2, 1 /* ERROR "length and capacity swapped" */)
}
)go");
}

TEST(Checker, ReportsRecursiveTypesWithTheirPath) {
  expectErrors(R"go(package p
type A /* ERROR "invalid recursive type A" */ struct { b B }
type B struct { a [2]A }
type P struct { p *P }
type R /* ERROR "invalid recursive type: R refers to itself" */ R
type I interface { M(I) I }
type L[T any] struct { next *L[T]; v T }
)go");
}

TEST(Checker, ReportsInitializationCycles) {
  expectErrors(R"go(package p
var a /* ERROR "initialization cycle" */ = f()
func f() int { return a }
const c /* ERROR "initialization cycle" */ = d
const d = c
)go");
}

TEST(Checker, ChecksConstants) {
  expectErrors(R"go(package p
const big = 1 << 100
const (
	k0 = iota
	k1
	k2
)
type E uint8
const (
	e0 E = iota << 7
	e1
	e2 /* ERROR "cannot use iota << 7 (untyped int constant 256) as E value in constant declaration (overflows)" */
)
var x int = big /* ERROR "overflows" */
var y = big >> 98
var z float64 = 1 / 3.0
var d = 1 / 0 /* ERROR "division by zero" */
var s uint = 3
var sh = 1.0 /* ERROR "must be integer" */ << s + 1.5
var ok int64 = 1.0 << s
var a [k2]int
var b [-1 /* ERROR "invalid array length" */]int
var c = a[5 /* ERROR "index 5 out of bounds [0:2]" */]
)go");
}

TEST(Checker, GivesTypesOfUntypedExpressions) {
  World w;
  Package *p = w.checkText("p", R"go(package p
var s uint = 3
var a = 1 << s
var b = 'x' + 1
var c = 1 + 2.0
var d = 2i * 1
var e = "a" + "b"
var f = 1 < 2
var g float32 = 1 / 3.0
var h any = 1
)go",
                           GoVersion{26});
  EXPECT_EQ(w.diagnostics.errorCount(), 0u);
  EXPECT_EQ(typeOfVar(w, p, "a"), "int");
  EXPECT_EQ(typeOfVar(w, p, "b"), "rune");
  EXPECT_EQ(typeOfVar(w, p, "c"), "float64");
  EXPECT_EQ(typeOfVar(w, p, "d"), "complex128");
  EXPECT_EQ(typeOfVar(w, p, "e"), "string");
  EXPECT_EQ(typeOfVar(w, p, "f"), "bool");
  // The literal 1 of `1 << s` has the type of the shift; the one stored in an interface its default type.
  auto initOf = [&](std::size_t i) { return w.file->decls[i]->as<syntax::VarDecl>()->values[0]; };
  syntax::Expr *shift = initOf(1);
  EXPECT_EQ(typeString(w.info->typeOf(shift->as<syntax::Operation>()->x), p), "int");
  EXPECT_EQ(typeString(w.info->typeOf(initOf(7)), p), "float32");
  EXPECT_EQ(typeString(w.info->typeOf(initOf(8)), p), "int");
  ASSERT_TRUE(w.info->valueOf(initOf(7)));
  EXPECT_EQ(constant::float64Val(*w.info->valueOf(initOf(7))), double(1.0f / 3.0f));
}

TEST(Checker, InfersTypeArguments) {
  World w;
  Package *p = w.checkText("p", R"go(package p
type Number interface { ~int | ~float64 }
func Map[S ~[]E, E, R any](s S, f func(E) R) []R { return nil }
func Sum[T Number](list ...T) T { var t T; for _, x := range list { t += x }; return t }
type List[T any] struct { head T; tail *List[T] }
func (l *List[T]) Push(x T) *List[T] { return &List[T]{x, l} }
func Apply[T any](f func(T) T, x T) T { return f(x) }
func id[T any](x T) T { return x }
type My []string
var a = Map(My{"x"}, func(s string) int { return len(s) })
var b = Sum(1, 2.5)
var c = (&List[string]{}).Push
var d = Apply(id, 3)
var e func(int) int = id
)go",
                           GoVersion{26});
  EXPECT_EQ(w.diagnostics.errorCount(), 0u) << w.diagnostics.render(w.sources, 0);
  EXPECT_EQ(typeOfVar(w, p, "a"), "[]int");
  EXPECT_EQ(typeOfVar(w, p, "b"), "float64");
  EXPECT_EQ(typeOfVar(w, p, "c"), "func(x string) *List[string]");
  EXPECT_EQ(typeOfVar(w, p, "d"), "int");
}

TEST(Checker, ReportsBadInstances) {
  expectErrors(R"go(package p
type Number interface { ~int | ~float64 }
func Sum[T Number](list ...T) T { return list[0] }
func New[T any]() *T { return nil }
type Set[K comparable] map[K]bool
var a = Sum /* ERROR "string does not satisfy Number (string missing in ~int | ~float64)" */ ("x")
var b = New /* ERROR "cannot infer T" */ ()
var c Set[[]int /* ERROR "[]int does not satisfy comparable" */ ]
var d Set /* ERROR "cannot use generic type Set[K comparable] without instantiation" */
var e = Sum /* ERROR "cannot use generic function Sum without instantiation" */
func f[T any](x T) { _ = x /* ERROR "operator + not defined on x (variable of type T constrained by any)" */ + x }
)go");
  expectErrors(R"go(package p
func f[T /* ERROR "instantiation cycle" */ any](n int) { if n > 0 { f[*T](n - 1) } }
)go");
}

TEST(Checker, GatesFeaturesByLanguageVersion) {
  expectErrors(R"go(package p
func f[T /* ERROR "type parameter requires go1.18 or later (-lang was set to go1.17; check go.mod)" */ interface{}]() {}
)go",
               17);
  expectErrors(R"go(package p
func f(n int) {
	for range n /* ERROR "cannot range over n (variable of type int): requires go1.22 or later" */ {}
	_ = min /* ERROR "built-in min requires go1.21 or later" */ (1, n)
}
)go",
               20);
  expectErrors("package p\nvar x = new(1)\n", 26);
  expectErrors("package p\nvar x = new /* ERROR \"new(1) requires go1.26 or later\" */ (1)\n", 25);
}

TEST(Checker, OrdersInitialization) {
  World w;
  w.checkText("p", R"go(package p
var a = b + 1
var b = f()
var c, d = g()
func f() int { return d }
func g() (int, int) { return e, e }
var e = 5
)go",
              GoVersion{26});
  std::string order;
  for (const Initializer &i : w.info->init_order) {
    for (Var *v : i.lhs)
      order += v->name;
    order += ' ';
  }
  EXPECT_EQ(order, "e cd b a ");
}

TEST(Checker, RecordsSelectionsAndCaptures) {
  World w;
  Package *p = w.checkText("p", R"go(package p
type In struct { x, y int }
func (i *In) M() {}
type Out struct { a bool; *In }
var v Out
var y = v.y
func f() func() int {
	n, m := 1, 2
	for i := 0; i < 3; i++ { m = i }
	return func() int { n++; return n + m }
}
)go",
                           GoVersion{26});
  ASSERT_EQ(w.diagnostics.errorCount(), 0u) << w.diagnostics.render(w.sources, 0);
  auto *sel = w.file->decls[4]->as<syntax::VarDecl>()->values[0]->as<syntax::SelectorExpr>();
  const Selection *s = w.info->selectionOf(sel);
  ASSERT_TRUE(s);
  EXPECT_EQ(s->kind, Selection::Kind::FieldVal);
  EXPECT_TRUE(s->indirect);
  ASSERT_EQ(s->path.size(), 2u);
  EXPECT_EQ(s->path[0], 1);
  EXPECT_EQ(s->path[1], 1);
  Func *f = as<Func>(p->scope->lookup("f"));
  auto local = [&](std::string_view name) { return as<Var>(f->signature()->scope->lookup(name)); };
  EXPECT_TRUE(local("n")->captured);
  EXPECT_TRUE(local("n")->reassigned);
  EXPECT_TRUE(local("m")->reassigned);
  EXPECT_EQ(local("n")->func_level, 1);
}

TEST(Sizes, FollowGcsRules) {
  World w;
  Package *p = w.checkText("sync/atomic", R"go(package atomic
type align64 struct{}
type Int64 struct { _ struct{}; _ align64; v int64 }
type Padded struct { a int32; b struct{} }
type Mixed struct { a bool; b int64; c bool; d string; e complex64 }
type Empty struct { a, b struct{} }
type Array [3]Mixed
)go",
                           GoVersion{26});
  auto size = [&](std::string_view n) { return sizeOf(p->scope->lookup(n)->type); };
  EXPECT_EQ(size("Int64"), 8);
  EXPECT_EQ(alignOf(p->scope->lookup("Int64")->type), 8);
  EXPECT_EQ(size("Padded"), 8);
  EXPECT_EQ(size("Mixed"), 48);
  EXPECT_EQ(size("Empty"), 0);
  EXPECT_EQ(size("Array"), 144);
  EXPECT_EQ(fieldOffsets(underAs<Struct>(p->scope->lookup("Mixed")->type)),
            (std::vector<std::int64_t>{0, 8, 16, 24, 40}));
}

TEST(Predicates, IdenticalIsStructural) {
  World w;
  Package *p = w.checkText("p", R"go(package p
type F = func(a int, b ...string) error
type G = func(int, ...string) error
type H = func(int, []string) error
type S1 = struct { a int "tag" }
type S2 = struct { a int }
type I1 = interface { A(); B() }
type I2 = interface { B(); A() }
type G1[T any] struct { x T }
type J = G1[int]
type K = G1[int]
type L = G1[int8]
)go",
                           GoVersion{26});
  auto t = [&](std::string_view n) { return p->scope->lookup(n)->type; };
  EXPECT_TRUE(identical(t("F"), t("G")));
  EXPECT_FALSE(identical(t("F"), t("H")));
  EXPECT_FALSE(identical(t("S1"), t("S2")));
  EXPECT_TRUE(identicalIgnoreTags(t("S1"), t("S2")));
  EXPECT_TRUE(identical(t("I1"), t("I2")));
  EXPECT_TRUE(identical(t("J"), t("K")));
  EXPECT_EQ(unalias(t("J")), unalias(t("K"))); // instances are unique
  EXPECT_FALSE(identical(t("J"), t("L")));
}

} // namespace
} // namespace gannet::types
