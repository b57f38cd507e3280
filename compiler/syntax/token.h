// The words of the language: tokens, operators, literal kinds.
#ifndef GANNET_COMPILER_SYNTAX_TOKEN_H
#define GANNET_COMPILER_SYNTAX_TOKEN_H

#include <cstdint>
#include <string_view>

namespace gannet::syntax {

enum class Token : std::uint8_t {
  None,
  Eof,
  Name,
  Literal,
  Operator, // a unary or binary operator other than *
  AssignOp, // op=
  IncOp,    // ++ or --
  Assign,   // =
  Define,   // :=
  Arrow,    // <-
  Star,     // *
  Lparen,
  Lbrack,
  Lbrace,
  Rparen,
  Rbrack,
  Rbrace,
  Comma,
  Semi,
  Colon,
  Dot,
  DotDotDot,
  Break,
  Case,
  Chan,
  Const,
  Continue,
  Default,
  Defer,
  Else,
  Fallthrough,
  For,
  Func,
  Go,
  Goto,
  If,
  Import,
  Interface,
  Map,
  Package,
  Range,
  Return,
  Select,
  Struct,
  Switch,
  Type,
  Var,
};
inline constexpr int kTokenCount = int(Token::Var) + 1;
static_assert(kTokenCount <= 64, "sets of tokens are one word");

enum class Operator : std::uint8_t {
  None,
  Def,   // the : of :=
  Not,   // !
  Recv,  // <-
  Tilde, // ~
  OrOr,
  AndAnd,
  Eql,
  Neq,
  Lss,
  Leq,
  Gtr,
  Geq,
  Add,
  Sub,
  Or,
  Xor,
  Mul, // also the * of a pointer type or a dereference, when unary
  Div,
  Rem,
  And, // also the & of an address, when unary
  AndNot,
  Shl,
  Shr,
};

enum class LitKind : std::uint8_t { Int, Float, Imag, Rune, String };

// Binding strength of a binary operator, 1 (||) to 5 (*); 0 for what is not one.
int precedence(Operator op);
inline bool isComparison(Operator op) { return op >= Operator::Eql && op <= Operator::Geq; }
inline bool isShift(Operator op) { return op == Operator::Shl || op == Operator::Shr; }

// As written in source: "+", "&^", "for", "...". Names, literals and the like give a word ("name", "op=").
std::string_view text(Operator op);
std::string_view text(Token token);

} // namespace gannet::syntax

#endif
