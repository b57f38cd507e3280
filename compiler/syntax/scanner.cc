// The scanner. Characters are taken one at a time through nextch(), which keeps the line and reports bad
// encoding; the frequent runs (blanks, identifiers, digits, comments, strings) go over plain ASCII directly.
#include "compiler/syntax/scanner.h"

#include "compiler/syntax/unicode.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace gannet::syntax {
namespace {

enum CharClass : std::uint8_t { kIdentChar = 1, kPlain = 2 };

// kIdentChar: letters, digits, underscore. kPlain: ASCII that means nothing inside a comment.
constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> t{};
  for (int c = 1; c < 128; c++) {
    bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
    if (letter || (c >= '0' && c <= '9') || c == '_')
      t[std::size_t(c)] |= kIdentChar;
    if (c != '\n' && c != '*')
      t[std::size_t(c)] |= kPlain;
  }
  return t;
}();

bool hasClass(char c, CharClass k) { return kClasses[(unsigned char)c] & k; }
bool isLetterAscii(std::int32_t c) { return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_'; }
bool isDecimal(std::int32_t c) { return c >= '0' && c <= '9'; }
std::int32_t lower(std::int32_t c) { return c | 0x20; }
bool isHex(std::int32_t c) { return isDecimal(c) || (lower(c) >= 'a' && lower(c) <= 'f'); }

std::string baseName(int base) {
  switch (base) {
  case 2:
    return "binary";
  case 8:
    return "octal";
  case 10:
    return "decimal";
  default:
    return "hexadecimal";
  }
}

// Keywords by a hash that has no collisions among them.
struct KeywordTable {
  std::array<Token, 128> slots{};
  bool perfect = true;
};
constexpr std::string_view kKeywords[] = {"break",  "case",    "chan", "const",  "continue", "default",   "defer",
                                          "else",   "fallthrough", "for", "func", "go",      "goto",      "if",
                                          "import", "interface", "map", "package", "range",  "return",    "select",
                                          "struct", "switch",  "type", "var"};
template <std::size_t A, std::size_t B, std::size_t C> constexpr KeywordTable tryTable() {
  KeywordTable t;
  int i = int(Token::Break);
  for (std::string_view k : kKeywords) {
    std::size_t h =
        ((unsigned char)k[0] * A ^ (unsigned char)k[1] * B ^ (unsigned char)k[k.size() - 1] * C ^ k.size()) & 127;
    if (t.slots[h] != Token::None)
      t.perfect = false;
    t.slots[h] = Token(i++);
  }
  return t;
}
constexpr std::size_t kHashA = 2, kHashB = 1, kHashC = 6;
constexpr KeywordTable kKeywordTable = tryTable<kHashA, kHashB, kHashC>();
static_assert(kKeywordTable.perfect, "two keywords share a slot");

Token keyword(std::string_view s) {
  if (s.size() < 2)
    return Token::None;
  std::size_t h = ((unsigned char)s[0] * kHashA ^ (unsigned char)s[1] * kHashB ^
                   (unsigned char)s[s.size() - 1] * kHashC ^ s.size()) &
                  127;
  Token t = kKeywordTable.slots[h];
  return t != Token::None && text(t) == s ? t : Token::None;
}

// The index of the first misplaced "_" of a number, or -1. A separator stands between digits or after a base prefix.
std::ptrdiff_t invalidSeparator(std::string_view x) {
  bool hex = false;
  char previous = '.'; // '0' a digit, '_', or '.' anything else
  std::size_t i = 0;
  if (x.size() >= 2 && x[0] == '0') {
    char p = char(lower(x[1]));
    if (p == 'x' || p == 'o' || p == 'b') {
      hex = p == 'x';
      previous = '0';
      i = 2;
    }
  }
  for (; i < x.size(); i++) {
    char c = x[i];
    if (c == '_') {
      if (previous != '0')
        return std::ptrdiff_t(i);
      previous = '_';
    } else if (isDecimal(c) || (hex && isHex(c))) {
      previous = '0';
    } else {
      if (previous == '_')
        return std::ptrdiff_t(i) - 1;
      previous = '.';
    }
  }
  return previous == '_' ? std::ptrdiff_t(x.size()) - 1 : -1;
}

} // namespace

