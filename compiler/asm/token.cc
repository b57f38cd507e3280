#include "compiler/asm/token.h"

#include "compiler/base/file.h"

namespace gannet::assembler {

namespace {

bool isIdentStart(unsigned char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80; }
bool isDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool isIdentPart(unsigned char c) { return isIdentStart(c) || isDigit(c); }

std::string dirOf(const std::string &path) {
  std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? std::string() : path.substr(0, slash + 1);
}

} // namespace

Input::Input(SourceSet &sources, Diagnostics &diags, const InputOptions &options)
    : sources_(sources), diags_(diags), options_(options) {}

bool Input::open(const std::string &path) {
  auto text = readFile(path);
  if (!text) {
    diags_.error({}, text.error());
    return false;
  }
  return openText(path, std::move(*text));
}

bool Input::openText(const std::string &path, std::string text) {
  stack_.clear();
  macros_.clear();
  conditionals_.clear();
  for (const std::string &d : options_.defines) {
    std::size_t eq = d.find('=');
    defineText(std::string_view(d).substr(0, eq), eq == std::string::npos ? "1" : std::string_view(d).substr(eq + 1));
  }
  std::uint16_t file = sources_.addFile(path, std::move(text));
  Source s;
  s.is_file = true;
  s.dir = dirOf(path);
  lex(file, arena_.copy(sources_.text(file)), s.tokens);
  stack_.push_back(std::move(s));
  line_start_ = true;
  return true;
}

void Input::defineText(std::string_view name, std::string_view value) {
  Macro m;
  lex(0, arena_.copy(value), m.body);
  while (!m.body.empty() && m.body.back().endsStatement())
    m.body.pop_back();
  macros_[arena_.copy(name)] = std::move(m);
}

void Input::lex(std::uint16_t file, std::string_view text, std::vector<Token> &out) {
  std::uint32_t line = 1;
  std::size_t i = 0;
  bool space = true;
  while (i < text.size()) {
    unsigned char c = text[i];
    std::size_t start = i;
    Token t;
    t.pos = Pos{file, 0, line};
    t.after_space = space;
    space = false;
    if (c == '\n') {
      t.kind = TokenKind::Newline;
      line++;
      i++;
      space = true;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '\f') {
      i++;
      space = true;
      continue;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '/') {
      while (i < text.size() && text[i] != '\n')
        i++;
      continue;
    } else if (c == '/' && i + 1 < text.size() && text[i + 1] == '*') {
      std::size_t end = text.find("*/", i + 2);
      if (end == std::string_view::npos) {
        diags_.error(t.pos, "comment not terminated");
        break;
      }
      for (; i < end + 2; i++)
        line += text[i] == '\n';
      space = true;
      continue;
    } else if (isIdentStart(c)) {
      while (i < text.size() && isIdentPart(text[i]))
        i++;
      t.kind = TokenKind::Ident;
    } else if (isDigit(c) || (c == '.' && i + 1 < text.size() && isDigit(text[i + 1]))) {
      bool hex = c == '0' && i + 1 < text.size() && (text[i + 1] == 'x' || text[i + 1] == 'X');
      bool is_float = false;
      while (i < text.size()) {
        unsigned char d = text[i];
        if (d == '.' || (!hex && (d == 'e' || d == 'E')) || (hex && (d == 'p' || d == 'P'))) {
          is_float = true;
          i++;
          if (d != '.' && i < text.size() && (text[i] == '+' || text[i] == '-'))
            i++;
        } else if (isDigit(d) || isIdentStart(d)) {
          if (d >= 0x80)
            break;
          i++;
        } else {
          break;
        }
      }
      t.kind = is_float ? TokenKind::Float : TokenKind::Int;
    } else if (c == '"' || c == '\'') {
      i++;
      while (i < text.size() && text[i] != char(c) && text[i] != '\n')
        i += text[i] == '\\' ? 2 : 1;
      if (i >= text.size() || text[i] != char(c)) {
        diags_.error(t.pos, "literal not terminated");
        i = std::min(i, text.size());
      } else {
        i++;
      }
      t.kind = c == '"' ? TokenKind::String : TokenKind::Char;
    } else if ((c == '<' || c == '>') && i + 1 < text.size() && text[i + 1] == char(c)) {
      i += 2;
      t.kind = c == '<' ? TokenKind::Shl : TokenKind::Shr;
    } else {
      i++;
      t.kind = TokenKind::Punct;
      t.punct = char(c);
    }
    t.text = text.substr(start, i - start);
    out.push_back(t);
  }
  Token end;
  end.kind = TokenKind::Newline;
  end.pos = Pos{file, 0, line};
  out.push_back(end);
}

// The next token without expansion. Positions come from the innermost file.
Token Input::raw() {
  while (!stack_.empty()) {
    Source &s = stack_.back();
    if (s.at < s.tokens.size()) {
      Token t = s.tokens[s.at++];
      if (s.is_file)
        pos_ = t.pos;
      else
        t.pos = pos_;
      return t;
    }
    stack_.pop_back();
  }
  Token end;
  end.pos = pos_;
  return end;
}

void Input::skipLine() {
  for (Token t = raw(); t.kind != TokenKind::Newline && t.kind != TokenKind::End;)
    t = raw();
}

Token Input::next() {
  for (;;) {
    Token t = raw();
    if (t.kind == TokenKind::End) {
      if (!conditionals_.empty()) {
        diags_.error(conditionals_.back().pos, "unclosed #ifdef or #ifndef");
        conditionals_.clear();
      }
      return t;
    }
    if (t.is('#') && line_start_) {
      directive(t.pos);
      line_start_ = true;
      continue;
    }
    if (!active()) {
      line_start_ = t.kind == TokenKind::Newline;
      if (!line_start_)
        skipLine(), line_start_ = true;
      continue;
    }
    if (t.kind == TokenKind::Newline) {
      line_start_ = true;
      if (stack_.empty() || stack_.back().is_file)
        expansions_ = 0;
      return t;
    }
    line_start_ = false;
    if (t.kind == TokenKind::Ident) {
      auto found = macros_.find(t.text);
      if (found != macros_.end()) {
        if (++expansions_ > 100000 || stack_.size() > 1000) {
          diags_.error(t.pos, "recursive macro invocation: " + std::string(t.text));
          stack_.clear();
          continue;
        }
        if (expand(t, found->second))
          continue;
      }
    }
    return t;
  }
}

bool Input::expand(const Token &name, const Macro &macro) {
  if (!macro.has_args) {
    stack_.push_back({macro.body, 0, false, {}});
    return true;
  }
  Token t = raw();
  if (!t.is('(')) {
    diags_.error(name.pos, "missing arguments for invocation of macro: " + std::string(name.text));
    return true;
  }
  std::vector<std::vector<Token>> args;
  int nesting = 0;
  std::vector<Token> arg;
  bool any = false;
  for (;;) {
    t = raw();
    if (t.kind == TokenKind::End || (t.kind == TokenKind::Newline && stack_.back().is_file && nesting == 0 && !any && args.empty())) {
      diags_.error(name.pos, "unclosed argument list of macro: " + std::string(name.text));
      return true;
    }
    if (nesting == 0 && (t.is(',') || t.is(')'))) {
      if (t.is(',') || any || !args.empty())
        args.push_back(std::move(arg));
      arg.clear();
      if (t.is(')'))
        break;
      continue;
    }
    if (t.is('('))
      nesting++;
    else if (t.is(')'))
      nesting--;
    if (t.kind == TokenKind::Newline)
      continue;
    any = true;
    arg.push_back(t);
  }
  if (args.size() != macro.args.size()) {
    diags_.error(name.pos, "wrong number of arguments for macro: " + std::string(name.text));
    return true;
  }
  std::vector<Token> body;
  for (const Token &b : macro.body) {
    bool replaced = false;
    if (b.kind == TokenKind::Ident)
      for (std::size_t i = 0; i < macro.args.size() && !replaced; i++)
        if (b.text == macro.args[i]) {
          body.insert(body.end(), args[i].begin(), args[i].end());
          replaced = true;
        }
    if (!replaced)
      body.push_back(b);
  }
  stack_.push_back({std::move(body), 0, false, {}});
  return true;
}

bool Input::directive(Pos at) {
  Token word = raw();
  if (word.kind == TokenKind::Newline || word.kind == TokenKind::End)
    return true;
  std::string_view w = word.text;
  if (w == "ifdef" || w == "ifndef") {
    Token name = raw();
    bool outer = active();
    if (name.kind != TokenKind::Ident)
      diags_.error(at, "expected identifier after #" + std::string(w));
    bool defined = macros_.count(name.text) != 0;
    conditionals_.push_back({outer && (defined == (w == "ifdef")), outer, false, at});
    if (name.kind != TokenKind::Newline)
      skipLine();
    return true;
  }
  if (w == "else" || w == "endif") {
    if (conditionals_.empty()) {
      diags_.error(at, "unmatched #" + std::string(w));
    } else if (w == "endif") {
      conditionals_.pop_back();
    } else if (conditionals_.back().in_else) {
      diags_.error(at, "#else after #else");
    } else {
      Conditional &c = conditionals_.back();
      c.in_else = true;
      c.taken = c.outer && !c.taken;
    }
    skipLine();
    return true;
  }
  if (!active()) {
    skipLine();
    return true;
  }
  if (w == "define") {
    define(at);
  } else if (w == "include") {
    include(at);
  } else if (w == "undef") {
    Token name = raw();
    if (macros_.erase(name.text) == 0)
      diags_.error(at, "#undef for undefined macro: " + std::string(name.text));
    skipLine();
  } else if (w == "line") {
    skipLine(); // positions stay those of the file itself
  } else {
    diags_.error(at, "unexpected token in preprocessor line: " + std::string(w));
    skipLine();
  }
  return true;
}

void Input::define(Pos at) {
  Token name = raw();
  if (name.kind != TokenKind::Ident) {
    diags_.error(at, "expected identifier after #define");
    skipLine();
    return;
  }
  Macro m;
  Token t = raw();
  if (t.is('(') && !t.after_space) {
    m.has_args = true;
    t = raw();
    while (t.kind == TokenKind::Ident) {
      for (std::string_view a : m.args)
        if (a == t.text)
          diags_.error(at, "duplicate argument " + std::string(t.text) + " in definition of macro: " + std::string(name.text));
      m.args.push_back(t.text);
      t = raw();
      if (!t.is(','))
        break;
      t = raw();
    }
    if (!t.is(')')) {
      diags_.error(at, "bad definition of macro: " + std::string(name.text));
      skipLine();
      return;
    }
    t = raw();
  }
  for (; t.kind != TokenKind::Newline && t.kind != TokenKind::End; t = raw()) {
    if (t.is('\\')) {
      t = raw();
      if (t.kind != TokenKind::Newline && !t.is('\\')) {
        diags_.error(at, "can only escape \\ or \\n in definition for macro: " + std::string(name.text));
        break;
      }
    }
    m.body.push_back(t);
  }
  if (macros_.count(name.text)) {
    diags_.error(at, "redefinition of macro: " + std::string(name.text));
    return;
  }
  macros_[name.text] = std::move(m);
}

void Input::include(Pos at) {
  Token name = raw();
  if (name.kind != TokenKind::String || name.text.size() < 2) {
    diags_.error(at, "expected string after #include");
    if (name.kind != TokenKind::Newline)
      skipLine();
    return;
  }
  std::string file(name.text.substr(1, name.text.size() - 2));
  skipLine();
  std::string here;
  std::size_t depth = 0;
  for (const Source &s : stack_)
    if (s.is_file)
      here = s.dir, ++depth;
  // A file that includes itself twice is no deeper at any time, but doubles at each level.
  constexpr std::size_t kMaxDepth = 100, kMaxIncludes = 1000;
  if (depth > kMaxDepth || included_ == kMaxIncludes) {
    diags_.error(at, depth > kMaxDepth ? "#include nested too deeply: " + file : "too many #includes: " + file);
    stack_.clear(); // nothing more is read
    return;
  }
  ++included_;
  std::vector<std::string> tries;
  if (!file.empty() && file[0] == '/')
    tries.push_back(file);
  else {
    tries.push_back(here + file);
    for (const std::string &dir : options_.include_dirs)
      tries.push_back(dir + "/" + file);
  }
  for (const std::string &path : tries) {
    auto text = readFile(path);
    if (!text)
      continue;
    std::uint16_t index = sources_.addFile(path, std::move(*text));
    Source s;
    s.is_file = true;
    s.dir = dirOf(path);
    lex(index, arena_.copy(sources_.text(index)), s.tokens);
    stack_.push_back(std::move(s));
    return;
  }
  if (file == options_.optional_include)
    return;
  diags_.error(at, "#include: open " + file + ": no such file or directory");
}

} // namespace gannet::assembler
