// The SSA form of one function: values in blocks, and the tables that they name.
//
// Everything is owned by the Func and named by id. References to values, blocks, locals, layouts and calls, and spans of
// operands, stay good while the Func lives (stores grow in chunks), so adding a value does not invalidate one held.
// Operands, controls and edges are changed through Func's functions alone, which keep use counts and edges in step.
//
// Memory is a value of type Mem: each operation that changes memory takes the state before and makes the state after; at
// each point of a block exactly one state is current, and phis of memory join them. An operation that reads takes the
// state that is current where it stands.
//
// Safepoints are the calls. At each, a live pointer into each live object exists as a value of type Ptr, or in a local.
//
// A function that defers may resume, after a recovered panic, at its deferreturn call. So: results and whatever is read
// after it live in locals marked `address_taken`, which calls may change, and nothing else is used after that call that
// was computed before it.
#ifndef GANNET_COMPILER_SSA_FUNC_H
#define GANNET_COMPILER_SSA_FUNC_H

#include "compiler/base/arena.h"
#include "compiler/base/check.h"
#include "compiler/base/source.h"
#include "compiler/ssa/abi.h"
#include "compiler/ssa/ids.h"
#include "compiler/ssa/op.h"

#include <cstdint>
#include <deque>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::ssa {

// A place in the source, and the inlined call through which it came here (none: the function itself).
struct SrcPos {
  gannet::Pos pos;
  InlineSiteId site;
  friend bool operator==(SrcPos, SrcPos) = default;
};

// One inlined call: `function` was inlined at `call`, whose own site is the parent in the inline tree.
struct InlineSite {
  SrcPos call;
  SymId function;            // linker symbol of what was inlined
  std::uint32_t start_line;  // of its declaration
  std::uint8_t func_id = 0;  // abi.FuncID (wrappers are hidden from tracebacks)
};

struct Symbol {
  std::string_view name; // linker symbol; ABI0 ones carry ".abi0"
};

// Size, alignment and pointers of a Go type; `ptr_mask` has bit i of word i/64 for the i-th 8-byte word and covers
// ptr_bytes. It may be left empty for types too big for the frame; ptr_bytes says all then.
struct Layout {
  std::int64_t size_bytes = 0;
  std::int64_t align_bytes = 1;
  std::int64_t ptr_bytes = 0;           // bytes up to the end of the last pointer; 0: none
  std::vector<std::uint64_t> ptr_mask;
  SymId type_sym;                       // its descriptor, needed where typed moves or write barriers may arise
  bool hasPointers() const { return ptr_bytes != 0; }
  bool isPointerWord(std::int64_t word) const {
    return word * 8 < ptr_bytes && static_cast<std::size_t>(word / 64) < ptr_mask.size() &&
           (ptr_mask[word / 64] >> (word % 64) & 1) != 0;
  }
};

enum class LocalKind : std::uint8_t {
  Auto,        // in the frame
  StackParam,  // passed on the stack: in the caller's frame at frame_offset from the caller's SP
  StackResult, // returned there
  RegisterParam, // passed in registers, and kept where the caller has spill slots for these: at frame_offset from the caller's SP
};
inline constexpr std::string_view kLocalKinds[] = {"auto", "param", "result", "regparam"}; // in SSA text

// The function's own: nobody else knows where it is, unless its address is taken.
constexpr bool isOwn(LocalKind k) { return k == LocalKind::Auto || k == LocalKind::RegisterParam; }

// A variable in memory. The back end gives an Auto its place, and decides where stack maps show its pointers
// (x86/local_liveness.h).
struct Local {
  std::string_view name;
  LayoutId layout;
  LocalKind kind = LocalKind::Auto;
  bool address_taken = false;  // calls and unknown pointers may read and change it
  std::int64_t frame_offset = 0;
  SrcPos pos;
};

// A variable of the source, for debuggers.
struct DebugVariable {
  std::string_view name;
  std::uint32_t type = 0; // object::DebugTypeId of the package's unit
  std::uint8_t role = 0;  // object::DebugVariable::Role
  bool indirect = false;  // the local holds its address
  LocalId local;          // where it is for all of its life; none: not in memory
  std::uint32_t line = 0;
  std::uint32_t size_bytes = 0;
  InlineSiteId site;       // the inlined call whose function declares it
  std::uint32_t scope = 0; // into debug_scopes and one more: 0 is the function, or the inlined call
};

