// Range over functions: `for k, v := range f { body }` becomes a call of f with the body as a closure.
//
//     state := ready
//     f(func(k, v) bool {
//         if state != ready { was := state; state = panicked; runtime.panicrangestate(was) }
//         state = panicked
//         body                      // continue: state = ready, return true; break: state = done, return false
//         state = ready
//         return true
//     })
//     if state == panicked { runtime.panicrangestate(missingPanic) }
//     state = exhausted
//
// What leaves the loop for somewhere further out (return, goto, break and continue of outer loops) stores its code in
// `next`, a variable of the enclosing real function, makes every loop on the way done and returns false; after each call
// the code is looked at. A return stores its values in the real function's results first. Defers in a body are put on
// the real function's frame by a token taken just before the outermost loop.
// Source: Go specification, "For statements with range clause"; state numbers are internal/abi's.
#include "compiler/ir/closure_name.h"
#include "compiler/ir/finalize.h"

#include "compiler/base/check.h"
#include "compiler/ir/make.h"
#include "compiler/types/checker.h"
#include "compiler/types/object.h"

#include <unordered_map>
#include <unordered_set>

namespace gannet::ir {
namespace {

enum RangeState : std::int64_t { kDone = 0, kReady = 1, kPanicked = 2, kExhausted = 3, kMissingPanic = 4 };
constexpr std::int64_t kReturnCode = -1;

// One range-over-func loop around the code at hand.
struct Level {
  Func *body = nullptr; // the closure
  Func *outer = nullptr; // the function whose body has the loop: the real one or an outer loop's closure
  Level *parent = nullptr;
  Label *brk = nullptr;
  Label *cont = nullptr;
  Local *state = nullptr;
  std::unordered_set<Label *> inside; // targets within the body itself
  bool returns = false;               // some return leaves the loop
  std::vector<Label *> exits;         // outer targets that are jumped to from inside
};

class RangeFuncs {
public:
  RangeFuncs(Package &package, Func &func) : package_(package), m_(package), real_(func) {}

  void run() {
    bool any = false;
    walk(real_.body, [&](Node &n) { any = any || isRangeFunc(n); });
    if (!any)
      return;
    real_.body = rewriteList(real_.body, real_, nullptr);
    std::vector<Node *> head;
    if (next_)
      head.push_back(m_.varStmt(real_.pos, next_, m_.intConst(real_.pos, m_.intType(), 0)));
    head.insert(head.end(), real_.body.begin(), real_.body.end());
    real_.body = package_.list(head);
  }

private:
  static bool isRangeFunc(const Node &n) { return n.op == Op::Range && n.range_kind() == RangeKind::Func; }

  Node *setState(Pos pos, Level *l, std::int64_t value) {
    return m_.assign(pos, m_.local(pos, l->state), m_.intConst(pos, m_.intType(), value));
  }
  Node *returnBool(Pos pos, bool value) {
    Node *r = m_.make(Op::Return, pos, nullptr);
    r->list = package_.list({m_.boolConst(pos, value)});
    return r;
  }
  Node *setNext(Pos pos, std::int64_t value) {
    return m_.assign(pos, m_.local(pos, next()), m_.intConst(pos, m_.intType(), value));
  }
  Local *next() {
    if (!next_) {
      next_ = package_.addLocal(real_, Local::Kind::Auto, "", m_.intType(), real_.pos);
      next_->is_temp = true;
    }
    return next_;
  }
  std::int64_t codeOf(Label *l) {
    auto [it, fresh] = codes_.try_emplace(l, static_cast<std::int64_t>(codes_.size()) + 1);
    return it->second;
  }
  Node *stateIs(Pos pos, Level *l, Op op, std::int64_t value) {
    return m_.make(op, pos, m_.boolType(), m_.local(pos, l->state), m_.intConst(pos, m_.intType(), value));
  }

  NodeList rewriteList(NodeList list, Func &where, Level *level) {
    std::vector<Node *> out;
    for (Node *n : list)
      if (n)
        rewrite(n, where, level, out);
      else
        out.push_back(n);
    return package_.list(out);
  }

  // Statements may stand below expressions too (StmtExpr), but jumps and range loops only where statements are.
  void rewrite(Node *n, Func &where, Level *level, std::vector<Node *> &out) {
    if (isRangeFunc(*n)) {
      loop(n, where, level, out);
      return;
    }
    if (level) {
      if (n->op == Op::Return) {
        leaveByReturn(n, level, out);
        return;
      }
      if (n->op == Op::Jump && !level->inside.count(n->aux_label)) {
        leaveByJump(n, level, out);
        return;
      }
      if (n->op == Op::Defer && !n->y) {
        if (!token_) {
          token_ = package_.addLocal(real_, Local::Kind::Auto, "", m_.anyType(), real_.pos);
          token_->is_temp = true;
        }
        n->y = m_.local(n->pos, token_);
      }
    }
    if (n->x)
      descend(n->x, where, level);
    if (n->y)
      descend(n->y, where, level);
    n->list = rewriteItems(n->list, where, level);
    n->body = rewriteList(n->body, where, level);
    n->body2 = rewriteList(n->body2, where, level);
    out.push_back(n);
  }

