#include "compiler/object/archive.h"

#include "compiler/base/file.h"

#include <cstdlib>
#include <gtest/gtest.h>

namespace gannet::object {
namespace {

using Members = std::vector<std::pair<std::string, std::string>>;

Members membersOf(std::string_view archive, std::string &problem) {
  Members out;
  problem = forEachMember(archive, [&](std::string_view name, std::string_view bytes) { out.emplace_back(name, bytes); });
  return out;
}

TEST(Archive, ReadsWhatItWrites) {
  std::string problem;
  std::string bytes = makeArchive({{"__.PKGDEF", "abc"}, {"_go_.o", "de"}, {"empty", ""}});
  EXPECT_EQ(membersOf(bytes, problem), (Members{{"__.PKGDEF", "abc"}, {"_go_.o", "de"}, {"empty", ""}}));
  EXPECT_EQ(problem, "");
}

TEST(Archive, HasNothingOfTheMachine) {
  std::string bytes = makeArchive({{"go.o", "abc"}, {"asm0.o", "d"}});
  EXPECT_EQ(bytes.substr(0, 8), "!<arch>\n");
  EXPECT_EQ(bytes.substr(8, 60), "go.o            0           0     0     644     3         `\n");
  EXPECT_EQ(bytes.size(), 8u + 60 + 4 + 60 + 2);
}

TEST(Archive, TellsWhatIsWrong) {
  std::string problem, whole = makeArchive({{"a", "contents"}});
  membersOf("nothing", problem);
  EXPECT_EQ(problem, "not an archive");
  membersOf(std::string_view(whole).substr(0, whole.size() - 1), problem);
  EXPECT_EQ(problem, "truncated archive");
  membersOf(std::string_view(whole).substr(0, 30), problem);
  EXPECT_EQ(problem, "truncated archive");
}

TEST(Archive, TakesMoreMembers) {
  std::string folder = std::getenv("TEST_TMPDIR"), problem;
  ASSERT_TRUE(bool(writeFile(folder + "/a.a", makeArchive({{"one", "1"}}))));
  ASSERT_TRUE(bool(writeFile(folder + "/two.o", "22")));
  ASSERT_TRUE(bool(addToArchive(folder + "/a.a", {folder + "/two.o"})));
  ErrorOr<std::string> bytes = readFile(folder + "/a.a");
  ASSERT_TRUE(bool(bytes));
  EXPECT_EQ(membersOf(*bytes, problem), (Members{{"one", "1"}, {"two.o", "22"}}));
  EXPECT_FALSE(bool(addToArchive(folder + "/a.a", {folder + "/none"})));
}

// Long names stand in a member of their own (System V).
TEST(Archive, ReadsLongNames) {
  std::string problem;
  std::string table = makeArchive({{"//", "a_rather_long_name.o/\n"}, {"/0", "x"}});
  EXPECT_EQ(membersOf(table, problem), (Members{{"a_rather_long_name.o", "x"}}));
  EXPECT_EQ(problem, "");
}

} // namespace
} // namespace gannet::object
