// gannet test's parts: finding tests, the generated main, flags, durations, JSON, results from the cache.
#include "toolchain/command/job_graph.h"
#include "toolchain/command/test_cache.h"
#include "toolchain/command/test_flags.h"
#include "toolchain/command/test_json.h"
#include "toolchain/command/test_main.h"

#include "compiler/base/file.h"

#include "gtest/gtest.h"

#include <atomic>
#include <cstdlib>
#include <sys/stat.h>

namespace gannet::command {
namespace {

std::string names(const std::vector<TestFunction> &functions) {
  std::string out;
  for (const TestFunction &f : functions)
    out += (out.empty() ? "" : " ") + f.name;
  return out;
}

TEST(TestMain, FindsFunctionsByName) {
  TestFunctions f;
  auto good = collectTests("a_test.go", R"(package p
import "testing"
func Test(t *testing.T) {}
func Test_x(t *testing.T) {}
func TestÄ(t *testing.T) {}
func Testify(t *testing.T) {}
func Testä() {}
func (t T) TestMethod(x *testing.T) {}
func BenchmarkX(b *testing.B) {}
func FuzzX(f *testing.F) {}
func TestMain(m *testing.M) {}
)", true, f);
  ASSERT_TRUE(good) << good.error();
  EXPECT_EQ(names(f.tests), "Test Test_x TestÄ");
  EXPECT_EQ(names(f.benchmarks), "BenchmarkX");
  EXPECT_EQ(names(f.fuzz_targets), "FuzzX");
  ASSERT_TRUE(f.main);
  EXPECT_TRUE(f.refersTo(true));
  EXPECT_FALSE(f.refersTo(false));
}

TEST(TestMain, RefusesOtherSignatures) {
  TestFunctions f;
  auto good = collectTests("a_test.go", "package p\n\nfunc TestX(t int) {}\n", false, f);
  ASSERT_FALSE(good);
  EXPECT_EQ(good.error(), "a_test.go:3:1: wrong signature for TestX, must be: func TestX(t *testing.T)");
  good = collectTests("a_test.go", "package p\nfunc TestX[P any](t *testing.T) {}\n", false, f);
  ASSERT_FALSE(good);
  EXPECT_EQ(good.error(), "a_test.go:2:1: wrong signature for TestX, test functions cannot have type parameters");
}

TEST(TestMain, ReadsTheOutputOfExamples) {
  TestFunctions f;
  auto good = collectTests("a_test.go", R"(package p
func ExampleA() {
	f()
	// Output:
	// one
	//
	//
	//   two
}
func ExampleB() {
	// Unordered output: x
	// y
}
func ExampleNone() {
	// No output: only compiled.
	f()
}
func ExampleParted() {
	// Output: an earlier run of comments

	// says nothing
}
func ExampleEmpty() {
	f() // Output:
}
func ExampleBlock() { /* Output:
a
*/ }
)", false, f);
  ASSERT_TRUE(good) << good.error();
  ASSERT_EQ(names(f.examples), "ExampleA ExampleB ExampleEmpty ExampleBlock");
  EXPECT_EQ(f.examples[0].output, "one\n\n  two\n");
  EXPECT_EQ(f.examples[1].output, "x\ny\n");
  EXPECT_TRUE(f.examples[1].unordered);
  EXPECT_EQ(f.examples[2].output, "");
  EXPECT_EQ(f.examples[3].output, "a\n");
}

TEST(TestMain, ImportsWhatItNames) {
  TestFunctions f;
  f.tests.push_back({"TestX", true, "", false});
  std::string source = testMainSource(f, {"a/b", "", true, true});
  EXPECT_NE(source.find("\t_ \"a/b\"\n\t_xtest \"a/b_test\"\n"), std::string::npos) << source;
  EXPECT_NE(source.find("{\"TestX\", _xtest.TestX},"), std::string::npos);
  EXPECT_EQ(source.find("reflect"), std::string::npos);
}

TEST(Duration, IsReadAndWrittenAsGoDoes) {
  for (const char *text : {"0s", "1ns", "1.5µs", "20ms", "10m0s", "1h0m0.5s", "-2s"}) {
    auto ns = parseDuration(text);
    ASSERT_TRUE(ns) << text;
    EXPECT_EQ(durationText(*ns), text);
  }
  EXPECT_EQ(parseDuration("1h1m"), 3'660'000'000'000);
  EXPECT_EQ(parseDuration(".5s"), 500'000'000);
  for (const char *text : {"", "1", "s", ".s", "1x", "1.2.3s"})
    EXPECT_FALSE(parseDuration(text)) << text;
}

TEST(TestFlags, AreSharedBetweenCommandAndProgram) {
  TestOptions o;
  EXPECT_EQ(parseTestFlags({"-v", "-p", "3", "./a", "./b", "-run=X", "-count", "1", "-own", "x", "-timeout=1m", "y"}, o), "");
  EXPECT_EQ(o.packages, (std::vector<std::string>{"./a", "./b"}));
  EXPECT_EQ(o.build.jobs, 3);
  EXPECT_TRUE(o.verbose);
  EXPECT_EQ(o.timeout_ns, 60'000'000'000);
  EXPECT_EQ(o.test_arguments, (std::vector<std::string>{"-test.v=true", "-test.run=X", "-test.count=1", "-own", "x",
                                                        "-test.timeout=1m0s", "y"}));
}

TEST(TestFlags, EverythingAfterArgsIsThePrograms) {
  TestOptions o;
  EXPECT_EQ(parseTestFlags({"-short", "-args", "-v", "p"}, o), "");
  EXPECT_TRUE(o.packages.empty());
  EXPECT_EQ(o.test_arguments, (std::vector<std::string>{"-test.timeout=10m0s", "-test.short=true", "-v", "p"}));
}

TEST(TestFlags, ErrorsAreGos) {
  TestOptions o;
  EXPECT_EQ(parseTestFlags({"-count=x"}, o), "invalid value \"x\" for flag -count: parse error");
  EXPECT_EQ(parseTestFlags({"-run"}, o), "flag needs an argument: -run");
  EXPECT_EQ(parseTestFlags({"-c", "-own"}, o), "go: unknown flag -own cannot be used with -c");
  EXPECT_NE(parseTestFlags({"-race"}, o).find("-race is not supported by Gannet"), std::string::npos);
  EXPECT_NE(parseTestFlags({"-race"}, o).find("-race is not supported by Gannet"), std::string::npos);
  EXPECT_EQ(parseTestFlags({"-covermode=often"}, o),
            "invalid value \"often\" for flag -covermode: valid modes are \"set\", \"count\", or \"atomic\"");
}

std::string jsonOf(const std::string &text, bool success) {
  std::string out;
  TestJson json("p", [&out](const std::string &line) { out += line; });
  json.start();
  json.write(text);
  json.finish(success);
  return out;
}

TEST(TestJson, TellsTestsApart) {
  EXPECT_EQ(jsonOf("\x16=== RUN   TestA\nhello\n\x16--- PASS: TestA (0.01s)\n\x16PASS\n", true),
            R"({"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Test":"TestA","Output":"=== RUN   TestA\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"hello\n"}
{"Action":"output","Package":"p","Test":"TestA","Output":"--- PASS: TestA (0.01s)\n"}
{"Action":"pass","Package":"p","Test":"TestA"}
{"Action":"output","Package":"p","Output":"PASS\n"}
{"Action":"pass","Package":"p"}
)");
}

TEST(TestJson, EndsSubtestsAfterTheirOutput) {
  EXPECT_EQ(jsonOf("=== RUN   T\n--- FAIL: T (0.00s)\n    --- FAIL: T/a (0.00s)\n        x_test.go:3: <bad>\nFAIL\n", false),
            R"({"Action":"start","Package":"p"}
{"Action":"run","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Test":"T","Output":"=== RUN   T\n"}
{"Action":"output","Package":"p","Test":"T","Output":"--- FAIL: T (0.00s)\n"}
{"Action":"output","Package":"p","Test":"T/a","Output":"    --- FAIL: T/a (0.00s)\n"}
{"Action":"output","Package":"p","Test":"T/a","Output":"        x_test.go:3: \u003cbad\u003e\n"}
{"Action":"fail","Package":"p","Test":"T/a"}
{"Action":"fail","Package":"p","Test":"T"}
{"Action":"output","Package":"p","Output":"FAIL\n"}
{"Action":"fail","Package":"p"}
)");
}

TEST(TestJson, EscapesAsGoDoes) {
  EXPECT_EQ(goJsonString("a\"\\\n\t\x01<\xff\xe2\x80\xa8ä"), "\"a\\\"\\\\\\n\\t\\u0001\\u003c\\ufffd\\u2028ä\"");
}

TEST(LineBuffer, DividesLongLinesBetweenCharacters) {
  std::string lines, parts;
  LineBuffer buffer(8, [&](std::string_view s) { lines += std::string(s) + "|"; },
                    [&](std::string_view s) { parts += std::string(s) + "|"; });
  buffer.write("short\n1234567äöü\nend");
  buffer.flush();
  EXPECT_EQ(lines, "short\n|");
  EXPECT_EQ(parts, "1234567|äöü\n|end|");
}

TEST(JobGraph, KeepsTheOrderAndPassesFailureOn) {
  for (unsigned threads : {1u, 4u}) {
    JobGraph graph;
    std::atomic<int> clock = 0;
    int first = 0, second = 0;
    bool third_inputs = true;
    auto a = graph.add([&](bool) { first = ++clock; return true; });
    auto b = graph.add([&](bool good) { second = ++clock; return good && false; });
    auto c = graph.add([&](bool good) { third_inputs = good; return true; });
    graph.addOrder(a, b);
    graph.addOrder(b, c);
    EXPECT_FALSE(graph.run(threads));
    EXPECT_LT(first, second);
    EXPECT_FALSE(third_inputs);
  }
}

TEST(TestCache, ForgetsAResultWhenAnInputChanges) {
  std::string root = std::string(std::getenv("TEST_TMPDIR")) + "/module", log = root + "/log", input = root + "/input";
  ASSERT_EQ(mkdir(root.c_str(), 0777), 0);
  ASSERT_TRUE(writeFile(input, "1"));
  timespec old[2] = {{1000, 0}, {1000, 0}};
  ASSERT_EQ(utimensat(0, input.c_str(), old, 0), 0);
  ASSERT_TRUE(writeFile(log, "# test log\nopen input\ngetenv GOTEST_TEST\n"));
  setenv("GOTEST_TEST", "a", 1);
  Cache cache(root + "/cache");
  TestCache test(cache, "program", {"-test.run=X"}, root, root);
  EXPECT_FALSE(test.find());
  std::string profile = root + "/profile";
  test.store(log, "ok  \tp\t0.123s\n", profile); // which is not there
  ASSERT_TRUE(test.find());
  EXPECT_EQ(test.find()->output, "ok  \tp\t(cached)\n");
  EXPECT_EQ(test.find()->profile, "");
  ASSERT_TRUE(writeFile(profile, "mode: set\n"));
  test.store(log, "ok  \tp\t0.123s\n", profile);
  ASSERT_TRUE(test.find());
  EXPECT_EQ(*readFile(test.find()->profile), "mode: set\n");
  setenv("GOTEST_TEST", "b", 1);
  EXPECT_FALSE(test.find());
  setenv("GOTEST_TEST", "a", 1);
  old[1].tv_sec = 2000;
  ASSERT_EQ(utimensat(0, input.c_str(), old, 0), 0);
  EXPECT_FALSE(test.find());
  EXPECT_TRUE(TestCache::allows({"-test.run=X", "-test.timeout=1s"}));
  EXPECT_FALSE(TestCache::allows({"-test.count=1"}));
  EXPECT_FALSE(TestCache::allows({"-own"}));
}

} // namespace
} // namespace gannet::command
