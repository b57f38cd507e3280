// The builder's inside: one function's state while it is made. Its members are defined by subject in
// function_builder.cc (frame, parameters, results), stmt.cc, switch.cc, type_switch.cc, range.cc, expr.cc, place.cc, arith.cc, compare.cc,
// convert.cc, call.cc, intrinsics.cc, iface.cc, slice.cc, grow.cc, map.cc, channel.cc, edge_counters.cc.
//
// A Go value is a Val: scalars (parts) for types that flatten to at most kMaxParts of them, else the address of memory
// that holds it. Such memory is only good until the next thing with effects: who keeps it copies it (`stable`).
#ifndef GANNET_COMPILER_SSA_BUILD_FUNCTION_BUILDER_H_
#define GANNET_COMPILER_SSA_BUILD_FUNCTION_BUILDER_H_

#include "compiler/base/check.h"
#include "compiler/ssa/build/builder.h"
#include "compiler/ssa/build/variables.h"
#include "compiler/ssa/func_builder.h"
#include "compiler/types/object.h"
#include "compiler/types/type.h"

#include <array>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gannet::ssa {

inline constexpr unsigned kMaxParts = 4;

// How values of a Go type are kept.
struct Shape {
  bool in_parts = false;
  std::vector<AbiComponent> parts; // if in_parts, in order of offset
  std::int64_t size = 0;
  std::int64_t align = 1;
};

struct Val {
  std::array<ValueId, kMaxParts> parts{};
  std::uint8_t count = 0;
  ValueId addr; // valid: in memory

  bool inMemory() const { return addr.valid(); }
  ValueId operator[](unsigned i) const { return parts[i]; }
  ValueId only() const {
    GANNET_DCHECK(count == 1, "a value of one scalar was expected");
    return parts[0];
  }
  static Val ofMemory(ValueId a) {
    Val v;
    v.addr = a;
    return v;
  }
  static Val of(std::initializer_list<ValueId> list) {
    Val v;
    for (ValueId p : list)
      v.parts[v.count++] = p;
    return v;
  }
  Val slice(unsigned first, unsigned n) const {
    Val v;
    for (unsigned i = 0; i < n; ++i)
      v.parts[v.count++] = parts[first + i];
    return v;
  }
};

enum class RuntimeFn : std::uint16_t {
#define GANNET_RUNTIME_CALL(name, params, results, flags) name,
#include "compiler/ssa/build/runtime_calls.def"
#undef GANNET_RUNTIME_CALL
  Count,
};

// Storage that an expression names, found in two steps: `place` evaluates the operands, `address` (or load, store) does the
// checks, so that assignments can put the right side between.
struct Place {
  enum class Kind : std::uint8_t { Blank, Parts, Memory, Map } kind = Kind::Blank;
  types::Type *type = nullptr; // of the storage
  // Parts: some parts of a variable.
  ir::Local *local = nullptr;
  unsigned first_part = 0;
  // Memory: base, then the steps in order. Map: base (the map) and key.
  Val base;
  bool check_nil = false; // the base is a pointer not known to be good
  struct Step {
    enum class Kind : std::uint8_t { Offset, ArrayIndex, PartIndex } kind = Kind::Offset;
    std::int64_t offset = 0;       // Offset
    ValueId index;                 // ArrayIndex, PartIndex: as i64
    ValueId length;
    std::int64_t elem_bytes = 0;
    bool is_signed = true;
    bool bounded = false;
    SrcPos pos;
  };
  std::vector<Step> steps;
  types::Type *map_type = nullptr;
  Val key;
  SrcPos pos;
  bool no_barrier = false;
};

class FunctionBuilder {
public:
  FunctionBuilder(BuildContext context, ir::Func &func, object::Unit &unit, std::string name);

  BuiltFunc run();
  BuiltFunc runAbiWrapper(Abi wrapper_abi);

private:
  using TypeP = types::Type *;
  using Node = ir::Node;

