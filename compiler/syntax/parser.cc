// The parser: tokens, errors, directives, files and declarations.
#include "compiler/syntax/parser_impl.h"

#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/check_branches.h"
#include "compiler/syntax/printer.h"

namespace gannet::syntax {
namespace {

// How a token is called in messages.
std::string tokenName(Token t) {
  if (t == Token::Comma)
    return "comma";
  if (t == Token::Semi)
    return "semicolon or newline";
  std::string s(text(t));
  return t >= Token::Break ? "keyword " + s : s;
}

// A trailing ":123". `at` is where the number starts, 0 if there is no colon.
struct TrailingNumber {
  std::size_t at = 0;
  std::uint64_t value = 0;
  bool ok = false;
};
TrailingNumber trailingNumber(std::string_view s) {
  TrailingNumber r;
  std::size_t colon = s.rfind(':');
  if (colon == std::string_view::npos)
    return r;
  r.at = colon + 1;
  std::string_view digits = s.substr(r.at);
  r.ok = !digits.empty() && digits.size() < 19;
  for (char c : digits) {
    r.ok = r.ok && c >= '0' && c <= '9';
    r.value = r.value * 10 + std::uint64_t(c - '0');
  }
  return r;
}

constexpr std::uint64_t kMaxShownNumber = 1 << 30;

} // namespace

Parser::Parser(ParseContext &context, std::uint16_t file, const ParseOptions &options)
    : Scanner(file, context.sources.text(file)), context_(context), options_(options),
      pragmas_(context, options, context.sources.name(file)), file_(file) {
  next();
}

// ---------------------------------------------------------------------------------------------------------------------
// Errors and tokens

void Parser::scanError(Pos at, std::string message) { errorAt(at, std::move(message)); }

void Parser::errorAt(Pos at, std::string message) {
  error_count_++;
  if (message.starts_with("syntax error")) { // of these, the first of a line says enough
    if (at.line == last_syntax_error_line_ && !options_.all_errors)
      return;
    last_syntax_error_line_ = at.line;
  }
  context_.diagnostics.error(at, std::move(message));
}

void Parser::syntaxErrorAt(Pos at, std::string message) {
  if (too_deep_ || (tok == Token::Eof && error_count_ > 0))
    return; // would only follow from earlier ones
  bool about_token = true;
  if (message.starts_with("in ") || message.starts_with("at ") || message.starts_with("after "))
    message = " " + message;
  else if (message.starts_with("expected "))
    message = ", " + message;
  else if (!message.empty())
    about_token = false;
  if (!about_token)
    return errorAt(at, "syntax error: " + message);

  std::string found;
  switch (tok) {
  case Token::Name:
    found = "name " + std::string(lit);
    break;
  case Token::Semi:
    found = lit;
    break;
  case Token::Literal:
    found = "literal " + std::string(lit);
    break;
  case Token::Operator:
    found = text(op);
    break;
  case Token::AssignOp:
    found = std::string(text(op)) + "=";
    break;
  case Token::IncOp:
    found = std::string(text(op)) + std::string(text(op));
    break;
  default:
    found = tokenName(tok);
  }
  errorAt(at, "syntax error: unexpected " + found + message);
}

bool Parser::nestingError() {
  if (!too_deep_) {
    errorAt(pos(), "syntax error: nested too deeply");
    too_deep_ = true;
    skipToEnd();
    next();
  }
  return false;
}

void Parser::want(Token t) {
  if (!got(t)) {
    syntaxError("expected " + tokenName(t));
    advance();
  }
}

// Takes "=", or ":=" with a complaint.
bool Parser::gotAssign() {
  if (tok == Token::Define)
    syntaxError("expected =");
  else if (tok != Token::Assign)
    return false;
  next();
  return true;
}

// Skips to a token of `follow`, or inside functions to a keyword that starts a statement. Without `follow`, one token.
void Parser::advance(TokenSet follow) {
  constexpr TokenSet kStatementStarts =
      setOf({Token::Break, Token::Const, Token::Continue, Token::Defer, Token::Fallthrough, Token::For, Token::Go,
             Token::Goto, Token::If, Token::Return, Token::Select, Token::Switch, Token::Type, Token::Var});
  if (follow == 0) {
    if (tok != Token::Eof)
      next();
    return;
  }
  follow |= setOf({Token::Eof});
  if (function_depth_ > 0)
    follow |= kStatementStarts;
  while (!(follow >> int(tok) & 1))
    next();
}

// Takes what follows an element of a list. False if the list had to be given up.
bool Parser::gotSeparator(std::string_view what, Token separator, Token close) {
  if (got(separator) || tok == close)
    return true;
  syntaxError("in " + std::string(what) + "; possibly missing " + tokenName(separator) + " or " + tokenName(close));
  advance(setOf({Token::Rparen, Token::Rbrack, Token::Rbrace}));
  return tok == close;
}

// ---------------------------------------------------------------------------------------------------------------------
// Directives

void Parser::directive(std::uint32_t at_line, std::uint32_t at_col, std::string_view comment) {
  bool full = comment[1] == '*';
  std::string_view body = comment.substr(2);
  if (full)
    body.remove_suffix(2);
  else if (body.ends_with('\r'))
    body.remove_suffix(1);

  if (body.starts_with("line ")) {
    if (at_col == 1 || full) {
      Pos after = full ? here() : posAt(at_line + 1, 1);
      if (full && after.line != at_line)
        return; // over several lines it is just a comment
      lineDirective(after, at_line, at_col + 7, body.substr(5));
    }
    return;
  }
  if (before_package_ && comment.starts_with("//go:build") && build_line_.empty()) {
    std::string_view rest = comment.substr(10);
    if (rest.empty() || rest[0] == ' ' || rest[0] == '\t')
      build_line_ = comment.substr(0, 2 + body.size());
  }
  if (!options_.ignore_pragmas)
    pragmas_.add(posAt(at_line, at_col + 2), blank, body);
}

void Parser::lineDirective(Pos after, std::uint32_t text_line, std::uint32_t text_col, std::string_view text) {
  TrailingNumber last = trailingNumber(text);
  if (last.at == 0)
    return;
  auto fail = [&](std::string_view what, std::size_t offset) {
    errorAt(posAt(text_line, text_col + std::uint32_t(offset)),
            "invalid " + std::string(what) + " number: " + std::string(text.substr(offset)));
  };
  if (!last.ok)
    return fail("line", last.at);
  TrailingNumber line_number = last;
  std::uint32_t column = 0;
  TrailingNumber before = trailingNumber(text.substr(0, last.at - 1));
  if (before.ok) {
    if (last.value == 0 || last.value > kMaxShownNumber)
      return fail("column", last.at);
    column = std::uint32_t(last.value);
    line_number = before;
  }
  if (line_number.value == 0 || line_number.value > kMaxShownNumber)
    return fail("line", line_number.at);
  std::string file(text.substr(0, line_number.at - 1));
  if (file.empty() && column > 0)
    file = context_.sources.shown(after).file;
  context_.sources.addLineDirective(after, std::move(file), std::uint32_t(line_number.value), column);
}

// ---------------------------------------------------------------------------------------------------------------------
// Files and declarations

File *Parser::fileOrNull() {
  File *f = node<File>();
  f->file_index = file_;
  f->build_line = build_line_;
  if (!build_line_.empty())
    if (auto constraint = parseConstraint(build_line_))
      f->go_version = context_.names.intern(goVersion(**constraint));
  before_package_ = false;
  if (!got(Token::Package)) {
    syntaxError("package statement must be first");
    return nullptr;
  }
  f->pragmas = pragmas_.take();
  f->package_name = name();
  want(Token::Semi);
  if (error_count_ > 0)
    return nullptr;

  Items<Decl> decls(*this);
  constexpr TokenSet kDeclStarts = setOf({Token::Import, Token::Const, Token::Type, Token::Var, Token::Func});
  Token previous = Token::Import;
  while (tok != Token::Eof) {
    if (options_.imports_only && tok != Token::Import)
      break;
    if (tok == Token::Import && previous != Token::Import)
      syntaxError("imports must appear before other declarations");
    previous = tok;
    if (!(kDeclStarts >> int(tok) & 1)) {
      const FuncDecl *last = decls.size() ? decls[decls.size() - 1]->as<FuncDecl>() : nullptr;
      if (tok == Token::Lbrace && last && !last->body)
        syntaxError("unexpected semicolon or newline before {");
      else
        syntaxError("non-declaration statement outside function body");
      advance(kDeclStarts);
      continue;
    }
    topLevelDecl(decls);
    // Before the ";" is taken, since directives after it belong to the next declaration.
    pragmas_.reportUnused();
    if (tok != Token::Eof && !got(Token::Semi)) {
      syntaxError("after top level declaration");
      advance(kDeclStarts);
    }
  }
  if (!options_.imports_only)
    pragmas_.reportUnused();
  f->eof = pos();
  f->decls = decls.finish();
  f->linknames = context_.arena.copy(pragmas_.linknames);
  f->cgo_pragmas = context_.arena.copy(pragmas_.cgo_pragmas);
  return f;
}

void Parser::topLevelDecl(Items<Decl> &decls) {
  Token keyword = tok;
  next();
  switch (keyword) {
  case Token::Import:
    return appendGroup(decls, &Parser::importDecl);
  case Token::Const:
    return appendGroup(decls, &Parser::constDecl);
  case Token::Type:
    return appendGroup(decls, &Parser::typeDecl);
  case Token::Var:
    return appendGroup(decls, &Parser::varDecl);
  default:
    decls.add(funcDecl());
  }
}

template <typename F> void Parser::appendGroup(Items<Decl> &decls, F declaration) {
  const ConstDecl *outer_values = last_values_;
  std::uint32_t outer_iota = next_iota_;
  last_values_ = nullptr;
  next_iota_ = 0;
  if (tok == Token::Lparen) {
    Group *g = context_.arena.make<Group>();
    g->pos = pos();
    pragmas_.reportUnused();
    next(); // only after directives before it are done with
    list("grouped declaration", Token::Semi, Token::Rparen, [&] {
      decls.add((this->*declaration)(g));
      return false;
    });
  } else {
    decls.add((this->*declaration)(nullptr));
  }
  last_values_ = outer_values;
  next_iota_ = outer_iota;
}

Decl *Parser::importDecl(const Group *group) {
  ImportDecl *d = node<ImportDecl>();
  d->group = group;
  d->pragmas = pragmas_.take();
  if (tok == Token::Name) {
    d->local_name = name();
  } else if (tok == Token::Dot) {
    d->local_name = nameAt(pos(), ".");
    next();
  }
  d->path = literalOrNull();
  if (!d->path) {
    syntaxError("missing import path");
    advance(setOf({Token::Semi, Token::Rparen}));
  } else if (!d->path->bad && d->path->lit_kind != LitKind::String) {
    syntaxErrorAt(d->path->pos, "import path must be a string");
    d->path->bad = true;
  }
  return d;
}

Decl *Parser::constDecl(const Group *group) {
  ConstDecl *d = node<ConstDecl>();
  d->group = group;
  d->pragmas = pragmas_.take();
  d->iota = next_iota_++;
  d->names = nameList(name());
  if (tok != Token::Eof && tok != Token::Semi && tok != Token::Rparen) {
    d->type = typeOrNull();
    if (gotAssign())
      d->values = exprList();
  }
  if (d->type || !d->values.empty())
    last_values_ = d;
  d->inherited_from = last_values_;
  return d;
}

Decl *Parser::varDecl(const Group *group) {
  VarDecl *d = node<VarDecl>();
  d->group = group;
  d->pragmas = pragmas_.take();
  d->names = nameList(name());
  if (gotAssign()) {
    d->values = exprList();
  } else {
    d->type = type();
    if (gotAssign())
      d->values = exprList();
  }
  return d;
}

bool isTypeElem(const Expr *x) {
  for (;;) {
    switch (x->kind) {
    case NodeKind::ArrayType:
    case NodeKind::StructType:
    case NodeKind::FuncType:
    case NodeKind::InterfaceType:
    case NodeKind::SliceType:
    case NodeKind::MapType:
    case NodeKind::ChanType:
      return true;
    case NodeKind::ParenExpr:
      x = x->to<ParenExpr>()->x;
      continue;
    case NodeKind::Operation: {
      auto *o = x->to<Operation>();
      if (o->op == Operator::Tilde || (o->y && isTypeElem(o->y)))
        return true;
      x = o->x;
      continue;
    }
    default:
      return false;
    }
  }
}

namespace {

// What stands after the "[" of a type declaration, if it reads as `name type`.
struct NameAndType {
  Name *name = nullptr;
  Expr *type = nullptr;
};

// `name *type` and `name (type)`, see splitTypeParam.
NameAndType splitTerm(Expr *x, bool force) {
  if (Name *n = x->as<Name>())
    return {n, nullptr};
  if (Operation *o = x->as<Operation>(); o && o->y && o->op == Operator::Mul) {
    if (Name *n = o->x->as<Name>(); n && (force || isTypeElem(o->y))) {
      o->x = o->y;
      o->y = nullptr;
      return {n, o};
    }
  }
  if (CallExpr *c = x->as<CallExpr>()) {
    Name *n = c->fun->as<Name>();
    if (n && c->args.size() == 1 && !c->has_dots && (force || isTypeElem(c->args[0])))
      return {n, unparen(c->args[0])};
  }
  return {};
}

// Splits the expression x into a type parameter's name and the start of its constraint: P *C, P (C), P *C|D.
// Without `force` only if the rest can be nothing but a type. A lone name gives no type. Operations are changed in place.
NameAndType splitTypeParam(Expr *x, bool force) {
  Operation *innermost = nullptr; // of the unions down the left side
  Expr *term = x;
  for (Operation *o; (o = term->as<Operation>()) && o->y && o->op == Operator::Or; term = o->x) {
    force = force || isTypeElem(o->y);
    innermost = o;
  }
  NameAndType split = splitTerm(term, force);
  if (!innermost)
    return split;
  if (!split.name || !split.type)
    return {};
  innermost->x = split.type;
  return {split.name, x};
}

} // namespace

Decl *Parser::typeDecl(const Group *group) {
  TypeDecl *d = node<TypeDecl>();
  d->group = group;
  d->pragmas = pragmas_.take();
  d->name = name();
  if (tok == Token::Lbrack) {
    bracketedTypeDecl(d);
  } else {
    d->is_alias = gotAssign();
    d->type = typeOrNull();
  }
  if (!d->type) {
    d->type = bad();
    syntaxError("in type declaration");
    advance(setOf({Token::Semi, Token::Rparen}));
  }
  return d;
}

// After "type T" comes "[": an array or slice type, or type parameters. A name after it leaves that open; then an
// expression is read and looked at. "name [" can only start a constraint, as no array length contains an index.
void Parser::bracketedTypeDecl(TypeDecl *d) {
  Pos at = pos();
  next();
  if (tok == Token::Rbrack) {
    next();
    d->type = sliceType(at);
    return;
  }
  if (tok != Token::Name) {
    d->type = arrayType(at, nullptr);
    return;
  }
  Expr *x = name();
  if (tok != Token::Lbrack) {
    expr_level_++;
    x = binaryExpr(primaryExpr(x, false), 0);
    expr_level_--;
  }
  NameAndType split = splitTypeParam(x, tok == Token::Comma);
  if (split.name && (split.type || tok != Token::Rbrack)) {
    d->tparams = paramList(split.name, split.type, Token::Rbrack, true, false);
    d->is_alias = gotAssign();
    d->type = typeOrNull();
  } else {
    d->type = arrayType(at, x);
  }
}

FuncDecl *Parser::funcDecl() {
  FuncDecl *f = node<FuncDecl>();
  f->pragmas = pragmas_.take();
  std::string_view context;
  if (got(Token::Lparen)) {
    context = "method";
    FieldList recv = paramList(nullptr, nullptr, Token::Rparen, false, false);
    if (recv.empty())
      errorAt(pos(), "method has no receiver");
    else if (recv.size() > 1)
      errorAt(pos(), "method has multiple receivers");
    if (!recv.empty())
      f->recv = recv[0];
  }
  if (tok == Token::Name) {
    f->name = name();
    f->type = funcType(context, &f->tparams);
  } else {
    f->name = nameAt(pos(), "_");
    f->type = node<FuncType>();
    syntaxError(context.empty() ? "expected name or (" : "expected name");
    advance(setOf({Token::Lbrace, Token::Semi}));
  }
  if (tok == Token::Lbrace)
    f->body = funcBody();
  return f;
}

BlockStmt *Parser::funcBody() {
  function_depth_++;
  std::uint32_t errors = error_count_;
  BlockStmt *body = blockStmt("");
  function_depth_--;
  if (options_.check_branches && errors == error_count_)
    checkBranches(body, context_.sources, context_.diagnostics);
  return body;
}

// ---------------------------------------------------------------------------------------------------------------------
// Names

Name *Parser::nameAt(Pos at, std::string_view text) {
  Name *n = node<Name>(at);
  n->value = context_.names.intern(text);
  return n;
}

Name *Parser::name() {
  if (tok == Token::Name) {
    Name *n = nameAt(pos(), lit);
    next();
    return n;
  }
  Name *n = nameAt(pos(), "_");
  syntaxError("expected name");
  advance();
  return n;
}

NameList Parser::nameList(Name *first) {
  Items<Name> names(*this);
  names.add(first);
  while (got(Token::Comma))
    names.add(name());
  return names.finish();
}

Expr *Parser::qualifiedName(Name *first) {
  Expr *x = first;
  if (!x && tok == Token::Name)
    x = name();
  if (!x) {
    x = nameAt(pos(), "_");
    syntaxError("expected name");
    advance(setOf({Token::Dot, Token::Semi, Token::Rbrace}));
  }
  if (tok == Token::Dot) {
    SelectorExpr *s = node<SelectorExpr>();
    next();
    s->x = x;
    s->sel = name();
    x = s;
  }
  if (tok == Token::Lbrack)
    x = typeInstance(x);
  return x;
}

// ---------------------------------------------------------------------------------------------------------------------

File *parseFile(ParseContext &context, std::uint16_t file_index, const ParseOptions &options) {
  return Parser(context, file_index, options).fileOrNull();
}

Expr *parseExpr(ParseContext &context, std::uint16_t file_index) {
  ParseOptions options;
  return Parser(context, file_index, options).singleExpr();
}

} // namespace gannet::syntax
