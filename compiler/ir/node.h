// The mid-level IR: a typed tree in which everything that Go leaves implicit is said.
//
// A function's body is a list of statement nodes; expressions are trees. Nodes are arena objects of one shape
// (Node), told apart by `op`; ops.def says which fields an op uses and what it means. What holds of a concrete
// function (Func::generic false), and what the SSA builder may rely on:
//
//  1. No op of class Sym, no type parameter in any type, no untyped type, no Alias at the top of a node's type.
//  2. Operands have the types that the op demands: every conversion, also value to interface, is a Convert.
//     Assignment, return, send, call argument: source and target types are identical.
//  3. Field's operand is a struct, Index's an array, slice or string: dereferences and embedded fields are spelt out.
//     An lvalue is a LocalRef, GlobalRef, Deref, or Field / Index (array) of an lvalue, or Index of a slice.
//  4. Method calls are CallStatic with the receiver as first argument (address or dereference taken), or CallIface.
//  5. A LocalRef names a local of the function it stands in; variables of enclosing functions are its `captures`.
//  6. Break, continue and goto are Jumps to Label objects of the same function. Range over functions is gone.
//  7. Go and Defer take a func() value without arguments.
//  8. Constants are folded: Const nodes have exact values representable in their type.
//  9. A tuple-typed node stands only in AssignTuple, Return and ExprStmt.
//
// In a generic body (Func::generic) 5 to 7 do not hold yet: LocalRefs reach into enclosing functions, range over
// functions and calls in go and defer are as written (see ops.def). instantiate.h makes concrete functions of them.
#ifndef GANNET_COMPILER_IR_NODE_H
#define GANNET_COMPILER_IR_NODE_H

#include "compiler/base/source.h"

#include <cstdint>
#include <span>
#include <string_view>

namespace gannet::constant {
class Value;
}
namespace gannet::types {
struct Type;
struct Func;
struct Var;
struct Signature;
} // namespace gannet::types