// A block of the source that declares variables. Blocks come before those in them: the function's own first, then those of each
// inlined call, in the order of the source.
struct DebugScope {
  InlineSiteId site;        // the inlined call whose function it is in
  std::uint32_t parent = 0; // as DebugVariable::scope
  gannet::Pos from, to;     // of all code in it, without what was inlined there
};

// A variable that is no memory, or a part of one, has this value from the value's definition up to that of another of its
// bindings. A pass that replaces a value carries its bindings over if it can; those of a value that is gone say nothing.
struct DebugBinding {
  std::uint32_t variable = 0; // index into debug_variables
  std::uint32_t offset = 0;   // bytes
  ValueId value;
};

// How a call is made. Operands are described at the ops StaticCall, ClosureCall and InterCall.
struct CallInfo {
  SymId callee;                 // static calls
  AbiSignature sig;
  bool is_defer_return = false; // recovery resumes here
  bool no_return = false;       // ends its block, which is then an Exit
};

// aux_int of PanicBounds is kind * 2 + (index signed); numbers are abi.BoundsErrorCode.
enum class BoundsKind : std::uint8_t { Index, SliceAlen, SliceAcap, SliceB, Slice3Alen, Slice3Acap, Slice3B, Slice3C, Convert };

struct ValueFlags {
  enum : std::uint8_t {
    NoWriteBarrier = 1 << 0, // Store, Move, Zero: the program promises that none is needed
    NonNil = 1 << 1,         // the pointer cannot be nil
    NonNegative = 1 << 3,    // an integer that is never negative: a length or a capacity
    InNoPreempt = 1 << 2,    // part of a sequence that may not be interrupted (NoPreempt below); kept by reset
  };
};

struct Value {
  Op op = Op::Invalid;
  Type type = Type::None;
  std::uint8_t flags = 0;
  BlockId block;             // where it stands; none: removed
  std::int64_t aux_int = 0;
  SymId sym;
  std::uint32_t aux_id = Id<ValueId>::kNone; // Layout, Call or Local by the op's AuxKind
  std::uint8_t scale = 0;    // machine ops: index scale 1, 2, 4, 8; 0 none
  std::uint8_t cond = 0;     // machine ops: condition code
  std::uint16_t extra = 0;   // machine ops: free for the back end
  std::uint32_t uses = 0;    // operands and controls that name it
  SrcPos pos;

  std::span<const ValueId> args() const { return {args_, arg_count_}; }
  ValueId arg(unsigned i) const { return args_[i]; }
  unsigned argCount() const { return arg_count_; }
  LayoutId layout() const { return LayoutId(aux_id); }
  CallId call() const { return CallId(aux_id); }
  LocalId local() const { return LocalId(aux_id); }

private:
  friend class Func;
  ValueId *args_ = nullptr;
  std::uint32_t arg_count_ = 0;
  std::uint32_t arg_capacity_ = 0;
};

enum class BlockKind : std::uint8_t {
  Plain,     // 1 successor
  If,        // control: bool; successors: then, else
  JumpTable, // control: i64 in [0, n); n successors
  Ret,       // controls: register results in order, then memory
  Exit,      // control: memory; control never gets to its end (a call that does not return)
  CondJump,  // machine: control: flags, condition in `cond`; successors: taken, not taken
};

// An edge knows its place at the other end, so that phi operands stay in step with predecessors.
struct Edge {
  BlockId block;
  std::uint32_t index = 0; // of this edge in the other block's list
  friend bool operator==(Edge, Edge) = default;
};

// Where an asynchronous preemption may not stop the block: between the test of the write-barrier flag and the stores that
// it guards. Bits.
struct NoPreempt {
  enum : std::uint8_t {
    Whole = 1, // anywhere
    Tail = 2,  // from the last value flagged InNoPreempt that only reads (the load of the flag) to the end
    Head = 4,  // from the start to the last value flagged InNoPreempt that writes memory
  };
};

struct Block {
  BlockKind kind = BlockKind::Plain;
  std::int8_t likely = 0;          // 1: successor 0 is likely, -1: successor 1, 0: unknown
  std::uint8_t cond = 0;           // CondJump: the back end's condition code
  bool removed = false;
  std::uint8_t no_preempt = 0;     // NoPreempt bits
  SrcPos pos;                      // of the branch
  std::vector<ValueId> values;     // in order once scheduled; phis are first always
  std::vector<ValueId> controls;   // read; write through Func
  std::vector<Edge> succs;
  std::vector<Edge> preds;
};