  // ---- shapes and layouts (function_builder.cc)
  const Shape &shape(TypeP t);
  bool flatten(TypeP t, std::int64_t offset, std::vector<AbiComponent> &out, std::size_t limit);
  Type scalar(TypeP t) { return shape(t).parts[0].type; }
  std::int64_t sizeOf(TypeP t) { return layouts_.sizeOf(t); }
  bool hasPointers(TypeP t) { return layouts_.hasPointers(t); }
  bool inParts(TypeP t) { return shape(t).in_parts; }
  // `typed`: the descriptor is named, for memory that is not known to be in the frame.
  LayoutId layoutOf(TypeP t, bool typed);
  LayoutId rawLayout(std::int64_t size_bytes, std::int64_t align_bytes);
  AbiType abiType(TypeP t);
  AbiSignature abiSignature(Abi abi, const types::Signature *sig, bool with_receiver);
  unsigned fieldPart(TypeP struct_type, std::int64_t field); // first part of a field of a type in parts
  TypeP basic(types::BasicKind k);
  TypeP ptrTo(TypeP t);
  TypeP arrayOf(TypeP elem, std::int64_t n);
  TypeP bytePtr() { return basic(types::BasicKind::UnsafePointer); }
  TypeP intType_() { return basic(types::BasicKind::Int); }
  TypeP stringType() { return basic(types::BasicKind::String); }
  bool isUnsigned(TypeP t);

  // ---- emission
  ValueId mem() { return vars_.read(b_.block(), Variables::kMemory); }
  void setMem(ValueId m) { vars_.write(b_.block(), Variables::kMemory, m); }
  ValueId constant(Type t, std::int64_t v) { return f_.constInt(t, v); }
  ValueId int64(std::int64_t v) { return f_.constInt(Type::I64, v); }
  ValueId nil() { return f_.constNil(); }
  ValueId symAddr(object::SymbolId s, std::int64_t offset = 0);
  ValueId symAddr(std::string_view name, std::int64_t offset = 0);
  ValueId typeAddr(TypeP t) { return symAddr(data_.type(t)); }
  ValueId load(Type t, ValueId ptr) { return b_.load(t, ptr, mem()); }
  void store(ValueId ptr, ValueId value, bool no_barrier = false);
  ValueId nilCheck(ValueId ptr);
  ValueId emit(Op op, Type t, std::initializer_list<ValueId> args, Aux aux = {}) { return b_.emit(op, t, args, aux); }
  // A value of an op that takes memory last and makes (result, memory).
  ValueId emitAtomic(Op op, Type t, std::vector<ValueId> args);
  BlockId newBlock() { return f_.addBlock(BlockKind::Plain, b_.pos()); }
  // Continues in a new block that has no predecessor: what follows cannot be reached.
  void startDead();
  void startSealed(BlockId b) {
    vars_.seal(b);
    b_.setBlock(b);
  }
  // Of a part of the source that may run or not: counted when fuzzing (edge_counters.cc).
  void startCounted(BlockId b) {
    startSealed(b);
    countEdge();
  }
  void countEdge();
  // `none`, if valid: where a switch without default goes if no case fits, on its way to `done`.
  void countOtherwise(BlockId none, BlockId done);
  void defineEdgeCounters();
  void branch(ValueId cond, BlockId yes, BlockId no, int likely = 0) { b_.branch(cond, yes, no, likely); }
  void jump(BlockId to) { b_.jump(to); }
  void endUnreachable() {
    b_.exit(mem());
    startDead();
  }
  SrcPos srcPos(const Node &n);
  // Where messages about n stand: at the outermost call if it came with an inlined body.
  gannet::Pos shownPos(const Node &n) { return outermostPos(f_, srcPos(n)); }
  void at(const Node &n) { b_.setPos(srcPos(n)); }
  InlineSiteId inlineSite(std::uint32_t ir_site);

