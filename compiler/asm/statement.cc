#include "compiler/asm/statement.h"

#include <charconv>
#include <cstdlib>
#include <unordered_map>

namespace gannet::assembler {

namespace {

using x86::Reg;

std::unordered_map<std::string, RegName> makeRegisters() {
  std::unordered_map<std::string, RegName> out;
  static constexpr const char *kGpr[] = {"AX", "CX", "DX",  "BX",  "SP",  "BP",  "SI",  "DI",
                                         "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"};
  static constexpr const char *kGpr8[] = {"AL",  "CL",  "DL",   "BL",   "SPB",  "BPB",  "SIB",  "DIB",
                                          "R8B", "R9B", "R10B", "R11B", "R12B", "R13B", "R14B", "R15B"};
  for (unsigned i = 0; i < 16; i++) {
    out[kGpr[i]] = {RegClass::Gpr, x86::gpr(i)};
    out[kGpr8[i]] = {RegClass::Gpr8, x86::gpr(i)};
  }
  out["g"] = {RegClass::Gpr, Reg::R14};
  auto add = [&](const std::string &prefix, unsigned count, RegClass cls, Reg first) {
    for (unsigned i = 0; i < count; i++)
      out[prefix + std::to_string(i)] = {cls, static_cast<Reg>(static_cast<unsigned>(first) + i)};
  };
  add("X", 32, RegClass::Xmm, Reg::X0);
  add("Y", 32, RegClass::Ymm, Reg::X0);
  add("Z", 32, RegClass::Zmm, Reg::X0);
  add("K", 8, RegClass::Mask, Reg::K0);
  add("M", 8, RegClass::Mmx, Reg::M0);
  add("F", 8, RegClass::X87, Reg::F0);
  add("CR", 9, RegClass::Control, Reg::CR0);
  add("DR", 8, RegClass::Debug, Reg::DR0);
  out["AH"] = {RegClass::Gpr8, Reg::AH};
  out["CH"] = {RegClass::Gpr8, Reg::CH};
  out["DH"] = {RegClass::Gpr8, Reg::DH};
  out["BH"] = {RegClass::Gpr8, Reg::BH};
  out["ES"] = {RegClass::Segment, Reg::ES};
  out["CS"] = {RegClass::Segment, Reg::CS};
  out["SS"] = {RegClass::Segment, Reg::SS};
  out["DS"] = {RegClass::Segment, Reg::DS};
  out["FS"] = {RegClass::Segment, Reg::FS};
  out["GS"] = {RegClass::Segment, Reg::GS};
  out["TLS"] = {RegClass::Tls, Reg::None};
  out["SB"] = {RegClass::SB, Reg::None};
  out["FP"] = {RegClass::FP, Reg::None};
  out["PC"] = {RegClass::PC, Reg::None};
  return out;
}

const std::unordered_map<std::string, RegName> &registers() {
  static const std::unordered_map<std::string, RegName> table = makeRegisters();
  return table;
}

bool parseUint(std::string_view text, std::uint64_t &out) {
  std::string clean;
  for (char c : text)
    if (c != '_')
      clean.push_back(c);
  std::string_view t = clean;
  int base = 10;
  if (t.size() > 2 && t[0] == '0' && (t[1] == 'x' || t[1] == 'X'))
    base = 16, t.remove_prefix(2);
  else if (t.size() > 2 && t[0] == '0' && (t[1] == 'b' || t[1] == 'B'))
    base = 2, t.remove_prefix(2);
  else if (t.size() > 2 && t[0] == '0' && (t[1] == 'o' || t[1] == 'O'))
    base = 8, t.remove_prefix(2);
  else if (t.size() > 1 && t[0] == '0')
    base = 8, t.remove_prefix(1);
  auto [end, error] = std::from_chars(t.data(), t.data() + t.size(), out, base);
  return error == std::errc() && end == t.data() + t.size();
}

// The bytes of a quoted literal with Go's simple escapes.
bool unquote(std::string_view text, std::string &out) {
  out.clear();
  if (text.size() < 2)
    return false;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text[i] != '\\') {
      out.push_back(text[i]);
      continue;
    }
    if (++i >= text.size())
      return false;
    switch (text[i]) {
    case 'n': out.push_back('\n'); break;
    case 't': out.push_back('\t'); break;
    case 'r': out.push_back('\r'); break;
    case 'a': out.push_back('\a'); break;
    case 'b': out.push_back('\b'); break;
    case 'f': out.push_back('\f'); break;
    case 'v': out.push_back('\v'); break;
    case '\\': case '"': case '\'': out.push_back(text[i]); break;
    case 'x': case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
      bool hex = text[i] == 'x';
      std::size_t start = hex ? i + 1 : i, n = hex ? 2 : 3;
      unsigned v = 0;
      if (start + n > text.size())
        return false;
      auto [end, error] = std::from_chars(text.data() + start, text.data() + start + n, v, hex ? 16 : 8);
      if (error != std::errc() || end != text.data() + start + n || v > 255)
        return false;
      out.push_back(char(v));
      i = start + n - 1;
      break;
    }
    default:
      return false;
    }
  }
  return true;
}

} // namespace

