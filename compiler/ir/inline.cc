#include "compiler/ir/inline.h"

#include "compiler/base/check.h"
#include "compiler/ir/bench_loops.h"
#include "compiler/ir/call_graph.h"
#include "compiler/ir/dynamic_types.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/hot_dispatch.h"
#include "compiler/ir/instantiate.h"
#include "compiler/ir/make.h"
#include "compiler/ir/source_text.h"
#include "compiler/ir/unused_literals.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/link_string.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"
#include "compiler/types/sizes.h"
#include "compiler/types/type_string.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace gannet::ir {
namespace {

constexpr int kBudget = 80;
constexpr int kClosureBudget = 800;     // of a literal; only one that is called once may cost so much
constexpr int kClosureCallCost = 160;   // the most of one that is called several times
constexpr int kCallCost = 57;
constexpr int kDeclarationCost = 2, kVarCost = 4, kGroupedVarCost = 3; // the last of one of several declared at once
constexpr int kParamCallCost = 17; // of what the caller, or the function around, may turn out to know
constexpr int kLiteralCost = 16;   // of making one, whatever it captures
constexpr int kBigFuncNodes = 5000; // into functions of that size, only what costs little is inlined
constexpr int kBigFuncMaxCost = 20;
constexpr std::string_view kTooComplex = "function too complex";

// May a call of that callee be inlined, for what it costs, into a function that is not big? More is taken at hot calls.
enum class Price : std::uint8_t { Fair, Hot, TooHigh };
Price priceOf(const Func &caller, Pos call, const Func &callee, const InlineOptions &options) {
  const int cost = static_cast<int>(callee.inl_cost);
  if (cost <= kBudget || callee.is_closure)
    return Price::Fair;
  const HotCalls *hot = options.hot_calls;
  return hot && hot->settings().inlines && cost <= hot->settings().inline_budget && hot->isHot(caller, call, callee) ? Price::Hot
                                                                                                                      : Price::TooHigh;
}

// ---- what may be inlined

// Why a function cannot be inlined, or nothing; and what it costs.
class Cost {
public:
  Cost(Func &func, const InlineOptions &options) : func_(func), options_(options) {}

  // Empty if inlinable; cost() is then valid.
  std::string_view judge() {
    if (func_.pragma & kNoinline)
      return "marked go:noinline";
    if (func_.pragma & (kUintptrEscapes | kUintptrKeepalive))
      return "marked go:uintptrescapes or go:uintptrkeepalive";
    if (func_.pragma & kYeswritebarrierrec)
      return "marked go:yeswritebarrierrec";
    if (func_.pragma & kSystemstack)
      return "marked go:systemstack";
    if (!func_.has_body)
      return "no function body";
    if (func_.wrapper)
      return "wrapper";
    if (func_.is_init)
      return "init function";
    if (func_.has_defer || func_.has_recover)
      return func_.has_recover ? "call to recover" : "unhandled op DEFER";
    budget_ = budget();
    for (Node *n : func_.body)
      visit(*n);
    if (why_.empty() && cost_ > budget_)
      return kTooComplex;
    return why_;
  }
  int cost() const { return cost_; }

private:
  int callCost() const { return options_.eager ? 1 : kCallCost; }
  int budget() const {
    int most = kBudget;
    if (HotCalls *hot = options_.hot_calls; hot && hot->settings().inlines && hot->isHot(func_)) {
      most = hot->settings().inline_budget;
      if (hot->settings().explain > 0)
        hot->explain("hot-node enabled increased budget=" + std::to_string(most) + " for func=" + func_.name);
    }
    return func_.is_closure && func_.outer ? std::max(most, kClosureBudget) : most;
  }
  void visit(Node &n) {
    if (!why_.empty() || cost_ > budget_)
      return;
    switch (n.op) {
    case Op::Go:
      why_ = "unhandled op GO";
      return;
    case Op::Defer:
      why_ = "unhandled op DEFER";
      return;
    case Op::Select:
      why_ = "unhandled op SELECT";
      return;
    case Op::Recover:
      why_ = "call to recover";
      return;
    case Op::Block:
    case Op::ExprStmt:
    case Op::Label:
    case Op::KeepAlive:
    case Op::CheckIface:
      break; // no code of their own
    case Op::StmtExpr:
      if (!n.body.empty() && n.body.back()->op == Op::KeepAlive)
        return keepingCall(n);
      break;
    case Op::LocalRef:
      cost_ += !isKept(*n.aux_local);
      return;
    case Op::Addr:
      if (const Node *base = startOf(*n.x)) // which has that address
        return visit(*const_cast<Node *>(base));
      [[fallthrough]];
    case Op::Deref:
      if (!n.has(kImplicit))
        cost_++;
      break;
    case Op::Convert:
      if (n.conv() != Conv::Noop && !isSameInteger(*n.x->type, *n.type))
        cost_++;
      break;
    case Op::StructLit:
      cost_ += 1 + static_cast<int>(n.list.size()); // gc counts keys
      break;
    case Op::CallStatic:
      cost_ += n.aux_func->is_method ? 1 : 2; // gc counts names of functions, not of methods
      call(n);
      break;
    case Op::Var:
      variable(n);
      if (n.x && !n.aux_local->reassigned && !n.aux_local->addr_taken)
        if (const Func *f = literalOf(*n.x))
          literals_[n.aux_local] = f;
      break;
    case Op::CallClosure:
      cost_ += 1;
      if (const Func *f = literalOf(*n.x);
          f && f->inlinable && (n.x->op == Op::Closure || f->inl_cost <= kClosureCallCost))
        cost_ += static_cast<int>(f->inl_cost);
      else
        cost_ += isGiven(*n.x) ? std::min(kParamCallCost, callCost()) : callCost();
      break;
    case Op::Closure:
      if (n.aux_func->wrapper) { // a method value
        cost_++;
        break;
      }
      cost_ += kLiteralCost;
      return;
    case Op::Range:
      cost_ += n.z && !n.y ? 2 : 1; // a blank key is a name
      cost_ += n.has(kDefine) ? kDeclarationCost * ((n.y != nullptr) + (n.z != nullptr)) : 0;
      break;
    case Op::SliceExpr: // bounds that change nothing cost nothing
      cost_++;
      if (n.y && n.y->op == Op::Const && constant::int64Val(n.y->value()) == 0)
        cost_--;
      if (n.z && n.z->op == Op::Len && isSameVariable(*n.z->x, *n.x))
        cost_ -= 2;
      break;
    case Op::CallIface:
      cost_ += 2 + callCost();
      break;
    case Op::Panic: // what makes its operand an interface costs nothing
      cost_ += n.x && n.x->op == Op::Convert && n.x->conv() == Conv::ToIface ? 1 : 2;
      break;
    default:
      cost_++;
    }
    forEachChild(n, [&](Node *&c) { visit(*c); });
  }

