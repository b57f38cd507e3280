// The syntax tree of a source file, as the parser leaves it.
//
// Nodes live in the compilation's arena and are told apart by `kind`; there are no virtual functions. Every node has a
// position and an id, dense over the package (files are numbered one after the other), so that what later phases learn
// of a node (type, mode, constant value, object, scope) stands in side tables indexed by id. The tree is not changed after parsing.
//
// Names are interned: equal names have equal data(). Literal texts are views of the file's text.
//
// Positions follow gc's, since messages and line tables show them: a binary Operation stands at its operator, a
// SelectorExpr at its dot, a CallExpr, IndexExpr, SliceExpr at the opening bracket, an AssignStmt at its operator, a
// KeyValueExpr at its colon; everything else at its first token. startPos(n) and endPos(n) give the extent.
#ifndef GANNET_COMPILER_SYNTAX_TREE_H
#define GANNET_COMPILER_SYNTAX_TREE_H

#include "compiler/base/source.h"
#include "compiler/syntax/token.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace gannet::syntax {

enum class NodeKind : std::uint8_t {
  // declarations
  ImportDecl,
  ConstDecl,
  TypeDecl,
  VarDecl,
  FuncDecl,
  // expressions
  BadExpr,
  Name,
  BasicLit,
  CompositeLit,
  KeyValueExpr,
  FuncLit,
  ParenExpr,
  SelectorExpr,
  IndexExpr,
  SliceExpr,
  AssertExpr,
  TypeSwitchGuard,
  Operation,
  CallExpr,
  ArrayType,
  SliceType,
  DotsType,
  StructType,
  InterfaceType,
  FuncType,
  MapType,
  ChanType,
  // statements
  EmptyStmt,
  LabeledStmt,
  BlockStmt,
  ExprStmt,
  SendStmt,
  DeclStmt,
  AssignStmt,
  RangeClause,
  BranchStmt,
  CallStmt,
  ReturnStmt,
  IfStmt,
  ForStmt,
  SwitchStmt,
  SelectStmt,
  // parts of the above
  Field,
  CaseClause,
  CommClause,
  File,
};

struct Node {
  NodeKind kind;
  std::uint32_t id; // dense over the package
  Pos pos;

  template <typename T> bool is() const { return T::matches(kind); }
  // The node as a T, or null if it is something else. Callable on any node that is not null.
  template <typename T> T *as() { return T::matches(kind) ? static_cast<T *>(this) : nullptr; }
  template <typename T> const T *as() const { return T::matches(kind) ? static_cast<const T *>(this) : nullptr; }
  // The node as a T, which the caller knows it to be.
  template <typename T> T *to() { return static_cast<T *>(this); }
  template <typename T> const T *to() const { return static_cast<const T *>(this); }
};

struct Decl : Node {
  static bool matches(NodeKind k) { return k <= NodeKind::FuncDecl; }
};
struct Expr : Node {
  static bool matches(NodeKind k) { return k >= NodeKind::BadExpr && k <= NodeKind::ChanType; }
};
struct Stmt : Node {
  static bool matches(NodeKind k) { return k >= NodeKind::EmptyStmt && k <= NodeKind::SelectStmt; }
};

// Gives a node struct its kind.
template <NodeKind K, typename Base> struct NodeOf : Base {
  static constexpr NodeKind kKind = K;
  static bool matches(NodeKind k) { return k == K; }
};

// Null-tolerant forms.
template <typename T> T *as(Node *n) { return n ? n->as<T>() : nullptr; }
template <typename T> const T *as(const Node *n) { return n ? n->as<T>() : nullptr; }

struct Name;
struct BasicLit;
struct FuncType;
struct BlockStmt;
struct Field;
struct CaseClause;
struct CommClause;

using ExprList = std::span<Expr *const>;
using NameList = std::span<Name *const>;
using FieldList = std::span<Field *const>;
using StmtList = std::span<Stmt *const>;
using DeclList = std::span<Decl *const>;

