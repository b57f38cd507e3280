#include "toolchain/builder/arguments.h"
#include "toolchain/builder/child.h"
#include "toolchain/builder/commands.h"
#include "toolchain/builder/embeds.h"
#include "toolchain/builder/imports.h"
#include "toolchain/builder/sources.h"
#include "toolchain/builder/stamp.h"
#include "toolchain/builder/worker.h"
#include "toolchain/builder/zip.h"

#include "compiler/base/file.h"

#include "gtest/gtest.h"

#include <cstdlib>
#include <unistd.h>

namespace gannet::builder {
namespace {

Arguments parsed(const std::vector<std::string> &words) {
  auto arguments = Arguments::read(words);
  EXPECT_TRUE(arguments) << arguments.error();
  return std::move(*arguments);
}

std::string fileWith(const std::string &name, std::string_view text) {
  std::string path = std::string(std::getenv("TEST_TMPDIR")) + "/" + name;
  EXPECT_TRUE(writeFile(path, text));
  return path;
}

TEST(Arguments, ComeFromParameterFiles) {
  std::string file = fileWith("params", "-tag=x\n-tag=y\n-o=a =b\n");
  Arguments a = parsed({"@" + file});
  EXPECT_EQ(a.all("tag"), (std::vector<std::string>{"x", "y"}));
  EXPECT_EQ(a.one("o"), "a =b");
  EXPECT_EQ(a.one("none"), "");
  EXPECT_FALSE(Arguments::read({"-o"}));
  EXPECT_FALSE(Arguments::read({"o=x"}));
  EXPECT_FALSE(Arguments::read({fileWith("empty", "\n").insert(0, "@")}));
}

TEST(Embeds, MatchFilesAndFolders) {
  std::vector<EmbedFile> files = {{"x/p/a.txt", "p/a.txt"}, {"x/p/d/b", "p/d/b"}, {"x/p/d/.c", "p/d/.c"}, {"x/q/a.txt", "q/a.txt"}};
  using Names = std::vector<std::string>;
  EXPECT_EQ(*matchEmbed("*.txt", "p", files), (Names{"a.txt"}));
  EXPECT_EQ(*matchEmbed("d", "p", files), (Names{"d/b"}));
  EXPECT_EQ(*matchEmbed("all:d", "p", files), (Names{"d/.c", "d/b"}));
  EXPECT_EQ(*matchEmbed("d/.c", "p", files), (Names{"d/.c"}));
  EXPECT_EQ(*matchEmbed(".", "q", files), (Names{"a.txt"}));
  EXPECT_FALSE(matchEmbed("none", "p", files));
  EXPECT_FALSE(matchEmbed("../q", "p", files));
}

TEST(Zip, DependsOnNamesAndContentsAlone) {
  auto packed = [](std::string_view second) {
    ZipWriter zip;
    EXPECT_TRUE(zip.add("src/p/a.go", "package p\n"));
    EXPECT_TRUE(zip.add(second, ""));
    return zip.finish();
  };
  const std::string zip = packed("src/p/empty");
  EXPECT_EQ(zip, packed("src/p/empty"));
  EXPECT_NE(zip, packed("src/p/other"));
  ASSERT_GT(zip.size(), 22u);
  EXPECT_EQ(zip.substr(0, 4), "PK\3\4");
  const std::string end = zip.substr(zip.size() - 22);
  EXPECT_EQ(end.substr(0, 4), "PK\5\6");
  EXPECT_EQ(end[8], 2); // files
  const std::size_t directory = std::uint8_t(end[16]) | std::size_t(std::uint8_t(end[17])) << 8;
  EXPECT_EQ(zip.substr(directory, 4), "PK\1\2");
  EXPECT_EQ(zip.substr(directory + 46, 10), "src/p/a.go");
}

Sources importing(const std::string &path) {
  Sources out;
  out.go.push_back({"app/main.go", "app/main.go", "main", "", {{path, "app/main.go:3:8"}}, {}});
  return out;
}

TEST(Imports, AreMappedAndListed) {
  Arguments a = parsed({"-label=//app:app", "-direct=map/dep", "-pkg=map/dep\tdep\tdep.x\t//dep:dep", "-std=fmt\tfmt\tfmt.x\t",
                        "-alias=old/dep\tmap/dep"});
  EXPECT_EQ(*Imports(a).config(importing("dep")), "importmap dep=map/dep\npackagefile fmt=fmt.x\npackagefile map/dep=dep.x\n");
  EXPECT_EQ(*Imports(a).config(importing("old/dep")), "importmap old/dep=map/dep\npackagefile fmt=fmt.x\npackagefile map/dep=dep.x\n");
  EXPECT_TRUE(Imports(a).config(importing("fmt")));
}

TEST(Imports, NameTheTargetToAdd) {
  Arguments a = parsed({"-label=//app:app", "-package=app", "-importpath=example.com/m/app",
                        "-pkg=example.com/m/far\texample.com/m/far\tfar.x\t//far:lib", "-std=internal/abi\tinternal/abi\tabi.x\t"});
  auto error = [&](const std::string &path) { return Imports(a).config(importing(path)).error(); };
  EXPECT_EQ(error("example.com/m/far"), "app/main.go:3:8: import \"example.com/m/far\": no dependency of //app:app provides it; "
                                        "add \"//far:lib\" to its deps");
  EXPECT_EQ(error("example.com/m/near/x"), "app/main.go:3:8: import \"example.com/m/near/x\": no dependency of //app:app "
                                           "provides it; add \"//near/x\" to its deps");
  EXPECT_NE(error("github.com/Go-x/yaml.v3/sub").find("add \"@com_github_go_x_yaml_v3//sub:sub\""), std::string::npos);
  EXPECT_NE(error("nothing").find("package nothing is not in std"), std::string::npos);
  EXPECT_EQ(error("example.com/m/app"), "app/main.go:3:8: import \"example.com/m/app\" while compiling that package (import cycle)");
  EXPECT_NE(error("internal/abi").find("use of internal package internal/abi not allowed"), std::string::npos);
}

TEST(Sources, AreSelectedByConstraintsAndTests) {
  std::vector<std::string> words = {"-goos=linux", "-goarch=amd64", "-goamd64=v2", "-tag=on"};
  auto add = [&](const std::string &name, const std::string &text) {
    words.push_back("-src=" + fileWith(name, text) + "\tp/" + name);
  };
  add("a.go", "package p\n");
  add("b_windows.go", "package p\n");
  add("c.go", "//go:build on\n\npackage p\n");
  add("d.go", "//go:build off\n\npackage p\n");
  add("c2.go", "//go:build amd64.v2\n\npackage p\n");
  add("c3.go", "//go:build amd64.v3\n\npackage p\n");
  add("e.go", "package p\n\nimport \"C\"\n");
  add("f_test.go", "package p\n");
  add("g_test.go", "package p_test\n");
  auto names = [&](TestFilter filter) {
    auto sources = readSources(parsed(words), filter);
    EXPECT_TRUE(sources) << sources.error();
    std::string out;
    for (const GoFile &file : sources->go)
      out += file.short_path + " ";
    return out;
  };
  EXPECT_EQ(names(TestFilter::Off), "p/a.go p/c.go p/c2.go p/f_test.go p/g_test.go ");
  EXPECT_EQ(names(TestFilter::Exclude), "p/a.go p/c.go p/c2.go p/f_test.go ");
  EXPECT_EQ(names(TestFilter::Only), "p/g_test.go ");
  add("h.c", "");
  EXPECT_FALSE(readSources(parsed(words), TestFilter::Off));
}

TEST(Sources, HaveTheirEmbedLines) {
  std::string path = fileWith("embeds.go", "package p\n\nimport _ \"embed\"\n\n//go:embed a \"b c\"\nvar s string\n");
  auto sources = readSources(parsed({"-goos=linux", "-goarch=amd64", "-src=" + path + "\tp/embeds.go"}), TestFilter::Off);
  ASSERT_TRUE(sources) << sources.error();
  ASSERT_EQ(sources->go[0].embeds.size(), 2u);
  EXPECT_EQ(sources->go[0].embeds[1].pattern, "b c");
}

TEST(Stamp, ReplacesWhatIsKnown) {
  StatusValues values;
  addStatus("STABLE_COMMIT abc def\nBUILD_USER u\n", values);
  EXPECT_EQ(stamped("v={STABLE_COMMIT} {OTHER} {BUILD_USER", values), "v=abc def {OTHER} {BUILD_USER");
}

TEST(Worker, ReadsRequests) {
  // arguments "-o=x" and "", an input (field 2) that is passed over, request 300
  auto request = parseRequest(std::string_view("\x0a\x04-o=x\x0a\x00\x12\x03\x0a\x01y\x18\xac\x02", 16));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->arguments, (std::vector<std::string>{"-o=x", ""}));
  EXPECT_EQ(request->id, 300);
  EXPECT_FALSE(request->cancel);
  EXPECT_FALSE(parseRequest(std::string_view("\x0a\x05-o=x", 6)));
  EXPECT_FALSE(parseRequest("\x18\xff"));
  EXPECT_EQ(parseRequest(std::string_view("\x32\x01s", 3))->sandbox, "s");
}

TEST(Worker, WritesAnswers) {
  EXPECT_EQ(encodeResponse({1, "bad\n"}, 300), std::string("\x0b\x08\x01\x12\x04" "bad\n\x18\xac\x02", 12));
  EXPECT_EQ(encodeResponse({}, 0), std::string(1, '\0'));
}

CommandResult echo(const std::vector<std::string> &arguments) { return {0, arguments[0].substr(3)}; }

TEST(Worker, AnswersEachRequest) {
  int in[2], out[2];
  ASSERT_EQ(pipe(in), 0);
  ASSERT_EQ(pipe(out), 0);
  std::string requests;
  for (char id = 1; id <= 9; ++id)
    requests += std::string("\x08\x0a\x04-o=") + static_cast<char>('a' + id) + "\x18" + id;
  ASSERT_EQ(write(in[1], requests.data(), requests.size()), static_cast<ssize_t>(requests.size()));
  close(in[1]);
  EXPECT_EQ(runWorker(echo, in[0], out[1]), 0);
  close(out[1]);
  char buffer[1000];
  ssize_t got = read(out[0], buffer, sizeof buffer);
  ASSERT_EQ(got, 9 * 6);
  std::string answers(buffer, static_cast<std::size_t>(got));
  for (char id = 1; id <= 9; ++id)
    EXPECT_NE(answers.find(std::string("\x05\x12\x01") + static_cast<char>('a' + id) + "\x18" + id), std::string::npos);
}

TEST(Commands, AreNamedInTheParameterFile) {
  std::string file = fileWith("tool", "-command=tool\n-tool=/bin/sh\n-arg=-c\n-arg=echo \"$@\"; exit 3\n-arg=sh\n-arg=@a b\n-arg=\n-arg=-c=d\n");
  CommandResult result = runCommand({"@" + file});
  EXPECT_EQ(result.status, 3);
  EXPECT_EQ(result.messages, "@a b  -c=d\n");
  EXPECT_EQ(runCommand({"-command=tool", "-tool=/bin/true"}).status, 0);
}

TEST(Commands, AreRefusedIfNotUnderstood) {
  auto refused = [](const std::vector<std::string> &words) {
    CommandResult result = runCommand(words);
    EXPECT_EQ(result.status, 2);
    return result.messages;
  };
  EXPECT_EQ(refused({}), "builder: no command \"\": compile, gopath, link, testmain or tool\n");
  EXPECT_EQ(refused({"-command=x"}), "builder: no command \"x\": compile, gopath, link, testmain or tool\n");
  EXPECT_EQ(refused({"compile", "-o=x"}), "builder: expected -flag=value, got \"compile\"\n");
  EXPECT_EQ(refused({"-command=tool", "-arg=x"}), "builder: tool: no -tool is named\n");
  EXPECT_NE(refused({"@/nowhere"}).find("/nowhere"), std::string::npos);
  CommandResult missing = runCommand({"-command=tool", "-tool=/nowhere"});
  EXPECT_EQ(missing.status, 127);
  EXPECT_EQ(missing.messages, "builder: /nowhere: No such file or directory\n");
}

TEST(Child, HasItsOutputTaken) {
  std::string messages = "before\n";
  EXPECT_EQ(runTool({"/bin/sh", "-c", "echo out; echo err >&2; read x || exit 3"}, messages), 3);
  EXPECT_EQ(messages, "before\nout\nerr\n");
  EXPECT_EQ(runTool({"/nowhere"}, messages), 127);
  messages.clear();
  EXPECT_EQ(runTool({"/bin/pwd"}, messages, "/usr"), 0);
  EXPECT_EQ(messages, "/usr\n");
}

} // namespace
} // namespace gannet::builder