  // A call that keeps pointers alive (FuncBuilder::keepPointersAlive) costs what it does as it is written: the variables for that
  // are none of the source.
  void keepingCall(Node &n) {
    for (Node *stmt : n.body)
      if (stmt->x && stmt->op != Op::KeepAlive)
        visit(*stmt->x);
  }
  static bool isKept(const Local &l) { return l.is_temp && l.addr_taken; }

  // gc counts the declaration and the assignment, and the name in each.
  void variable(const Node &n) {
    const bool first = n.sub > 1;
    grouped_ = first ? n.sub : grouped_;
    if (n.has(kImplicit)) // assigned to where it is written
      cost_ += kDeclarationCost;
    else if (grouped_ > 0 && n.x)
      cost_ += kGroupedVarCost + first;
    else
      cost_ += kVarCost;
    grouped_ = std::max(grouped_ - 1, 0);
  }

  // The literal that is called, if it is known.
  const Func *literalOf(const Node &n) const {
    if (n.op == Op::Closure)
      return n.aux_func;
    if (n.op != Op::LocalRef)
      return nullptr;
    auto found = literals_.find(n.aux_local);
    return found == literals_.end() ? nullptr : found->second;
  }

  // The variable, a struct or a pointer to one, at whose start this field is; null if it is none.
  static const Node *startOf(const Node &n) {
    if (n.op != Op::Field)
      return nullptr;
    auto *type = types::underAs<types::Struct>(n.x->type);
    if (!type || types::fieldOffsets(type)[static_cast<std::size_t>(n.aux_int)] != 0)
      return nullptr;
    const Node *base = n.x;
    if (base->op == Op::Deref && base->has(kImplicit))
      base = base->x;
    return base->op == Op::LocalRef || base->op == Op::GlobalRef ? base : nullptr;
  }

  static bool isSameInteger(types::Type &a, types::Type &b) {
    return types::isInteger(&a) && types::isInteger(&b) && types::sizeOf(&a) == types::sizeOf(&b);
  }

  // A parameter, or a variable of the function around.
  static bool isGiven(const Node &n) {
    return n.op == Op::LocalRef && (n.aux_local->kind == Local::Kind::Param || n.aux_local->kind == Local::Kind::Capture);
  }

  static bool isSameVariable(const Node &a, const Node &b) {
    return a.op == b.op && ((a.op == Op::LocalRef && a.aux_local == b.aux_local) ||
                            (a.op == Op::GlobalRef && a.aux_global == b.aux_global));
  }

