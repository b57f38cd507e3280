#include "compiler/ir/bench_loops.h"

#include "compiler/ir/finalize.h"
#include "compiler/ir/make.h"
#include "compiler/ir/source_text.h"
#include "compiler/types/object.h"
#include "compiler/types/type.h"

#include <algorithm>

namespace gannet::ir {
namespace {

class Keeper {
public:
  Keeper(Package &package, Func &func, Diagnostics *diagnostics)
      : package_(package), m_(package), func_(func), diagnostics_(diagnostics) {}

  // Looks for loops.
  void search(NodeList &list) {
    for (Node *n : list) {
      if (!n)
        continue;
      if (isBenchmarkLoop(*n)) {
        n->body = keep(n->body);
        continue;
      }
      forEachList(*n, [&](NodeList &inner) { search(inner); });
    }
  }

private:
  static bool isBenchmarkLoop(const Node &n) {
    return n.op == Op::For && n.x && n.x->op == Op::CallStatic && n.x->aux_func->name == "testing.(*B).Loop";
  }
  static bool isCall(const Node &n) { return n.op == Op::CallStatic || n.op == Op::CallClosure || n.op == Op::CallIface; }

  template <typename F> static void forEachList(Node &n, F f) {
    if (opClass(n.op) != OpClass::Stmt)
      return;
    f(n.body);
    f(n.body2);
    for (Node *c : n.list)
      if (c && c->op == Op::Case)
        f(c->body);
  }

  NodeList keep(NodeList list) {
    std::vector<Node *> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
      Node *n = list[i];
      if (!n) {
        out.push_back(n);
        continue;
      }
      forEachList(*n, [&](NodeList &inner) { inner = keep(inner); });
      before_.clear();
      kept_.clear();
      const std::size_t together = n->op == Op::Var || n->op == Op::Assign ? std::max<std::size_t>(n->sub, 1) : 1;
      if (together == 1)
        statement(*n);
      out.insert(out.end(), before_.begin(), before_.end());
      out.push_back(n);
      if (together > 1)
        i = keepTogether(list, i, together, out);
      if (kept_.empty())
        continue;
      Node *alive = m_.make(Op::KeepAlive, n->pos, nullptr);
      alive->list = package_.list(kept_);
      out.push_back(alive);
    }
    return package_.list(out);
  }

  // Declarations from list[first] on that are one of the source: nothing may come between them. Gives the last one's index.
  std::size_t keepTogether(NodeList list, std::size_t first, std::size_t count, std::vector<Node *> &out) {
    std::size_t i = first;
    for (; i < first + count && i < list.size(); ++i) {
      if (i > first)
        out.push_back(list[i]);
      if (list[i]->op == Op::Var && list[i]->x)
        keepVariable(list[i]->aux_local, list[i]->pos);
    }
    return i - 1;
  }

  void statement(Node &n) {
    switch (n.op) {
    case Op::ExprStmt:
      if (isCall(*n.x))
        call(n);
      break;
    case Op::Var:
      if (n.x)
        keepVariable(n.aux_local, n.pos);
      break;
    case Op::Assign:
      target(n.x, n.y->type, n.pos);
      break;
    case Op::AssignOp:
      target(n.x, n.x->type, n.pos);
      break;
    case Op::AssignList:
      for (std::size_t i = 0; i < n.list.size(); ++i)
        target(n.list[i], n.list2[i]->type, n.pos);
      break;
    case Op::AssignTuple:
      if (auto *tuple = types::as<types::Tuple>(n.x->type))
        for (std::size_t i = 0; i < n.list.size() && i < tuple->vars.size(); ++i)
          target(n.list[i], tuple->vars[i]->type, n.pos);
      break;
    default:
      break;
    }
  }

  // A call for its effects: its results go to variables, or its arguments do if it has none.
  void call(Node &n) {
    Node *c = n.x;
    if (!c->type) {
      for (Node *&a : c->list)
        argument(a);
      return;
    }
    if (auto *tuple = types::as<types::Tuple>(c->type)) {
      std::vector<Node *> places;
      for (types::Var *v : tuple->vars)
        places.push_back(m_.local(n.pos, declare(v->type, n.pos)));
      Node *at = m_.make(Op::AssignTuple, n.pos, nullptr, c);
      at->list = package_.list(places);
      n = *at;
    } else {
      n = *m_.assign(n.pos, m_.local(n.pos, declare(c->type, n.pos)), c);
    }
    tell(n.pos, "function result");
  }

  void argument(Node *&a) {
    if (!a->type || types::as<types::Tuple>(a->type))
      return;
    if (a->op == Op::SliceLit && a->has(kEllipsis)) {
      for (Node *&item : a->list)
        argument(item);
      return;
    }
    if (a->op == Op::LocalRef)
      return keepVariable(a->aux_local, a->pos);
    Pos pos = a->pos;
    Local *l = newTemp(a->type, pos);
    before_.push_back(m_.varStmt(pos, l, a));
    a = m_.local(pos, l);
    kept_.push_back(m_.local(pos, l));
    tell(pos, "function arg");
  }

  // What is assigned to.
  void target(Node *&place, types::Type *type, Pos pos) {
    if (place->op == Op::Blank) {
      if (!type)
        return;
      Local *l = declare(type, pos);
      place = m_.local(pos, l);
      return tell(pos, ".autotmp_" + std::to_string(l->id));
    }
    Node *base = place;
    while (base->op == Op::Field || (base->op == Op::Index && types::underAs<types::Array>(base->x->type)))
      base = base->x;
    if (base->op == Op::LocalRef)
      return keepVariable(base->aux_local, pos);
    if (base->op == Op::Deref && base->x->op == Op::LocalRef && base == place) {
      kept_.push_back(m_.make(Op::Deref, pos, place->type, m_.local(pos, base->x->aux_local)));
      return tell(pos, "dereference");
    }
    if (base->op == Op::GlobalRef)
      tell(pos, sourceText(*base, &package_.pkg)); // memory that everybody sees: the assignment stays
  }

  void keepVariable(Local *l, Pos pos) {
    kept_.push_back(m_.local(pos, l));
    tell(pos, std::string(l->name));
  }

  Local *newTemp(types::Type *type, Pos pos) {
    Local *l = package_.addLocal(func_, Local::Kind::Auto, "", type, pos);
    l->is_temp = l->used = true;
    return l;
  }
  // A variable that the statement at hand assigns to, and that is kept.
  Local *declare(types::Type *type, Pos pos) {
    Local *l = newTemp(type, pos);
    l->reassigned = true;
    before_.push_back(m_.varLater(pos, l));
    kept_.push_back(m_.local(pos, l));
    return l;
  }

  void tell(Pos pos, const std::string &what) {
    if (diagnostics_ && package_.options.explain > 1)
      diagnostics_->note(pos, what + " will be kept alive");
  }

  Package &package_;
  Maker m_;
  Func &func_;
  Diagnostics *diagnostics_;
  std::vector<Node *> before_, kept_; // of the statement at hand
};

} // namespace

void keepBenchmarkLoops(Package &package, Func &func, Diagnostics *diagnostics) {
  Keeper(package, func, diagnostics).search(func.body);
}

} // namespace gannet::ir