  // ---- values in memory
  LocalId newTemp(TypeP t, bool address_taken, std::string_view name = {});
  // A local of this Go type, which -live tells.
  LocalId addLocal(TypeP t, Local local);
  LocalId addLocal(std::string_view type_name, Local local);
  SrcPos localPos(const ir::Local &l);
  ValueId tempAddr(LocalId l) { return b_.localAddr(l); }
  Val loadVal(TypeP t, ValueId addr);
  void markLengths(const Shape &s, const Val &v);
  void storeVal(TypeP t, ValueId addr, const Val &v, bool to_frame, bool no_barrier = false);
  void zeroAt(TypeP t, ValueId addr, bool to_frame, bool no_barrier = false);
  void moveTo(TypeP t, ValueId to, ValueId from, bool to_frame, bool no_barrier = false);
  Val zeroVal(TypeP t);
  // The address of memory that holds v and may be given to callees.
  ValueId spill(TypeP t, const Val &v);
  // The same value in memory of its own, or in parts.
  Val stable(TypeP t, const Val &v);
  ValueId newObject(TypeP t);

  // ---- variables
  struct LocalState {
    enum class Kind : std::uint8_t { None, Parts, Frame, Pointer, FramePointer } kind = Kind::None;
    Variables::Id first_var = 0; // Parts: consecutive; Pointer: holds the address
    LocalId frame;               // Frame: it is here; FramePointer: its address is here
    ValueId pointer;             // Pointer that never changes (captures)
    LocalId growth;              // where it begins to grow in the frame, once asked for (growthPlace)
    Variables::Id grown = 0;     // Growth::FrameOnce: it has
  };
  LocalState &state(ir::Local &l);
  bool isShownToDebuggers(const ir::Local &l) const;
  // Does the variable live in memory because a debugger may ask for it?
  bool staysInMemory(const ir::Local &l) const;
  // Is it an object of the heap, made when it is declared?
  static bool isBoxed(const LocalState &s) {
    return (s.kind == LocalState::Kind::Pointer && !s.pointer) || s.kind == LocalState::Kind::FramePointer;
  }
  void setBox(ir::Local &l, ValueId p);
  void prepareLocal(ir::Local &l);
  Val readLocal(ir::Local &l);
  void writeLocal(ir::Local &l, const Val &v);
  ValueId localAddr(ir::Local &l);
  bool isFrame(ir::Local &l) { return state(l).kind == LocalState::Kind::Frame; }
  void declare(ir::Local &l, const Node *init);
  void declareVal(ir::Local &l, const Val &v);

  // ---- entry and exit
  void entry();
  void captures();
  void parameters();
  void results();
  void returnNow();
  void emitReturn(const std::vector<Val> &values);
  std::vector<Val> currentResults();
  void finish();
  void describeVariables();

  // ---- statements (stmt.cc, switch.cc, type_switch.cc, range.cc, channel.cc)
  void stmts(std::span<Node *const> list);
  void stmt(const Node &n);
  void assign(const Node &n);
  bool assignHeaderData(const Node &left, const Node &right);
  bool appendInPlace(const Node &left, const Node &right);
  void useMapElement(Place &p, const Node &n);
  bool isMemoryFree(const Node &n);
  void assignOp(const Node &n);
  void assignList(const Node &n);
  void assignTuple(const Node &n);
  void ifStmt(const Node &n);
  void forStmt(const Node &n);
  void blockStmt(const Node &n);
  void returnStmt(const Node &n);
  void deferStmt(const Node &n);
  void runFrameDefers();
  void keepExitReachable();
  void goStmt(const Node &n);
  void rangeStmt(const Node &n);
  void rangeInt(const Node &n);
  void rangeIndexed(const Node &n);
  void rangeString(const Node &n);
  void rangeMap(const Node &n);
  void rangeChan(const Node &n);
  void countedLoop(const Node &n, ValueId length, const std::function<void(ValueId)> &bind);
  void bindRangePair(const Node &n, TypeP key_type, const Val &key, TypeP value_type, const Val &value);
  void bindRange(const Node &n, const Node *target, TypeP t, const Val &v);
  void switchStmt(const Node &n);
  static constexpr std::size_t kSearchFrom = 6; // cases from which on a switch is a search
  struct SwitchCase {
    std::int64_t value;
    BlockId target;
  };
  void searchValues(ValueId tag, bool is_unsigned, std::span<const SwitchCase> cases, BlockId otherwise);
  void jumpByTable(ValueId tag, bool is_unsigned, std::span<const SwitchCase> cases, BlockId otherwise);
  bool stringSwitch(const Node &n, const Val &tag, std::span<const BlockId> bodies, BlockId otherwise);
  bool constantSwitch(const Node &n, const Val &tag, std::span<const BlockId> bodies, BlockId otherwise);
  struct TypeCase {
    const Node *type;
    BlockId hit; // where the switch goes for this type
    Val bound;   // what the clause's variable is if it has this type alone
  };
  void typeSwitchStmt(const Node &n);
  void searchTypes(ValueId type, std::span<TypeCase> cases, const Val &x, BlockId otherwise);
  void testType(ValueId type, TypeCase &c, const Val &x, BlockId otherwise);
  void searchHash(ValueId type, ValueId hash, std::span<const TypeCase> cases, BlockId otherwise);
  void selectStmt(const Node &n);
  void selectCaseBody(const Node &c, const Val *received, ValueId ok);
  BlockId label(ir::Label *l);
  // The block of l, whose jumps all stand before here: sealed, and current.
  void bindLabel(ir::Label *l);
  bool evaluateLeftFirst(const Node &lhs) { return hasCall(lhs); }
  static bool hasCall(const Node &n);