  // Reads and writes of several bytes that become one load or store (ssa/memory_combine.h).
  static bool isOneAccess(std::string_view name) {
    auto drop = [&](std::string_view prefix) {
      const bool found = name.starts_with(prefix);
      if (found)
        name.remove_prefix(prefix.size());
      return found;
    };
    if (drop("internal/byteorder.")) {
      if (!drop("LE") && !drop("BE"))
        return false;
    } else if (!drop("encoding/binary.littleEndian.") && !drop("encoding/binary.bigEndian.")) {
      return false;
    }
    if (!drop("Put"))
      drop("Append");
    return name == "Uint16" || name == "Uint32" || name == "Uint64";
  }

  void call(const Node &n) {
    const Func &callee = *n.aux_func;
    if (isOneAccess(callee.name) || callee.name == "internal/abi.NoEscape")
      return;
    if (options_.is_intrinsic && options_.is_intrinsic(callee.name)) {
      if (callee.name == "internal/runtime/sys.GetCallerPC" || callee.name == "internal/runtime/sys.GetCallerSP" ||
          callee.name == "internal/runtime/sys.GetClosurePtr")
        why_ = "asks for its caller";
      return;
    }
    if (callee.name == "runtime.throw" || callee.name == "runtime.panicrangestate" || callee.name == "runtime.panicwrap") {
      cost_++;
      return;
    }
    if (callee.inlinable && priceOf(func_, n.pos, callee, options_) != Price::TooHigh)
      cost_ += static_cast<int>(callee.inl_cost);
    else
      cost_ += callCost();
  }

  Func &func_;
  const InlineOptions &options_;
  std::string_view why_;
  std::unordered_map<const Local *, const Func *> literals_; // that variables always are; never iterated
  int budget_ = kBudget;
  int cost_ = 0;
  int grouped_ = 0; // variables still to come in the declaration at hand
};

std::string shownName(const Package &package, const Func &f) {
  std::string name(f.short_name);
  if (f.package_path != package.pkg.path && f.object && f.object->pkg)
    return std::string(f.object->pkg->name) + "." + name;
  return name;
}

void judge(Package &package, Func &f, bool recursive, const InlineOptions &options) {
  if (f.inlinable || f.generic)
    return;
  Cost cost(f, options);
  std::string_view why = cost.judge();
  // each copy of its literals would be a function into which it is inlined again
  if (recursive && !f.closures.empty() && (why.empty() || why == kTooComplex))
    why = "recursive";
  if (!why.empty()) {
    if (options.diagnostics && package.options.explain > 1 && !f.wrapper)
      options.diagnostics->note(f.pos, "cannot inline " + shownName(package, f) + ": " + std::string(why));
    return;
  }
  f.inlinable = true;
  f.inl_cost = static_cast<std::uint32_t>(cost.cost());
  Func *form = package.all_funcs.emplace_back(std::make_unique<Func>()).get();
  form->name = f.name;
  form->short_name = f.short_name;
  form->detached = true;
  form->outer = f.outer; // literals inside may be named after it
  form->sig = f.sig;
  Cloner cloner(package, nullptr);
  cloner.function(f, *form);
  f.inline_form = form;
  if (options.diagnostics && package.options.explain > 0 && f.pos.known() && !f.dup_ok)
    options.diagnostics->note(f.pos, "can inline " + shownName(package, f) +
                                         (package.options.explain > 1 ? " with cost " + std::to_string(f.inl_cost) + " as: " +
                                                                            bodyText(f, &package.pkg)
                                                                      : ""));
}

// ---- inlining into one function

class Inliner {
public:
  // `types` has learned the body. `around`: what was being inlined where the function, a literal, came into being as a copy.
  Inliner(Package &package, Func &func, const InlineOptions &options, DynamicTypes &types, std::vector<const Func *> around = {})
      : package_(package), m_(package), func_(func), options_(options), around_(std::move(around)), dynamic_types_(types) {}

  void run() {
    walk(func_.body, [&](Node &n) {
      nodes_++;
      if (n.op == Op::LocalRef)
        uses_[n.aux_local]++;
      if (n.op == Op::Var && n.x)
        init_[n.aux_local] = n.x;
    });
    big_ = nodes_ > kBigFuncNodes;
    if (big_ && options_.diagnostics && package_.options.explain > 1)
      options_.diagnostics->note(func_.pos, "function " + shownName(package_, func_) + " considered 'big'; max cost of inlinees is now " +
                                                std::to_string(kBigFuncMaxCost));
    transform(func_.body);
    if (!changed_)
      return;
    dropLiterals();
    renumber(func_);
  }

private:
  // Calls in an adapter stand nowhere in the source, but those of go and defer statements.
  bool explains() const {
    return options_.diagnostics && package_.options.explain > 0 && (!func_.wrapper || (func_.is_closure && !func_.wrapped));
  }

