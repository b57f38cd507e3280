// The type checker's inside: one Checker checks one package and is gone.
//
// Order of work: collect the package's objects, declare them (each on first use; an object that is being declared is on
// obj_path_, where cycles show), run what was put off (function bodies among it), then initialization order, unused
// imports, and the final types of untyped expressions.
//
// Split over files by construct: collect.cc decl.cc typexpr.cc signature.cc expr.cc const.cc call.cc selector.cc
// builtin.cc conversion.cc literal.cc index.cc assignment.cc stmt.cc range.cc, and the theory beside it: predicates,
// lookup, typeset, union, subst, instantiate, unify, infer, init_order, labels, return_stmt.
#ifndef GANNET_COMPILER_TYPES_CHECK_H
#define GANNET_COMPILER_TYPES_CHECK_H

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "compiler/types/checker.h"
#include "compiler/types/instance_graph.h"
#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"
#include "compiler/types/type_string.h"
#include "compiler/types/typeset.h"

namespace gannet::types {

// A value, type or builtin while an expression is being checked.
struct Operand {
  Mode mode = Mode::Invalid;
  BuiltinId builtin = BuiltinId::Append; // of Mode::Builtin
  syntax::Expr *expr = nullptr;
  Type *type = nullptr;
  constant::Value value; // of Mode::Constant

  bool ok() const { return mode != Mode::Invalid; }
  bool isNil() const { return mode == Mode::NilValue; }
  void invalidate() { mode = Mode::Invalid; }
  Pos pos() const { return expr ? expr->pos : Pos(); }
};

// What the checker knows of a package-level object or method before it is declared.
struct DeclInfo {
  Scope *file_scope = nullptr;
  GoVersion version;
  std::vector<Var *> *lhs = nullptr;  // of `var a, b = f()`: all of them
  syntax::Expr *type = nullptr;       // of constants and variables; null if none
  syntax::Expr *init = nullptr;       // initializer; null if none
  bool inherited = false;             // constant: type and init are those of an earlier spec
  std::int64_t iota = 0;              // constant
  syntax::TypeDecl *type_decl = nullptr;
  syntax::FuncDecl *func_decl = nullptr;
  // Package-level objects that the initializer or function body names, in order of first use.
  std::vector<Object *> deps;
  std::unordered_set<Object *> dep_set;
  void addDep(Object *o) {
    if (dep_set.insert(o).second)
      deps.push_back(o);
  }
};

// A message of several parts; the first part's position is the message's.
struct ErrorText {
  struct Part {
    Pos pos;
    std::string text;
  };
  std::vector<Part> parts;
  bool empty() const { return parts.empty(); }
  void add(Pos pos, std::string text) { parts.push_back({pos, std::move(text)}); }
};

// Why a constant does not fit a type.
enum class ConvertError : std::uint8_t { None, Invalid, Truncated, Overflows, InvalidConst };

// How an expression may stand as a statement.
enum class ExprKind : std::uint8_t { Conversion, Expression, Statement };

// The function type that a generic function value is to be instantiated for, and what it is called in messages.
struct Target {
  Signature *sig = nullptr;
  std::string description;
  explicit operator bool() const { return sig != nullptr; }
};

enum StmtContext : unsigned {
  kBreakOk = 1,
  kContinueOk = 2,
  kFallthroughOk = 4,
  kFinalSwitchCase = 8,
  kInTypeSwitch = 16,
};

// Type parameters and what they are replaced by.
class SubstMap {
public:
  SubstMap() = default;
  SubstMap(TypeParamList params, TypeList args) : params_(params), args_(args) {}
  bool empty() const { return params_.empty(); }
  Type *lookup(TypeParam *p) const {
    for (std::size_t i = 0; i < params_.size() && i < args_.size(); ++i)
      if (params_[i] == p)
        return args_[i] ? args_[i] : p; // null: not known yet
    return p;
  }

private:
  TypeParamList params_;
  TypeList args_;
};

// "slice", "struct" and the like by t's underlying type; empty for basic types. record.cc
std::string_view kindText(Type *t);

// Replaces type parameters in t; gives t itself if nothing changed. Named instances come from context.instantiate.
// subst.cc
Type *subst(Context &context, Type *t, const SubstMap &map);
// A list whose elements are substituted; the same span if nothing changed.
VarList substVars(Context &context, VarList vars, const SubstMap &map);

// Does V implement interface T (as a constraint if `constraint`: then comparable is required strictly by version)?
// `cause` receives why not. `checker` may be null. instantiate.cc
bool implements(Checker *checker, Context &context, Type *v, Type *t, bool constraint, std::string *cause);

// A method of T that V lacks, or null. `is_static`: V's methods count only if V's type has them now (an interface may
// otherwise have a missing one dynamically). `cause` gets "(missing method F)" and the like. lookup.cc
Func *missingMethod(Checker *checker, Type *v, Type *t, bool is_static, const std::function<bool(Type *, Type *)> &equal,
                    std::string *cause);

class Checker : Context::MethodResolver {
public:
  Checker(Context &context, const Config &config, Package *pkg, Info &info);
  void checkFiles(std::span<syntax::File *const> files);