struct FuncFlags {
  bool nosplit = false;
  bool needs_ctxt = false;          // reads its closure context
  bool wrapper = false;
  bool abi_wrapper = false;
  bool has_defer = false;
  bool reflect_method = false;
  bool no_write_barriers = false;   // go:nowritebarrier(rec): an error where one is needed
  bool dup_ok = false;
  bool map_init = false;            // fills a map variable, which keeps it (object::kMapInit)
  bool top_frame = false;
  bool systemstack = false;
  bool unpreemptible = false;       // no signal may stop it; it stops only at calls
};

// Parts of a value beside its operands.
struct Aux {
  std::int64_t aux_int = 0;
  SymId sym = {};
  std::uint32_t aux_id = Id<ValueId>::kNone;
};

class Func {
public:
  explicit Func(std::string name);
  Func(const Func &) = delete;
  Func &operator=(const Func &) = delete;

  const std::string &name() const { return name_; } // linker symbol
  AbiSignature sig;                                  // how it is called
  FuncFlags flags;
  SrcPos pos;      // of the declaration
  SrcPos end_pos;  // of the closing brace
  std::vector<DebugVariable> debug_variables; // names are in the arena
  std::vector<DebugBinding> debug_bindings;
  std::vector<DebugScope> debug_scopes;

  // ---- values
  // Appends a value to a block. Operands are counted as uses.
  ValueId add(BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux = {});
  ValueId add(BlockId b, Op op, Type type, std::initializer_list<ValueId> args, SrcPos pos, Aux aux = {}) {
    return add(b, op, type, std::span<const ValueId>(args.begin(), args.size()), pos, aux);
  }
  // The same, standing at `index` of the block's values.
  ValueId insert(BlockId b, std::size_t index, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux = {});
  // A phi, placed after the block's other phis; operands may be fewer than predecessors until they are all added.
  ValueId addPhi(BlockId b, Type type, std::span<const ValueId> args, SrcPos pos);
  // A constant in the entry block; equal ones are shared. Integers are taken modulo the width.
  ValueId constInt(Type type, std::int64_t value);
  ValueId constBool(bool value) { return constInt(Type::Bool, value); }
  ValueId constNil() { return constInt(Type::Ptr, 0); }
  ValueId constFloat(Type type, double value);

  Value &operator[](ValueId v) { return value_chunks_[v.raw >> kChunkShift][v.raw & (kChunk - 1)]; }
  const Value &operator[](ValueId v) const { return value_chunks_[v.raw >> kChunkShift][v.raw & (kChunk - 1)]; }
  Value &value(ValueId v) { return (*this)[v]; }
  const Value &value(ValueId v) const { return (*this)[v]; }
  std::uint32_t valueCount() const { return value_count_; } // ids ever given
  bool isLive(ValueId v) const { return v && (*this)[v].block.valid(); }

  void setArg(ValueId v, unsigned i, ValueId arg);
  void setArgs(ValueId v, std::span<const ValueId> args);
  void addArg(ValueId v, ValueId arg);
  void removeArg(ValueId v, unsigned i); // keeps the order of the rest
  // Makes a value another in place: operation, type, operands and aux; its id, block and position stay.
  void reset(ValueId v, Op op, Type type, std::span<const ValueId> args, Aux aux = {});
  void reset(ValueId v, Op op, Type type, std::initializer_list<ValueId> args, Aux aux = {}) {
    reset(v, op, type, std::span<const ValueId>(args.begin(), args.size()), aux);
  }
  // Turns a value into a copy of another; copy elimination then forwards its uses.
  void makeCopy(ValueId v, ValueId of);
  // Every operand and control that names `from` names `to` afterwards. Walks the function: for many, makeCopy.
  void replaceUses(ValueId from, ValueId to);
  // Takes an unused value out of its block.
  void remove(ValueId v);
  // Moves a value to the end of another block.
  void move(ValueId v, BlockId to);
  // For readers of the text form: gives out the ids below `count`, all removed, then fills one of them.
  void reserveValues(std::uint32_t count);
  void define(ValueId v, BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux = {});

  // ---- blocks
  BlockId addBlock(BlockKind kind = BlockKind::Plain, SrcPos pos = {});
  Block &operator[](BlockId b) { return *blocks_[b.raw]; }
  const Block &operator[](BlockId b) const { return *blocks_[b.raw]; }
  Block &block(BlockId b) { return *blocks_[b.raw]; }
  const Block &block(BlockId b) const { return *blocks_[b.raw]; }
  std::uint32_t blockCount() const { return static_cast<std::uint32_t>(blocks_.size()); } // ids ever given
  BlockId entry() const { return order_.front(); }
  // The blocks in order: of creation, later of layout. Entry first; removed ones are not in it.
  const std::vector<BlockId> &blocks() const { return order_; }
  void setBlockOrder(std::vector<BlockId> order) { order_ = std::move(order); }