  void transform(NodeList list) {
    for (Node *&n : list)
      if (n)
        transform(n);
  }

  void transform(Node *&n) {
    forEachChild(*n, [&](Node *&c) { transform(c); });
    if (n->op == Op::Var && n->x) // what it calls may be inlined by now
      init_[n->aux_local] = n->x;
    if (n->op == Op::CallIface)
      devirtualize(n);
    if (n->op == Op::CallStatic)
      inlineStatic(n);
    else if (n->op == Op::CallClosure)
      inlineClosure(n);
  }

  // Literals whose calls are all inlined by now.
  void dropLiterals() {
    if (inlined_literals_.empty())
      return;
    std::vector<Node *> dropped = dropUnusedLiterals(func_);
    if (explains())
      for (const Node *literal : dropped)
        if (!literal->aux_func->wrapper && literal->pos.known())
          options_.diagnostics->note(outermostPos(literal), "func literal does not escape");
    dropped.insert(dropped.end(), called_at_once_.begin(), called_at_once_.end());
    releaseCaptures(func_, dropped);
  }

  // The value a variable always has, if it is set once: its initializer.
  Node *staticValue(Node *n) {
    for (int depth = 0; depth < 8; depth++) {
      n = sameFunction(n);
      if (n->op == Op::InlinedCall && n->list.size() == 1)
        n = n->list[0];
      if (n->op != Op::LocalRef)
        return n;
      Local *l = n->aux_local;
      if (l->reassigned || l->addr_taken || l->kind != Local::Kind::Auto)
        return n;
      auto it = init_.find(l);
      if (it == init_.end())
        return n;
      n = it->second;
    }
    return sameFunction(n);
  }

  // A value of function type before it became one of another type.
  static Node *sameFunction(Node *n) {
    while (n->op == Op::Convert && n->conv() == Conv::Noop && types::underAs<types::Signature>(n->type))
      n = n->x;
    return n;
  }

  // x.M() where x was converted from a concrete type: a static call.
  void devirtualize(Node *&n) {
    Node *value = staticValue(n->x);
    while ((value->op == Op::Convert && (value->conv() == Conv::IfaceToIface || value->conv() == Conv::Noop) &&
            types::isInterface(value->x->type)) ||
           (value->op == Op::TypeAssert && types::isInterface(value->type)))
      value = staticValue(value->x);
    types::Type *concrete = nullptr;
    if (value->op == Op::Convert && value->conv() == Conv::ToIface)
      concrete = value->x->type;
    else if (concrete = dynamic_types_.of(n->x); !concrete)
      return;
    else
      value = nullptr;
    for (types::Func *m : interfaceMethods(n->x->type)) { // an assertion on the way might have failed
      auto *own = types::as<types::Func>(types::lookupFieldOrMethod(concrete, false, m->pkg, m->name).object);
      if (!own || !types::identical(own->signature(), m->signature()))
        return;
    }
    types::LookupResult r = types::lookupFieldOrMethod(concrete, false, n->aux_method->pkg, n->aux_method->name);
    auto *method = types::as<types::Func>(r.object);
    if (!method)
      return;
    Node *recv = n->x;
    if (n->x == value) {
      recv = value->x;
    } else { // through a variable: its data, at this point
      if (!value) // it may be nil
        recv = m_.make(Op::CheckIface, n->pos, n->x->type, n->x);
      recv = m_.make(Op::IfaceData, n->pos, concrete, recv);
      recv->inline_site = n->inline_site;
    }
    // A method promoted from an embedded interface stays an interface call, of another value.
    Node *call = m_.callMethod(n->pos, recv, r.path, method, {n->list.begin(), n->list.end()}, n->type);
    walkSite(call, n->inline_site);
    if (call->op == Op::CallStatic && !call->list.empty() && !isAddressable(call->list[0]))
      return;
    if (explains())
      options_.diagnostics->note(outermostPos(n), std::string(call->op == Op::CallIface ? "partially " : "") + "devirtualizing " +
                                                      sourceText(*n->x, &package_.pkg) + "." + std::string(method->name) + " to " +
                                                      types::typeString(concrete, &package_.pkg));
    n = call;
    changed_ = true;
  }

  // Is a receiver's Addr, if it is one, of a place that has an address?
  static bool isAddressable(Node *recv) {
    if (recv->op != Op::Addr)
      return true;
    Node *x = recv->x;
    while (x->op == Op::Field)
      x = x->x;
    return x->op == Op::Deref || x->op == Op::LocalRef || x->op == Op::GlobalRef;
  }