// ---------------------------------------------------------------------------------------------------------------------
// Pragmas

enum class PragmaFlag : std::uint32_t {
  None = 0,
  Nointerface = 1 << 0,
  Noescape = 1 << 1,
  Norace = 1 << 2,
  Nosplit = 1 << 3,
  Noinline = 1 << 4,
  NoCheckPtr = 1 << 5,
  Systemstack = 1 << 6,
  Nowritebarrier = 1 << 7,
  Nowritebarrierrec = 1 << 8,
  Yeswritebarrierrec = 1 << 9,
  CgoUnsafeArgs = 1 << 10,
  UintptrKeepAlive = 1 << 11,
  UintptrEscapes = 1 << 12,
  RegisterParams = 1 << 13,
  GoBuild = 1 << 14,
};
constexpr PragmaFlag operator|(PragmaFlag a, PragmaFlag b) {
  return PragmaFlag(std::uint32_t(a) | std::uint32_t(b));
}
constexpr PragmaFlag operator&(PragmaFlag a, PragmaFlag b) {
  return PragmaFlag(std::uint32_t(a) & std::uint32_t(b));
}
constexpr bool any(PragmaFlag f) { return f != PragmaFlag::None; }

struct PragmaPos {
  PragmaFlag flag;
  Pos pos;
};
struct EmbedPragma {
  Pos pos;
  std::span<const std::string_view> patterns; // unquoted
};
struct LinknamePragma {
  Pos pos;
  std::string_view local;
  std::string_view remote; // empty: only marks the symbol as reachable by its own name
};
struct CgoPragma {
  Pos pos;
  std::span<const std::string_view> fields; // first the verb without "go:"
};

// The directives that stood before a declaration. Those which no declaration took are reported by the parser; that one took may
// still be out of place there ("misplaced compiler directive"), which its consumer reports.
struct Pragmas {
  PragmaFlag flags = PragmaFlag::None;
  std::span<const PragmaPos> places;
  std::span<const EmbedPragma> embeds;
};

// ---------------------------------------------------------------------------------------------------------------------
// Declarations

// A parenthesized group of declarations. Compared by address.
struct Group {
  Pos pos; // of the "("
};

struct ImportDecl : NodeOf<NodeKind::ImportDecl, Decl> {
  const Group *group;     // null: not in a group
  const Pragmas *pragmas; // null: none
  Name *local_name;       // "." and "_" included; null: none
  BasicLit *path;         // null or bad after a syntax error
};

struct ConstDecl : NodeOf<NodeKind::ConstDecl, Decl> {
  const Group *group;
  const Pragmas *pragmas;
  NameList names;
  // What this spec itself says; both absent means that it repeats an earlier one of its group.
  Expr *type;
  ExprList values;
  // Where type and values come from: this, or the spec of the group that is repeated. Null if there is none (an error).
  const ConstDecl *inherited_from;
  std::uint32_t iota; // index in the group
};

struct TypeDecl : NodeOf<NodeKind::TypeDecl, Decl> {
  const Group *group;
  const Pragmas *pragmas;
  Name *name;
  FieldList tparams; // each has a name and a constraint
  bool is_alias;
  Expr *type;
};

struct VarDecl : NodeOf<NodeKind::VarDecl, Decl> {
  const Group *group;
  const Pragmas *pragmas;
  NameList names;
  Expr *type; // null: none
  ExprList values;
};

struct FuncDecl : NodeOf<NodeKind::FuncDecl, Decl> {
  const Pragmas *pragmas;
  Field *recv; // null: not a method
  Name *name;
  FieldList tparams;
  FuncType *type;
  BlockStmt *body; // null: defined elsewhere
};

// ---------------------------------------------------------------------------------------------------------------------
// Expressions. A list a, b, c is always an ExprList of its parent.

struct BadExpr : NodeOf<NodeKind::BadExpr, Expr> {}; // an error was reported here

