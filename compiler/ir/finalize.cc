#include "compiler/ir/finalize.h"

#include "compiler/base/check.h"
#include "compiler/ir/instantiate.h"
#include "compiler/ir/make.h"
#include "compiler/types/sizes.h"

#include <unordered_map>
#include <unordered_set>

namespace gannet::ir {

using types::Type;

Local *baseLocal(const Node *n) {
  for (;;) {
    if (n->op == Op::LocalRef)
      return n->local();
    if (n->op == Op::Field || (n->op == Op::Index && types::underAs<types::Array>(n->x->type)))
      n = n->x;
    else
      return nullptr;
  }
}

void moveLocal(Local *l, Func &owner) {
  l->owner = &owner;
  l->id = static_cast<std::uint32_t>(owner.locals.size());
  owner.locals.push_back(l);
}

void renumber(Func &func) {
  std::vector<Local *> kept;
  for (Local *l : func.locals)
    if (l->owner == &func) {
      l->id = static_cast<std::uint32_t>(kept.size());
      kept.push_back(l);
    }
  func.locals = std::move(kept);
  func.label_count = 0;
  std::unordered_set<Label *> seen; // never iterated
  auto number = [&](Label *l) {
    if (l && seen.insert(l).second)
      l->id = func.label_count++;
  };
  walk(func.body, [&](Node &n) {
    switch (n.op) {
    case Op::InlinedCall:
    case Op::Block:
    case Op::For:
    case Op::Range:
    case Op::Switch:
    case Op::TypeSwitch:
    case Op::Select:
    case Op::Jump:
    case Op::Label:
      number(n.aux_label);
      number(n.aux_label2);
      break;
    default:
      break;
    }
  });
}

namespace {

// Calls f(func, node) for all nodes of a function and of the closures in it.
template <typename F> void walkAll(Func &func, F &&f) {
  walk(func.body, [&](Node &n) {
    f(func, n);
    if (n.op == Op::Closure && n.aux_func->outer)
      walkAll(*n.aux_func, f);
  });
}

// ---- go and defer

class GoDefer {
public:
  GoDefer(Package &package, Func &func) : package_(package), m_(package), func_(func) {}

  void run() {
    walk(func_.body, [&](Node &n) {
      if ((n.op == Op::Go || n.op == Op::Defer) && n.x && n.x->has(kGoDefer))
        rewrite(n);
    });
  }

private:
  void rewrite(Node &n) {
    std::vector<Node *> pre;
    Node *call = n.x;
    call->set(kGoDefer, false);
    while (call->op == Op::StmtExpr) {
      pre.insert(pre.end(), call->body.begin(), call->body.end());
      call = call->x;
    }
    Node *fn = nullptr;
    if (call->list.empty() && !call->type) {
      if (call->op == Op::CallClosure)
        fn = call->x;
      else if (call->op == Op::CallStatic)
        fn = m_.funcRef(call->pos, call->func(), m_.signature({}, {}));
    }
    if (!fn)
      fn = wrap(n.op == Op::Go, call, pre);
    n.x = fn;
    if (pre.empty())
      return;
    Node *copy = package_.arena.make<Node>();
    *copy = n;
    pre.push_back(copy);
    n = *m_.block(copy->pos, pre);
    n.inline_site = copy->inline_site;
  }

  // A closure that makes the call, its operands evaluated now and kept in temporaries.
  Node *wrap(bool is_go, Node *call, std::vector<Node *> &pre) {
    std::string suffix = (is_go ? ".gowrap" : ".deferwrap") + std::to_string(++func_.wrap_count);
    Func *w = package_.funcNamed(func_.name + suffix);
    w->short_name = package_.arena.copy(std::string_view(std::string(func_.short_name) + suffix));
    w->outer = &func_;
    w->is_closure = w->wrapper = w->has_body = w->emit = true;
    w->dup_ok = func_.dup_ok;
    w->package_path = func_.package_path;
    w->pos = w->end_pos = call->pos;
    w->sig = m_.signature({}, {});
    func_.closures.push_back(w);
    func_.has_closures = true;

    // Literals are made by the closure, of operands that are kept: so they need not outlive it.
    auto keep = [&](auto &&self, Node *&operand) -> void {
      if (operand && (operand->op == Op::StructLit || operand->op == Op::ArrayLit || operand->op == Op::SliceLit)) {
        for (Node *&c : operand->list)
          self(self, c);
        return;
      }
      if (!operand || (operand->op == Op::New && !operand->x) || operand->op == Op::Const || operand->op == Op::Nil || operand->op == Op::FuncRef ||
          operand->op == Op::Zero || !operand->type)
        return;
      if (call->op == Op::CallIface && operand == call->x)
        operand = m_.make(Op::CheckIface, operand->pos, operand->type, operand);
      Local *t = package_.addLocal(func_, Local::Kind::Auto, "", operand->type, operand->pos);
      t->is_temp = t->used = true;
      pre.push_back(m_.varStmt(operand->pos, t, operand));
      operand = m_.local(operand->pos, t);
    };
    keep(keep, call->x);
    keep(keep, call->y);
    keep(keep, call->z);
    for (Node *&a : call->list)
      keep(keep, a);
    w->body = package_.list({m_.exprStmt(call)});
    w->has_recover = call->op == Op::Recover;

    Node *c = m_.make(Op::Closure, call->pos, w->sig);
    c->aux_func = w;
    return c;
  }