std::optional<RegName> findRegister(std::string_view name) {
  auto found = registers().find(std::string(name));
  if (found == registers().end())
    return std::nullopt;
  return found->second;
}

std::string pathToPrefix(std::string_view path) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::size_t slash = path.rfind('/');
  std::size_t last = slash == std::string_view::npos ? 0 : slash;
  std::string out;
  for (std::size_t i = 0; i < path.size(); i++) {
    unsigned char c = path[i];
    if (c <= ' ' || (c == '.' && i >= last) || c == '%' || c == '"' || c >= 0x7f) {
      out.push_back('%');
      out.push_back(kHex[c >> 4]);
      out.push_back(kHex[c & 15]);
    } else {
      out.push_back(char(c));
    }
  }
  return out;
}

Parser::Parser(Input &input, Diagnostics &diags, std::string package_path, Mode mode)
    : input_(input), diags_(diags), package_path_(std::move(package_path)), mode_(mode) {}

void Parser::findReferences(Statement &s, const std::vector<Tokens> &groups) {
  for (const Tokens &g : groups) {
    AsmOperand o; // left empty if it is something else, so that operands keep their numbers
    std::size_t at = !g.empty() && (g[0].is('$') || g[0].is('*')) ? 1 : 0;
    // NAME(SB); a name before another register is a constant of go_asm.h, which is not there yet.
    bool function = at < g.size() && g[at].kind == TokenKind::Ident && !findRegister(g[at].text) && g.back().is(')') &&
                    g.size() - at > 3 && g[g.size() - 2].text == "SB";
    for (std::size_t i = at + 1; i < g.size() && function; i++)
      function = !g[i].is('+') && !g[i].is('-') && !g[i].is('*');
    if (function && !parseSymbol(g, at, o))
      o = AsmOperand();
    if (o.base != AsmOperand::Base::Symbol || at != g.size())
      o = AsmOperand();
    s.operands.push_back(std::move(o));
  }
}

bool Parser::fail(std::string message) {
  diags_.error(pos_, std::move(message));
  return false;
}