struct Name : NodeOf<NodeKind::Name, Expr> {
  std::string_view value; // interned
  bool isBlank() const { return value == "_"; }
};

struct BasicLit : NodeOf<NodeKind::BasicLit, Expr> {
  std::string_view value; // as written, quotes included
  LitKind lit_kind;
  bool bad; // an error was reported in it
};

// Type{elems...}
struct CompositeLit : NodeOf<NodeKind::CompositeLit, Expr> {
  Expr *type; // null: elided
  ExprList elems;
  std::uint32_t key_count; // elems that are KeyValueExprs
  Pos rbrace;
};

struct KeyValueExpr : NodeOf<NodeKind::KeyValueExpr, Expr> {
  Expr *key;
  Expr *value;
};

struct FuncLit : NodeOf<NodeKind::FuncLit, Expr> {
  FuncType *type;
  BlockStmt *body;
};

struct ParenExpr : NodeOf<NodeKind::ParenExpr, Expr> {
  Expr *x;
};

struct SelectorExpr : NodeOf<NodeKind::SelectorExpr, Expr> {
  Expr *x;
  Name *sel;
};

// x[index] or an instantiation x[T1, T2]; at least one index.
struct IndexExpr : NodeOf<NodeKind::IndexExpr, Expr> {
  Expr *x;
  ExprList indices;
};

struct SliceExpr : NodeOf<NodeKind::SliceExpr, Expr> {
  Expr *x;
  Expr *index[3]; // null: absent
  bool full;      // two colons
};

// x.(type_expr)
struct AssertExpr : NodeOf<NodeKind::AssertExpr, Expr> {
  Expr *x;
  Expr *type;
};

// [lhs :=] x.(type); valid only as the tag of a SwitchStmt.
struct TypeSwitchGuard : NodeOf<NodeKind::TypeSwitchGuard, Expr> {
  Name *lhs; // null: none
  Expr *x;
};

// Unary if y is null. Unary Mul is a dereference or a pointer type, And an address, Recv a receive, Tilde a type term;
// binary Or may be a union of type terms.
struct Operation : NodeOf<NodeKind::Operation, Expr> {
  Operator op;
  Expr *x;
  Expr *y;
  bool isUnary() const { return !y; }
};

struct CallExpr : NodeOf<NodeKind::CallExpr, Expr> {
  Expr *fun;
  ExprList args;
  bool has_dots; // the last argument is followed by ...
};

struct ArrayType : NodeOf<NodeKind::ArrayType, Expr> {
  Expr *len; // null: [...]
  Expr *elem;
};

struct SliceType : NodeOf<NodeKind::SliceType, Expr> {
  Expr *elem;
};

// ...elem, in a parameter list
struct DotsType : NodeOf<NodeKind::DotsType, Expr> {
  Expr *elem;
};

// A struct field, a parameter, a type parameter, an interface method or an embedded element. Names declared together
// (`a, b T`) are Fields of their own that share one type expression.
struct Field : NodeOf<NodeKind::Field, Node> {
  Name *name; // null: unnamed parameter, or embedded
  Expr *type;
  BasicLit *tag; // struct fields; null: none
};

struct StructType : NodeOf<NodeKind::StructType, Expr> {
  FieldList fields;
};

struct InterfaceType : NodeOf<NodeKind::InterfaceType, Expr> {
  FieldList elems; // with a name: a method, whose type is a FuncType; without: an embedded type or union
};

struct FuncType : NodeOf<NodeKind::FuncType, Expr> {
  FieldList params;
  FieldList results;
};

struct MapType : NodeOf<NodeKind::MapType, Expr> {
  Expr *key;
  Expr *value;
};

enum class ChanDir : std::uint8_t { Both, SendOnly, RecvOnly };

struct ChanType : NodeOf<NodeKind::ChanType, Expr> {
  ChanDir dir;
  Expr *elem;
};

// ---------------------------------------------------------------------------------------------------------------------
// Statements. A simple statement is an EmptyStmt (or null), ExprStmt, SendStmt, AssignStmt or RangeClause.

