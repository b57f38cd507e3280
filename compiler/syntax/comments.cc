#include "compiler/syntax/comments.h"

#include "compiler/syntax/scanner.h"

namespace gannet::syntax {
namespace {

class CommentScanner final : private Scanner {
public:
  CommentScanner(std::uint16_t file, std::string_view text) : Scanner(file, text) { all_comments_ = true; }

  std::vector<Comment> run() {
    do {
      next();
      if (tok != Token::Semi || lit == "semicolon")
        previous_ = pos();
    } while (tok != Token::Eof);
    return std::move(found_);
  }

private:
  void scanError(Pos, std::string) override {}
  void directive(std::uint32_t at_line, std::uint32_t at_col, std::string_view comment) override {
    found_.push_back({posAt(at_line, at_col), previous_, comment});
  }

  std::vector<Comment> found_;
  Pos previous_;
};

} // namespace

std::vector<Comment> comments(const SourceSet &sources, std::uint16_t file) {
  return CommentScanner(file, sources.text(file)).run();
}

} // namespace gannet::syntax