  // ---- places (place.cc)
  Place place(const Node &n);
  void checkPlace(Place &p); // does the checks of an assignment's left side: base becomes the address
  ValueId address(Place &p);
  Val loadPlace(Place &p);
  void storePlace(Place &p, const Val &v);
  ValueId addressOf(const Node &lvalue); // with checks
  bool inFrame(const Place &p);
  bool isLvalue(const Node &n);

  // ---- order of evaluation (order.cc)
  struct Operand {
    const Node *node; // null: nothing
    bool as_place = false; // the left side of an assignment
    Operand(const Node *n, bool place = false) : node(n), as_place(place) {}
  };
  // Before the operands are built one after another.
  void hoist(std::span<const Operand> group);
  void hoistTogether(std::span<Node *const> list);
  void hoist(std::initializer_list<Operand> group) { hoist(std::span<const Operand>(group.begin(), group.size())); }
  // Before a built-in operation that is evaluated as a whole.
  void hoistOperands(const Node &n);
  bool needsHoist(std::span<const Operand> group);
  void hoistIn(const Node &n, bool as_place);
  bool isUnit(const Node &n);
  bool takeHoisted(const Node &n, Val &out);
  static std::vector<Operand> operands(std::span<Node *const> list) { return {list.begin(), list.end()}; }

  // ---- expressions
  Val expr(const Node &n);
  ValueId scalarExpr(const Node &n) { return expr(n).only(); }
  // Evaluates n into memory at `addr`, which nothing in n can name.
  // `cleared`: the memory is of a new object, and as it was made.
  void exprInto(const Node &n, ValueId addr, bool to_frame, bool cleared = false);
  std::vector<Val> exprTuple(const Node &n, std::vector<TypeP> &types);
  void discard(const Node &n);
  void condition(const Node &n, BlockId yes, BlockId no, int likely = 0);
  Val shortCircuit(const Node &n);
  Val constantVal(TypeP t, const constant::Value &v);
  Val stringConst(std::string_view text);
  Val literal(const Node &n);
  void literalInto(const Node &n, ValueId addr, bool to_frame, bool cleared);
  Val sliceLit(const Node &n);
  Val ptrLit(const Node &n);
  Val closure(const Node &n);
  ValueId allocate(TypeP t, bool on_stack); // zeroed
  Val field(const Node &n);
  Val index(const Node &n);
  Val condExpr(const Node &n);
  Val phiOf(TypeP t, const std::function<Val()> &first, BlockId second_start, const std::function<Val()> &second,
            BlockId join);
  // An index or length of any integer type as i64; *is_signed tells how it was widened.
  ValueId indexVal(const Node &n, bool *is_signed);
  ValueId widen(ValueId v, TypeP t); // to i64
  std::vector<Variables::Id> declareParts(TypeP t);
  void writeParts(std::span<const Variables::Id> vars, const Val &v);
  Val readParts(std::span<const Variables::Id> vars);

