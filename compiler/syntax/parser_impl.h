// The parser's state and productions: recursive descent, one token of lookahead.
//
// Productions named ...OrNull may find nothing; all others give a node, a BadExpr after an error. Whoever finds an error reports it
// and skips to a token where parsing can go on. Nesting is counted, and beyond kMaxNesting the rest of the file is dropped.
//
// Lists are gathered on a stack that all productions share (Items), then copied to the arena.
#ifndef GANNET_COMPILER_SYNTAX_PARSER_IMPL_H
#define GANNET_COMPILER_SYNTAX_PARSER_IMPL_H

#include "compiler/syntax/parser.h"
#include "compiler/syntax/pragma.h"
#include "compiler/syntax/scanner.h"

#include <initializer_list>
#include <vector>

namespace gannet::syntax {

class Parser final : private Scanner {
public:
  Parser(ParseContext &context, std::uint16_t file, const ParseOptions &options);

  File *fileOrNull();
  Expr *singleExpr();

private:
  // One list under construction.
  template <typename T> class Items {
  public:
    explicit Items(Parser &p) : parser_(p), mark_(p.stack_.size()) {}
    ~Items() { parser_.stack_.resize(mark_); }
    Items(const Items &) = delete;
    Items &operator=(const Items &) = delete;
    void add(T *n) { parser_.stack_.push_back(n); }
    std::size_t size() const { return parser_.stack_.size() - mark_; }
    T *operator[](std::size_t i) const { return static_cast<T *>(parser_.stack_[mark_ + i]); }
    std::span<T *const> finish() {
      std::size_t n = size();
      if (n == 0)
        return {};
      T **out = static_cast<T **>(parser_.context_.arena.allocate(n * sizeof(T *), alignof(T *)));
      for (std::size_t i = 0; i < n; i++)
        out[i] = (*this)[i];
      return {out, n};
    }

  private:
    Parser &parser_;
    std::size_t mark_;
  };

  // Counts a level of nesting while it lives; false beyond the limit.
  class Nest {
  public:
    explicit Nest(Parser &p) : parser_(p) { parser_.depth_++; }
    ~Nest() { parser_.depth_--; }
    Nest(const Nest &) = delete;
    Nest &operator=(const Nest &) = delete;
    explicit operator bool() const { return parser_.depth_ <= kMaxNesting || parser_.nestingError(); }

  private:
    Parser &parser_;
  };

  using TokenSet = std::uint64_t;
  static constexpr TokenSet setOf(std::initializer_list<Token> tokens) {
    TokenSet s = 0;
    for (Token t : tokens)
      s |= TokenSet(1) << int(t);
    return s;
  }

  // Scanner's hooks
  void scanError(Pos pos, std::string message) override;
  void directive(std::uint32_t at_line, std::uint32_t at_col, std::string_view comment) override;
  void lineDirective(Pos after, std::uint32_t text_line, std::uint32_t text_col, std::string_view text);

  // Errors and tokens
  void errorAt(Pos at, std::string message);
  void syntaxErrorAt(Pos at, std::string message);
  void syntaxError(std::string message) { syntaxErrorAt(pos(), std::move(message)); }
  bool nestingError();
  bool got(Token t) {
    if (tok != t)
      return false;
    next();
    return true;
  }
  void want(Token t);
  bool gotAssign();
  void advance(TokenSet follow = 0);
  bool atOperator(Operator o) const { return tok == Token::Operator && op == o; }

  template <typename T> T *node(Pos at) {
    T *n = context_.arena.make<T>();
    n->kind = T::kKind;
    n->id = context_.next_node_id++;
    n->pos = at;
    return n;
  }
  template <typename T> T *node() { return node<T>(pos()); }
  Name *nameAt(Pos at, std::string_view text);
  Expr *bad() { return node<BadExpr>(); }

  // Calls element() for each item up to `close`, which is taken; its position comes back. Stops when element gives true.
  template <typename F> Pos list(std::string_view what, Token separator, Token close, F element) {
    for (bool done = false; tok != Token::Eof && tok != close && !done;) {
      done = element();
      if (!gotSeparator(what, separator, close))
        return pos();
    }
    Pos at = pos();
    want(close);
    return at;
  }
  bool gotSeparator(std::string_view what, Token separator, Token close);

