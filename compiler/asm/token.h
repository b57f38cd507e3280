// Tokens of Go's assembler syntax, and the input that a parser reads: files with their includes, conditionals and
// macros resolved.
#ifndef GANNET_COMPILER_ASM_TOKEN_H
#define GANNET_COMPILER_ASM_TOKEN_H

#include "compiler/base/arena.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::assembler {

enum class TokenKind : std::uint8_t { End, Newline, Ident, Int, Float, Char, String, Punct, Shl, Shr };

struct Token {
  TokenKind kind = TokenKind::End;
  char punct = 0;         // of Punct
  bool after_space = false;
  std::string_view text;  // as written; lives as long as the Input
  Pos pos;

  bool is(char c) const { return kind == TokenKind::Punct && punct == c; }
  bool endsStatement() const { return kind == TokenKind::End || kind == TokenKind::Newline || is(';'); }
};

struct InputOptions {
  std::vector<std::string> include_dirs;
  std::vector<std::string> defines; // NAME or NAME=value
  std::string optional_include;     // may be missing
};

// One file with everything it includes, as a flat sequence of tokens. Tokens of a macro's body have the position of
// its use.
class Input {
public:
  Input(SourceSet &sources, Diagnostics &diags, const InputOptions &options);

  // Starts with a file; defines persist only within it. False if it cannot be read (reported).
  bool open(const std::string &path);
  bool openText(const std::string &path, std::string text);
  Token next();

private:
  struct Macro {
    bool has_args = false;
    std::vector<std::string_view> args;
    std::vector<Token> body;
  };
  struct Source {
    std::vector<Token> tokens;
    std::size_t at = 0;
    bool is_file = false;
    std::string dir;
  };
  struct Conditional {
    bool taken; // this branch is read
    bool outer; // the enclosing text is read
    bool in_else = false;
    Pos pos;
  };

  bool push(const std::string &path, Pos from);
  void lex(std::uint16_t file, std::string_view text, std::vector<Token> &out);
  Token raw();
  bool directive(Pos at);
  void define(Pos at);
  void include(Pos at);
  bool expand(const Token &name, const Macro &macro);
  void skipLine();
  bool active() const { return conditionals_.empty() || conditionals_.back().taken; }
  void defineText(std::string_view name, std::string_view value);

  SourceSet &sources_;
  Diagnostics &diags_;
  const InputOptions &options_;
  Arena arena_;
  std::vector<Source> stack_;
  std::size_t included_ = 0; // files, in all
  std::unordered_map<std::string_view, Macro> macros_;
  std::vector<Conditional> conditionals_;
  Pos pos_;
  bool line_start_ = true;
  std::size_t expansions_ = 0; // in the current line, to stop recursive macros
};

} // namespace gannet::assembler

#endif