  Package &package_;
  Maker m_;
  Func &func_;
};

// ---- facts about locals

// Sets addr_taken, reassigned and captured of all locals of a function and of its closures.
void analyzeLocals(Func &func) {
  std::unordered_map<Local *, int> later; // variables whose next assignment is their initialization; never iterated
  auto assigned = [&](Func &where, Node *lhs) {
    Local *l = baseLocal(lhs);
    if (!l)
      return;
    auto it = later.find(l);
    if (it != later.end() && it->second > 0 && lhs->op == Op::LocalRef && l->owner == &where) {
      it->second--;
      return;
    }
    l->reassigned = true;
  };
  auto reset = [&](Func &f) {
    for (Local *l : f.locals)
      l->addr_taken = l->reassigned = l->captured = false;
    for (Local *l : f.results)
      l->reassigned = true;
  };
  reset(func);
  walkAll(func, [&](Func &where, Node &n) {
    switch (n.op) {
    case Op::Closure:
      if (n.aux_func->outer)
        reset(*n.aux_func);
      break;
    case Op::LocalRef:
      if (n.aux_local->owner != &where)
        n.aux_local->captured = true;
      break;
    case Op::Addr:
      if (Local *l = baseLocal(n.x))
        l->addr_taken = true;
      break;
    case Op::Var:
      if (n.has(kImplicit))
        later[n.aux_local] = 1;
      break;
    case Op::Assign:
    case Op::AssignOp:
      assigned(where, n.x);
      break;
    case Op::AssignList:
    case Op::AssignTuple:
      for (Node *l : n.list)
        assigned(where, l);
      break;
    case Op::Range:
      if (!n.has(kDefine)) {
        if (n.y)
          assigned(where, n.y);
        if (n.z)
          assigned(where, n.z);
      }
      break;
    case Op::Case:
      break;
    default:
      break;
    }
  });
}

// ---- per-iteration variables of 3-clause loops

class LoopVars {
public:
  LoopVars(Package &package, Func &func) : package_(package), m_(package), func_(func) {}

  bool run() {
    walk(func_.body, [&](Node &n) {
      if (n.op == Op::Block)
        for (Node *s : n.body)
          if (s->op == Op::For && s->has(kLoopVar))
            rewrite(n, *s);
    });
    return changed_;
  }

private:
  // `block` declares the variables of `loop` in front of it.
  void rewrite(Node &block, Node &loop) {
    loop.set(kLoopVar, false);
    std::vector<Local *> vars;
    for (Node *v : loop.list)
      if (v->aux_local->captured || v->aux_local->addr_taken)
        vars.push_back(v->aux_local);
    loop.list = {};
    if (vars.empty())
      return;
    changed_ = true;

    // The variable of the source becomes the one of an iteration; `carried` takes its value from one to the next.
    std::unordered_map<Local *, Local *> carried; // never iterated
    std::vector<Node *> copy_in, copy_out;
    for (Local *v : vars) {
      Local *c = package_.addLocal(func_, Local::Kind::Auto, v->name, v->type, v->pos);
      c->source = v->source;
      c->is_temp = true;
      carried[v] = c;
      copy_in.push_back(m_.varStmt(v->pos, v, m_.local(v->pos, c)));
      copy_out.push_back(m_.assign(v->pos, m_.local(v->pos, c), m_.local(v->pos, v)));
    }
    auto toCarried = [&](Node &n) {
      if (n.op == Op::LocalRef || n.op == Op::Var)
        if (auto it = carried.find(n.aux_local); it != carried.end())
          n.aux_local = it->second;
    };
    for (Node *s : block.body) {
      if (s == &loop)
        break;
      if (s->op == Op::Var)
        toCarried(*s);
      else if (s->op == Op::AssignTuple || s->op == Op::AssignList)
        for (Node *l : s->list)
          if (l->op == Op::LocalRef)
            toCarried(*l);
    }

    bool plain_post = true; // the post statement does not care which of the copies it changes
    walk(loop.body2, [&](Node &n) {
      if (n.op == Op::Closure)
        plain_post = false;
      if (n.op == Op::Addr && baseLocal(n.x) && carried.count(baseLocal(n.x)))
        plain_post = false;
    });

    std::vector<Node *> body;
    if (plain_post) {
      walk(loop.body2, toCarried);
      std::vector<Node *> post = copy_out;
      post.insert(post.end(), loop.body2.begin(), loop.body2.end());
      body = copy_in;
      loop.body2 = package_.list(post);
    } else {
      Local *first = package_.addLocal(func_, Local::Kind::Auto, "", m_.boolType(), loop.pos);
      first->is_temp = true;
      std::vector<Node *> all;
      for (Node *s : block.body) {
        if (s == &loop)
          all.push_back(m_.varStmt(loop.pos, first, m_.boolConst(loop.pos, true)));
        all.push_back(s);
      }
      block.body = package_.list(all);
      body = copy_in;
      body.push_back(m_.ifStmt(loop.pos, m_.local(loop.pos, first),
                               {m_.assign(loop.pos, m_.local(loop.pos, first), m_.boolConst(loop.pos, false))},
                               {loop.body2.begin(), loop.body2.end()}));
      loop.body2 = package_.list(copy_out);
    }
    if (loop.x) {
      body.push_back(m_.ifStmt(loop.pos, m_.make(Op::Not, loop.pos, loop.x->type, loop.x), {m_.jump(loop.pos, loop.aux_label)}));
      loop.x = nullptr;
    }
    body.insert(body.end(), loop.body.begin(), loop.body.end());
    loop.body = package_.list(body);
  }

