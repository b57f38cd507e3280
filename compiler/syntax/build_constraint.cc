// //go:build expressions: a small parser, the evaluation, and the rules for file names.
// Source: go help buildconstraint.
#include "compiler/syntax/build_constraint.h"

#include "compiler/syntax/unicode.h"

#include <algorithm>
#include <vector>

namespace gannet::syntax {
namespace {

using ConstraintPtr = std::unique_ptr<Constraint>;

bool isBlank(char c) { return c == ' ' || c == '\t'; }

// A constraint expression has at most this many operators, which bounds recursion.
constexpr std::size_t kMaxOperators = 1000;

class ConstraintParser {
public:
  explicit ConstraintParser(std::string_view text) : text_(text) {}

  ErrorOr<ConstraintPtr> parse() {
    next();
    ConstraintPtr c = orExpr();
    if (error_.empty() && !token_.empty())
      fail("unexpected token " + std::string(token_));
    if (!error_.empty())
      return Error{"parsing //go:build line: " + error_};
    return ErrorOr<ConstraintPtr>(std::move(c));
  }

private:
  void fail(std::string what) {
    if (error_.empty())
      error_ = std::move(what);
    token_ = {};
    is_tag_ = false;
  }

  static ConstraintPtr make(Constraint::Kind kind, ConstraintPtr x, ConstraintPtr y) {
    auto c = std::make_unique<Constraint>();
    c->kind = kind;
    c->x = std::move(x);
    c->y = std::move(y);
    return c;
  }

  void next() {
    if (!error_.empty())
      return;
    while (at_ < text_.size() && isBlank(text_[at_]))
      at_++;
    is_tag_ = false;
    token_ = {};
    if (at_ == text_.size())
      return;
    char c = text_[at_];
    std::size_t n = 1;
    if (c == '&' || c == '|') {
      if (at_ + 1 >= text_.size() || text_[at_ + 1] != c)
        return fail(std::string("invalid syntax at ") + c);
      n = 2;
    } else if (c != '(' && c != ')' && c != '!') {
      for (n = 0; at_ + n < text_.size();) {
        DecodedRune d = decodeRune(text_.substr(at_ + n));
        if (!isLetter(d.rune) && !isDigit(d.rune) && d.rune != '_' && d.rune != '.')
          break;
        n += d.width;
      }
      if (n == 0)
        return fail("invalid syntax at " + std::string(text_.substr(at_, decodeRune(text_.substr(at_)).width)));
      is_tag_ = true;
    }
    token_ = text_.substr(at_, n);
    at_ += n;
    if (!is_tag_ && ++operators_ > kMaxOperators)
      fail("build expression too large");
  }

  ConstraintPtr orExpr() {
    ConstraintPtr x = andExpr();
    while (token_ == "||") {
      next();
      x = make(Constraint::Kind::Or, std::move(x), andExpr());
    }
    return x;
  }

  ConstraintPtr andExpr() {
    ConstraintPtr x = notExpr();
    while (token_ == "&&") {
      next();
      x = make(Constraint::Kind::And, std::move(x), notExpr());
    }
    return x;
  }

  ConstraintPtr notExpr() {
    if (token_ != "!")
      return atom();
    next();
    if (token_ == "!")
      fail("double negation not allowed");
    return make(Constraint::Kind::Not, notExpr(), nullptr);
  }