namespace gannet::ir {

struct Func;
struct Global;
struct Node;

enum class Op : std::uint8_t {
#define GANNET_IR_OP(name, text, cls) name,
#include "compiler/ir/ops.def"
#undef GANNET_IR_OP
};
std::string_view opText(Op op);
enum class OpClass : std::uint8_t { Expr, Stmt, Sym };
OpClass opClass(Op op);

// What a Convert does. Sizes and signs are read off the types.
enum class Conv : std::uint8_t {
  Noop,          // same representation: named to unnamed, chan direction, unsafe.Pointer to *T and back, func types
  Numeric,       // integer, float to integer, float; complex to complex
  IntToString,   // UTF-8 of a code point
  BytesToString, // esc(): result; flag kTemp: the string does not outlive the statement and the bytes do not change
  RunesToString,
  StringToBytes, // flag kTemp: the result is only read and does not outlive the string
  StringToRunes,
  ToIface,       // concrete value to interface `type`: esc() of the boxed value. flag kTemp: read-only data may be shared
  IfaceToIface,  // statically implemented; nil stays nil. Same method set: Noop
  SliceToArrayPtr, // panics if too short
  SliceToArray,  // value: load through SliceToArrayPtr
  PtrToUintptr,  // unsafe.Pointer to uintptr
  UintptrToPtr,  // uintptr to unsafe.Pointer
};

enum class RangeKind : std::uint8_t {
  Int,      // x: integer n; y runs over 0..n-1 of x's type
  Array,    // x: array value (copied unless it is only indexed by keys: y alone, then x may be not evaluated) or lvalue
  ArrayPtr, // x: pointer to array; only y: x is not dereferenced
  Slice,
  String,   // y: byte index (int), z: rune
  Map,
  Chan,     // y: element
  Func,     // in generic bodies only
};

// Where an allocation may stand, decided by escape analysis. Heap until then.
enum class Esc : std::uint8_t { Heap, Stack };

// Where append lets a slice variable begin that has no room at all (growing_slices.h). Heap until escape analysis.
enum class Growth : std::uint8_t {
  Heap,
  Frame,           // in the frame whenever it has no room
  FrameOnce,       // in the frame once in the variable's life: others may hold the place
  FrameUntilMoved, // in the frame, from where a LocalRef with flag kMoveOut takes it to the heap
};
inline constexpr std::int64_t kGrowthBytes = 32; // of the frame, for one variable

using NodeList = std::span<Node *>;

// A jump target. Loops, switches and blocks own theirs; a Label statement binds one.
struct Label {
  std::string_view name; // of the source, or empty
  std::uint32_t id = 0;  // dense in its Func, see Func::label_count
};

// A variable of a function. Owned by the Func whose `locals` has it.
struct Local {
  std::string_view name; // "" or "_": compiler's temporaries and blanks; "~r0" results without a name
  types::Type *type = nullptr;
  Pos pos;
  std::uint32_t id = 0; // index into Func::locals
  std::uint32_t inline_site = 0; // that of the inlined body that declares it, else 0
  enum class Kind : std::uint8_t { Auto, Param, Result, Capture } kind = Kind::Auto;
  Kind declared_kind = Kind::Auto; // `kind`, or what it was in the function that was inlined
  Growth growth = Growth::Heap;
  bool addr_taken : 1 = false; // an Addr names it (or Slice of it): it lives in memory
  bool reassigned : 1 = false; // assigned after its declaration
  bool captured : 1 = false;   // by a closure (by value or by reference; the latter also sets addr_taken)
  bool by_ref : 1 = false;     // Capture: the closure holds the variable's address; a LocalRef means what that points to
  bool on_heap : 1 = false;    // escapes: its storage is newobject'ed at its Var statement, or at entry for Param and Result
  bool used : 1 = false;
  bool is_temp : 1 = false;    // made by the compiler
  types::Var *source = nullptr; // null for temporaries
  Local *outer = nullptr;       // Capture: the enclosing function's variable
  Func *owner = nullptr;
};

// A call that was inlined: a node of `Func::inline_sites`, a tree by `parent`. Site 0 is the function itself.
struct InlineSite {
  std::uint32_t parent = 0; // the site whose code contains the call
  Pos call_pos;
  Func *callee = nullptr;   // null for site 0
};

enum NodeFlag : std::uint16_t {
  kNonNil = 1 << 0,      // Deref, Field: pointer known not nil
  kBounded = 1 << 1,     // Index: in range; Shl, Shr: count below the width
  kDefine = 1 << 2,      // Range, Case
  kDefault = 1 << 3,     // Case
  kFallthrough = 1 << 4, // Case
  kTemp = 1 << 5,        // Convert
  kMoveOut = 1 << 5,     // LocalRef: the slice leaves the frame. Append: to x, which may begin in the frame (Growth)
  kLikely = 1 << 6,
  kUnlikely = 1 << 7,
  kImplicit = 1 << 8,    // Convert, Deref, Addr that the source does not show; Var: set by the assignment that follows
  kEscStack = 1 << 9,    // see esc()
  kEllipsis = 1 << 10,   // SliceLit: the packed arguments of a variadic call
  kNoInline = 1 << 11,   // call: not to be inlined (again)
  kHasDefer = 1 << 12,   // InlinedCall, Closure: internal
  kGoDefer = 1 << 13,    // call in a go or defer statement, of a generic body
  kLoopVar = 1 << 14,    // For: the variables of `list` are per iteration (until finalize)
  kNoBarrier = 1 << 15,  // Assign: no write barrier needed
};

struct Node {
  Op op;
  std::uint8_t sub = 0;        // Conv, RangeKind or Op, by op
  std::uint16_t flags = 0;
  std::uint32_t inline_site = 0; // into Func::inline_sites of the function it stands in
  Pos pos;
  types::Type *type = nullptr;
  Node *x = nullptr;
  Node *y = nullptr;
  Node *z = nullptr;
  Node *w = nullptr;
  std::int64_t aux_int = 0;
  // One of these, by op.
  union {
    void *aux = nullptr;
    const constant::Value *const_value;
    Local *aux_local;
    Global *aux_global;
    Func *aux_func;
    types::Func *aux_method;
    types::Type *type_arg;
    Label *aux_label;
  };
  Label *aux_label2 = nullptr;
  NodeList list;
  NodeList list2;
  NodeList body;
  NodeList body2;
  std::span<std::int64_t> indices; // StructLit, ArrayLit, SliceLit, SymComposite

  bool has(NodeFlag f) const { return flags & f; }
  void set(NodeFlag f, bool on = true) { flags = on ? flags | f : flags & ~f; }
  Esc esc() const { return flags & kEscStack ? Esc::Stack : Esc::Heap; }

  const constant::Value &value() const { return *const_value; }
  Local *local() const { return aux_local; }
  Global *global() const { return aux_global; }
  Func *func() const { return aux_func; }
  types::Func *method() const { return aux_method; }
  types::Type *aux_type() const { return type_arg; }
  Label *label() const { return aux_label; }
  Label *label2() const { return aux_label2; }
  Conv conv() const { return static_cast<Conv>(sub); }
  RangeKind range_kind() const { return static_cast<RangeKind>(sub); }
  Op binary() const { return static_cast<Op>(sub); }
};

inline bool isStmt(const Node &n) { return opClass(n.op) == OpClass::Stmt; }

// Calls f(child) for each direct child that is there, in order of evaluation as far as the tree tells.
// The child is passed by reference to its place, so that it can be replaced.
template <typename F> void forEachChild(Node &n, F &&f) {
  if (n.x) f(n.x);
  if (n.y) f(n.y);
  if (n.z) f(n.z);
  if (n.w) f(n.w);
  for (Node *&c : n.list) if (c) f(c);
  for (Node *&c : n.list2) if (c) f(c);
  for (Node *&c : n.body) if (c) f(c);
  for (Node *&c : n.body2) if (c) f(c);
}

} // namespace gannet::ir

#endif