  void setControl(BlockId b, ValueId v); // the only control
  void setControls(BlockId b, std::span<const ValueId> controls);
  void setControls(BlockId b, std::initializer_list<ValueId> controls) {
    setControls(b, std::span<const ValueId>(controls.begin(), controls.size()));
  }
  void replaceControl(BlockId b, unsigned i, ValueId v);
  void addEdge(BlockId from, BlockId to); // phis of `to` must then get an operand
  // Removes successor edge i of `from`, with the phi operands that belong to it. Phis of one operand become copies.
  void removeEdge(BlockId from, unsigned succ_index);
  // Points successor edge i of `from` at `to`; phis of `to` must then get an operand.
  void redirectEdge(BlockId from, unsigned succ_index, BlockId to);
  // Puts a new Plain block on successor edge i of `from`; phis stay as they are.
  BlockId splitEdge(BlockId from, unsigned succ_index);
  // Splits a block after its first `count` values: the rest, the kind, controls and successors go to the new block.
  BlockId splitBlock(BlockId b, std::size_t count);
  // Appends b, the only successor of the Plain block a and with no other predecessor or phi, to a. b is removed.
  void absorb(BlockId a, BlockId b);
  // Exchanges the two successors (and the likelihood).
  void swapSuccs(BlockId b);
  // Removes an unreachable block: its edges and values. Values used elsewhere must not be left.
  void removeBlock(BlockId b);
  void clearControls(BlockId b) { setControls(b, {}); }
  // For readers of the text form: gives out the ids below `count`, in no order and removed until setBlockOrder.
  void reserveBlocks(std::uint32_t count);
  // For readers of the text form: an edge whose places at both ends are given.
  void setEdge(BlockId from, std::uint32_t succ_index, BlockId to, std::uint32_t pred_index);

  // ---- tables
  SymId symbol(std::string_view name); // equal names, equal ids
  const Symbol &operator[](SymId s) const { return symbols_[s.raw]; }
  std::uint32_t symbolCount() const { return static_cast<std::uint32_t>(symbols_.size()); }

  LayoutId addLayout(Layout layout);
  const Layout &operator[](LayoutId l) const { return layouts_[l.raw]; }
  std::uint32_t layoutCount() const { return static_cast<std::uint32_t>(layouts_.size()); }

  LocalId addLocal(Local local); // its name is copied
  Local &operator[](LocalId l) { return locals_[l.raw]; }
  const Local &operator[](LocalId l) const { return locals_[l.raw]; }
  std::uint32_t localCount() const { return static_cast<std::uint32_t>(locals_.size()); }

  CallId addCall(CallInfo call);
  CallInfo &operator[](CallId c) { return calls_[c.raw]; }
  const CallInfo &operator[](CallId c) const { return calls_[c.raw]; }
  std::uint32_t callCount() const { return static_cast<std::uint32_t>(calls_.size()); }

  InlineSiteId addInlineSite(InlineSite site);
  const InlineSite &operator[](InlineSiteId s) const { return inline_sites_[s.raw]; }
  std::uint32_t inlineSiteCount() const { return static_cast<std::uint32_t>(inline_sites_.size()); }

  Arena &arena() { return arena_; }

private:
  static constexpr unsigned kChunkShift = 8;
  static constexpr unsigned kChunk = 1u << kChunkShift;

  ValueId newValue(BlockId b, Op op, Type type, std::span<const ValueId> args, SrcPos pos, Aux aux);
  void storeArgs(Value &v, std::span<const ValueId> args);

  std::string name_;
  Arena arena_;
  std::vector<std::unique_ptr<Value[]>> value_chunks_;
  std::uint32_t value_count_ = 0;
  std::vector<std::unique_ptr<Block>> blocks_;
  std::vector<BlockId> order_;
  std::deque<Symbol> symbols_;
  std::unordered_map<std::string_view, SymId> symbol_ids_;
  std::deque<Layout> layouts_;
  std::deque<Local> locals_;
  std::deque<CallInfo> calls_;
  std::deque<InlineSite> inline_sites_;
  std::unordered_map<std::uint64_t, std::vector<ValueId>> consts_; // looked up only, never walked
};

} // namespace gannet::ssa

#endif