  Context &context() { return context_; }
  Package *package() const { return pkg_; }

  // ---- Text of messages: strings, numbers, Type*, Expr*, Operand, Object* ----
  template <typename... Args> std::string text(const Args &...args) {
    std::string out;
    (append(out, args), ...);
    return out;
  }
  template <typename... Args> void error(Pos pos, const Args &...args) { reportText(pos, text(args...)); }
  template <typename... Args> void error(const syntax::Node *at, const Args &...args) {
    reportText(syntax::startPos(at), text(args...));
  }
  template <typename... Args> void error(const Operand &at, const Args &...args) {
    reportText(at.expr ? syntax::startPos(at.expr) : Pos(), text(args...));
  }
  template <typename... Args> void error(const Object *at, const Args &...args) { reportText(at->pos, text(args...)); }
  void report(const ErrorText &e);
  InstanceGraph &instanceGraph() { return instance_graph_; }
  std::string position(Pos pos) const;
  bool hasErrors() const { return first_error_; }

  // Is the language version in force at least 1.minor?
  bool allowVersion(int minor) const { return !env_.version.known() || env_.version.minor >= minor; }
  // As that, and reports "<what> requires go1.N or later" if not.
  template <typename... Args> bool verifyVersion(Pos pos, int minor, const Args &...what) {
    if (allowVersion(minor))
      return true;
    versionError(pos, minor, text(what...));
    return false;
  }
  void versionError(Pos pos, int minor, std::string what);

  // ---- Inference and instantiation (infer.cc, instantiate.cc) ----
  // Infers the missing (null) entries of `args`, which then has as many entries as `params`. `operands` are the call's
  // arguments for `vars` (a parameter for each), typed or untyped. `reverse`: messages read for an assignment. False if it
  // fails: why is then in *err, if anything is to be said.
  bool infer(Pos pos, TypeParamList params, std::vector<Type *> &args, VarList vars,
             const std::vector<Operand *> &operands, bool reverse, ErrorText *err);
  // Checks type arguments against constraints: the index of the first bad one, with a text, or -1.
  int verifyInstance(Pos pos, TypeParamList params, TypeList args, std::string *why);
  // Fresh copies of type parameters, and `vars` (or type t) in terms of them.
  TypeParamList renameTypeParams(TypeParamList params);

  // ---- Statements' helpers in files of their own ----
  void labels(syntax::BlockStmt *body);                                     // labels.cc
  bool isTerminating(syntax::Stmt *s, std::string_view label);              // return_stmt.cc
  void computeInitOrder();                                                  // init_order.cc

  // ---- Recording (record.cc) ----
  Fact *fact(const syntax::Node *n) { return n && n->id < info_.facts.size() ? &info_.facts[n->id] : nullptr; }
  void recordDef(const syntax::Name *n, Object *o);
  void recordUse(const syntax::Name *n, Object *o);
  void recordTypeAndValue(const syntax::Expr *e, Mode mode, Type *t, const constant::Value *v);
  void record(const Operand &x);

  // ---- Queries used all over ----
  Object *lookup(std::string_view name) { return env_.scope->lookupParent(name); }
  Type *invalidType() { return context_.invalid(); }
  Basic *basic(BasicKind k) { return context_.basic(k); }
  // Declares a package-level object or method now if it is not yet.
  void declareObject(Object *obj);
  // Is x assignable to t? `cause` may receive more than "no".
  bool assignableTo(const Operand &x, Type *t, std::string *cause);
  // The type (and value) an untyped x gets when used as a `target`; null if it cannot.
  Type *implicitType(const Operand &x, Type *target, constant::Value *value, ConvertError *why);
  bool implements(Type *v, Type *t, bool constraint, std::string *cause) {
    return types::implements(this, context_, v, t, constraint, cause);
  }
  // Source of the constant's rounding: is v representable as b? *rounded gets the value as of that type.
  bool representable(const constant::Value &v, const Basic *b, constant::Value *rounded);
  bool hasAllMethods(Type *v, Type *t, bool is_static, std::string *cause);
  std::string typeListSummary(const std::vector<Type *> &list, bool variadic, bool has_dots);

