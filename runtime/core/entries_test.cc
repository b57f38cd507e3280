// runtime/go/core.go declares exactly the functions of entries.def, with the same signatures.
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>

namespace {

std::string path;

TEST(Entries, AreDeclaredInGo) {
  std::set<std::string> want;
#define GN_ENTRY(go, c, signature) want.insert(std::string("func " #go) + signature);
#include "runtime/core/entries.def"
  std::ifstream in(path);
  ASSERT_TRUE(in.good()) << path;
  std::set<std::string> got;
  for (std::string line; std::getline(in, line);)
    if (line.rfind("func ", 0) == 0) got.insert(line);
  EXPECT_EQ(got, want);
}

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  path = argc > 1 ? argv[1] : "runtime/go/core.go";
  return RUN_ALL_TESTS();
}
