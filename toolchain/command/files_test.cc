#include "toolchain/command/files.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <unistd.h>

namespace gannet::command {
namespace {

using Names = std::vector<std::string>;

class Overlay : public testing::Test {
protected:
  void SetUp() override {
    root_ = std::string(std::getenv("TEST_TMPDIR")) + "/" + testing::UnitTest::GetInstance()->current_test_info()->name();
    ASSERT_TRUE(makeDirs(root_ + "/p/sub"));
    for (const char *name : {"/p/a", "/p/b", "/p/sub/c"})
      ASSERT_TRUE(writeFile(root_ + name, name));
    ASSERT_TRUE(writeFile(root_ + "/other", "other"));
  }
  ErrorOr<Files> read(const std::string &json) {
    std::string file = root_ + "/overlay.json";
    auto written = writeFile(file, json);
    return written ? Files::withOverlay(file) : ErrorOr<Files>(written.takeError());
  }
  // {"Replace": {...}} of paths below the root; an empty second one removes the first.
  Files replacing(std::vector<std::pair<std::string, std::string>> paths) {
    std::string body;
    for (auto &[from, to] : paths)
      body += (body.empty() ? "" : ",") + ("\"" + root_ + from + "\":\"" + (to.empty() ? "" : root_ + to) + "\"");
    auto files = read("{\"Unknown\":[{\"x\":1.5e3},null,true],\"Replace\":{" + body + "}}");
    EXPECT_TRUE(files) << (files ? "" : files.error());
    return files ? std::move(*files) : Files();
  }

  std::string root_;
};

TEST_F(Overlay, FilesAreWhatIsNoFolder) {
  ASSERT_EQ(symlink("a", (root_ + "/p/link").c_str()), 0);
  ASSERT_EQ(symlink("sub", (root_ + "/p/linked-folder").c_str()), 0);
  EXPECT_EQ(Files().listFiles(root_ + "/p"), (Names{"a", "b", "link"}));
  EXPECT_EQ(Files().listFiles(root_ + "/none"), Names{});
}

TEST_F(Overlay, ReplacesAddsAndRemovesFiles) {
  Files files = replacing({{"/p/a", "/other"}, {"/p/b", ""}, {"/p/new", "/other"}});
  EXPECT_EQ(files.list(root_ + "/p"), (Names{"a", "new", "sub"}));
  EXPECT_EQ(files.listFiles(root_ + "/p"), (Names{"a", "new"}));
  EXPECT_EQ(*files.read(root_ + "/p/a"), "other");
  EXPECT_EQ(files.contentsOf(root_ + "/p/new"), root_ + "/other");
  EXPECT_FALSE(files.read(root_ + "/p/b"));
  EXPECT_FALSE(files.exists(root_ + "/p/b"));
  EXPECT_EQ(*files.read(root_ + "/p/sub/c"), "/p/sub/c");
}

TEST_F(Overlay, MakesFoldersAndRemovesThem) {
  Files files = replacing({{"/q/r/f", "/other"}, {"/p/sub", ""}});
  EXPECT_TRUE(files.isDirectory(root_ + "/q/r"));
  EXPECT_EQ(files.list(root_ + "/q"), Names{"r"});
  EXPECT_EQ(files.list(root_ + "/p"), (Names{"a", "b"}));
  EXPECT_FALSE(files.exists(root_ + "/p/sub/c"));
  EXPECT_FALSE(files.isDirectory(root_ + "/q/r/f"));
}

TEST_F(Overlay, RefusesWhatIsMalformed) {
  for (const char *text : {"", "{", "[]", "{\"Replace\":[]}", "{\"Replace\":{\"a\":1}}", "{} x"})
    EXPECT_FALSE(read(text)) << text;
  EXPECT_EQ(read("{\"Replace\":{\"\":\"x\"}}").error(), "empty string key in overlay map");
  EXPECT_TRUE(read("{\"Replace\":null}"));
}

TEST(Files, WithoutAnOverlayAreThoseOfTheDisk) {
  std::string dir = std::string(std::getenv("TEST_TMPDIR")) + "/plain";
  ASSERT_TRUE(makeDirs(dir));
  ASSERT_TRUE(writeFile(dir + "/f", "text"));
  Files files;
  EXPECT_EQ(files.list(dir), Names{"f"});
  EXPECT_EQ(*files.read(dir + "/f"), "text");
  EXPECT_TRUE(files.isDirectory(dir));
  EXPECT_FALSE(files.exists(dir + "/g"));
}

} // namespace
} // namespace gannet::command