  // Puts f off until the current declaration or statement is done.
  void later(std::function<void()> f) { delayed_.push_back({env_.version, std::move(f)}); }

  struct Env {
    DeclInfo *decl = nullptr;      // package-level declaration whose init expression or body is being checked
    Scope *scope = nullptr;
    GoVersion version;
    std::optional<std::int64_t> iota;
    Pos err_pos;                   // reports go here, for inherited constant initializers
    bool in_type_param_list = false;
    Signature *sig = nullptr;      // function whose body is checked
    std::uint16_t func_level = 0;
    std::unordered_set<const syntax::CallExpr *> *panics = nullptr; // calls of the builtin panic in the function
    bool has_label = false;
    bool has_call_or_recv = false;
  };
  Env env_;

private:
  friend class BuiltinCall;
  friend class InitOrder;
  friend struct LabelChecker;

  void append(std::string &out, std::string_view s) { out += s; }
  void append(std::string &out, const std::string &s) { out += s; }
  void append(std::string &out, const char *s) { out += s; }
  void append(std::string &out, char c) { out += c; }
  void append(std::string &out, int n) { out += std::to_string(n); }
  void append(std::string &out, long n) { out += std::to_string(n); }
  void append(std::string &out, long long n) { out += std::to_string(n); }
  void append(std::string &out, unsigned long n) { out += std::to_string(n); }
  void append(std::string &out, const Type *t) { out += t ? typeString(t, pkg_) : "nil"; }
  void append(std::string &out, const syntax::Node *n);
  void append(std::string &out, const Operand &x);
  void append(std::string &out, const Object *o) { out += objectString(o, pkg_); }
  void append(std::string &out, syntax::Operator op);
  void reportText(Pos pos, std::string text);

  void resolveMethod(Func *method) override { declareObject(method); }

  // collect.cc
  void initFiles(std::span<syntax::File *const> files);
  void collectObjects();
  void collectImport(syntax::File *file, syntax::ImportDecl *d, Scope *file_scope);
  void collectConst(syntax::ConstDecl *d, Scope *file_scope);
  void collectVar(syntax::VarDecl *d, Scope *file_scope);
  void collectFunc(syntax::FuncDecl *d, Scope *file_scope);
  void checkNameConflicts();
  void associateMethods();
  Package *importPackage(Pos pos, std::string_view path);
  void declarePackageObject(syntax::Name *name, Object *obj, DeclInfo *d);
  DeclInfo *newDeclInfo(Scope *file_scope);
  void addObject(Object *obj, DeclInfo *d);
  void arity(Pos pos, syntax::NameList names, syntax::ExprList inits, bool is_const, bool inherited);
  void reportDirectCycles();
  void packageObjects();
  void unusedImports();
  void checkPragmas();
  void checkDeclPragmas(syntax::Decl *d, bool in_func, bool has_embed);
  void checkRestrictions();
  struct RecvParts {
    bool ptr = false;
    syntax::Expr *base = nullptr;
    std::vector<syntax::Name *> type_params;
  };
  RecvParts unpackRecv(syntax::Expr *t, bool want_params);
  TypeName *resolveBaseTypeName(bool *ptr, syntax::Name *name);

  // decl.cc
  void declare(Scope *scope, const syntax::Name *id, Object *obj);
  void constDecl(ConstObj *obj, syntax::Expr *type, syntax::Expr *init, bool inherited, std::int64_t iota);
  void varDecl(Var *obj, std::vector<Var *> *lhs, syntax::Expr *type, syntax::Expr *init);
  void typeDecl(TypeName *obj, syntax::TypeDecl *d);
  void aliasDecl(TypeName *obj, syntax::TypeDecl *d);
  void funcDecl(Func *obj, DeclInfo *d);
  void declStmt(syntax::DeclList list);
  void localConst(syntax::ConstDecl *d);
  void localVar(syntax::VarDecl *d);
  void collectTypeParams(TypeParamList *out, syntax::FieldList list);
  TypeParam *declareTypeParam(syntax::Name *name);
  Type *bound(syntax::Expr *e);
  void collectMethods(TypeName *obj);
  void checkFieldUniqueness(Named *base);
  bool validCycle(Object *obj);
  // `places`: where each is, if not at its declaration.
  void cycleError(const std::vector<Object *> &cycle, std::size_t start, const std::vector<Pos> &places = {});
  void namedCycleError(std::span<Named *const> cycle, std::size_t start);
  std::size_t firstInSource(const std::vector<Object *> &cycle);
  void findAmbiguousPackages();
  bool finiteSize(Type *t);
  void validType(Named *t);
  bool validTypeIn(Type *t, std::vector<Named *> &nest, std::size_t depth, std::vector<Named *> &path);
  void push(Object *o);
  void pop();
  void processDelayed(std::size_t top);
  void addDeclDep(Object *o);