// `·name` is in this package; a middle dot inside stands for a dot, a division slash for a slash.
std::string Parser::symbolName(std::string_view text) const {
  std::string out;
  if (text.starts_with("\xc2\xb7"))
    out = pathToPrefix(package_path_);
  for (std::size_t i = 0; i < text.size(); i++) {
    if (text.substr(i).starts_with("\xc2\xb7")) {
      out.push_back('.');
      i += 1;
    } else if (text.substr(i).starts_with("\xe2\x88\x95")) {
      out.push_back('/');
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

bool Parser::next(Statement &out) {
  for (;;) {
    out = Statement();
    Token t = input_.next();
    while (t.kind == TokenKind::Newline || t.is(';'))
      t = input_.next();
    pos_ = t.pos;
    out.pos = t.pos;
    if (t.kind == TokenKind::End) {
      if (labels_.empty())
        return false;
      out.labels = std::move(labels_);
      labels_.clear();
      return true;
    }
    auto skip = [&](Token from) {
      while (!from.endsStatement())
        from = input_.next();
    };
    if (t.kind != TokenKind::Ident) {
      fail("expected identifier, found \"" + std::string(t.text) + "\"");
      skip(t);
      continue;
    }
    std::string word(t.text);
    t = input_.next();
    if (t.is(':')) {
      labels_.push_back(word);
      continue;
    }
    out.op = word;
    while (t.is('.')) {
      t = input_.next();
      out.suffixes.emplace_back(t.text);
      t = input_.next();
    }
    std::vector<Tokens> groups;
    Tokens group;
    int nesting = 0;
    bool any = false;
    for (; !t.endsStatement(); t = input_.next()) {
      any = true;
      if (t.is('(') || t.is('['))
        nesting++;
      if (t.is(')') || t.is(']'))
        nesting--;
      if (t.is(',') && nesting == 0) {
        groups.push_back(std::move(group));
        group.clear();
        continue;
      }
      group.push_back(t);
    }
    if (any)
      groups.push_back(std::move(group));
    for (const Tokens &g : groups)
      if (g.empty()) {
        fail("missing operand");
        groups.clear();
        out.op.clear();
        break;
      }
    if (out.op.empty())
      continue;
    out.labels = std::move(labels_);
    labels_.clear();
    if (mode_ == Mode::References) {
      findReferences(out, groups);
      return true;
    }
    bool ok = word == "TEXT"    ? parseText(out, groups)
              : word == "GLOBL" ? parseGlobl(out, groups)
              : word == "DATA"  ? parseData(out, groups)
                                : parseOperands(out, groups);
    if (ok)
      return true;
    labels_ = std::move(out.labels);
  }
}

bool Parser::constant(const Tokens &tokens, std::int64_t &out, const char *what) {
  std::size_t at = 0;
  if (!tokens.empty() && tokens[0].is('$'))
    at = 1;
  if (!parseExpr(tokens, at, out))
    return false;
  if (at != tokens.size())
    return fail(std::string("bad ") + what);
  return true;
}

bool Parser::parseText(Statement &s, std::vector<Tokens> &groups) {
  if (groups.size() != 2 && groups.size() != 3)
    return fail("expect two or three operands for TEXT");
  AsmOperand name;
  if (!parseOperand(groups[0], name))
    return false;
  if (name.kind != AsmOperand::Kind::Mem || name.base != AsmOperand::Base::Symbol || name.imm != 0)
    return fail("TEXT symbol must be a symbol(SB)");
  s.operands.push_back(name);
  if (groups.size() == 3 && !constant(groups[1], s.flags, "TEXT flags"))
    return false;
  const Tokens &size = groups.back();
  std::size_t at = 0;
  if (size.size() < 2 || !size[at++].is('$'))
    return fail("TEXT: missing frame size");
  bool negative = size[at].is('-');
  at += negative;
  std::uint64_t frame = 0;
  if (!parseFactor(size, at, frame))
    return fail("TEXT: illegal frame size");
  s.frame_bytes = negative ? -std::int64_t(frame) : std::int64_t(frame);
  if (at == size.size())
    return true;
  std::uint64_t args = 0;
  if (!size[at].is('-') || !parseFactor(size, ++at, args) || at != size.size())
    return fail("TEXT: illegal argument size");
  s.args_bytes = std::int64_t(args);
  return true;
}

bool Parser::parseGlobl(Statement &s, std::vector<Tokens> &groups) {
  if (groups.size() != 2 && groups.size() != 3)
    return fail("expect two or three operands for GLOBL");
  AsmOperand name;
  if (!parseOperand(groups[0], name))
    return false;
  if (name.kind != AsmOperand::Kind::Mem || name.base != AsmOperand::Base::Symbol)
    return fail("GLOBL symbol must be a symbol(SB)");
  s.operands.push_back(name);
  if (groups.size() == 3 && !constant(groups[1], s.flags, "GLOBL flags"))
    return false;
  if (!groups.back()[0].is('$'))
    return fail("GLOBL size must be an immediate constant");
  return constant(groups.back(), s.width, "GLOBL size");
}

bool Parser::parseData(Statement &s, std::vector<Tokens> &groups) {
  if (groups.size() != 2)
    return fail("expect two operands for DATA");
  Tokens &first = groups[0];
  std::size_t slash = first.size();
  while (slash > 0 && !first[slash - 1].is('/'))
    slash--;
  if (slash == 0)
    return fail("expect /size for DATA argument");
  Tokens width(first.begin() + std::ptrdiff_t(slash), first.end());
  first.resize(slash - 1);
  AsmOperand name, value;
  if (!constant(width, s.width, "DATA size") || !parseOperand(first, name) || !parseOperand(groups[1], value))
    return false;
  if (name.kind != AsmOperand::Kind::Mem || name.base != AsmOperand::Base::Symbol)
    return fail("DATA symbol must be a symbol(SB)");
  s.operands = {name, value};
  return true;
}

bool Parser::parseOperands(Statement &s, std::vector<Tokens> &groups) {
  for (const Tokens &g : groups) {
    AsmOperand o;
    if (!parseOperand(g, o))
      return false;
    s.operands.push_back(std::move(o));
  }
  return true;
}

bool Parser::parseOperand(const Tokens &tokens, AsmOperand &out) {
  using Kind = AsmOperand::Kind;
  std::size_t at = 0;
  bool dollar = tokens[0].is('$');
  if (dollar)
    at++;
  else if (tokens[0].is('*') && tokens.size() > 1)
    at++, out.indirect = true; // `CALL *AX`
  if (at == tokens.size())
    return fail("missing operand");
  const Token &t = tokens[at];
  auto done = [&] { return at == tokens.size() || fail("unexpected \"" + std::string(tokens[at].text) + "\" after operand"); };

  if (t.kind == TokenKind::String) {
    if (!dollar)
      return fail("string constant must be an immediate");
    out.kind = Kind::StringImm;
    if (!unquote(t.text, out.text))
      return fail("bad string " + std::string(t.text));
    at++;
    return done();
  }
  if (t.kind == TokenKind::Ident) {
    bool last = at + 1 == tokens.size();
    auto reg = findRegister(t.text);
    if (reg && last) {
      if (dollar)
        return fail("register must not be an immediate: $" + std::string(t.text));
      out.kind = Kind::Reg;
      out.reg = *reg;
      return true;
    }
    if (last && !dollar) {
      out.kind = Kind::Label;
      out.text = std::string(t.text);
      return true;
    }
    if (!parseSymbol(tokens, at, out))
      return false;
    out.kind = dollar ? Kind::Addr : Kind::Mem;
    return done();
  }
  // Floating constant: $1.5, $-1.5, $(-1.5)
  if (dollar) {
    bool has_float = false;
    for (const Token &x : tokens)
      has_float |= x.kind == TokenKind::Float;
    if (has_float) {
      out.kind = Kind::FloatImm;
      return parseFloat(tokens, at, out.number) && done();
    }
  }
  // `(reg)` forms have no displacement.
  bool memory = t.is('(') && at + 1 < tokens.size() && tokens[at + 1].kind == TokenKind::Ident;
  if (!memory) {
    if (!parseExpr(tokens, at, out.imm))
      return false;
    if (at == tokens.size()) {
      out.kind = dollar ? Kind::Imm : Kind::Mem;
      return true;
    }
  }
  if (!parseMemory(tokens, at, out))
    return false;
  if (out.kind != Kind::Relative)
    out.kind = dollar ? Kind::Addr : Kind::Mem;
  return done();
}

// name[<ABI>][+off](SB|FP|SP)[(index*scale)]
bool Parser::parseSymbol(const Tokens &tokens, std::size_t &at, AsmOperand &out) {
  out.symbol.name = symbolName(tokens[at].text);
  std::string written(tokens[at].text);
  at++;
  // Names such as go:main.inittasks are written as they are.
  while (at + 1 < tokens.size() && (tokens[at].is(':') || tokens[at].is('.')) &&
         tokens[at + 1].kind == TokenKind::Ident) {
    out.symbol.name += tokens[at].punct;
    out.symbol.name += symbolName(tokens[at + 1].text);
    at += 2;
  }
  auto is = [&](char c) { return at < tokens.size() && tokens[at].is(c); };
  if (is('<')) {
    at++;
    if (is('>')) {
      out.symbol.is_static = true;
    } else if (at < tokens.size() && tokens[at].kind == TokenKind::Ident) {
      std::string_view abi = tokens[at].text;
      if (abi != "ABI0" && abi != "ABIInternal")
        return fail("ABI selector: unknown ABI \"" + std::string(abi) + "\"");
      out.symbol.has_abi = true;
      out.symbol.abi_internal = abi == "ABIInternal";
      at++;
    }
    if (!is('>'))
      return fail("malformed ABI selector or <> in " + written);
    at++;
  }
  if (is('+') || is('-')) {
    if (!parseExpr(tokens, at, out.imm))
      return false;
  }
  if (!is('('))
    return fail("symbol " + written + " must be followed by (SB), (FP) or (SP)");
  at++;
  if (at >= tokens.size())
    return fail("expected register after (");
  auto reg = findRegister(tokens[at].text);
  if (!reg)
    return fail("expected register, found \"" + std::string(tokens[at].text) + "\"");
  at++;
  if (!is(')'))
    return fail("expected )");
  at++;
  if (reg->cls == RegClass::SB)
    out.base = AsmOperand::Base::Symbol;
  else if (reg->cls == RegClass::FP)
    out.base = AsmOperand::Base::Param;
  else if (reg->cls == RegClass::Gpr && reg->reg == Reg::SP)
    out.base = AsmOperand::Base::Auto;
  else
    return fail("expected SB, FP, or SP offset for " + written);
  if (is('('))
    return parseIndex(tokens, at, out);
  return true;
}

// (reg*scale), or (reg) where scale 1 is meant
bool Parser::parseIndex(const Tokens &tokens, std::size_t &at, AsmOperand &out) {
  auto is = [&](char c) { return at < tokens.size() && tokens[at].is(c); };
  at++;
  if (at >= tokens.size() || tokens[at].kind != TokenKind::Ident)
    return fail("expected index register");
  auto reg = findRegister(tokens[at].text);
  if (!reg)
    return fail("expected register, found \"" + std::string(tokens[at].text) + "\"");
  at++;
  std::int64_t scale = 1;
  if (is('*')) {
    at++;
    std::uint64_t v = 0;
    if (!parseFactor(tokens, at, v))
      return false;
    scale = std::int64_t(v);
  }
  if (!is(')'))
    return fail("expected )");
  at++;
  if (scale != 1 && scale != 2 && scale != 4 && scale != 8)
    return fail("bad scale: " + std::to_string(scale));
  out.index = *reg;
  out.scale = std::uint8_t(scale);
  return true;
}

// (reg), (reg)(index*scale), (index*scale), (PC)
bool Parser::parseMemory(const Tokens &tokens, std::size_t &at, AsmOperand &out) {
  auto is = [&](char c) { return at < tokens.size() && tokens[at].is(c); };
  if (!is('('))
    return fail("unexpected \"" + std::string(tokens[at].text) + "\" in operand");
  if (at + 2 < tokens.size() && tokens[at + 2].is('*'))
    return parseIndex(tokens, at, out);
  at++;
  if (at >= tokens.size())
    return fail("expected register after (");
  auto reg = findRegister(tokens[at].text);
  if (!reg)
    return fail("expected register, found \"" + std::string(tokens[at].text) + "\"");
  at++;
  if (!is(')'))
    return fail("expected )");
  at++;
  switch (reg->cls) {
  case RegClass::PC:
    out.kind = AsmOperand::Kind::Relative;
    return true;
  case RegClass::Gpr:
  case RegClass::Segment:
  case RegClass::Tls:
    out.base = AsmOperand::Base::Register;
    out.base_reg = reg->reg;
    out.base_class = reg->cls;
    break;
  case RegClass::FP:
  case RegClass::SB:
    return fail("missing symbol name before (" + std::string(reg->cls == RegClass::FP ? "FP" : "SB") + ")");
  default:
    return fail("bad base register");
  }
  if (is('('))
    return parseIndex(tokens, at, out);
  return true;
}

bool Parser::parseFloat(const Tokens &tokens, std::size_t &at, double &out) {
  bool negative = false;
  std::size_t parens = 0;
  while (at < tokens.size() && (tokens[at].is('-') || tokens[at].is('+') || tokens[at].is('('))) {
    negative ^= tokens[at].is('-');
    parens += tokens[at].is('(');
    at++;
  }
  if (at >= tokens.size() || (tokens[at].kind != TokenKind::Float && tokens[at].kind != TokenKind::Int))
    return fail("expected floating constant");
  std::string text(tokens[at].text);
  char *end = nullptr;
  out = std::strtod(text.c_str(), &end);
  if (*end != 0)
    return fail("bad floating constant " + text);
  if (negative)
    out = -out;
  at++;
  while (parens && at < tokens.size() && tokens[at].is(')'))
    parens--, at++;
  return parens == 0 || fail("missing )");
}

// Sums, with Go's precedence: + - | ^ below * / % << >> &. Arithmetic is on 64 bits.
bool Parser::parseExpr(const Tokens &tokens, std::size_t &at, std::int64_t &out) {
  std::uint64_t value = 0;
  if (!parseTerm(tokens, at, value))
    return false;
  while (at < tokens.size()) {
    const Token &t = tokens[at];
    if (!t.is('+') && !t.is('-') && !t.is('|') && !t.is('^'))
      break;
    at++;
    std::uint64_t right = 0;
    if (!parseTerm(tokens, at, right))
      return false;
    value = t.is('+') ? value + right : t.is('-') ? value - right : t.is('|') ? value | right : value ^ right;
  }
  out = std::int64_t(value);
  return true;
}

bool Parser::parseTerm(const Tokens &tokens, std::size_t &at, std::uint64_t &out) {
  if (!parseFactor(tokens, at, out))
    return false;
  while (at < tokens.size()) {
    const Token &t = tokens[at];
    bool shift = t.kind == TokenKind::Shl || t.kind == TokenKind::Shr;
    if (!shift && !t.is('*') && !t.is('/') && !t.is('%') && !t.is('&'))
      break;
    at++;
    std::uint64_t right = 0;
    if (!parseFactor(tokens, at, right))
      return false;
    if (shift) {
      if (std::int64_t(right) < 0)
        return fail("negative shift");
      if (t.kind == TokenKind::Shr && std::int64_t(out) < 0)
        return fail("right shift of value with high bit set");
      out = right > 63 ? 0 : t.kind == TokenKind::Shl ? out << right : out >> right;
    } else if (t.is('*')) {
      out *= right;
    } else if (t.is('&')) {
      out &= right;
    } else {
      if (right == 0)
        return fail(t.is('/') ? "division by zero" : "modulo by zero");
      if (std::int64_t(out) < 0 || std::int64_t(right) < 0)
        return fail(t.is('/') ? "divide of value with high bit set" : "modulo of value with high bit set");
      out = t.is('/') ? out / right : out % right;
    }
  }
  return true;
}

bool Parser::parseFactor(const Tokens &tokens, std::size_t &at, std::uint64_t &out) {
  if (at >= tokens.size())
    return fail("unexpected end of operand");
  const Token &t = tokens[at++];
  switch (t.kind) {
  case TokenKind::Int:
    if (!parseUint(t.text, out))
      return fail("bad integer " + std::string(t.text));
    return true;
  case TokenKind::Char: {
    std::string bytes;
    if (!unquote(t.text, bytes) || bytes.empty())
      return fail("bad character " + std::string(t.text));
    unsigned char c = bytes[0];
    if (bytes.size() == 1) {
      out = c;
      return true;
    }
    unsigned length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc0 ? 2 : 0;
    if (length != bytes.size())
      return fail("bad character " + std::string(t.text));
    out = c & (0xff >> (length + 1));
    for (unsigned i = 1; i < length; i++)
      out = out << 6 | (bytes[i] & 0x3f);
    return true;
  }
  case TokenKind::Punct:
    if (t.is('+') || t.is('-') || t.is('~')) {
      if (!parseFactor(tokens, at, out))
        return false;
      out = t.is('-') ? 0 - out : t.is('~') ? ~out : out;
      return true;
    }
    if (t.is('(')) {
      std::int64_t value = 0;
      if (!parseExpr(tokens, at, value))
        return false;
      if (at >= tokens.size() || !tokens[at].is(')'))
        return fail("missing closing paren");
      at++;
      out = std::uint64_t(value);
      return true;
    }
    break;
  case TokenKind::End:
  case TokenKind::Newline:
  case TokenKind::Ident:
  case TokenKind::Float:
  case TokenKind::String:
  case TokenKind::Shl:
  case TokenKind::Shr:
    break;
  }
  return fail("unexpected \"" + std::string(t.text) + "\" evaluating expression");
}

} // namespace gannet::assembler