  // Where messages about a node stand: at the outermost call if it came with an inlined body.
  Pos outermostPos(const Node *n) {
    Pos pos = n->pos;
    for (std::uint32_t site = n->inline_site; site != 0; site = func_.inline_sites[site].parent)
      pos = func_.inline_sites[site].call_pos;
    return pos;
  }

  void walkSite(Node *n, std::uint32_t site) {
    walk(n, [&](Node &c) {
      if (c.inline_site == 0)
        c.inline_site = site;
    });
  }

  // A function is inlined into itself, but not into what came of inlining it.
  bool isBeingInlined(const Func *callee, std::uint32_t site) {
    auto has = [&](const std::vector<const Func *> &list) { return std::find(list.begin(), list.end(), callee) != list.end(); };
    if (has(around_))
      return true;
    int depth = 0;
    for (; site != 0; site = func_.inline_sites[site].parent, depth++) {
      const Func *around = func_.inline_sites[site].callee;
      if (around == callee)
        return true;
      if (auto born = born_in_.find(around); born != born_in_.end() && has(born->second))
        return true;
    }
    return depth > 40;
  }

  // What is being inlined at that site, and where the literals among that came into being.
  std::vector<const Func *> inlinedAround(std::uint32_t site) {
    std::vector<const Func *> out = around_;
    for (; site != 0; site = func_.inline_sites[site].parent) {
      const Func *callee = func_.inline_sites[site].callee;
      out.push_back(callee);
      if (auto born = born_in_.find(callee); born != born_in_.end())
        out.insert(out.end(), born->second.begin(), born->second.end());
    }
    return out;
  }

  Func *bodyOf(Func *callee) {
    if (!callee->inlinable)
      return nullptr;
    if (!callee->inline_form && callee->imported && package_.imported) {
      // A form of its own: the callee itself stays a name.
      Func *form = package_.all_funcs.emplace_back(std::make_unique<Func>()).get();
      form->name = callee->name;
      form->short_name = callee->short_name;
      form->object = callee->object;
      form->imported = form->detached = true;
      form->package_path = callee->package_path;
      form->sig = callee->sig;
      if (!package_.imported->loadBody(*form)) {
        callee->inlinable = false;
        return nullptr;
      }
      callee->pos = form->pos;
      callee->inline_form = form;
    }
    return callee->inline_form;
  }

  void inlineStatic(Node *&n) {
    Func *callee = n->aux_func;
    if (package_.options.no_inline || n->has(kNoInline) || !callee->inlinable || isBeingInlined(callee, n->inline_site))
      return;
    if (options_.is_intrinsic && options_.is_intrinsic(callee->name))
      return;
    const Price price = priceOf(callerOf(*n), n->pos, *callee, options_);
    if (price == Price::TooHigh || (price == Price::Hot && ((func_.pragma & kNosplit) || !mayGrow(*n, *callee))))
      return;
    if (big_ && callee->inl_cost > kBigFuncMaxCost)
      return;
    Func *body = bodyOf(callee);
    if (!body || body->params.size() != n->list.size())
      return;
    if (price == Price::Hot)
      nodes_ += static_cast<int>(callee->inl_cost);
    Cloner cloner(package_, nullptr);
    n = expand(n, *callee, *body, cloner);
  }

  // The function whose code a node is: what was inlined, for a node of an inlined body.
  const Func &callerOf(const Node &n) const { return n.inline_site ? *func_.inline_sites[n.inline_site].callee : func_; }

  // Hot calls are inlined, whatever they cost, as long as the function does not become big by it: bodies of hot functions that call
  // each other would have no end of it.
  bool mayGrow(const Node &call, const Func &callee) {
    const bool fits = nodes_ + static_cast<int>(callee.inl_cost) <= kBigFuncNodes;
    HotCalls &hot = *options_.hot_calls;
    if (hot.settings().explain > 0)
      hot.explain((fits ? "hot-budget check allows inlining for call " : "hot-big check disallows inlining for call ") + callee.name +
                  " (cost " + std::to_string(callee.inl_cost) + ") at " + package_.sources.str(call.pos) +
                  (fits ? " in function " : " in big function ") + func_.name);
    return fits;
  }

  // Is a variable of function type that holds a known literal named nowhere else, and so those that it came through?
  bool isOnlyUse(Node *n) {
    for (int depth = 0; depth < 8 && n->op != Op::Closure; depth++) {
      if (n->op == Op::InlinedCall)
        n = n->list[0]; // a result, which is read here alone
      else if (uses_[n->aux_local] != 1)
        return false;
      auto it = init_.find(n->aux_local);
      if (it == init_.end())
        return false;
      n = sameFunction(it->second);
    }
    return n->op == Op::Closure;
  }