  // typexpr.cc
  void ident(Operand &x, syntax::Name *e, bool want_type);
  Type *typ(syntax::Expr *e) { return definedType(e, nullptr); }
  Type *varType(syntax::Expr *e);
  void validVarType(syntax::Expr *e, Type *t);
  Type *definedType(syntax::Expr *e, TypeName *def);
  Type *genericType(syntax::Expr *e, std::string *cause);
  Type *typeExpr(syntax::Expr *e, TypeName *def);
  Type *typeExprUnchecked(syntax::Expr *e, TypeName *def);
  Type *instantiatedType(syntax::Expr *x, syntax::ExprList args, TypeName *def);
  std::int64_t arrayLength(syntax::Expr *e);
  bool typeList(syntax::ExprList list, std::vector<Type *> *out);
  void structType(Struct *s, syntax::StructType *e);
  void interfaceType(Interface *i, syntax::InterfaceType *e, TypeName *def);
  void mapType(Map *m, syntax::MapType *e);
  Type *parseUnion(syntax::Expr *e);          // union.cc
  Type *parseTilde(syntax::Expr *e, bool *tilde);
  void openScope();
  void closeScope() { env_.scope = env_.scope->parent(); }

  // signature.cc
  void funcType(Signature *sig, syntax::Field *recv, syntax::FieldList tparams, syntax::FuncType *type);
  void collectRecv(Signature *sig, syntax::Field *recv, Scope *scope);
  void validRecv(Pos pos, Var *recv);
  std::vector<Var *> collectParams(VarRole role, syntax::FieldList list, bool variadic_ok, bool *variadic,
                                   std::vector<syntax::Name *> *names);
  void declareParams(const std::vector<syntax::Name *> &names, const std::vector<Var *> &params);

  // expr.cc, const.cc
  ExprKind rawExpr(const Target *target, Operand &x, syntax::Expr *e, Type *hint, bool allow_generic);
  ExprKind exprInternal(const Target *target, Operand &x, syntax::Expr *e, Type *hint);
  void expr(const Target *target, Operand &x, syntax::Expr *e);
  void genericExpr(Operand &x, syntax::Expr *e);
  void exprOrType(Operand &x, syntax::Expr *e, bool allow_generic);
  void exprWithHint(Operand &x, syntax::Expr *e, Type *hint);
  std::vector<Operand> multiExpr(syntax::Expr *e, bool allow_comma_ok, bool *comma_ok);
  void exclude(Operand &x, bool no_value, bool builtin, bool type_expr);
  void singleValue(Operand &x);
  void nonGeneric(const Target *target, Operand &x);
  void pendingType(Operand &x);
  void unary(Operand &x, syntax::Operation *e);
  void indirection(Operand &x, syntax::Operation *e);
  void assertion(Operand &x, syntax::AssertExpr *e);
  void binary(Operand &x, syntax::Operation *e, syntax::Expr *lhs, syntax::Expr *rhs, syntax::Operator op);
  void shift(Operand &x, Operand &y, syntax::Expr *e, syntax::Operator op);
  void comparison(Operand &x, Operand &y, syntax::Operator op, bool switch_case);
  void matchTypes(Operand &x, Operand &y);
  bool mayConvert(const Operand &x, const Operand &y);
  bool operatorDefined(const Operand &x, syntax::Operator op, bool is_unary);
  Type *chanElem(Pos pos, const Operand &x, bool recv);
  void typeAssertion(syntax::Expr *e, const Operand &x, Type *t, bool type_switch);
  void convertUntyped(Operand &x, Type *target);
  void invalidConversion(ConvertError why, const Operand &x, Type *target);
  void updateExprType(syntax::Expr *e, Type *t, bool final);
  void updateExprValue(syntax::Expr *e, const constant::Value &v);
  void overflow(Operand &x, Pos op_pos);
  void representableAs(Operand &x, Basic *b);
  ConvertError representation(const Operand &x, const Basic *b, constant::Value *out);
  void markReassigned(syntax::Expr *e);
  void recordUntyped();
  void recordCommaOk(syntax::Expr *e, Type *t0, Type *t1);
  void recordBuiltinType(syntax::Expr *fun, Signature *sig);
  void recordInstance(syntax::Expr *e, TypeList args, Type *t);
  void recordSelection(syntax::SelectorExpr *e, Selection::Kind kind, Type *recv, Object *obj, const std::vector<int> &path,
                       bool indirect);

