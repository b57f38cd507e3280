// The walk of escape analysis (escape.h): builds the graph of one component, solves it, writes the results into the functions.
// Private to the escape_*.cc files.
#ifndef GANNET_COMPILER_IR_ESCAPE_ANALYSIS_H
#define GANNET_COMPILER_IR_ESCAPE_ANALYSIS_H

#include "compiler/base/diagnostics.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/closure_uses.h"
#include "compiler/ir/escape_graph.h"
#include "compiler/ir/growing_slices.h"
#include "compiler/ir/package.h"

#include <cstdint>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gannet::ir {

using types::Type;

// What is larger goes to the heap: declared variables, and what new, literals and make give.
inline constexpr std::int64_t kMaxVarBytes = 128 << 10, kSmallFrameVarBytes = 64 << 10;
inline constexpr std::int64_t kMaxImplicitBytes = 64 << 10, kSmallFrameImplicitBytes = 16 << 10;

bool hasPointers(Type *t);
// (*reflect.SliceHeader or *reflect.StringHeader).Data: a pointer in the shape of an integer.
bool isHeaderData(const Node &n);

class EscapeAnalysis {
public:
  EscapeAnalysis(Package &package, const Component &component, Diagnostics *diagnostics)
      : package_(package), component_(component), diagnostics_(diagnostics),
        max_var_bytes_(package.options.small_frames ? kSmallFrameVarBytes : kMaxVarBytes),
        max_implicit_bytes_(package.options.small_frames ? kSmallFrameImplicitBytes : kMaxImplicitBytes) {}

  void run();

private:
  // ---- locations
  void declare(Func &f);
  Location *newLocal(Local *v, Func &f, int depth);
  Location *locationOf(Local *v);
  Hole heap() { return {graph_.heap(), 0}; }
  Hole discardHole() { return {graph_.blank(), 0}; }
  Hole mutator() { return {graph_.mutator(), 0}; }
  Hole callee() { return {graph_.callee(), 0}; }
  // A place that holds a value for a while.
  Location *temporary() { return graph_.add(func_, depth_); }
  // Flows into all the holes.
  Hole tee(std::initializer_list<Hole> holes);
  // n makes storage: its address flows to k; the hole is for what is stored in it.
  Hole spill(Hole k, Node &n);
  // The constant that a variable always is, if so. What closures hold copies of is met before them.
  const Node *constantOf(const Node *n);
  // A variable that always is one constant may stand as this: then the size of what is made is known, and a boxed value
  // need not be made at all.
  void useConstant(Node *&n);
  // The same of a variable that always is one literal of constants. As in gc, not of one that a closure holds: how often such code
  // allocates is counted exactly by programs' tests (testing.AllocsPerRun), those of log/slog among them.
  void useLiteral(Node *&n);
  bool tooLarge(const Node &n);

  // ---- slices that grow
  // Frames of the runtime and of what may not grow the stack are kept small.
  bool growsInFrame(const Func &f) const;
  // v is declared, a slice that grows: its place is a variable that lives as long.
  void declareGrowing(Local *v, const Location *declared);
  // A place of v's elements.
  Location *placeOf(Local *v, int depth);
  // The slice is handed on: by itself that may keep its place alive.
  void useGrowing(Hole k, Node &ref);
  void decideGrowth();

  // ---- functions
  void body(Func &f);
  // Labels that are jumped to from behind.
  void findLoopingLabels(Func &f);
  void list(NodeList l);
  // A nested list: labels that loop matter inside it alone.
  void nested(NodeList l);
  void stmt(Node &n);
  void noteSelfAssign(Pos pos, const Node &assign);
  // Assignments within one object do not make anything live longer: v.x = v.y, v.x[i] = v.y[j], b.buf = b.buf[i:j].
  bool isSelfAssign(const Node &x, const Node &y);
  void range(Node &n);
  void flowIfPointers(Hole to, Location *from, const Node *what);
  void typeSwitch(Node &n);
  // A value of type t comes out of an interface: what does not fit the data word is read through it.
  static Hole unboxed(Hole k, Type *t);

  // ---- places
  Hole place(Node *n);

  // ---- expressions
  void discard(Node *n);
  void expr(Hole k, Node &n);
  // What append may have to allocate. It is never used twice, so it counts as outside of loops.
  void backingStore(Hole k, Node &n);
  // The appended-to slice may be the result, or be copied.
  void appendee(Hole k, Node &n, Type *elem);
  void closure(Hole k, Node &n);
  // Where the receiver of a method value's method goes, whoever calls it.
  Hole receiverHole(Func &wrapper);
  void convert(Hole k, Node &n);
  // An integer that is made a pointer again: arithmetic on an address keeps it.
  void unsafeValue(Hole k, Node &n);

  // ---- calls
  void tuple(Node &n, const std::vector<Hole> &holes);
  void call(const std::vector<Hole> &results, Node &n);

  // ---- results
  // What came with an inlined body is told about where the outermost call stands.
  static Pos shownPos(const Func *f, Pos pos, std::uint32_t site);
  void note(Pos pos, std::string text);
  // Adapters stand nowhere in the source; but what a go or defer statement evaluates later is in one.
  static bool isShown(const Func *f) { return !f || !f->wrapper || (f->is_closure && !f->wrapped); }
  // With -m=2, why storage that nothing keeps is on the heap.
  void explainSize(const Location &l, Pos pos, const std::string &what);
  void explain(const Location &l, bool zero_copy);
  void finish();
  void summarize(Func &f);
  void tell(const Local &p, const ParamLeak &leak, const Func &f);

  Package &package_;
  const Component &component_;
  ClosureUses uses_;
  Diagnostics *diagnostics_;
  const std::int64_t max_var_bytes_, max_implicit_bytes_;
  EscapeGraph graph_;
  std::unordered_set<const Func *> members_;
  std::unordered_map<const Local *, Location *> by_local_; // never iterated
  std::unordered_set<const Label *> looping_;
  std::unordered_map<const Local *, const Node *> init_; // never iterated
  struct Grown {
    Local *variable;
    GrowingSlices::Slice *slice; // growing_'s
    std::vector<Location *> places; // of graph_
  };
  GrowingSlices growing_;
  std::vector<Grown> grown_;
  std::unordered_map<const Local *, std::size_t> grown_index_; // into grown_; never iterated
  Func *func_ = nullptr;
  int depth_ = 1;
};

} // namespace gannet::ir

#endif
