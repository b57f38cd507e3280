#include "link/unquote.h"

#include <gtest/gtest.h>

namespace gannet::link {
namespace {

TEST(Unquote, KnowsAllEscapes) {
  EXPECT_EQ(unquote(R"("a\a\b\f\n\r\t\v\\\"z")"), "a\a\b\f\n\r\t\v\\\"z");
  EXPECT_EQ(unquote(R"("\xe1\xC1\u00e9\u20ac\U0001F600")"), "\xe1\xc1\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  EXPECT_EQ(unquote("\"\""), "");
}

TEST(Unquote, RefusesWhatIsMalformed) {
  for (const char *text : {"", "\"", "a", "\"a", R"("\")", R"("\x1")", R"("\q")", R"("\U00110000")", R"("\xg0")"})
    EXPECT_FALSE(unquote(text)) << text;
}

} // namespace
} // namespace gannet::link