  // literal.cc, index.cc, conversion.cc
  void basicLit(Operand &x, syntax::BasicLit *e);
  void funcLit(Operand &x, syntax::FuncLit *e);
  void compositeLit(Operand &x, syntax::CompositeLit *e, Type *hint);
  void structLit(syntax::CompositeLit *e, Type *type, Struct *s);
  void mapLit(syntax::CompositeLit *e, Map *m);
  std::int64_t indexedElems(syntax::ExprList elems, Type *elem, std::int64_t length);
  bool indexExpr(Operand &x, syntax::IndexExpr *e);
  void sliceExpr(Operand &x, syntax::SliceExpr *e);
  syntax::Expr *singleIndex(syntax::IndexExpr *e);
  Type *index(syntax::Expr *e, std::int64_t max, std::int64_t *value);
  bool isValidIndex(Operand &x, std::string_view what, bool allow_negative);
  void conversion(Operand &x, Type *t);
  bool convertibleTo(const Operand &x, Type *t, std::string *cause);

  // call.cc, selector.cc, builtin.cc
  void funcInst(const Target *target, Pos pos, Operand &x, syntax::IndexExpr *inst, bool do_infer,
                std::vector<Type *> *partial);
  Signature *instantiateSignature(Pos pos, syntax::Expr *e, Signature *sig, TypeList args, syntax::ExprList arg_exprs);
  ExprKind callExpr(Operand &x, syntax::CallExpr *e);
  ExprKind conversionCall(Operand &x, syntax::CallExpr *e);
  std::vector<Operand> exprList(syntax::ExprList list);
  std::vector<Operand> genericExprList(syntax::ExprList list, std::vector<std::vector<Type *>> *type_args);
  Signature *arguments(syntax::CallExpr *call, Signature *sig, std::vector<Type *> targs, syntax::ExprList targ_exprs,
                       std::vector<Operand> &args, const std::vector<std::vector<Type *>> &arg_targs);
  void selector(Operand &x, syntax::SelectorExpr *e, bool want_type);
  bool qualifiedIdent(Operand &x, syntax::SelectorExpr *e, PkgName *p);
  bool selectorError(Operand &x, syntax::SelectorExpr *e, const LookupResult &r);
  std::string lookupError(Type *t, std::string_view sel, Object *found, bool struct_lit);
  std::string interfacePtrError(Type *t);
  bool use(syntax::ExprList list);
  bool use(syntax::Expr *e, bool lhs = false);
  bool useLhs(syntax::ExprList list);
  bool builtinCall(Operand &x, syntax::CallExpr *call, BuiltinId id);
  Signature *makeSig(Type *result, const std::vector<Type *> &params);

  // assignment.cc
  void assignment(Operand &x, Type *t, std::string_view context);
  void initConst(ConstObj *lhs, Operand &x);
  void initVar(Var *lhs, Operand &x, std::string_view context);
  Type *lhsVar(syntax::Expr *lhs);
  void assignVar(syntax::Expr *lhs, syntax::Expr *rhs, Operand *x, std::string_view context);
  void initVars(const std::vector<Var *> &lhs, syntax::ExprList rhs, syntax::Stmt *return_stmt);
  void assignVars(syntax::ExprList lhs, syntax::ExprList rhs);
  void shortVarDecl(Pos pos, syntax::ExprList lhs, syntax::ExprList rhs);
  void assignError(syntax::ExprList rhs, std::size_t l, std::size_t r);
  void returnError(syntax::Stmt *at, const std::vector<Var *> &lhs, const std::vector<Operand> &rhs);
  Target newTarget(Type *t, std::string_view description);
  Var *newLocal(Pos pos, std::string_view name, Type *t);

