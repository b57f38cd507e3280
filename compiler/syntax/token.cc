#include "compiler/syntax/token.h"

#include <iterator>

namespace gannet::syntax {
namespace {

constexpr std::string_view kTokenTexts[] = {
    "",      "EOF",       "name",        "literal", "op",   "op=",   "opop", "=",      ":=",        "<-",   "*",       "(",
    "[",     "{",         ")",           "]",       "}",    ",",     ";",    ":",      ".",         "...",  "break",   "case",
    "chan",  "const",     "continue",    "default", "defer", "else", "fallthrough", "for", "func",  "go",   "goto",    "if",
    "import", "interface", "map",        "package", "range", "return", "select", "struct", "switch", "type", "var",
};
static_assert(std::size(kTokenTexts) == kTokenCount);

struct OperatorRow {
  std::string_view text;
  int precedence;
};
constexpr OperatorRow kOperators[] = {
    {"", 0},   {":", 0},  {"!", 0},  {"<-", 0}, {"~", 0},  {"||", 1}, {"&&", 2}, {"==", 3}, {"!=", 3},
    {"<", 3},  {"<=", 3}, {">", 3},  {">=", 3}, {"+", 4},  {"-", 4},  {"|", 4},  {"^", 4},  {"*", 5},
    {"/", 5},  {"%", 5},  {"&", 5},  {"&^", 5}, {"<<", 5}, {">>", 5},
};
static_assert(std::size(kOperators) == std::size_t(Operator::Shr) + 1);

} // namespace

int precedence(Operator op) { return kOperators[std::size_t(op)].precedence; }
std::string_view text(Operator op) { return kOperators[std::size_t(op)].text; }
std::string_view text(Token token) { return kTokenTexts[std::size_t(token)]; }

} // namespace gannet::syntax