Scanner::Scanner(std::uint16_t file, std::string_view text)
    : file_(file), at_(text.data()), end_(text.data() + text.size()), start_(at_), line_start_(at_) {}

Pos Scanner::posAt(std::uint32_t at_line, std::uint32_t at_col) const {
  Pos p;
  p.file = file_;
  p.line = at_line;
  p.col = std::uint16_t(std::min<std::uint32_t>(at_col, 65535));
  return p;
}

inline void Scanner::load() {
  unsigned char c = (unsigned char)*at_;
  if (c - 1u < 0x7fu) [[likely]] {
    ch_ = c;
    width_ = 1;
    return;
  }
  loadSlow();
}

inline void Scanner::nextch() {
  at_ += width_;
  if (ch_ == '\n') {
    line_++;
    line_start_ = at_;
  }
  load();
}

void Scanner::loadSlow() {
  for (;;) {
    if (at_ >= end_) {
      ch_ = kEnd;
      width_ = 0;
      return;
    }
    DecodedRune d = decodeRune({at_, std::size_t(end_ - at_)});
    ch_ = std::int32_t(d.rune);
    width_ = d.width;
    if (d.rune == 0) {
      error("invalid NUL character");
    } else if (d.rune == kRuneError && d.width == 1) {
      error("invalid UTF-8 encoding");
    } else if (d.rune == 0xfeff) {
      if (line_ > 1 || at_ > line_start_)
        error("invalid BOM in the middle of the file");
    } else {
      return;
    }
    at_ += width_;
  }
}

void Scanner::skipToEnd() {
  at_ = end_;
  ch_ = kEnd;
  width_ = 0;
  need_semi_ = false;
}

inline bool Scanner::follows(char c) {
  if (ch_ != c)
    return false;
  nextch();
  return true;
}

void Scanner::operatorToken(Operator o, bool may_assign) {
  op = o;
  prec = precedence(o);
  if (may_assign && follows('='))
    tok = Token::AssignOp;
  else
    tok = o == Operator::Mul ? Token::Star : Token::Operator;
}