  Package &package_;
  Maker m_;
  Func &func_;
  bool changed_ = false;
};

// ---- captures

constexpr std::int64_t kMaxByValueBytes = 128;

class Captures {
public:
  Captures(Package &package, Func &func) : package_(package), m_(package), func_(func) {}

  // Resolves the closures in func_: their LocalRefs, and the Closure nodes that make them.
  void run() {
    walk(func_.body, [&](Node &n) {
      if (n.op == Op::LocalRef && n.aux_local->owner != &func_)
        n.aux_local = captureOf(n.aux_local);
      if (n.op == Op::Closure && n.aux_func->outer)
        make(n);
    });
  }

private:
  Local *captureOf(Local *root) {
    for (std::size_t i = 0; i < roots_.size(); i++)
      if (roots_[i] == root)
        return func_.captures[i];
    bool by_ref = root->by_ref;
    if (root->kind != Local::Kind::Capture || !root->outer)
      by_ref = root->reassigned || root->addr_taken || types::sizeOf(root->type) > kMaxByValueBytes;
    Local *c = package_.addLocal(func_, Local::Kind::Capture, root->name, root->type, root->pos);
    c->source = root->source;
    c->by_ref = by_ref;
    c->reassigned = root->reassigned;
    c->used = true;
    c->outer = root;
    if (by_ref)
      root->addr_taken = true;
    roots_.push_back(root);
    return c;
  }

  void make(Node &closure) {
    Func &inner = *closure.aux_func;
    if (!inner.captures.empty())
      return;
    Captures of_inner(package_, inner);
    of_inner.run();
    std::vector<Node *> values;
    for (std::size_t i = 0; i < inner.captures.size(); i++) {
      Local *c = inner.captures[i];
      Local *root = of_inner.roots_[i];
      Local *mine = root->owner == &func_ ? root : captureOf(root);
      c->outer = mine;
      Node *ref = m_.local(closure.pos, mine);
      if (c->by_ref) {
        ref = m_.addr(closure.pos, ref);
        ref->set(kImplicit);
      }
      ref->inline_site = closure.inline_site;
      values.push_back(ref);
    }
    closure.list = package_.list(values);
  }

  Package &package_;
  Maker m_;
  Func &func_;
  std::vector<Local *> roots_; // by capture index: the variable where it is declared
};

template <typename F> void eachFunc(Func &func, F &&f) {
  f(func);
  for (std::size_t i = 0; i < func.closures.size(); i++)
    eachFunc(*func.closures[i], f);
}

} // namespace

void finalize(Package &package, Func &func) {
  if (func.finalized)
    return;
  GANNET_CHECK(!func.generic, "finalize of a generic function: " + func.name);
  rewriteRangeFuncs(package, func);
  eachFunc(func, [&](Func &f) { GoDefer(package, f).run(); });
  analyzeLocals(func);
  bool changed = false;
  eachFunc(func, [&](Func &f) { changed = LoopVars(package, f).run() || changed; });
  if (changed)
    analyzeLocals(func);
  Captures(package, func).run();
  eachFunc(func, [&](Func &f) {
    renumber(f);
    for (Local *l : f.locals) // until escape analysis knows better
      l->on_heap = l->addr_taken && l->kind != Local::Kind::Capture;
    f.finalized = true;
  });
}

void queueWithClosures(Package &package, Func &func) {
  package.funcs.push_back(&func);
  for (Func *c : func.closures)
    queueWithClosures(package, *c);
}

void finalizeAll(Package &package) {
  std::vector<Func *> tops;
  tops.swap(package.funcs);
  for (Func *f : tops) {
    finalize(package, *f);
    queueWithClosures(package, *f);
  }
  instantiatePending(package);
}

} // namespace gannet::ir