  ConstraintPtr atom() {
    if (token_ == "(") {
      next();
      ConstraintPtr x = orExpr();
      if (error_.empty() && token_ != ")")
        fail("missing close paren");
      next();
      return x;
    }
    auto c = std::make_unique<Constraint>();
    c->kind = Constraint::Kind::Tag;
    if (!is_tag_) {
      if (token_.empty())
        fail("unexpected end of expression");
      else
        fail("unexpected token " + std::string(token_));
      return c;
    }
    c->tag = std::string(token_);
    next();
    return c;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string_view token_; // empty at the end
  bool is_tag_ = false;
  std::size_t operators_ = 0;
  std::string error_;
};

// Minor versions of Go that a constraint needs; -1 says nothing about it.
int minVersion(const Constraint &c, int sign) {
  auto both = [&](bool take_larger) {
    int x = minVersion(*c.x, sign), y = minVersion(*c.y, sign);
    return take_larger ? std::max(x, y) : std::min(x, y);
  };
  switch (c.kind) {
  case Constraint::Kind::And:
    return both(sign > 0);
  case Constraint::Kind::Or:
    return both(sign < 0);
  case Constraint::Kind::Not:
    return minVersion(*c.x, -sign);
  case Constraint::Kind::Tag:
    break;
  }
  if (sign < 0)
    return -1;
  if (c.tag == "go1")
    return 0;
  if (!c.tag.starts_with("go1.") || c.tag.size() < 5 || c.tag.size() > 8)
    return -1;
  int n = 0;
  for (char d : std::string_view(c.tag).substr(4)) {
    if (d < '0' || d > '9')
      return -1;
    n = n * 10 + (d - '0');
  }
  return n;
}

constexpr std::string_view kKnownOs[] = {
    "aix",  "android",  "darwin", "dragonfly", "freebsd", "hurd",    "illumos", "ios",     "js",
    "linux", "nacl",    "netbsd", "openbsd",   "plan9",   "solaris", "wasip1",  "windows", "zos",
};
constexpr std::string_view kUnixOs[] = {
    "aix",  "android", "darwin",  "dragonfly", "freebsd", "hurd", "illumos",
    "ios",  "linux",   "netbsd",  "openbsd",   "solaris",
};
constexpr std::string_view kKnownArch[] = {
    "386",    "amd64",  "amd64p32", "arm",   "armbe",   "arm64", "arm64be", "loong64",  "mips",
    "mipsle", "mips64", "mips64le", "mips64p32", "mips64p32le", "ppc", "ppc64", "ppc64le", "riscv",
    "riscv64", "s390",  "s390x",    "sparc", "sparc64", "wasm",
};

template <std::size_t N> bool contains(const std::string_view (&list)[N], std::string_view s) {
  return std::find(std::begin(list), std::end(list), s) != std::end(list);
}

std::string_view trimmed(std::string_view line) {
  while (!line.empty() && (isBlank(line.front()) || line.front() == '\r'))
    line.remove_prefix(1);
  while (!line.empty() && (isBlank(line.back()) || line.back() == '\r'))
    line.remove_suffix(1);
  return line;
}

bool isBuildLine(std::string_view line) {
  return line.starts_with("//go:build") && (line.size() == 10 || isBlank(line[10]));
}

} // namespace

ErrorOr<ConstraintPtr> parseConstraint(std::string_view line) {
  line = trimmed(line);
  if (!isBuildLine(line))
    return Error{"not a build constraint"};
  return ConstraintParser(line.substr(10)).parse();
}

bool evaluate(const Constraint &c, const std::function<bool(std::string_view)> &has_tag) {
  switch (c.kind) {
  case Constraint::Kind::Tag:
    return has_tag(c.tag);
  case Constraint::Kind::Not:
    return !evaluate(*c.x, has_tag);
  case Constraint::Kind::And:
    return evaluate(*c.x, has_tag) && evaluate(*c.y, has_tag);
  case Constraint::Kind::Or:
    return evaluate(*c.x, has_tag) || evaluate(*c.y, has_tag);
  }
  return false;
}

std::string toString(const Constraint &c) {
  using Kind = Constraint::Kind;
  auto wrapped = [](const Constraint &part, bool paren) {
    return paren ? "(" + toString(part) + ")" : toString(part);
  };
  switch (c.kind) {
  case Kind::Tag:
    return c.tag;
  case Kind::Not:
    return "!" + wrapped(*c.x, c.x->kind == Kind::And || c.x->kind == Kind::Or);
  case Kind::And:
    return wrapped(*c.x, c.x->kind == Kind::Or) + " && " + wrapped(*c.y, c.y->kind == Kind::Or);
  case Kind::Or:
    return wrapped(*c.x, c.x->kind == Kind::And) + " || " + wrapped(*c.y, c.y->kind == Kind::And);
  }
  return "";
}

std::string goVersion(const Constraint &c) {
  int minor = minVersion(c, 1);
  if (minor < 0)
    return "";
  return minor == 0 ? "go1" : "go1." + std::to_string(minor);
}

bool tagHolds(const BuildTarget &target, std::string_view tag) {
  if (tag == target.goos || tag == target.goarch || tag == "gc")
    return true;
  if (tag == "cgo")
    return target.cgo;
  if (tag == "unix")
    return contains(kUnixOs, target.goos);
  if ((tag == "linux" && target.goos == "android") || (tag == "solaris" && target.goos == "illumos") ||
      (tag == "darwin" && target.goos == "ios"))
    return true;
  if (tag.starts_with("go1.") && tag.size() > 4 && tag.size() < 8) {
    int minor = 0;
    bool number = true;
    for (char c : tag.substr(4)) {
      number = number && c >= '0' && c <= '9';
      minor = minor * 10 + (c - '0');
    }
    if (number && tag[4] != '0')
      return minor <= target.go_minor;
  }
  return target.has_tag && target.has_tag(tag);
}

bool fileNameFits(const BuildTarget &target, std::string_view file_name) {
  file_name = file_name.substr(file_name.rfind('/') + 1);
  if (file_name.starts_with("_") || file_name.starts_with("."))
    return false;
  std::string_view stem = file_name.substr(0, file_name.find('.'));
  std::size_t first = stem.find('_');
  if (first == std::string_view::npos)
    return true; // linux.go is a name like any other
  stem.remove_prefix(first);
  std::vector<std::string_view> parts;
  for (std::size_t at; (at = stem.find('_')) != std::string_view::npos; stem.remove_prefix(at + 1)) {
    if (at > 0 || !parts.empty())
      parts.push_back(stem.substr(0, at));
    if (at == 0 && parts.empty())
      parts.push_back("");
  }
  parts.push_back(stem);
  if (parts.back() == "test")
    parts.pop_back();
  std::size_t n = parts.size();
  if (n >= 2 && contains(kKnownOs, parts[n - 2]) && contains(kKnownArch, parts[n - 1]))
    return tagHolds(target, parts[n - 1]) && tagHolds(target, parts[n - 2]);
  if (n >= 1 && (contains(kKnownOs, parts[n - 1]) || contains(kKnownArch, parts[n - 1])))
    return tagHolds(target, parts[n - 1]);
  return true;
}

ErrorOr<std::string_view> buildLine(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf"))
    text.remove_prefix(3);
  std::string_view found;
  bool in_comment = false;
  while (!text.empty()) {
    std::size_t n = text.find('\n');
    std::string_view line = trimmed(text.substr(0, n));
    text.remove_prefix(n == std::string_view::npos ? text.size() : n + 1);
    if (!in_comment && isBuildLine(line)) {
      if (!found.empty())
        return Error{"multiple //go:build comments"};
      found = line;
    }
    while (!line.empty()) { // what the line holds besides comments
      if (in_comment) {
        std::size_t end = line.find("*/");
        if (end == std::string_view::npos)
          break;
        in_comment = false;
        line = trimmed(line.substr(end + 2));
      } else if (line.starts_with("//")) {
        break;
      } else if (line.starts_with("/*")) {
        in_comment = true;
        line.remove_prefix(2);
      } else {
        return found; // the package clause, or whatever stands in its place
      }
    }
  }
  return found;
}

namespace {

// The head of a file in which "// +build" lines count: // comments and blank lines, up to the last blank one before
// anything else.
std::string_view plusBuildHead(std::string_view text) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t n = std::min(text.find('\n', at), text.size());
    std::string_view line = trimmed(text.substr(at, n - at));
    at = std::min(n + 1, text.size());
    if (line.empty())
      end = at;
    else if (!line.starts_with("//"))
      break;
  }
  return text.substr(0, end);
}

// The options of a "// +build" line: one of those between blanks must hold, of which each term between commas must. A
// malformed term does not.
bool plusBuildHolds(std::string_view options, const BuildTarget &target) {
  bool any = false, none = true;
  while (!(options = trimmed(options)).empty()) {
    std::size_t n = std::min(options.find_first_of(" \t"), options.size());
    std::string_view option = options.substr(0, n);
    options.remove_prefix(n);
    none = false;
    bool all = true;
    while (true) {
      std::size_t comma = option.find(',');
      std::string_view term = option.substr(0, comma);
      bool negated = term.starts_with("!");
      if (negated)
        term.remove_prefix(1);
      bool malformed = term.empty() || term.starts_with("!");
      all = all && (malformed ? false : tagHolds(target, term) != negated);
      if (comma == std::string_view::npos)
        break;
      option.remove_prefix(comma + 1);
    }
    any = any || all;
  }
  return any && !none;
}

// Whether all "// +build" lines hold: the older form, for files without a //go:build line. Source: go help
// buildconstraint ("Go versions 1.16 and earlier").
bool plusBuildFits(const BuildTarget &target, std::string_view text) {
  text = plusBuildHead(text);
  while (!text.empty()) {
    std::size_t n = std::min(text.find('\n'), text.size());
    std::string_view line = trimmed(text.substr(0, n));
    text.remove_prefix(std::min(n + 1, text.size()));
    if (!line.starts_with("//"))
      continue;
    line = trimmed(line.substr(2));
    constexpr std::string_view kWord = "+build";
    if (!line.starts_with(kWord) || (line.size() > kWord.size() && line[kWord.size()] != ' ' && line[kWord.size()] != '\t'))
      continue;
    if (!plusBuildHolds(line.substr(kWord.size()), target))
      return false;
  }
  return true;
}

} // namespace

ErrorOr<bool> fileFits(const BuildTarget &target, std::string_view file_name, std::string_view text) {
  if (!fileNameFits(target, file_name))
    return false;
  auto line = buildLine(text);
  if (!line)
    return line.takeError();
  if (line->empty())
    return plusBuildFits(target, text);
  auto constraint = parseConstraint(*line);
  if (!constraint)
    return constraint.takeError();
  return evaluate(**constraint, [&](std::string_view tag) { return tagHolds(target, tag); });
}

} // namespace gannet::syntax