void Scanner::next() {
  bool need_semi = need_semi_;
  need_semi_ = false;
  if (width_ == 0 && ch_ == 0)
    load(); // the very first
  for (;;) {
    std::uint32_t before_line = line_, before_col = column();
    while (ch_ == ' ' || ch_ == '\t' || (ch_ == '\n' && !need_semi) || ch_ == '\r')
      nextch();
    line = line_;
    col = column();
    blank = line > before_line || before_col == 1;
    start_ = at_;
    if (isLetterAscii(ch_) || (ch_ >= 0x80 && atIdentChar(true)))
      return identifier();
    if (ch_ == '/') {
      nextch();
      if (ch_ != '/' && ch_ != '*')
        return operatorToken(Operator::Div, true);
      if (comment(need_semi))
        return;
      continue;
    }
    std::int32_t c = ch_;
    switch (c) {
    case kEnd:
      lit = "EOF";
      tok = need_semi ? Token::Semi : Token::Eof;
      return;
    case '\n':
      nextch();
      lit = "newline";
      tok = Token::Semi;
      return;
    case '0':
    case '1':
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
    case '7':
    case '8':
    case '9':
      return number(false);
    case '"':
      return stringLiteral();
    case '`':
      return rawStringLiteral();
    case '\'':
      return runeLiteral();
    }
    nextch();
    switch (c) {
    case '(':
      tok = Token::Lparen;
      return;
    case '[':
      tok = Token::Lbrack;
      return;
    case '{':
      tok = Token::Lbrace;
      return;
    case ',':
      tok = Token::Comma;
      return;
    case ';':
      lit = "semicolon";
      tok = Token::Semi;
      return;
    case ')':
      need_semi_ = true;
      tok = Token::Rparen;
      return;
    case ']':
      need_semi_ = true;
      tok = Token::Rbrack;
      return;
    case '}':
      need_semi_ = true;
      tok = Token::Rbrace;
      return;
    case ':':
      tok = follows('=') ? Token::Define : Token::Colon;
      return;
    case '.':
      if (isDecimal(ch_))
        return number(true);
      if (ch_ == '.' && at_ + 1 < end_ && at_[1] == '.') {
        nextch();
        nextch();
        tok = Token::DotDotDot;
        return;
      }
      tok = Token::Dot;
      return;
    case '+':
    case '-':
      if (ch_ == c) {
        nextch();
        op = c == '+' ? Operator::Add : Operator::Sub;
        prec = precedence(op);
        need_semi_ = true;
        tok = Token::IncOp;
        return;
      }
      return operatorToken(c == '+' ? Operator::Add : Operator::Sub, true);
    case '*':
      return operatorToken(Operator::Mul, true);
    case '%':
      return operatorToken(Operator::Rem, true);
    case '&':
      if (follows('&'))
        return operatorToken(Operator::AndAnd, false);
      return operatorToken(follows('^') ? Operator::AndNot : Operator::And, true);
    case '|':
      if (follows('|'))
        return operatorToken(Operator::OrOr, false);
      return operatorToken(Operator::Or, true);
    case '^':
      return operatorToken(Operator::Xor, true);
    case '<':
      if (follows('='))
        return operatorToken(Operator::Leq, false);
      if (follows('<'))
        return operatorToken(Operator::Shl, true);
      if (follows('-')) {
        tok = Token::Arrow;
        return;
      }
      return operatorToken(Operator::Lss, false);
    case '>':
      if (follows('='))
        return operatorToken(Operator::Geq, false);
      if (follows('>'))
        return operatorToken(Operator::Shr, true);
      return operatorToken(Operator::Gtr, false);
    case '=':
      if (follows('='))
        return operatorToken(Operator::Eql, false);
      tok = Token::Assign;
      return;
    case '!':
      return operatorToken(follows('=') ? Operator::Neq : Operator::Not, false);
    case '~':
      return operatorToken(Operator::Tilde, false);
    default:
      errorAt(0, "invalid character " + describeRune(char32_t(c)));
    }
  }
}

void Scanner::identifier() {
  const char *p = at_;
  while (hasClass(*p, kIdentChar))
    p++;
  if (p != at_) {
    at_ = p;
    ch_ = 0;
    load();
  } else {
    nextch(); // the first character was accepted, and is not ASCII
  }
  if (ch_ >= 0x80 || p == start_)
    while (atIdentChar(false))
      nextch();
  lit = segment();
  if (Token t = keyword(lit); t != Token::None) {
    need_semi_ = t == Token::Break || t == Token::Continue || t == Token::Fallthrough || t == Token::Return;
    tok = t;
    return;
  }
  need_semi_ = true;
  tok = Token::Name;
}

bool Scanner::atIdentChar(bool first) {
  if (ch_ < 0)
    return false;
  if (isLetter(char32_t(ch_)) || ch_ == '_')
    return true;
  if (isDigit(char32_t(ch_))) {
    if (first)
      error("identifier cannot begin with digit " + describeRune(char32_t(ch_)));
    return true;
  }
  if (ch_ < 0x80)
    return false;
  error("invalid character " + describeRune(char32_t(ch_)) + " in identifier");
  return true;
}

void Scanner::setLiteral(LitKind k, bool ok) {
  need_semi_ = true;
  tok = Token::Literal;
  lit = segment();
  bad = !ok;
  kind = k;
}

// Takes digits and separators. Bit 0 of the result: there were digits; bit 1: separators. A decimal digit that is not of
// the base is taken, and the first one's offset in the token stored.
unsigned Scanner::digits(int base, std::ptrdiff_t *invalid) {
  unsigned seen = 0;
  if (base <= 10) {
    std::int32_t limit = '0' + base;
    for (; isDecimal(ch_) || ch_ == '_'; nextch()) {
      if (ch_ == '_') {
        seen |= 2;
        continue;
      }
      if (ch_ >= limit && invalid && *invalid < 0)
        *invalid = at_ - start_;
      seen |= 1;
    }
  } else {
    for (; isHex(ch_) || ch_ == '_'; nextch())
      seen |= ch_ == '_' ? 2 : 1;
  }
  return seen;
}