  // stmt.cc, range.cc
  void funcBody(DeclInfo *decl, Signature *sig, syntax::BlockStmt *body, std::optional<std::int64_t> iota,
                std::uint16_t level);
  void usage(Scope *scope);
  void stmtList(unsigned ctxt, syntax::StmtList list);
  void stmt(unsigned ctxt, syntax::Stmt *s);
  void stmtInner(unsigned ctxt, syntax::Stmt *s);
  void simpleStmt(syntax::Stmt *s);
  void exprStmt(syntax::ExprStmt *s);
  void assignStmt(syntax::AssignStmt *s);
  void returnStmt(syntax::ReturnStmt *s);
  void branchStmt(unsigned ctxt, syntax::BranchStmt *s);
  void suspendedCall(std::string_view keyword, syntax::Expr *call);
  void ifStmt(unsigned inner, syntax::IfStmt *s);
  void forStmt(unsigned inner, syntax::ForStmt *s);
  void switchStmt(unsigned inner, syntax::SwitchStmt *s);
  void exprSwitch(unsigned inner, syntax::SwitchStmt *s);
  void typeSwitch(unsigned inner, syntax::SwitchStmt *s, syntax::TypeSwitchGuard *guard);
  void selectStmt(unsigned inner, syntax::SelectStmt *s);
  void rangeStmt(unsigned inner, syntax::ForStmt *s, syntax::RangeClause *r);
  void declareRangeVars(syntax::ForStmt *s, syntax::RangeClause *r, Operand &x, Type *const rhs[2], bool over_int);
  void assignRangeVars(syntax::RangeClause *r, Operand &x, Type *const rhs[2], bool over_int);
  bool rangeKeyVal(Type *t, Type **key, Type **val, std::string *cause);
  struct SeenCase {
    Pos pos;
    Type *type;
  };
  using SeenCases = std::unordered_map<std::string, std::vector<SeenCase>>;
  void caseValues(Operand &x, syntax::ExprList values, SeenCases &seen);
  struct SeenType {
    Type *type; // null: nil
    syntax::Expr *expr;
  };
  Type *caseTypes(const Operand *x, syntax::ExprList types, std::vector<SeenType> &seen);
  template <typename Clause> void multipleDefaults(std::span<Clause *const> list);

  struct Delayed {
    GoVersion version;
    std::function<void()> run;
  };
  struct Untyped {
    syntax::Expr *expr;
    bool is_lhs; // of a non-constant shift
    Mode mode;
    Basic *type; // null: the entry is gone
    constant::Value value;
  };
  Untyped *untypedInfo(const syntax::Expr *e);

  Context &context_;
  const Config &config_;
  Package *pkg_;
  Info &info_;

  std::vector<syntax::File *> files_;
  std::vector<GoVersion> file_versions_;
  std::vector<PkgName *> imports_;
  struct DotImport {
    Scope *scope; // of the file
    Object *object;
    PkgName *name;
  };
  std::unordered_map<Object *, std::vector<DotImport>> dot_imports_; // by the object found through a dot import
  std::vector<Scope *> file_scopes_;
  std::unordered_map<std::string_view, Package *> import_map_;
  std::vector<Object *> objects_; // package-level objects and methods, in source order
  std::deque<DeclInfo> decl_infos_;
  std::deque<std::vector<Var *>> lhs_lists_;
  struct MethodInfo {
    Func *func;
    bool ptr;
    syntax::Name *recv;
  };
  std::vector<MethodInfo> methods_;
  std::unordered_map<TypeName *, std::vector<Func *>> type_methods_;
  std::vector<Delayed> delayed_;
  std::vector<Object *> obj_path_;
  std::vector<std::uint32_t> untyped_index_; // by node id: index + 1 into untyped_
  std::vector<Untyped> untyped_;
  std::vector<Named *> named_;               // declared types whose underlying types are to be fixed at the end
  struct PlacedType {
    Pos pos;
    Type *type;
  };
  std::vector<PlacedType> literal_types_; // type literals, for checkRestrictions
  std::vector<PlacedType> type_args_;
  std::vector<syntax::Decl *> local_decls_; // declarations in functions, for checkPragmas
  bool first_error_ = false;
  MessageStyle style_;
  std::vector<Named *> finite_path_; // types whose size is being looked into
  InstanceGraph instance_graph_;
};

} // namespace gannet::types

#endif // GANNET_COMPILER_TYPES_CHECK_H
