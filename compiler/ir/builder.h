// The state of the IR builder: PackageBuilder for one package, FuncBuilder for one function and the literals in it.
// Private to build*.cc.
#ifndef GANNET_COMPILER_IR_BUILDER_H
#define GANNET_COMPILER_IR_BUILDER_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/build.h"
#include "compiler/ir/closure_name.h"
#include "compiler/ir/make.h"
#include "compiler/syntax/tree.h"
#include "compiler/types/info.h"
#include "compiler/types/object.h"

#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace gannet::ir {

struct BuildContext {
  Package &package;
  const types::Info &info;
  const AssemblyAbis &assembly;
  Diagnostics &diagnostics;
  Maker make;
  std::unordered_map<std::uint16_t, bool> loop_vars_shared; // by file: language before Go 1.22

  bool sharedLoopVars(Pos pos) const {
    auto it = loop_vars_shared.find(pos.file);
    return it != loop_vars_shared.end() && it->second;
  }
};

// Statements collected for a list.
using Stmts = std::vector<Node *>;

class FuncBuilder {
public:
  FuncBuilder(BuildContext &context, Func &func, std::unordered_map<types::Var *, Local *> &locals)
      : c_(context), package_(context.package), info_(context.info), m_(context.make), func_(func), locals_(locals) {}

  // Makes locals for the receiver, parameters and results of `sig`.
  void declareParams(const types::Signature *sig);
  void buildBody(const syntax::BlockStmt *body);

  // build_expr.cc
  Node *expr(const syntax::Expr *e);
  Node *exprTo(const syntax::Expr *e, types::Type *to) { return m_.implicit(expr(e), to); }
  // An operand whose value is dropped or whose type does not matter: untyped constants take their default type.
  types::Type *typeOf(const syntax::Expr *e);

  // build_stmt.cc
  void stmt(const syntax::Stmt *s, Stmts &out);
  void stmts(syntax::StmtList list, Stmts &out);
  Stmts blockOf(const syntax::BlockStmt *b);

  // Assignment of `values` (or of one tuple-valued expression) to places; also for package variables.
  void assignTuple(Pos pos, std::vector<Node *> lhs, Node *rhs, Stmts &out);
  Local *temp(types::Type *type, Pos pos);

private:
  // build_expr.cc
  Node *exprNoConst(const syntax::Expr *e, const types::Fact &fact);
  Node *name(const syntax::Name *e, const types::Fact &fact);
  Node *selector(const syntax::SelectorExpr *e, const types::Fact &fact);
  Node *objectRef(Pos pos, types::Object *object, const types::Instance *instance, types::Type *type);
  Node *compositeLit(const syntax::CompositeLit *e, types::Type *type);
  Node *funcLit(const syntax::FuncLit *e, types::Type *type);
  Node *operation(const syntax::Operation *e, const types::Fact &fact);
  Node *binaryChain(const syntax::Operation *e);
  Node *binaryStep(const syntax::Operation *e, Node *x);
  Node *unary(const syntax::Operation *e, const types::Fact &fact);
  Node *shiftCount(const syntax::Expr *e);

  // build_call.cc
  Node *call(const syntax::CallExpr *e, const types::Fact &fact);
  Node *builtin(const syntax::CallExpr *e, types::BuiltinId id, const types::Fact &fact);
  Node *funcPc(const syntax::CallExpr *e, const Node *callee, types::Type *result);
  Node *unsafeOffsetof(const syntax::CallExpr *e, types::Type *type);
  Node *builtinOfTuple(const syntax::CallExpr *e, types::BuiltinId id, types::Type *type);
  Node *keepPointersAlive(Node *call);
  std::vector<Node *> spread(const syntax::Expr *call, Stmts &pre);
  std::vector<Node *> arguments(const syntax::CallExpr *e, const types::Signature *sig, Stmts &pre);

  // build_stmt.cc
  void assign(const syntax::AssignStmt *s, Stmts &out);
  void assignOne(Pos pos, const syntax::Expr *lhs, Node *rhs, bool define, Stmts &out);
  Local *declare(types::Var *v);
  Local *definedLocal(const syntax::Expr *lhs); // the variable that lhs declares, or null
  Node *place(const syntax::Expr *lhs);         // an assignable expression or Blank
  static void markTogether(Stmts &out, std::size_t first);
  void varDecl(const syntax::VarDecl *d, Stmts &out);
  void ifStmt(const syntax::IfStmt *s, Stmts &out);
  void forStmt(const syntax::ForStmt *s, Label *named, Stmts &out);
  void rangeStmt(const syntax::ForStmt *s, const syntax::RangeClause *r, Label *named, Stmts &out);
  void switchStmt(const syntax::SwitchStmt *s, Label *named, Stmts &out);
  Node *decideSwitch(Node *n);
  void typeSwitch(const syntax::SwitchStmt *s, const syntax::TypeSwitchGuard *g, Label *named, Stmts &out);
  void selectStmt(const syntax::SelectStmt *s, Label *named, Stmts &out);
  void returnStmt(const syntax::ReturnStmt *s, Stmts &out);
  void branch(const syntax::BranchStmt *s, Stmts &out);
  void labeled(const syntax::LabeledStmt *s, Stmts &out);
  void callStmt(const syntax::CallStmt *s, Stmts &out);

  struct NamedLabel {
    Label *target = nullptr;     // for goto
    Label *break_to = nullptr;
    Label *continue_to = nullptr;
  };
  NamedLabel &labelNamed(std::string_view name);
  // While alive, unlabelled break (and continue) go here; a label on the statement too.
  struct Breakable {
    FuncBuilder &b;
    Label *old_break;
    Label *old_continue;
    Breakable(FuncBuilder &builder, Label *brk, Label *cont) : b(builder), old_break(b.break_to_), old_continue(b.continue_to_) {
      b.break_to_ = brk;
      if (cont)
        b.continue_to_ = cont;
    }
    ~Breakable() {
      b.break_to_ = old_break;
      b.continue_to_ = old_continue;
    }
  };
  void bindNamed(Label *brk, Label *cont);

  BuildContext &c_;
  Package &package_;
  const types::Info &info_;
  Maker &m_;
  Func &func_;
  std::unordered_map<types::Var *, Local *> &locals_; // of the whole top-level function
  std::map<std::string_view, NamedLabel> labels_;
  Label *break_to_ = nullptr;
  Label *continue_to_ = nullptr;
  std::string_view pending_label_; // of the statement that comes next, if it is a loop, switch or select
};

std::uint32_t pragmaBits(const syntax::Pragmas *pragmas);

} // namespace gannet::ir

#endif