void Scanner::number(bool seen_point) {
  bool ok = true;
  LitKind k = LitKind::Int;
  int base = 10;
  char prefix = 0; // 0 for decimal, '0', 'x', 'o' or 'b'
  unsigned seen = 0;
  std::ptrdiff_t invalid = -1;
  auto fail = [&](std::string message) {
    if (ok)
      error(std::move(message));
    ok = false;
  };

  if (!seen_point) {
    if (ch_ == '0') {
      nextch();
      prefix = char(ch_ > 0 && ch_ < 0x80 ? lower(ch_) : 0);
      if (prefix == 'x' || prefix == 'o' || prefix == 'b') {
        nextch();
        base = prefix == 'x' ? 16 : prefix == 'o' ? 8 : 2;
      } else {
        base = 8;
        prefix = '0';
        seen = 1;
      }
    }
    seen |= digits(base, &invalid);
    if (ch_ == '.') {
      if (prefix == 'o' || prefix == 'b')
        fail("invalid radix point in " + baseName(base) + " literal");
      nextch();
      seen_point = true;
    }
  }
  if (seen_point) {
    k = LitKind::Float;
    seen |= digits(base, &invalid);
  }
  if (!(seen & 1))
    fail(baseName(base) + " literal has no digits");

  std::int32_t e = ch_ > 0 ? lower(ch_) : 0;
  if (e == 'e' || e == 'p') {
    if (e == 'e' && prefix && prefix != '0')
      fail(quoteRune(char32_t(ch_)) + " exponent requires decimal mantissa");
    else if (e == 'p' && prefix != 'x')
      fail(quoteRune(char32_t(ch_)) + " exponent requires hexadecimal mantissa");
    nextch();
    k = LitKind::Float;
    if (ch_ == '+' || ch_ == '-')
      nextch();
    seen = digits(10, nullptr) | (seen & 2);
    if (!(seen & 1))
      fail("exponent has no digits");
  } else if (prefix == 'x' && k == LitKind::Float) {
    fail("hexadecimal mantissa requires a 'p' exponent");
  }
  if (ch_ == 'i') {
    k = LitKind::Imag;
    nextch();
  }

  setLiteral(k, ok);
  if (k == LitKind::Int && invalid >= 0 && ok) {
    errorAt(std::size_t(invalid),
            "invalid digit " + quoteRune((unsigned char)lit[std::size_t(invalid)]) + " in " + baseName(base) + " literal");
    ok = false;
  }
  if ((seen & 2) && ok) {
    if (std::ptrdiff_t i = invalidSeparator(lit); i >= 0) {
      errorAt(std::size_t(i), "'_' must separate successive digits");
      ok = false;
    }
  }
  bad = !ok;
}