  // A literal called on the spot, through a variable that always holds it, or as what an inlined call gives: f(x)(y).
  void inlineClosure(Node *&n) {
    if (package_.options.no_inline)
      return;
    Node *const fn = sameFunction(n->x);
    Node *const made_by = fn->op == Op::InlinedCall ? fn : nullptr; // what that did is still to be done
    Node *value = staticValue(fn);
    if (value->op == Op::FuncRef && !made_by) {
      Node *call = m_.callStatic(n->pos, value->func(), {n->list.begin(), n->list.end()}, n->type);
      call->inline_site = n->inline_site;
      n = call;
      changed_ = true;
      inlineStatic(n);
      return;
    }
    if (value->op != Op::Closure)
      return;
    Func *callee = value->aux_func;
    if (!callee->inlinable || callee->wrapper || isBeingInlined(callee, n->inline_site) || big_)
      return;
    if (callee->inl_cost > kClosureCallCost && !isOnlyUse(fn))
      return;
    Func *body = bodyOf(callee);
    if (!body || body->params.size() != n->list.size() || body->captures.size() != value->list.size())
      return;
    Cloner cloner(package_, nullptr);
    for (std::size_t i = 0; i < body->captures.size(); i++) {
      Node *from = value->list[i];
      if (body->captures[i]->by_ref) {
        if (from->op != Op::Addr || from->x->op != Op::LocalRef)
          return;
        cloner.mapLocal(body->captures[i], from->x->aux_local);
      } else {
        if (from->op != Op::LocalRef)
          return;
        cloner.mapLocal(body->captures[i], from->aux_local);
      }
    }
    if (value == fn)
      called_at_once_.push_back(value);
    if (inlined_literals_.insert(callee).second) // its body names them now
      for (Node *captured : value->list)
        uses_[captured->op == Op::Addr ? captured->x->aux_local : captured->aux_local]--;
    n = expand(n, *callee, *body, cloner);
    if (!made_by)
      return;
    made_by->list = {};
    made_by->type = nullptr;
    std::vector<Node *> code{m_.exprStmt(made_by)};
    code[0]->inline_site = made_by->inline_site;
    code.insert(code.end(), n->body.begin(), n->body.end());
    n->body = package_.list(code);
  }

  // The call as an InlinedCall with a copy of the body.
  Node *expand(Node *call, Func &callee, Func &body, Cloner &cloner) {
    changed_ = true;
    if (explains() && call->pos.known())
      options_.diagnostics->note(outermostPos(call), "inlining call to " + shownName(package_, callee));
    auto site = static_cast<std::uint32_t>(func_.inline_sites.size());
    func_.inline_sites.push_back({call->inline_site, call->pos, &callee});
    cloner.site_base = site;
    cloner.renames_closures = true;
    for (std::uint32_t s = site; s != 0; s = func_.inline_sites[s].parent)
      cloner.inlined.insert(0, "." + std::string(func_.inline_sites[s].callee->short_name));
    cloner.setInto(func_);

    Node *out = m_.make(Op::InlinedCall, call->pos, call->type);
    out->inline_site = call->inline_site;
    out->aux_int = site;
    out->sub = static_cast<std::uint8_t>(std::min<std::size_t>(body.params.size(), 255));
    out->aux_label = package_.addLabel(func_);
    std::vector<Node *> code;
    auto declare = [&](Local *from, Node *init) {
      Local *l = package_.addLocal(func_, Local::Kind::Auto, from->name, from->type, from->pos);
      l->source = from->source;
      l->is_temp = from->is_temp;
      l->used = true;
      l->addr_taken = from->addr_taken;
      l->captured = from->captured;
      l->reassigned = from->reassigned;
      l->inline_site = site;
      l->declared_kind = from->declared_kind;
      cloner.mapLocal(from, l);
      Node *v = m_.varStmt(call->pos, l, init);
      v->inline_site = call->inline_site;
      code.push_back(v);
      if (init && !l->reassigned && !l->addr_taken)
        init_[l] = init;
      return l;
    };
    for (std::size_t i = 0; i < body.params.size(); i++)
      declare(body.params[i], call->list[i]);
    std::vector<Node *> results;
    for (Local *r : body.results) {
      Local *l = declare(r, nullptr);
      Node *ref = m_.local(call->pos, l);
      ref->inline_site = call->inline_site;
      results.push_back(ref);
    }
    std::size_t first_new = func_.closures.size();
    NodeList copy = cloner.list(body.body);
    walk(copy, [&](Node &n) {
      if (n.op == Op::LocalRef)
        uses_[n.aux_local]++;
      if (n.op == Op::Var && n.x)
        init_[n.aux_local] = n.x;
    });
    std::vector<Node *> statements(copy.begin(), copy.end());
    return_ = nullptr;
    returns_ = 0;
    returnsToJumps(statements, results, out->aux_label);
    Node *returned = returns_ == 1 ? return_ : nullptr;
    if (!statements.empty() && statements.back()->op == Op::Jump && statements.back()->aux_label == out->aux_label)
      statements.pop_back();
    const std::vector<const Func *> around = inlinedAround(site);
    for (Node *s : code)
      dynamic_types_.learn(*s);
    for (Node *s : statements)
      dynamic_types_.learn(*s);
    for (std::size_t i = first_new; i < func_.closures.size(); i++)
      born_in_[func_.closures[i]] = around;
    for (std::size_t i = first_new; i < func_.closures.size(); i++)
      adopt(*func_.closures[i], around);
    for (Node *&s : statements)
      transform(s);
    // A result without a name is set by returns alone: with one of them, that is its value.
    if (results.size() == 1 && returned)
      if (Local *result = results[0]->aux_local; result->name.empty() || result->name[0] == '~') {
        result->reassigned = false;
        init_[result] = returned->y;
      }
    code.insert(code.end(), statements.begin(), statements.end());
    out->body = package_.list(code);
    out->list = package_.list(results);
    return out;
  }