  // Declarations
  template <typename F> void appendGroup(Items<Decl> &decls, F declaration);
  Decl *importDecl(const Group *group);
  Decl *constDecl(const Group *group);
  Decl *typeDecl(const Group *group);
  Decl *varDecl(const Group *group);
  FuncDecl *funcDecl();
  BlockStmt *funcBody();
  void bracketedTypeDecl(TypeDecl *d);
  void topLevelDecl(Items<Decl> &decls);

  // Names
  Name *name();
  NameList nameList(Name *first);
  Expr *qualifiedName(Name *first);

  // Expressions
  Expr *expr() { return binaryExpr(nullptr, 0); }
  ExprList exprList();
  ExprList exprListFrom(Expr *first);
  Expr *binaryExpr(Expr *x, int min_prec);
  Expr *unaryExpr();
  Expr *arrowExpr();
  Expr *primaryExpr(Expr *x, bool keep_parens);
  Expr *operand(bool keep_parens);
  Expr *selectorOrAssertion(Expr *x);
  Expr *indexOrSlice(Expr *x);
  Expr *sliceRest(Expr *x, Expr *low, Pos at);
  Expr *call(Expr *x);
  Expr *funcLitOrType();
  bool mayBeLiteralType(const Expr *x) const;
  CompositeLit *compositeLit();
  Expr *elementValue();
  BasicLit *literalOrNull();

  // Types
  Expr *type();
  Expr *typeOrNull();
  Expr *typeInstance(Expr *x);
  ExprList typeList(bool strict, bool &comma);
  FuncType *funcType(std::string_view no_tparams_in, FieldList *tparams);
  Expr *arrayType(Pos at, Expr *len);
  Expr *sliceType(Pos at);
  Expr *arrayOrTypeArgs(Name *x);
  Expr *chanElem();
  Expr *structType();
  void fieldDecl(Items<Field> &fields);
  void addField(Items<Field> &fields, Pos at, Name *n, Expr *t, BasicLit *tag);
  Expr *interfaceType();
  Field *methodDecl();
  void bracketedMethod(Field *f, Name *n);
  Field *embeddedElem(Field *f);
  Expr *embeddedTerm();
  FieldList funcResult();
  FieldList paramList(Name *first_name, Expr *first_type, Token close, bool require_names, bool dots_ok);
  void nameParams(Items<Field> &params, std::size_t named, std::size_t typed, Pos end, bool require_names);
  void checkDots(FieldList params, bool dots_ok);
  Field *paramOrNull(Name *n, Token follow);
  Field *afterParamName(Field *f, Name *n, bool type_sets);

  // Statements
  StmtList stmtList();
  Stmt *stmtOrNull();
  Stmt *simpleStmt(ExprList *lhs, Token keyword);
  Stmt *labeledStmtOrNull(Name *label);
  Stmt *declStmt();
  BlockStmt *blockStmt(std::string_view after);
  Stmt *forStmt();
  Stmt *ifStmt();
  Stmt *switchStmt();
  Stmt *selectStmt();
  CaseClause *caseClause();
  CommClause *commClause();
  Stmt *callStmt();
  struct Header {
    Stmt *init = nullptr;
    Expr *cond = nullptr;
    Stmt *post = nullptr;
  };
  Header header(Token keyword);
  Expr *condition(Stmt *s);
  RangeClause *rangeClause(ExprList lhs, bool define);
  AssignStmt *assignStmt(Pos at, Operator o, ExprList lhs, ExprList rhs);
  ExprList one(Expr *x);

  ParseContext &context_;
  const ParseOptions &options_;
  PragmaCollector pragmas_;
  std::vector<Node *> stack_;
  std::uint16_t file_;
  bool before_package_ = true;
  std::string_view build_line_;
  std::uint32_t error_count_ = 0;
  std::uint32_t last_syntax_error_line_ = 0;
  int function_depth_ = 0;
  int expr_level_ = 0; // below 0: in a statement header, where { starts a block
  int depth_ = 0;
  bool too_deep_ = false;
  // Of the constant group being parsed
  const ConstDecl *last_values_ = nullptr;
  std::uint32_t next_iota_ = 0;
};

// Whether an operand could be nothing but a type element, for telling type parameters from array lengths.
bool isTypeElem(const Expr *x);

} // namespace gannet::syntax

#endif
