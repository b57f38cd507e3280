#include "compiler/export/bundle.h"

#include <gtest/gtest.h>

namespace gannet::exports {
namespace {

TEST(Bundle, ReadsWhatItWrites) {
  std::vector<BundleEntry> entries = {{"m/own", "own bytes"}, {"a", ""}, {"b/c", std::string_view("\0x", 2)}};
  std::string bytes = writeBundle(entries);
  auto read = readBundle(bytes);
  ASSERT_TRUE(bool(read));
  ASSERT_EQ(read->size(), entries.size());
  for (std::size_t i = 0; i < entries.size(); i++) {
    EXPECT_EQ((*read)[i].path, entries[i].path);
    EXPECT_EQ((*read)[i].file, entries[i].file);
  }
}

TEST(Bundle, RefusesWhatIsCut) {
  std::string bytes = writeBundle(std::vector<BundleEntry>{{"m/own", "own bytes"}, {"a", "others"}});
  for (std::size_t size = 0; size < bytes.size(); size++)
    EXPECT_FALSE(bool(readBundle(std::string_view(bytes).substr(0, size)))) << size;
  EXPECT_FALSE(bool(namedPackages(bytes)));
}

// A count that no file has room for is no reason to ask for the memory.
TEST(Bundle, RefusesCountsPastTheEnd) {
  EXPECT_FALSE(bool(readBundle("gannetb1\xff\xff\xff\xff\xff\xff\xff\x7f")));
}

} // namespace
} // namespace gannet::exports