  // ---- arithmetic and comparison (arith.cc, compare.cc)
  Val unary(const Node &n);
  Val binary(const Node &n);
  Val binaryOp(ir::Op op, TypeP t, const Val &x, const Val &y, TypeP y_type, bool bounded, const Node *y_node);
  Val complexOp(ir::Op op, TypeP t, const Val &x, const Val &y);
  ValueId divide(ir::Op op, TypeP t, ValueId x, ValueId y, const Node *y_node);
  ValueId shift(ir::Op op, TypeP t, ValueId x, ValueId y, TypeP y_type, bool bounded);
  Val minMax(const Node &n);
  Val comparison(const Node &n);
  ValueId equal(TypeP t, const Val &x, const Val &y);
  ValueId equalMemory(TypeP t, ValueId x, ValueId y);
  ValueId equalStrings(const Val &x, const Val &y);
  ValueId equalBytesConst(ValueId data, std::string_view text);
  ValueId equalStringConst(const Val &x, std::string_view text);
  ValueId equalBytes(ValueId p, ValueId q, std::int64_t size_bytes);
  ValueId equalInterfaces(TypeP t, const Val &x, const Val &y);
  ValueId equalNil(const Node &x, const Val &v);
  ValueId compareOrdered(ir::Op op, TypeP t, const Val &x, const Val &y);
  ValueId boolNot(ValueId v) { return emit(Op::BoolNot, Type::Bool, {v}); }
  // cond ? then() : false; both bools.
  ValueId boolAndThen(ValueId cond, const std::function<ValueId()> &then);

  // ---- conversions and interfaces (convert.cc, iface.cc)
  Val convert(const Node &n);
  ValueId convertScalar(ValueId v, TypeP from, TypeP to);
  Val toInterface(const Node &n);
  ValueId boxed(const Node &value, TypeP t, bool on_stack);
  Val interfaceToInterface(const Node &n);
  ValueId typeWord(TypeP iface, const Val &v); // the dynamic type's descriptor, nil if none
  ValueId interfaceWord(TypeP concrete, TypeP iface);
  Val fromData(TypeP t, ValueId data); // the value of known dynamic type t
  std::vector<Val> typeAssert(const Node &n, TypeP to, bool comma_ok);
  ValueId assertSite(TypeP to, bool can_fail);
  ValueId assertItab(TypeP to, ValueId type_word, bool can_fail);
  bool isEmptyInterface(TypeP t);
  void markUseIface(object::SymbolId s);

  // ---- calls (call.cc, intrinsics.cc)
  struct Arg {
    TypeP type;
    Val value;
  };
  std::vector<Val> call(Op op, std::span<const ValueId> lead, SymId callee, AbiSignature sig,
                        std::span<const Arg> args, std::span<const TypeP> results, bool no_return = false);
  std::vector<Val> callNode(const Node &n);
  std::vector<TypeP> resultTypes(TypeP call_type);
  std::vector<ValueId> runtime(RuntimeFn fn, std::initializer_list<ValueId> args);
  std::vector<ValueId> runtime(RuntimeFn fn, std::span<const ValueId> args);
  ValueId runtime1(RuntimeFn fn, std::initializer_list<ValueId> args) { return runtime(fn, args)[0]; }
  void markReflection(const Node &n);
  bool intrinsic(const Node &n, std::vector<Val> &results);
  std::vector<Val> inlinedCall(const Node &n);
  void printValue(const Val &v, TypeP t);
  void print(const Node &n);