  // Operands, and cases, which are no statements of a list.
  NodeList rewriteItems(NodeList list, Func &where, Level *level) {
    for (Node *&n : list)
      if (n)
        descend(n, where, level);
    return list;
  }
  void descend(Node *&n, Func &where, Level *level) {
    std::vector<Node *> out;
    rewrite(n, where, level, out);
    n = out.size() == 1 ? out[0] : m_.block(n->pos, out);
  }

  void leaveByReturn(Node *n, Level *level, std::vector<Node *> &out) {
    if (n->list.size() == 1 && real_.results.size() > 1) {
      Node *a = m_.make(Op::AssignTuple, n->pos, nullptr, n->list[0]);
      std::vector<Node *> lhs;
      for (Local *r : real_.results)
        lhs.push_back(m_.local(n->pos, r));
      a->list = package_.list(lhs);
      out.push_back(a);
    } else if (n->list.size() == 1) {
      out.push_back(m_.assign(n->pos, m_.local(n->pos, real_.results[0]), n->list[0]));
    } else if (!n->list.empty()) {
      Node *a = m_.make(Op::AssignList, n->pos, nullptr);
      std::vector<Node *> lhs;
      for (Local *r : real_.results)
        lhs.push_back(m_.local(n->pos, r));
      a->list = package_.list(lhs);
      a->list2 = n->list;
      out.push_back(a);
    }
    out.push_back(setNext(n->pos, kReturnCode));
    out.push_back(setState(n->pos, level, kDone));
    out.push_back(returnBool(n->pos, false));
    level->returns = true;
  }

  void leaveByJump(Node *n, Level *level, std::vector<Node *> &out) {
    Label *to = n->aux_label;
    if (to == level->cont) {
      out.push_back(setState(n->pos, level, kReady));
      out.push_back(returnBool(n->pos, true));
      return;
    }
    if (to != level->brk) {
      out.push_back(setNext(n->pos, codeOf(to)));
      addExit(level, to);
    }
    out.push_back(setState(n->pos, level, kDone));
    out.push_back(returnBool(n->pos, false));
  }

  static void addExit(Level *level, Label *to) {
    for (Label *l : level->exits)
      if (l == to)
        return;
    level->exits.push_back(to);
  }

  static void collectInside(NodeList list, std::unordered_set<Label *> &out) {
    for (Node *n : list)
      if (n)
        collectInside(*n, out);
  }
  static void collectInside(Node &n, std::unordered_set<Label *> &out) {
    if (isRangeFunc(n)) // its body is another function; jumps to its own ends come from there alone
      return;
    switch (n.op) {
    case Op::InlinedCall:
    case Op::Block:
    case Op::For:
    case Op::Range:
    case Op::Switch:
    case Op::TypeSwitch:
    case Op::Select:
    case Op::Label:
      if (n.aux_label)
        out.insert(n.aux_label);
      if (n.aux_label2)
        out.insert(n.aux_label2);
      break;
    default:
      break;
    }
    forEachChild(n, [&](Node *&c) { collectInside(*c, out); });
  }

  // Gives the body's own variables and closures to it.
  void rehome(NodeList body, Func &from, Func &to) {
    auto take = [&](Local *l) {
      if (l && l->owner == &from && l->kind == Local::Kind::Auto)
        moveLocal(l, to);
    };
    walk(body, [&](Node &n) {
      switch (n.op) {
      case Op::Var:
        take(n.aux_local);
        break;
      case Op::Range:
        if (n.has(kDefine)) {
          if (n.y)
            take(n.y->aux_local);
          if (n.z)
            take(n.z->aux_local);
        }
        break;
      case Op::Case:
        take(n.aux_local);
        if (n.has(kDefine))
          for (Node *l : n.list)
            if (l && l->op == Op::LocalRef)
              take(l->aux_local);
        break;
      case Op::Closure:
        if (n.aux_func->outer == &from) {
          n.aux_func->outer = &to;
          std::erase(from.closures, n.aux_func);
          to.closures.push_back(n.aux_func);
          to.has_closures = true;
        }
        break;
      default:
        break;
      }
    });
  }