struct EmptyStmt : NodeOf<NodeKind::EmptyStmt, Stmt> {};

struct LabeledStmt : NodeOf<NodeKind::LabeledStmt, Stmt> {
  Name *label; // the statement's pos is the colon's
  Stmt *stmt;
};

struct BlockStmt : NodeOf<NodeKind::BlockStmt, Stmt> {
  StmtList list;
  Pos rbrace; // where "missing return" is reported
};

struct ExprStmt : NodeOf<NodeKind::ExprStmt, Stmt> {
  Expr *x;
};

struct SendStmt : NodeOf<NodeKind::SendStmt, Stmt> {
  Expr *chan;
  Expr *value;
};

struct DeclStmt : NodeOf<NodeKind::DeclStmt, Stmt> {
  DeclList decls;
};

// op None: lhs = rhs. op Def: lhs := rhs. Otherwise lhs op= rhs, and no rhs means lhs++ (Add) or lhs-- (Sub).
struct AssignStmt : NodeOf<NodeKind::AssignStmt, Stmt> {
  Operator op;
  ExprList lhs;
  ExprList rhs;
};

// The init of a ForStmt: [lhs =|:=] range x
struct RangeClause : NodeOf<NodeKind::RangeClause, Stmt> {
  ExprList lhs; // may have more than two (an error the checker reports)
  bool define;
  Expr *x;
};

struct BranchStmt : NodeOf<NodeKind::BranchStmt, Stmt> {
  Token token; // Break, Continue, Fallthrough or Goto
  Name *label; // null: none
};

struct CallStmt : NodeOf<NodeKind::CallStmt, Stmt> {
  Token token; // Go or Defer
  Expr *call;  // maybe not a CallExpr (an error the checker reports)
};

struct ReturnStmt : NodeOf<NodeKind::ReturnStmt, Stmt> {
  ExprList results;
};

struct IfStmt : NodeOf<NodeKind::IfStmt, Stmt> {
  Stmt *init; // null: none
  Expr *cond;
  BlockStmt *then;
  Stmt *otherwise; // null, IfStmt or BlockStmt
};

struct ForStmt : NodeOf<NodeKind::ForStmt, Stmt> {
  Stmt *init; // null: none; maybe a RangeClause
  Expr *cond;
  Stmt *post;
  BlockStmt *body;
};

struct SwitchStmt : NodeOf<NodeKind::SwitchStmt, Stmt> {
  Stmt *init;
  Expr *tag; // null: none; maybe a TypeSwitchGuard
  std::span<CaseClause *const> body;
  Pos rbrace;
};

struct SelectStmt : NodeOf<NodeKind::SelectStmt, Stmt> {
  std::span<CommClause *const> body;
  Pos rbrace;
};

struct CaseClause : NodeOf<NodeKind::CaseClause, Node> {
  bool is_default;
  ExprList cases;
  StmtList body;
  Pos colon;
};

struct CommClause : NodeOf<NodeKind::CommClause, Node> {
  Stmt *comm; // null: default
  StmtList body;
  Pos colon;
};

// ---------------------------------------------------------------------------------------------------------------------

struct File : NodeOf<NodeKind::File, Node> {
  std::uint16_t file_index; // in the SourceSet; pos is that of the package clause
  const Pragmas *pragmas;   // before the package clause
  Name *package_name;
  DeclList decls;
  Pos eof;
  std::string_view build_line; // "//go:build ..." before the package clause; empty: none
  std::string_view go_version; // "go1.N" that the build line implies; empty: none
  std::span<const LinknamePragma> linknames;
  std::span<const CgoPragma> cgo_pragmas;
};

// First and last position of what a node was written as; the end is just past the last character, as far as the tree tells.
Pos startPos(const Node *n);
Pos endPos(const Node *n);

// The expression without surrounding parentheses.
Expr *unparen(Expr *x);
const Expr *unparen(const Expr *x);

} // namespace gannet::syntax

#endif
