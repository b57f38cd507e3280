// The parser: expressions and types.
#include "compiler/syntax/parser_impl.h"

#include "compiler/syntax/printer.h"

namespace gannet::syntax {
namespace {

// How long a chain such as a + b + c or x.f().g() may be, since it is a tree that deep.
constexpr int kMaxOperands = 100000;

// Whether x can only be a value, not a type.
bool isValue(const Expr *x) {
  for (;;) {
    switch (x->kind) {
    case NodeKind::BasicLit:
    case NodeKind::CompositeLit:
    case NodeKind::FuncLit:
    case NodeKind::SliceExpr:
    case NodeKind::AssertExpr:
    case NodeKind::TypeSwitchGuard:
    case NodeKind::CallExpr:
      return true;
    case NodeKind::Operation:
      return x->to<Operation>()->op != Operator::Mul || x->to<Operation>()->y;
    case NodeKind::ParenExpr:
      x = x->to<ParenExpr>()->x;
      continue;
    case NodeKind::IndexExpr: {
      auto *i = x->to<IndexExpr>();
      if (i->indices.size() == 1 && isValue(i->indices[0]))
        return true;
      x = i->x;
      continue;
    }
    default:
      return false;
    }
  }
}

} // namespace

Expr *Parser::singleExpr() {
  Expr *x = expr();
  got(Token::Semi);
  if (tok != Token::Eof)
    syntaxError("after expression");
  return error_count_ ? nullptr : x;
}

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

ExprList Parser::exprListFrom(Expr *first) {
  Items<Expr> items(*this);
  items.add(first);
  while (got(Token::Comma))
    items.add(expr());
  return items.finish();
}

ExprList Parser::exprList() { return exprListFrom(expr()); }

ExprList Parser::one(Expr *x) { return context_.arena.copy(std::span<Expr *const>(&x, 1)); }

Expr *Parser::binaryExpr(Expr *x, int min_prec) {
  if (!x)
    x = unaryExpr();
  int count = 0;
  while ((tok == Token::Operator || tok == Token::Star) && prec > min_prec) {
    if (++count > kMaxOperands) {
      nestingError();
      return x;
    }
    Operation *o = node<Operation>();
    o->op = op;
    int own_prec = prec;
    next();
    o->x = x;
    o->y = binaryExpr(nullptr, own_prec);
    x = o;
  }
  return x;
}

Expr *Parser::unaryExpr() {
  Nest nest(*this);
  if (!nest)
    return bad();
  if (tok == Token::Arrow)
    return arrowExpr();
  if (tok == Token::Operator || tok == Token::Star) {
    switch (op) {
    case Operator::Mul:
    case Operator::Add:
    case Operator::Sub:
    case Operator::Not:
    case Operator::Xor:
    case Operator::Tilde:
    case Operator::And: {
      Operation *o = node<Operation>();
      o->op = op;
      next();
      o->x = unaryExpr();
      if (o->op == Operator::And)
        o->x = unparen(o->x); // &(T{}) is &T{}
      return o;
    }
    default:
      break;
    }
  }
  return primaryExpr(nullptr, true);
}

// <-x, or the channel type <-chan T. Which one shows only after the operand: `<-chan int` parses as <-(chan int), and
// <- is then moved into the type: <-(chan E) is (<-chan E), <-(chan<- E) is (<-chan (<-E)).
Expr *Parser::arrowExpr() {
  Pos at = pos();
  next();
  Expr *x = unaryExpr();
  if (!x->is<ChanType>()) {
    Operation *o = node<Operation>(at);
    o->op = Operator::Recv;
    o->x = x;
    return o;
  }
  ChanDir dir = ChanDir::SendOnly;
  Expr *t = x;
  while (dir == ChanDir::SendOnly) {
    ChanType *c = t->as<ChanType>();
    if (!c)
      break;
    dir = c->dir;
    if (dir == ChanDir::RecvOnly)
      syntaxError("unexpected <-, expected chan");
    c->dir = ChanDir::RecvOnly;
    t = c->elem;
  }
  if (dir == ChanDir::SendOnly)
    syntaxError("unexpected " + toString(t) + ", expected chan");
  return x;
}

Expr *Parser::operand(bool keep_parens) {
  switch (tok) {
  case Token::Name:
    return name();
  case Token::Literal:
    return literalOrNull();
  case Token::Lparen: {
    Pos at = pos();
    next();
    expr_level_++;
    Expr *x = expr();
    expr_level_--;
    want(Token::Rparen);
    // Parentheses matter only where they are wrong: around a literal's type, around a go or defer call.
    if (!keep_parens && tok != Token::Lbrace)
      return x;
    ParenExpr *p = node<ParenExpr>(at);
    p->x = x;
    return p;
  }
  case Token::Func:
    return funcLitOrType();
  case Token::Lbrack:
  case Token::Chan:
  case Token::Map:
  case Token::Struct:
  case Token::Interface:
    return type();
  default: {
    Expr *x = bad();
    syntaxError("expected expression");
    advance(setOf({Token::Rparen, Token::Rbrack, Token::Rbrace}));
    return x;
  }
  }
}

Expr *Parser::funcLitOrType() {
  Pos at = pos();
  next();
  FuncType *t = funcType("function type", nullptr);
  if (tok != Token::Lbrace)
    return t;
  expr_level_++;
  FuncLit *f = node<FuncLit>(at);
  f->type = t;
  f->body = funcBody();
  expr_level_--;
  return f;
}

// Whether "{" after x belongs to a composite literal of type x.
bool Parser::mayBeLiteralType(const Expr *x) const {
  switch (x->kind) {
  case NodeKind::Name:
  case NodeKind::SelectorExpr:
    return expr_level_ >= 0;
  case NodeKind::IndexExpr:
    return expr_level_ >= 0 && !isValue(x);
  case NodeKind::ArrayType:
  case NodeKind::SliceType:
  case NodeKind::StructType:
  case NodeKind::MapType:
    return true;
  default:
    return false;
  }
}

Expr *Parser::primaryExpr(Expr *x, bool keep_parens) {
  if (!x)
    x = operand(keep_parens);
  for (int count = 0;; count++) {
    if (count > kMaxNesting) {
      nestingError();
      return x;
    }
    switch (tok) {
    case Token::Dot:
      x = selectorOrAssertion(x);
      break;
    case Token::Lbrack:
      x = indexOrSlice(x);
      break;
    case Token::Lparen:
      x = call(x);
      break;
    case Token::Lbrace: {
      Expr *t = unparen(x);
      if (!mayBeLiteralType(t))
        return x;
      if (t != x)
        syntaxError("cannot parenthesize type in composite literal");
      CompositeLit *c = compositeLit();
      c->type = x;
      x = c;
      break;
    }
    default:
      return x;
    }
  }
}

Expr *Parser::selectorOrAssertion(Expr *x) {
  Pos at = pos();
  next();
  if (tok == Token::Name) {
    SelectorExpr *s = node<SelectorExpr>(at);
    s->x = x;
    s->sel = name();
    return s;
  }
  if (!got(Token::Lparen)) {
    syntaxError("expected name or (");
    advance(setOf({Token::Semi, Token::Rparen}));
    return x;
  }
  Expr *result;
  if (got(Token::Type)) {
    TypeSwitchGuard *g = node<TypeSwitchGuard>(at);
    g->x = x;
    result = g;
  } else {
    AssertExpr *a = node<AssertExpr>(at);
    a->x = x;
    a->type = type();
    result = a;
  }
  want(Token::Rparen);
  return result;
}

Expr *Parser::indexOrSlice(Expr *x) {
  Pos at = pos();
  next();
  Expr *low = nullptr;
  if (tok != Token::Colon) {
    bool comma = false;
    ExprList indices;
    if (tok == Token::Rbrack) {
      syntaxError("expected operand");
      indices = one(bad());
    } else {
      indices = typeList(false, comma);
    }
    if (comma || tok == Token::Rbrack) {
      want(Token::Rbrack);
      IndexExpr *i = node<IndexExpr>(at);
      i->x = x;
      i->indices = indices;
      return i;
    }
    low = indices[0];
  }
  return sliceRest(x, low, at);
}

// x[low has been taken.
Expr *Parser::sliceRest(Expr *x, Expr *low, Pos at) {
  if (!got(Token::Colon)) {
    syntaxError("expected comma, : or ]");
    advance(setOf({Token::Comma, Token::Colon, Token::Rbrack}));
  }
  expr_level_++;
  SliceExpr *s = node<SliceExpr>(at);
  s->x = x;
  s->index[0] = low;
  if (tok != Token::Colon && tok != Token::Rbrack)
    s->index[1] = expr();
  if (tok == Token::Colon) {
    s->full = true;
    if (!s->index[1]) {
      errorAt(pos(), "middle index required in 3-index slice");
      s->index[1] = bad();
    }
    next();
    if (tok != Token::Rbrack) {
      s->index[2] = expr();
    } else {
      errorAt(pos(), "final index required in 3-index slice");
      s->index[2] = bad();
    }
  }
  expr_level_--;
  want(Token::Rbrack);
  return s;
}

Expr *Parser::call(Expr *x) {
  CallExpr *c = node<CallExpr>();
  next();
  c->fun = x;
  expr_level_++;
  Items<Expr> args(*this);
  list("argument list", Token::Comma, Token::Rparen, [&] {
    args.add(expr());
    c->has_dots = got(Token::DotDotDot);
    return c->has_dots;
  });
  c->args = args.finish();
  expr_level_--;
  return c;
}

CompositeLit *Parser::compositeLit() {
  Nest nest(*this);
  CompositeLit *c = node<CompositeLit>();
  if (!nest)
    return c;
  expr_level_++;
  want(Token::Lbrace);
  Items<Expr> elems(*this);
  c->rbrace = list("composite literal", Token::Comma, Token::Rbrace, [&] {
    Expr *e = elementValue();
    if (tok == Token::Colon) {
      KeyValueExpr *kv = node<KeyValueExpr>();
      next();
      kv->key = e;
      kv->value = elementValue();
      c->key_count++;
      e = kv;
    }
    elems.add(e);
    return false;
  });
  c->elems = elems.finish();
  expr_level_--;
  return c;
}

Expr *Parser::elementValue() {
  if (tok == Token::Lbrace)
    return compositeLit();
  return expr();
}

BasicLit *Parser::literalOrNull() {
  if (tok != Token::Literal)
    return nullptr;
  BasicLit *b = node<BasicLit>();
  b->value = lit;
  b->lit_kind = kind;
  b->bad = Scanner::bad;
  next();
  return b;
}

// ---------------------------------------------------------------------------------------------------------------------
// Types

Expr *Parser::type() {
  Expr *t = typeOrNull();
  if (!t) {
    t = bad();
    syntaxError("expected type");
    advance(setOf({Token::Comma, Token::Colon, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace}));
  }
  return t;
}

Expr *Parser::typeOrNull() {
  Nest nest(*this);
  if (!nest)
    return bad();
  Pos at = pos();
  switch (tok) {
  case Token::Star: {
    next();
    Operation *o = node<Operation>(at);
    o->op = Operator::Mul;
    o->x = type();
    return o;
  }
  case Token::Arrow: {
    next();
    want(Token::Chan);
    ChanType *c = node<ChanType>(at);
    c->dir = ChanDir::RecvOnly;
    c->elem = chanElem();
    return c;
  }
  case Token::Func:
    next();
    return funcType("function type", nullptr);
  case Token::Lbrack:
    next();
    return got(Token::Rbrack) ? sliceType(at) : arrayType(at, nullptr);
  case Token::Chan: {
    next();
    ChanType *c = node<ChanType>(at);
    c->dir = got(Token::Arrow) ? ChanDir::SendOnly : ChanDir::Both;
    c->elem = chanElem();
    return c;
  }
  case Token::Map: {
    next();
    want(Token::Lbrack);
    MapType *m = node<MapType>(at);
    m->key = type();
    want(Token::Rbrack);
    m->value = type();
    return m;
  }
  case Token::Struct:
    return structType();
  case Token::Interface:
    return interfaceType();
  case Token::Name:
    return qualifiedName(nullptr);
  case Token::Lparen: {
    next();
    Expr *t = type();
    want(Token::Rparen);
    return t;
  }
  default:
    return nullptr;
  }
}

Expr *Parser::typeInstance(Expr *x) {
  IndexExpr *i = node<IndexExpr>();
  want(Token::Lbrack);
  i->x = x;
  if (tok == Token::Rbrack) {
    syntaxError("expected type argument list");
    i->indices = one(bad());
  } else {
    bool comma;
    i->indices = typeList(true, comma);
  }
  want(Token::Rbrack);
  return i;
}

// Types separated by commas, with one allowed at the end; unless `strict` the first may be any expression. `comma`: there was one.
ExprList Parser::typeList(bool strict, bool &comma) {
  expr_level_++;
  Items<Expr> items(*this);
  items.add(strict ? type() : expr());
  comma = false;
  while (got(Token::Comma)) {
    comma = true;
    Expr *t = typeOrNull();
    if (!t)
      break;
    items.add(t);
  }
  expr_level_--;
  return items.finish();
}

// The signature after "func" and name. Type parameters are an error if `no_tparams_in` names the place.
FuncType *Parser::funcType(std::string_view no_tparams_in, FieldList *tparams) {
  FuncType *t = node<FuncType>();
  if (got(Token::Lbrack)) {
    if (!no_tparams_in.empty())
      syntaxErrorAt(t->pos, std::string(no_tparams_in) + " must have no type parameters");
    if (tok == Token::Rbrack) {
      syntaxError("empty type parameter list");
      next();
    } else {
      FieldList params = paramList(nullptr, nullptr, Token::Rbrack, true, false);
      if (tparams)
        *tparams = params;
    }
  }
  want(Token::Lparen);
  t->params = paramList(nullptr, nullptr, Token::Rparen, false, true);
  t->results = funcResult();
  return t;
}

// "[" has been taken, at `at`, and the length if not null.
Expr *Parser::arrayType(Pos at, Expr *len) {
  if (!len && !got(Token::DotDotDot)) {
    expr_level_++;
    len = expr();
    expr_level_--;
  }
  if (tok == Token::Comma) {
    syntaxError("unexpected comma; expected ]");
    next();
  }
  want(Token::Rbrack);
  ArrayType *a = node<ArrayType>(at);
  a->len = len;
  a->elem = type();
  return a;
}

Expr *Parser::sliceType(Pos at) {
  SliceType *s = node<SliceType>(at);
  s->elem = type();
  return s;
}

Expr *Parser::chanElem() {
  Expr *t = typeOrNull();
  if (!t) {
    t = bad();
    syntaxError("missing channel element type");
  }
  return t;
}

Expr *Parser::structType() {
  StructType *s = node<StructType>();
  want(Token::Struct);
  want(Token::Lbrace);
  Items<Field> fields(*this);
  list("struct type", Token::Semi, Token::Rbrace, [&] {
    fieldDecl(fields);
    return false;
  });
  s->fields = fields.finish();
  return s;
}

void Parser::addField(Items<Field> &fields, Pos at, Name *n, Expr *t, BasicLit *tag) {
  Field *f = node<Field>(at);
  f->name = n;
  f->type = t;
  f->tag = tag;
  fields.add(f);
}

void Parser::fieldDecl(Items<Field> &fields) {
  Pos at = pos();
  auto pointerTo = [&](Pos star, Expr *t) {
    Operation *o = node<Operation>(star);
    o->op = Operator::Mul;
    o->x = t;
    return o;
  };
  auto embed = [&](Expr *t) { addField(fields, at, nullptr, t, literalOrNull()); };

  switch (tok) {
  case Token::Name: {
    Name *first = name();
    if (tok == Token::Dot || tok == Token::Literal || tok == Token::Semi || tok == Token::Rbrace)
      return embed(qualifiedName(first));
    NameList names = nameList(first);
    Expr *t;
    if (names.size() == 1 && tok == Token::Lbrack) {
      t = arrayOrTypeArgs(first); // a field of array type, or an embedded instance
      if (t->is<IndexExpr>())
        return embed(t);
    } else {
      t = type();
    }
    BasicLit *tag = literalOrNull();
    for (Name *n : names)
      addField(fields, n->pos, n, t, tag);
    return;
  }
  case Token::Star: {
    next();
    bool paren = tok == Token::Lparen;
    if (paren) {
      syntaxError("cannot parenthesize embedded type");
      next();
    }
    Expr *t = qualifiedName(nullptr);
    if (paren)
      got(Token::Rparen);
    BasicLit *tag = literalOrNull();
    return addField(fields, at, nullptr, pointerTo(at, t), tag);
  }
  case Token::Lparen: {
    syntaxError("cannot parenthesize embedded type");
    next();
    Pos star = pos();
    bool pointer = got(Token::Star);
    Expr *t = qualifiedName(nullptr);
    if (pointer)
      t = pointerTo(star, t);
    got(Token::Rparen);
    return embed(t);
  }
  default:
    syntaxError("expected field name or embedded type");
    advance(setOf({Token::Semi, Token::Rbrace}));
  }
}

// After the name x: `x []E` and `x [n]E` give the array or slice type, `x[T]` and `x[T, U]` an IndexExpr.
Expr *Parser::arrayOrTypeArgs(Name *x) {
  Pos at = pos();
  want(Token::Lbrack);
  if (got(Token::Rbrack))
    return sliceType(at);
  bool comma;
  ExprList args = typeList(false, comma);
  want(Token::Rbrack);
  if (!comma) {
    if (Expr *elem = typeOrNull()) {
      ArrayType *a = node<ArrayType>(at);
      a->len = args[0];
      a->elem = elem;
      return a;
    }
  }
  IndexExpr *i = node<IndexExpr>(at);
  i->x = x;
  i->indices = args;
  return i;
}

Expr *Parser::interfaceType() {
  InterfaceType *t = node<InterfaceType>();
  want(Token::Interface);
  want(Token::Lbrace);
  Items<Field> elems(*this);
  list("interface type", Token::Semi, Token::Rbrace, [&] {
    Field *f = tok == Token::Name ? methodDecl() : nullptr;
    if (!f || !f->name)
      f = embeddedElem(f);
    elems.add(f);
    return false;
  });
  t->elems = elems.finish();
  return t;
}

Field *Parser::methodDecl() {
  Field *f = node<Field>();
  Name *n = name();
  switch (tok) {
  case Token::Lparen:
    f->name = n;
    f->type = funcType("interface method", nullptr);
    break;
  case Token::Lbrack:
    bracketedMethod(f, n);
    break;
  default:
    f->type = qualifiedName(n);
  }
  return f;
}

// "name [" in an interface: an embedded instance, or a method with (forbidden) type parameters.
void Parser::bracketedMethod(Field *f, Name *n) {
  Pos at = pos();
  next();
  auto method = [&] {
    f->name = n;
    f->type = funcType("interface method", nullptr);
  };
  if (tok == Token::Rbrack) {
    Pos close = pos();
    next();
    bool is_method = tok == Token::Lparen;
    errorAt(close, is_method ? "empty type parameter list" : "empty type argument list");
    if (is_method)
      method();
    else
      f->type = n;
    return;
  }
  FieldList params = paramList(nullptr, nullptr, Token::Rbrack, false, false);
  if (params.empty()) { // after other errors
    if (tok == Token::Lparen)
      method();
    else
      f->type = n;
    return;
  }
  if (params[0]->name) {
    method();
    errorAt(at, "interface method must have no type parameters");
    return;
  }
  IndexExpr *i = node<IndexExpr>(at);
  i->x = n;
  Items<Expr> args(*this);
  for (Field *p : params)
    args.add(p->type);
  i->indices = args.finish();
  f->type = i;
}

// Terms of a union; `f` holds the first if not null.
Field *Parser::embeddedElem(Field *f) {
  if (!f) {
    f = node<Field>();
    f->type = embeddedTerm();
  }
  int count = 0;
  while (atOperator(Operator::Or)) {
    if (++count > kMaxNesting) {
      nestingError();
      break;
    }
    Operation *o = node<Operation>();
    o->op = Operator::Or;
    next();
    o->x = f->type;
    o->y = embeddedTerm();
    f->type = o;
  }
  return f;
}

Expr *Parser::embeddedTerm() {
  if (atOperator(Operator::Tilde)) {
    Operation *o = node<Operation>();
    o->op = Operator::Tilde;
    next();
    o->x = type();
    return o;
  }
  Expr *t = typeOrNull();
  if (!t) {
    t = bad();
    syntaxError("expected ~ term or type");
    advance(setOf({Token::Operator, Token::Semi, Token::Rparen, Token::Rbrack, Token::Rbrace}));
  }
  return t;
}

FieldList Parser::funcResult() {
  if (got(Token::Lparen))
    return paramList(nullptr, nullptr, Token::Rparen, false, false);
  Pos at = pos();
  Expr *t = typeOrNull();
  if (!t)
    return {};
  Field *f = node<Field>(at);
  f->type = t;
  return context_.arena.copy(std::span<Field *const>(&f, 1));
}

// ---------------------------------------------------------------------------------------------------------------------
// Parameters

// A parameter whose name n (maybe a type's) has been taken. It gets a name only, a type only, or both; null if more may follow.
Field *Parser::afterParamName(Field *f, Name *n, bool type_sets) {
  if (tok == Token::Lbrack) {
    f->type = arrayOrTypeArgs(n);
    if (!f->type->is<IndexExpr>())
      f->name = n;
  } else if (tok == Token::Dot) {
    f->type = qualifiedName(n);
  } else if (type_sets && atOperator(Operator::Or)) {
    f->type = n;
  } else {
    f->name = n;
    return nullptr;
  }
  if (type_sets && atOperator(Operator::Or))
    return embeddedElem(f);
  return f;
}

// One parameter, with name, type or both. `n` is its name if that has been taken. Type parameter lists end in `]`.
Field *Parser::paramOrNull(Name *n, Token follow) {
  bool type_sets = follow == Token::Rbrack;
  if (!n && type_sets && atOperator(Operator::Tilde))
    return embeddedElem(nullptr);
  Field *f = node<Field>(n ? n->pos : pos());
  if (!n && tok == Token::Name)
    n = name();
  if (n)
    if (Field *done = afterParamName(f, n, type_sets))
      return done;

  if (tok == Token::DotDotDot) {
    DotsType *d = node<DotsType>();
    next();
    d->elem = typeOrNull();
    f->type = d;
    if (!d->elem) {
      f->type = bad();
      syntaxError("... is missing type");
    }
    return f;
  }
  if (type_sets && atOperator(Operator::Tilde)) {
    f->type = embeddedElem(nullptr)->type;
    return f;
  }
  f->type = typeOrNull();
  if (type_sets && atOperator(Operator::Or) && f->type)
    f = embeddedElem(f);
  if (f->name || f->type)
    return f;
  syntaxError("expected " + (follow == Token::Rparen ? std::string(")") : std::string("]")));
  advance(setOf({Token::Comma, follow}));
  return nullptr;
}

// The list after "(" or "["; first_name and first_type belong to its first element if they were taken already.
// In the result all have names or none has.
FieldList Parser::paramList(Name *first_name, Expr *first_type, Token close, bool require_names, bool dots_ok) {
  Items<Field> params(*this);
  auto first = [&] {
    Field *f = node<Field>(first_name->pos);
    f->name = first_name;
    f->type = first_type;
    return f;
  };
  if (first_name && first_type && tok == close) {
    next();
    params.add(first());
    return params.finish();
  }
  std::size_t named = 0, typed = 0;
  Pos end = list("parameter list", Token::Comma, close, [&] {
    Field *f = first_type ? first() : paramOrNull(first_name, close);
    first_name = nullptr;
    first_type = nullptr;
    if (f) {
      named += f->name && f->type;
      typed += f->type != nullptr;
      params.add(f);
    }
    return false;
  });
  if (params.size() == 0)
    return {};
  if (named == 0 && !require_names) { // all are types
    for (std::size_t i = 0; i < params.size(); i++)
      if (Field *f = params[i]; f->name) {
        f->type = f->name;
        f->name = nullptr;
      }
  } else if (named != params.size()) {
    nameParams(params, named, typed, end, require_names);
  }
  FieldList fields = params.finish();
  checkDots(fields, dots_ok);
  return fields;
}

// Some have names, so all must: hands types down from right to left, and reports what has only a type or no type.
void Parser::nameParams(Items<Field> &params, std::size_t named, std::size_t typed, Pos end, bool require_names) {
  Pos error_at;
  Expr *current = nullptr;
  for (std::size_t i = params.size(); i-- > 0;) {
    Field *f = params[i];
    if (f->type) {
      current = f->type;
      if (!f->name) {
        error_at = startPos(current);
        f->name = nameAt(error_at, "_");
      }
    } else if (current) {
      f->type = current;
    } else {
      error_at = f->name->pos;
      f->type = node<BadExpr>(error_at);
    }
  }
  if (!error_at.known())
    return;
  std::string message;
  if (named == typed) { // what has no type is at the end of the list
    error_at = end;
    message = require_names ? "missing type constraint" : "missing parameter type";
  } else if (require_names) {
    message = "missing type parameter name";
    if (params.size() == 1)
      message += " or invalid array length";
  } else {
    message = "missing parameter name";
  }
  syntaxErrorAt(error_at, message);
}

void Parser::checkDots(FieldList params, bool dots_ok) {
  bool reported = false;
  for (std::size_t i = 0; i < params.size(); i++) {
    DotsType *d = params[i]->type->as<DotsType>();
    if (!d || (dots_ok && i + 1 == params.size()))
      continue;
    if (!reported)
      errorAt(d->pos, dots_ok ? "can only use ... with final parameter" : "invalid use of ...");
    reported = true;
    params[i]->type = d->elem;
  }
}

} // namespace gannet::syntax