  void loop(Node *n, Func &where, Level *parent, std::vector<Node *> &out) {
    Pos pos = n->pos;
    auto *fn_type = types::underAs<types::Signature>(n->x->type);
    types::Type *yield_type = types::vars(fn_type->params)[0]->type;
    auto *yield = types::underAs<types::Signature>(yield_type);

    if (!parent)
      token_ = nullptr; // each outermost loop has its own: its defers run in place of it
    Level level;
    level.outer = &where;
    level.parent = parent;
    level.brk = n->aux_label;
    level.cont = n->aux_label2;

    std::string name = rangeBodyName(real_);
    Func *body = package_.funcNamed(name);
    level.body = body;
    body->short_name = package_.arena.copy(std::string_view(closureShortName(real_, name)));
    body->outer = &where;
    body->is_closure = body->range_body = body->has_body = body->emit = true;
    body->dup_ok = real_.dup_ok;
    body->package_path = real_.package_path;
    body->pos = pos;
    body->end_pos = pos;
    body->sig = yield;
    where.closures.push_back(body);
    where.has_closures = true;

    level.state = package_.addLocal(where, Local::Kind::Auto, "", m_.intType(), pos);
    level.state->is_temp = true;
    std::size_t token_at = out.size();
    out.push_back(m_.varStmt(pos, level.state, m_.intConst(pos, m_.intType(), kReady)));

    // The body's own variables: those of the clause too.
    std::vector<Node *> code;
    Local *was = package_.addLocal(*body, Local::Kind::Auto, "", m_.intType(), pos);
    was->is_temp = true;
    code.push_back(m_.ifStmt(pos, stateIs(pos, &level, Op::Ne, kReady), // an iterator that recovers from this panic is found out
                             {m_.varStmt(pos, was, m_.local(pos, level.state)), setState(pos, &level, kPanicked),
                              m_.panicCall(pos, "panicrangestate", {m_.local(pos, was)})}));
    code.push_back(setState(pos, &level, kPanicked));
    Node *places[2] = {n->y, n->z};
    std::size_t i = 0;
    for (types::Var *v : types::vars(yield->params)) {
      Local *p = package_.addLocal(*body, Local::Kind::Param, "", v->type, pos);
      Node *place = i < 2 ? places[i] : nullptr;
      i++;
      if (!place || place->op == Op::Blank)
        continue;
      if (n->has(kDefine)) {
        p->name = place->aux_local->name;
        Node *decl = m_.varStmt(place->pos, place->aux_local, m_.local(place->pos, p));
        code.push_back(decl);
      } else {
        code.push_back(m_.assign(place->pos, place, m_.local(place->pos, p)));
      }
    }
    package_.addLocal(*body, Local::Kind::Result, "~r0", m_.boolType(), pos);
    code.insert(code.end(), n->body.begin(), n->body.end());
    code.push_back(setState(pos, &level, kReady));
    code.push_back(returnBool(pos, true));

    NodeList code_list = package_.list(code);
    rehome(code_list, where, *body);
    collectInside(code_list, level.inside);
    // The checks in front and behind are not the source's: only what lies between has jumps and returns of its own.
    std::vector<Node *> rewritten;
    std::size_t front = code.size() - 2 - n->body.size();
    for (std::size_t k = 0; k < code.size(); k++) {
      if (k < front || k >= code.size() - 2)
        rewritten.push_back(code[k]);
      else
        rewrite(code[k], *body, &level, rewritten);
    }
    body->body = package_.list(rewritten);

    if (!parent && token_)
      out.insert(out.begin() + static_cast<std::ptrdiff_t>(token_at),
                 m_.varStmt(pos, token_, m_.make(Op::DeferToken, pos, m_.anyType())));
    Node *closure = m_.make(Op::Closure, pos, yield_type);
    closure->aux_func = body;
    if (n->x)
      descend(n->x, where, parent);
    out.push_back(m_.exprStmt(m_.callClosure(pos, n->x, {closure}, nullptr)));
    out.push_back(m_.ifStmt(pos, stateIs(pos, &level, Op::Eq, kPanicked),
                            {m_.panicCall(pos, "panicrangestate", {m_.intConst(pos, m_.intType(), kMissingPanic)})}));
    out.push_back(setState(pos, &level, kExhausted));

    if (level.returns) {
      std::vector<Node *> then;
      if (!parent) {
        then.push_back(m_.make(Op::Return, pos, nullptr));
      } else {
        then = {setState(pos, parent, kDone), returnBool(pos, false)};
        parent->returns = true;
      }
      out.push_back(m_.ifStmt(pos, nextIs(pos, kReturnCode), then));
    }
    for (Label *to : level.exits) {
      std::vector<Node *> then;
      if (!parent || parent->inside.count(to)) {
        then = {setNext(pos, 0), m_.jump(pos, to)};
      } else if (to == parent->cont) {
        then = {setNext(pos, 0), setState(pos, parent, kReady), returnBool(pos, true)};
      } else if (to == parent->brk) {
        then = {setNext(pos, 0), setState(pos, parent, kDone), returnBool(pos, false)};
      } else {
        then = {setState(pos, parent, kDone), returnBool(pos, false)};
        addExit(parent, to);
      }
      out.push_back(m_.ifStmt(pos, nextIs(pos, codeOf(to)), then));
    }
  }

  Node *nextIs(Pos pos, std::int64_t value) {
    return m_.make(Op::Eq, pos, m_.boolType(), m_.local(pos, next()), m_.intConst(pos, m_.intType(), value));
  }

  Package &package_;
  Maker m_;
  Func &real_;
  Local *next_ = nullptr;
  Local *token_ = nullptr;
  std::unordered_map<Label *, std::int64_t> codes_; // never iterated
};

void eachReal(Package &package, Func &func) {
  // Literals first: those in a loop's body become its closures afterwards.
  std::vector<Func *> inner = func.closures;
  for (Func *c : inner)
    eachReal(package, *c);
  RangeFuncs(package, func).run();
}

} // namespace

void rewriteRangeFuncs(Package &package, Func &func) { eachReal(package, func); }

} // namespace gannet::ir
