// Unions in constraints: A | ~B.
#include "compiler/types/check.h"

namespace gannet::types {

namespace {

void flatten(syntax::Expr *e, std::vector<syntax::Expr *> &terms, std::vector<syntax::Expr *> &operators) {
  // a | b | c nests to the left.
  std::vector<syntax::Expr *> reversed;
  while (auto *op = e->as<syntax::Operation>()) {
    if (op->op != syntax::Operator::Or || op->isUnary())
      break;
    reversed.push_back(op->y);
    operators.push_back(op);
    e = op->x;
  }
  terms.push_back(e);
  terms.insert(terms.end(), reversed.rbegin(), reversed.rend());
}

constexpr std::size_t kMaxTerms = 100;

bool overlap(const Term &x, const Term &y) {
  Type *a = y.tilde ? under(x.type) : x.type;
  Type *b = x.tilde ? under(y.type) : y.type;
  return identical(a, b);
}

} // namespace

Type *Checker::parseTilde(syntax::Expr *e, bool *tilde) {
  syntax::Expr *x = e;
  *tilde = false;
  if (auto *op = e->as<syntax::Operation>(); op && op->op == syntax::Operator::Tilde) {
    x = op->x;
    *tilde = true;
  }
  Type *t = typ(x);
  if (isTypeParam(t)) {
    if (*tilde)
      error(x, "type in term ", e, " cannot be a type parameter");
    else
      error(x, "term cannot be a type parameter");
    t = invalidType();
  }
  return t;
}

Type *Checker::parseUnion(syntax::Expr *e) {
  std::vector<syntax::Expr *> exprs, operators;
  flatten(e, exprs, operators);
  std::vector<Term> terms;
  for (syntax::Expr *x : exprs) {
    bool tilde = false;
    Type *t = parseTilde(x, &tilde);
    if (exprs.size() == 1 && !tilde)
      return t;
    if (terms.size() >= kMaxTerms) {
      error(x, "cannot handle more than ", int(kMaxTerms), " union terms (implementation limitation)");
      return invalidType();
    }
    terms.push_back({tilde, t});
  }
  Union *u = context_.make<Union>(context_.list(terms));
  recordTypeAndValue(e, Mode::TypeExpr, u, nullptr);
  later([this, u, exprs] {
    for (std::size_t i = 0; i < u->terms.size(); ++i) {
      const Term &t = u->terms[i];
      if (!isValid(t.type))
        continue;
      std::string term_text = termString(t);
      Type *ut = under(t.type);
      Interface *in = as<Interface>(ut);
      if (t.tilde && in) {
        error(exprs[i], "invalid use of ~ (", t.type, " is an interface)");
        continue;
      }
      if (t.tilde && !identical(ut, t.type)) {
        error(exprs[i], "invalid use of ~ (underlying type of ", t.type, " is ", ut, ")");
        continue;
      }
      if (in) {
        TypeSet &set = typeSet(in);
        if (!set.methods.empty())
          error(exprs[i], "cannot use ", term_text, " in union (", term_text, " contains methods)");
        else if (unalias(t.type) == context_.comparableType())
          error(exprs[i], "cannot use comparable in union");
        else if (set.is_comparable)
          error(exprs[i], "cannot use ", term_text, " in union (", term_text, " embeds comparable)");
        continue;
      }
      for (std::size_t k = 0; k < i; ++k)
        if (!isInterface(u->terms[k].type) && overlap(u->terms[k], t)) {
          error(exprs[i], "overlapping terms ", term_text, " and ", termString(u->terms[k]));
          break;
        }
    }
  });
  return u;
}

} // namespace gannet::types
