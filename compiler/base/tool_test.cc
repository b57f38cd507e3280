#include "compiler/base/tool.h"

#include "compiler/base/file.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace gannet {
namespace {

TEST(Tool, ExpandsFilesOfArguments) {
  std::string file = std::string(std::getenv("TEST_TMPDIR")) + "/words";
  ASSERT_TRUE(bool(writeFile(file, "-o\nout file\n\n-X\na=b\\\\c\\nd\n@not-looked-into")));
  auto words = expandArguments({"-first", "@" + file, "last"});
  ASSERT_TRUE(bool(words));
  EXPECT_EQ(*words, (std::vector<std::string>{"-first", "-o", "out file", "-X", "a=b\\c\nd", "@not-looked-into", "last"}));
  EXPECT_FALSE(bool(expandArguments({"@" + file + ".none"})));
}

TEST(Tool, TellsItsVersion) {
  EXPECT_EQ(sdkRoot(), "");
  EXPECT_EQ(versionLine("compile", "true"), "compile version go1.26-gannet\n");
  std::string file = std::string(std::getenv("TEST_TMPDIR")) + "/input";
  ASSERT_TRUE(bool(writeFile(file, "one")));
  std::string full = versionLine("link", "full"), with_one = versionLine("link", "full", {file});
  EXPECT_EQ(full, versionLine("link", "full"));
  EXPECT_NE(full, with_one);
  ASSERT_TRUE(bool(writeFile(file, "two")));
  EXPECT_NE(versionLine("link", "full", {file}), with_one);
}

} // namespace
} // namespace gannet
