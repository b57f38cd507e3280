// Feeds arbitrary bytes to the scanner. Tokens go forward, lie inside the text, and end.
#include "compiler/base/check.h"
#include "compiler/syntax/scanner.h"

#include <cstddef>
#include <cstdint>
#include <string>

using namespace gannet;

namespace {

class CountingScanner : public syntax::Scanner {
public:
  using Scanner::Scanner;
  void keepComments() { all_comments_ = true; }
  std::size_t reports = 0;

private:
  void scanError(Pos, std::string message) override {
    GANNET_CHECK(!message.empty(), "an error without a text");
    ++reports;
  }
  void directive(std::uint32_t, std::uint32_t, std::string_view) override { ++reports; }
};

void scan(const std::string &text, bool comments) {
  CountingScanner s(1, text);
  if (comments)
    s.keepComments();
  std::uint32_t line = 0, col = 0;
  // Each token but an automatic semicolon takes a byte.
  for (std::size_t left = 2 * text.size() + 2; left != 0; --left) {
    s.next();
    if (s.tok == syntax::Token::Eof)
      return;
    GANNET_CHECK(s.line > line || (s.line == line && s.col >= col), "a token before the one before it");
    line = s.line, col = s.col;
  }
  GANNET_CHECK(false, "the scanner does not end");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  scan(text, false);
  scan(text, true);
  return 0;
}