  // A copy of a literal that came with an inlined body: a function of this object.
  void adopt(Func &closure, const std::vector<const Func *> &around) {
    closure.dup_ok = func_.dup_ok;
    closure.finalized = true;
    closure.optimized = true;
    std::vector<Func *> inner = closure.closures; // copies too; what inlining adds is adopted on the way
    judge(package_, closure, false, options_);
    Inliner(package_, closure, options_, dynamic_types_, around).run();
    package_.funcs.push_back(&closure);
    for (Func *c : inner)
      adopt(*c, around);
  }

  void returnsToJumps(std::vector<Node *> &list, const std::vector<Node *> &results, Label *end) {
    std::vector<Node *> out;
    for (Node *n : list) {
      if (n->op == Op::Return) {
        leave(n, results, end, out);
        continue;
      }
      inLists(n, results, end);
      out.push_back(n);
    }
    list = std::move(out);
  }

  void inLists(Node *n, const std::vector<Node *> &results, Label *end) {
    for (NodeList *l : {&n->body, &n->body2}) {
      if (l->empty())
        continue;
      std::vector<Node *> items(l->begin(), l->end());
      returnsToJumps(items, results, end);
      *l = package_.list(items);
    }
    for (Node *c : n->list) // cases
      if (c && c->op == Op::Case)
        inLists(c, results, end);
  }

  void leave(Node *ret, const std::vector<Node *> &results, Label *end, std::vector<Node *> &out) {
    auto copies = [&] {
      std::vector<Node *> refs;
      for (Node *r : results) {
        Node *ref = m_.local(ret->pos, r->aux_local);
        ref->inline_site = ret->inline_site;
        refs.push_back(ref);
      }
      return refs;
    };
    Node *set = nullptr;
    if (ret->list.size() == 1 && results.size() > 1) {
      set = m_.make(Op::AssignTuple, ret->pos, nullptr, ret->list[0]);
      set->list = package_.list(copies());
    } else if (ret->list.size() == 1) {
      set = m_.assign(ret->pos, copies()[0], ret->list[0]);
    } else if (!ret->list.empty()) {
      set = m_.make(Op::AssignList, ret->pos, nullptr);
      set->list = package_.list(copies());
      set->list2 = ret->list;
    }
    return_ = set;
    ++returns_;
    if (set) {
      set->inline_site = ret->inline_site;
      out.push_back(set);
    }
    Node *j = m_.jump(ret->pos, end);
    j->inline_site = ret->inline_site;
    out.push_back(j);
  }

  Package &package_;
  Maker m_;
  Func &func_;
  const InlineOptions &options_;
  std::vector<const Func *> around_;
  DynamicTypes &dynamic_types_; // of the function with all literals in it
  std::unordered_map<Local *, Node *> init_; // never iterated
  std::unordered_map<Local *, int> uses_;    // how often each is named; never iterated
  std::unordered_map<const Func *, std::vector<const Func *>> born_in_; // by copy of a literal: what was being inlined; never iterated
  std::unordered_set<const Func *> inlined_literals_; // never iterated
  std::vector<Node *> called_at_once_; // literals that were called where they stood, and are gone
  Node *return_ = nullptr; // of the body being inlined: the assignment that its last return became, and how many there are
  int returns_ = 0;
  int nodes_ = 0; // of the function as it was, with what hot calls bring into it
  bool big_ = false;
  bool changed_ = false;
};

} // namespace

