// Text to tokens, with automatic semicolons.
//
// The scanner stands on one token, whose parts are its public members. Errors and directives go to virtual hooks, which are called
// while the token is being scanned; positions handed to them never decrease, but for errors inside the token.
#ifndef GANNET_COMPILER_SYNTAX_SCANNER_H
#define GANNET_COMPILER_SYNTAX_SCANNER_H

#include "compiler/base/source.h"
#include "compiler/syntax/token.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gannet::syntax {

class Scanner {
public:
  // `text` must be followed by a zero byte.
  Scanner(std::uint16_t file, std::string_view text);
  Scanner(const Scanner &) = delete;
  Scanner &operator=(const Scanner &) = delete;

  // Moves to the next token. At the end of the file it stays on Eof.
  void next();

  Token tok = Token::None;
  bool blank = false;      // only blanks before it on its line
  bool bad = false;        // Literal: it has errors
  LitKind kind{};          // Literal
  Operator op{};           // Operator, Star, AssignOp, IncOp
  int prec = 0;            // Operator, Star
  std::uint32_t line = 0;  // where the token starts
  std::uint32_t col = 0;   // in bytes, from 1
  std::string_view lit;    // Name, Literal: as written; Semi: "semicolon", "newline" or "EOF"

  Pos posAt(std::uint32_t at_line, std::uint32_t at_col) const;
  Pos pos() const { return posAt(line, col); }

protected:
  ~Scanner() = default;
  virtual void scanError(Pos pos, std::string message) = 0;
  // A comment "//go:...", "//line ..." or "/*line ...*/", whole but for the newline, and where it starts; any comment if
  // all_comments_ is set.
  virtual void directive(std::uint32_t at_line, std::uint32_t at_col, std::string_view comment) = 0;
  bool all_comments_ = false;
  // Skips the rest of the text.
  void skipToEnd();
  // The position just after the last directive comment.
  Pos here() const { return posAt(line_, column()); }

private:
  static constexpr std::int32_t kEnd = -1;

  void nextch();
  void loadSlow();
  void load();
  std::uint32_t column() const { return std::uint32_t(at_ - line_start_) + 1; }
  void error(std::string message) { scanError(posAt(line_, column()), std::move(message)); }
  void errorAt(std::size_t offset, std::string message) {
    scanError(posAt(line, col + std::uint32_t(offset)), std::move(message));
  }
  std::string_view segment() const { return {start_, std::size_t(at_ - start_)}; }

  void identifier();
  bool atIdentChar(bool first);
  void number(bool seen_point);
  unsigned digits(int base, std::ptrdiff_t *invalid);
  void runeLiteral();
  void stringLiteral();
  void rawStringLiteral();
  bool escape(std::int32_t quote_char);
  void setLiteral(LitKind k, bool ok);
  bool comment(bool need_semi); // true if it gave a semicolon
  void lineComment();
  void fullComment();
  bool skipFullComment();
  void skipLine();
  void operatorToken(Operator o, bool may_assign);
  bool follows(char c);

  std::uint16_t file_;
  const char *at_;         // start of the current character
  const char *end_;
  const char *start_;      // of the token
  const char *line_start_;
  std::uint32_t line_ = 1;
  std::int32_t ch_ = 0; // current character, kEnd at the end
  unsigned width_ = 0;  // its bytes
  bool need_semi_ = false;
};

} // namespace gannet::syntax

#endif