  // ---- slices and strings (slice.cc)
  // Ends in a bounds panic unless `ok`.
  void boundsCheck(ValueId ok, BoundsKind kind, ValueId index, ValueId length, bool is_signed);
  void checkIndex(ValueId index, ValueId length, bool is_signed);
  ValueId elementAddr(ValueId base, ValueId index, std::int64_t elem_bytes);
  Val sliceExpr(const Node &n);
  Val append(const Node &n);
  Val appendSlice(const Node &n);
  ValueId startOfAdded(const Val &grown, ValueId length, ValueId count, std::int64_t elem_bytes);
  ValueId maskedBy(ValueId count, ValueId v);
  Val growFor(const Val &s, ValueId extra, TypeP slice_type, ir::Local *variable = nullptr);
  // A slice's pointer and capacity.
  struct Grown {
    ValueId ptr, capacity;
  };
  // s, which has no room for `length` elements, `extra` more than it has; of `variable` if that may grow in the frame.
  Grown grow(const Val &s, ValueId length, ValueId extra, TypeP elem, ir::Local *variable);
  static ir::Local *growingVariable(const Node &append);
  TypeP growthArray(TypeP elem);
  ValueId growthPlace(ir::Local &l);
  Val moveOut(ir::Local &l);
  Val copyBuiltin(const Node &n);
  void clearBuiltin(const Node &n);
  Val makeSlice(const Node &n);
  void checkMakeLength(ValueId length, ValueId capacity);
  Val concat(const Node &n);
  Val concatVals(std::span<const Val> list, bool on_stack);
  Val unsafeSlice(const Node &n, bool string);
  ValueId bytesTimes(ValueId count, std::int64_t size);

  // ---- maps and channels (map.cc, channel.cc)
  enum class MapClass : std::uint8_t { Slow, Fast32, Fast64, Fast64Ptr, FastStr };
  MapClass mapClass(TypeP map_type);
  Val mapKey(TypeP map_type, const Node &key);
  std::vector<ValueId> mapKeyArgs(TypeP map_type, const Val &key);
  ValueId elementOfMap(ValueId p);
  ValueId mapAccess(TypeP map_type, ValueId map, const Val &key, ValueId *ok);
  ValueId mapAssign(TypeP map_type, ValueId map, const Val &key);
  void mapDelete(const Node &n);
  Val makeMap(const Node &n);
  ValueId mapHeaderInFrame();
  ValueId mapInFrame(TypeP map_type);
  ValueId smallMap(TypeP map_type, bool on_stack);
  Val mapLit(const Node &n);
  Val mapLen(ValueId map);
  Val makeChan(const Node &n);
  ValueId receivePlace(TypeP elem);
  std::vector<Val> receive(const Node &n, bool comma_ok);
  void send(const Node &n);

  BuildContext context_;
  ir::Func &func_;
  data::Layouts &layouts_;
  std::unique_ptr<Func> owned_;
  LiveNames live_names_;
  Func &f_;
  FuncBuilder b_;
  Variables vars_;
  data::StaticData data_;
  std::vector<LinkMark> marks_;

  std::vector<LocalState> locals_; // by ir::Local::id
  std::unordered_map<TypeP, Shape> shapes_;                         // never iterated
  std::unordered_map<TypeP, LayoutId> plain_layouts_, typed_layouts_; // never iterated
  std::vector<BlockId> labels_;                                     // by ir::Label::id
  std::vector<InlineSiteId> inline_sites_;                          // by IR site; [0] none
  std::vector<bool> inline_site_made_;
  BlockId exit_block_;      // of functions that defer: runs what was deferred and returns
  BlockId recover_block_;   // of functions that defer: where a recovered panic goes on; calls deferreturn
  ValueId closure_ptr_;
  std::vector<TypeP> result_types_;
  std::unordered_map<const Node *, Val> hoisted_; // never iterated
  unsigned temp_count_ = 0;
  unsigned assert_count_ = 0;
  unsigned edge_count_ = 0;
  std::vector<LocalId> defer_records_; // in the frame, in order of the source
  bool frame_defers_only_ = true;      // and they run in the reverse of that order
};

} // namespace gannet::ssa

#endif // GANNET_COMPILER_SSA_BUILD_FUNCTION_BUILDER_H_