// Does a function ask reflect for methods? Then the linker must keep those of all types that reflection can see.
static void findReflection(Func &f) {
  if (f.package_path == "reflect" &&
      (f.short_name == "(*rtype).Method" || f.short_name == "(*rtype).MethodByName" || f.short_name == "(*interfaceType).Method" ||
       f.short_name == "(*interfaceType).MethodByName" || f.short_name == "Value.Method" || f.short_name == "Value.MethodByName"))
    return;
  walk(f.body, [&](Node &n) {
    types::Func *m = n.op == Op::CallIface ? n.aux_method : n.op == Op::CallStatic ? n.aux_func->object : nullptr;
    if (!m || (m->name != "Method" && m->name != "MethodByName"))
      return;
    types::VarList params = types::vars(m->signature()->params), results = types::vars(m->signature()->results);
    if (params.size() != 1 || results.empty())
      return;
    auto *param = types::underAs<types::Basic>(params[0]->type);
    if (!param || param->basic != (m->name == "Method" ? types::BasicKind::Int : types::BasicKind::String))
      return;
    auto *result = types::unaliasAs<types::Named>(results[0]->type);
    if (result && result->obj->pkg && result->obj->pkg->path == "reflect" &&
        (result->obj->name == "Method" || result->obj->name == "Value"))
      f.reflect_method = true;
  });
}

// Drops literals that no code makes any more, since all their calls were inlined. Gives those that are among `done`.
static std::vector<Func *> dropDeadClosures(Package &package, std::vector<Func *> &done) {
  std::unordered_set<Func *> live, family;
  std::vector<Func *> todo;
  for (Func *f : done)
    for (Func *g = f; g; g = g->outer)
      family.insert(g);
  auto reach = [&](Func *f) {
    if (family.count(f) && live.insert(f).second)
      todo.push_back(f);
  };
  auto visit = [&](Node &n) {
    if (n.op == Op::Closure || n.op == Op::FuncRef)
      reach(n.aux_func);
  };
  for (Func *f : family)
    if (!f->outer)
      reach(f);
  for (Global *g : package.globals)
    if (g->static_init)
      walk(g->static_init, visit);
  while (!todo.empty()) {
    Func *f = todo.back();
    todo.pop_back();
    walk(f->body, visit);
  }
  auto dead = [&](Func *f) { return family.count(f) && !live.count(f); };
  std::erase_if(package.funcs, dead);
  for (Func *f : family)
    std::erase_if(f->closures, dead);
  auto first_dead = std::stable_partition(done.begin(), done.end(), [&](Func *f) { return !dead(f); });
  std::vector<Func *> out(first_dead, done.end());
  done.erase(first_dead, done.end());
  return out;
}

// What a literal assigns counts for the function around it, and the other way round: they share what is known of types, which is
// learned before anything is inlined.
static void inlineInto(Package &package, const std::vector<Func *> &funcs, const InlineOptions &options) {
  std::unordered_map<Func *, DynamicTypes> types; // by outermost function; never iterated
  for (Func *f : funcs) {
    Func *outermost = f;
    while (outermost->outer)
      outermost = outermost->outer;
    auto [known, fresh] = types.try_emplace(outermost);
    if (fresh)
      for (Node *n : outermost->body)
        known->second.learn(*n);
    Inliner(package, *f, options, known->second).run();
  }
}

std::vector<Func *> inlineCalls(Package &package, const InlineOptions &options, std::vector<Func *> &done) {
  for (;;) {
    instantiatePending(package);
    std::vector<Func *> roots;
    for (Func *f : package.funcs)
      if (f->has_body && !f->optimized)
        roots.push_back(f);
    if (roots.empty())
      break;
    for (Func *f : roots) {
      f->optimized = true;
      findReflection(*f);
      keepBenchmarkLoops(package, *f, options.diagnostics);
      if (options.hot_calls && !package.options.no_optimize)
        dispatchHotCalls(package, *f, options);
    }
    std::size_t first = package.funcs.size();
    if (!package.options.no_inline)
      for (const Component &c : callOrder(roots, false))
        for (Func *f : c.funcs)
          judge(package, *f, c.recursive, options);
    if (!package.options.no_optimize)
      inlineInto(package, roots, options);
    done.insert(done.end(), roots.begin(), roots.end());
    for (std::size_t i = first; i < package.funcs.size(); i++) // copies of literals
      if (package.funcs[i]->optimized)
        done.push_back(package.funcs[i]);
  }
  return done.empty() ? std::vector<Func *>() : dropDeadClosures(package, done);
}

} // namespace gannet::ir
