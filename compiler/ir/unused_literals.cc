#include "compiler/ir/unused_literals.h"

#include "compiler/ir/finalize.h"
#include "compiler/types/predicates.h"

#include <unordered_map>
#include <unordered_set>

namespace gannet::ir {
namespace {

class UnusedLiterals {
public:
  explicit UnusedLiterals(Func &func) : func_(func) {}

  std::vector<Node *> run() {
    walk(func_.body, [&](Node &n) { count(n); });
    for (Local *l : func_.locals)
      tryDrop(l);
    while (!unused_.empty()) {
      Local *l = unused_.back();
      unused_.pop_back();
      for (Node *setting : variables_[l].settings)
        drop(*setting);
    }
    return std::move(dropped_);
  }

private:
  // A variable of function type.
  struct Variable {
    int reads = 0;
    std::vector<Node *> settings; // Var or Assign
  };

  static bool holdsFunctions(const Local &l) {
    return l.kind == Local::Kind::Auto && !l.addr_taken && types::underAs<types::Signature>(l.type);
  }

  // The function value that a Var or Assign of a variable sets it to; null if it is none.
  static Node *valueOf(const Node &n) {
    if (n.op == Op::Var)
      return n.x;
    return n.op == Op::Assign && n.x->op == Op::LocalRef ? n.y : nullptr;
  }

  static bool hasOtherEffects(const Node *value) {
    while (value && value->op == Op::Convert && value->conv() == Conv::Noop)
      value = value->x;
    if (!value)
      return false;
    switch (value->op) {
    case Op::Closure:
    case Op::LocalRef:
    case Op::FuncRef:
    case Op::Nil:
    case Op::Zero:
      return false;
    case Op::InlinedCall: // which stays, for what it does
      return value->list.size() != 1;
    default:
      return true;
    }
  }

  // Parents come before their children.
  void count(Node &n) {
    if (n.op == Op::LocalRef && holdsFunctions(*n.aux_local))
      variables_[n.aux_local].reads++;
    Local *set = n.op == Op::Var ? n.aux_local : n.op == Op::Assign && n.x->op == Op::LocalRef ? n.x->aux_local : nullptr;
    if (!set || !holdsFunctions(*set))
      return;
    Variable &v = variables_[set];
    v.settings.push_back(&n);
    v.reads -= n.op == Op::Assign; // that its left side will count
    v.reads += hasOtherEffects(valueOf(n));
  }

  void tryDrop(Local *l) {
    auto found = variables_.find(l);
    if (found != variables_.end() && found->second.reads == 0 && !found->second.settings.empty())
      unused_.push_back(l);
  }

  void unread(Local *l) {
    auto found = variables_.find(l);
    if (found != variables_.end() && --found->second.reads == 0)
      tryDrop(l);
  }

  // The statement becomes an empty block, or what is to be done for its value.
  void drop(Node &setting) {
    Node *value = valueOf(setting);
    while (value && value->op == Op::Convert)
      value = value->x;
    setting.op = Op::Block;
    setting.flags = 0;
    setting.sub = 0;
    setting.x = setting.y = nullptr;
    setting.aux = nullptr;
    setting.type = nullptr;
    if (!value)
      return;
    if (value->op == Op::LocalRef)
      return unread(value->aux_local);
    if (value->op == Op::Closure) {
      dropped_.push_back(value);
      for (Node *captured : value->list)
        if (captured->op == Op::LocalRef)
          unread(captured->aux_local);
      return;
    }
    if (value->op == Op::InlinedCall) {
      setting.op = Op::ExprStmt;
      setting.x = value;
      Local *result = value->list[0]->aux_local;
      value->list = {};
      value->type = nullptr;
      unread(result);
    }
  }

  Func &func_;
  std::unordered_map<Local *, Variable> variables_; // never iterated
  std::vector<Local *> unused_;
  std::vector<Node *> dropped_;
};

} // namespace

std::vector<Node *> dropUnusedLiterals(Func &func) { return UnusedLiterals(func).run(); }

void releaseCaptures(Func &func, const std::vector<Node *> &dropped) {
  std::unordered_set<Local *> held; // never iterated
  for (Node *closure : dropped)
    for (Node *captured : closure->list)
      if (Local *l = baseLocal(captured->op == Op::Addr ? captured->x : captured); l && l->owner == &func && l->kind != Local::Kind::Capture)
        held.insert(l);
  if (held.empty())
    return;
  for (Local *l : func.locals)
    if (held.count(l))
      l->addr_taken = l->captured = false;
  walk(func.body, [&](Node &n) {
    if (n.op == Op::Addr) {
      if (Local *l = baseLocal(n.x); l && held.count(l))
        l->addr_taken = true;
    } else if (n.op == Op::Closure) {
      for (Node *captured : n.list)
        if (Local *l = baseLocal(captured->op == Op::Addr ? captured->x : captured); l && held.count(l))
          l->captured = true;
    }
  });
}

} // namespace gannet::ir
