#include "toolchain/modules/version.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace gannet::modules {

namespace {

struct Semver {
  std::string_view number[3] = {"0", "0", "0"};
  int given = 0; // of the three
  std::string_view prerelease, build; // without "-" and "+"
};

bool isDigits(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool isNumber(std::string_view s) { return isDigits(s) && (s == "0" || s[0] != '0'); }

// Dot-separated words of letters, digits and dashes; numbers among them without leading zeros if `strict`.
bool isIdentifiers(std::string_view s, bool strict) {
  for (;;) {
    std::size_t dot = s.find('.');
    std::string_view word = s.substr(0, dot);
    if (word.empty() || (strict && isDigits(word) && !isNumber(word)))
      return false;
    for (char c : word)
      if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'))
        return false;
    if (dot == std::string_view::npos)
      return true;
    s.remove_prefix(dot + 1);
  }
}

bool parse(std::string_view v, Semver &out) {
  if (v.empty() || v[0] != 'v')
    return false;
  v.remove_prefix(1);
  if (std::size_t plus = v.find('+'); plus != std::string_view::npos) {
    out.build = v.substr(plus + 1);
    v = v.substr(0, plus);
    if (!isIdentifiers(out.build, false))
      return false;
  }
  if (std::size_t dash = v.find('-'); dash != std::string_view::npos) {
    out.prerelease = v.substr(dash + 1);
    v = v.substr(0, dash);
    if (!isIdentifiers(out.prerelease, true))
      return false;
  }
  while (out.given < 3) {
    std::size_t dot = v.find('.');
    out.number[out.given++] = v.substr(0, dot);
    if (!isNumber(out.number[out.given - 1]))
      return false;
    if (dot == std::string_view::npos)
      return out.given == 3 || (out.prerelease.empty() && out.build.empty());
    v.remove_prefix(dot + 1);
  }
  return false;
}

int compareNumbers(std::string_view a, std::string_view b) {
  if (a.size() != b.size())
    return a.size() < b.size() ? -1 : 1;
  return a.compare(b);
}

int comparePrerelease(std::string_view a, std::string_view b) {
  if (a == b)
    return 0;
  if (a.empty() || b.empty())
    return a.empty() ? 1 : -1;
  for (;;) {
    std::size_t i = a.find('.'), j = b.find('.');
    std::string_view x = a.substr(0, i), y = b.substr(0, j);
    if (x != y) {
      bool nx = isDigits(x), ny = isDigits(y);
      if (nx != ny)
        return nx ? -1 : 1;
      return nx ? compareNumbers(x, y) : x.compare(y);
    }
    if (i == std::string_view::npos || j == std::string_view::npos)
      return i == j ? 0 : i == std::string_view::npos ? -1 : 1;
    a.remove_prefix(i + 1);
    b.remove_prefix(j + 1);
  }
}

// major, minor, patch (-1 if absent), and the "rc1" that may follow.
struct GoVersion {
  long number[3] = {0, 0, -1};
  std::string_view kind;
  long kind_number = 0;
};

bool parseGo(std::string_view v, GoVersion &out) {
  auto number = [&v](long &n) {
    std::size_t length = 0;
    while (length < v.size() && v[length] >= '0' && v[length] <= '9')
      ++length;
    if (!isNumber(v.substr(0, length)) || length > 9)
      return false;
    n = std::atol(std::string(v.substr(0, length)).c_str());
    v.remove_prefix(length);
    return true;
  };
  for (int i = 0; i < 3; ++i) {
    if (i) {
      if (v.empty() || v[0] != '.')
        break;
      v.remove_prefix(1);
    }
    if (!number(out.number[i]))
      return false;
    if (i == 0 && (v.empty() || v[0] != '.'))
      return false;
  }
  if (v.empty())
    return true;
  std::size_t length = 0;
  while (length < v.size() && v[length] >= 'a' && v[length] <= 'z')
    ++length;
  out.kind = v.substr(0, length);
  v.remove_prefix(length);
  return !out.kind.empty() && number(out.kind_number) && v.empty();
}

} // namespace

bool isSemver(std::string_view v) {
  Semver s;
  return parse(v, s);
}

bool isCanonicalSemver(std::string_view v) {
  Semver s;
  return parse(v, s) && s.given == 3 && (s.build.empty() || s.build == "incompatible");
}

int compareSemver(std::string_view a, std::string_view b) {
  Semver x, y;
  bool good_a = parse(a, x), good_b = parse(b, y);
  if (!good_a || !good_b)
    return static_cast<int>(good_a) - static_cast<int>(good_b);
  for (int i = 0; i < 3; ++i)
    if (int c = compareNumbers(x.number[i], y.number[i]))
      return c;
  return comparePrerelease(x.prerelease, y.prerelease);
}

bool isGoVersion(std::string_view v) {
  GoVersion g;
  return parseGo(v, g);
}

int compareGoVersion(std::string_view a, std::string_view b) {
  GoVersion x, y;
  bool good_a = parseGo(a, x), good_b = parseGo(b, y);
  if (!good_a || !good_b)
    return static_cast<int>(good_a) - static_cast<int>(good_b);
  // Before 1.21 the first release of a series was its bare name: 1.20 is 1.20.0.
  for (GoVersion *g : {&x, &y})
    if (g->number[2] < 0 && g->kind.empty() && g->number[0] == 1 && g->number[1] < 21)
      g->number[2] = 0;
  for (int i = 0; i < 2; ++i)
    if (x.number[i] != y.number[i])
      return x.number[i] < y.number[i] ? -1 : 1;
  // A bare series precedes its release candidates, and they its releases.
  auto rank = [](const GoVersion &g) { return g.number[2] >= 0 ? 2 : g.kind.empty() ? 0 : 1; };
  if (rank(x) != rank(y))
    return rank(x) < rank(y) ? -1 : 1;
  if (x.number[2] != y.number[2])
    return x.number[2] < y.number[2] ? -1 : 1;
  if (x.kind != y.kind)
    return x.kind < y.kind ? -1 : 1;
  return x.kind_number < y.kind_number ? -1 : x.kind_number > y.kind_number;
}

bool hasPathPrefix(std::string_view path, std::string_view prefix) {
  return path.substr(0, prefix.size()) == prefix &&
         (path.size() == prefix.size() || prefix.empty() || path[prefix.size()] == '/');
}

} // namespace gannet::modules