void Scanner::runeLiteral() {
  bool ok = true;
  nextch();
  for (int n = 0;; n++) {
    if (ch_ == '\'') {
      if (ok && n == 0)
        error("empty rune literal or unescaped '");
      else if (ok && n != 1)
        errorAt(0, "more than one character in rune literal");
      ok = ok && n == 1;
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('\''))
        ok = false;
      continue;
    }
    if (ch_ == '\n') {
      if (ok)
        error("newline in rune literal");
      ok = false;
      break;
    }
    if (ch_ == kEnd) {
      if (ok)
        errorAt(0, "rune literal not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  setLiteral(LitKind::Rune, ok);
}

void Scanner::stringLiteral() {
  bool ok = true;
  nextch();
  for (;;) {
    if (ch_ == '"') {
      nextch();
      break;
    }
    if (ch_ == '\\') {
      nextch();
      if (!escape('"'))
        ok = false;
      continue;
    }
    if (ch_ == '\n') {
      error("newline in string");
      ok = false;
      break;
    }
    if (ch_ == kEnd) {
      errorAt(0, "string not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  setLiteral(LitKind::String, ok);
}

void Scanner::rawStringLiteral() {
  bool ok = true;
  nextch();
  while (ch_ != '`') {
    if (ch_ == kEnd) {
      errorAt(0, "string not terminated");
      ok = false;
      break;
    }
    nextch();
  }
  if (ok)
    nextch();
  setLiteral(LitKind::String, ok); // carriage returns stay in the text; they are no part of the value
}

bool Scanner::escape(std::int32_t quote_char) {
  int count;
  std::uint32_t base, max;
  std::int32_t c = ch_;
  if (c == quote_char || (c > 0 && c < 0x80 && std::strchr("abfnrtv\\", int(c)))) {
    nextch();
    return true;
  }
  switch (c) {
  case '0':
  case '1':
  case '2':
  case '3':
  case '4':
  case '5':
  case '6':
  case '7':
    count = 3, base = 8, max = 255;
    break;
  case 'x':
    nextch();
    count = 2, base = 16, max = 255;
    break;
  case 'u':
    nextch();
    count = 4, base = 16, max = kMaxRune;
    break;
  case 'U':
    nextch();
    count = 8, base = 16, max = kMaxRune;
    break;
  case kEnd:
    return true; // the caller reports the end
  default:
    error("unknown escape");
    return false;
  }
  std::uint32_t value = 0;
  for (; count > 0; count--) {
    if (ch_ == kEnd)
      return true;
    std::uint32_t digit = base;
    if (isDecimal(ch_))
      digit = std::uint32_t(ch_ - '0');
    else if (isHex(ch_))
      digit = std::uint32_t(lower(ch_) - 'a' + 10);
    if (digit >= base) {
      error("invalid character " + quoteRune(char32_t(ch_)) + " in " + baseName(int(base)) + " escape");
      return false;
    }
    value = value * base + digit;
    nextch();
  }
  if (value > max && base == 8) {
    error("octal escape value " + std::to_string(value) + " > 255");
    return false;
  }
  if (value > max || (value >= 0xd800 && value < 0xe000)) {
    error("escape is invalid Unicode code point " + describeRune(value));
    return false;
  }
  return true;
}

bool Scanner::comment(bool need_semi) {
  bool one_line = ch_ == '/';
  nextch();
  if (one_line) {
    lineComment();
  } else {
    fullComment();
    if (line_ > line && need_semi) { // a comment over several lines counts as a newline
      lit = "newline";
      tok = Token::Semi;
      return true;
    }
  }
  return false;
}

void Scanner::skipLine() {
  while (ch_ != kEnd && ch_ != '\n') {
    const char *p = at_ + width_;
    while (hasClass(*p, kPlain) || *p == '*')
      p++;
    at_ = p;
    ch_ = 0;
    load();
  }
}

void Scanner::lineComment() {
  std::string_view rest(at_, std::size_t(end_ - at_));
  bool wanted = all_comments_ || rest.starts_with("go:") || rest.starts_with("line ");
  skipLine(); // stops at the newline, which may make a semicolon
  if (wanted)
    directive(line, col, segment());
}

bool Scanner::skipFullComment() {
  while (ch_ != kEnd) {
    if (ch_ == '*') {
      nextch();
      if (ch_ == '/') {
        nextch();
        return true;
      }
      continue;
    }
    if (ch_ != '\n') {
      const char *p = at_ + width_;
      while (hasClass(*p, kPlain))
        p++;
      at_ = p;
      ch_ = 0;
      load();
      continue;
    }
    nextch();
  }
  errorAt(0, "comment not terminated");
  return false;
}

void Scanner::fullComment() {
  bool wanted = all_comments_ || std::string_view(at_, std::size_t(end_ - at_)).starts_with("line ");
  if (skipFullComment() && wanted)
    directive(line, col, segment());
}

} // namespace gannet::syntax
