#include "compiler/ir/static_init.h"

#include "compiler/ir/finalize.h"
#include "compiler/ir/make.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

#include <algorithm>
#include <unordered_set>

namespace gannet::ir {
namespace {

class StaticInits {
public:
  explicit StaticInits(Package &package) : package_(package), m_(package) {}

  void run(Func &init) {
    findReassigned(init);
    std::vector<Node *> kept;
    for (Node *s : init.body) {
      if (s->op == Op::Assign && s->x->op == Op::GlobalRef && isStatic(s->y, true)) {
        Global *g = s->x->global();
        g->static_init = hoist(s->y, g);
        continue;
      }
      if (s->op == Op::Assign && s->x->op == Op::Blank && isStatic(s->y, true))
        continue;
      if (s->op == Op::Assign && s->x->op == Op::GlobalRef) {
        dynamic_.insert(s->x->global());
        if (isLiteral(s->y) || pointerLiteralIn(s->y)) {
          splitInto(s->x->global(), s->y, kept);
          continue;
        }
      }
      if (s->op == Op::AssignTuple)
        for (Node *l : s->list)
          if (l->op == Op::GlobalRef)
            dynamic_.insert(l->global());
      kept.push_back(s);
    }
    init.body = package_.list(kept);
  }

  // What the inlined calls left in `init` always give.
  void fold(Func &init) {
    std::vector<Node *> kept;
    for (Node *s : init.body) {
      if (s->op == Op::Assign && (s->x->op == Op::GlobalRef || s->x->op == Op::Blank)) {
        held_.clear();
        Node *value = evaluate(s->y);
        if (value && isStatic(value, true)) {
          if (s->x->op == Op::GlobalRef)
            s->x->global()->static_init = hoist(value, s->x->global());
          continue;
        }
      }
      kept.push_back(s);
    }
    init.body = package_.list(kept);
  }

private:
  // Variables changed anywhere but by their initializer: a copy of one cannot be made at compile time.
  void findReassigned(Func &init) {
    auto base = [](Node *n) -> Global * {
      for (;;) {
        if (n->op == Op::GlobalRef)
          return n->global();
        if (n->op == Op::Field || n->op == Op::Index)
          n = n->x;
        else
          return nullptr;
      }
    };
    auto touch = [&](Node *lhs) {
      if (Global *g = base(lhs))
        g->reassigned = true;
    };
    for (Func *f : package_.funcs)
      walk(f->body, [&](Node &n) {
        switch (n.op) {
        case Op::Assign:
          if (f == &init && n.x->op == Op::GlobalRef)
            return;
          touch(n.x);
          break;
        case Op::AssignOp:
        case Op::Addr:
          touch(n.x);
          break;
        case Op::AssignList:
        case Op::AssignTuple:
          for (Node *l : n.list)
            touch(l);
          break;
        case Op::Range:
          if (n.y)
            touch(n.y);
          if (n.z)
            touch(n.z);
          break;
        default:
          break;
        }
      });
  }

  bool allStatic(NodeList list) {
    for (Node *n : list)
      if (!isStatic(n, false))
        return false;
    return true;
  }

  bool isStaticAddr(Node *n) {
    switch (n->op) {
    case Op::GlobalRef:
      return true;
    case Op::Field:
      return isStaticAddr(n->x);
    case Op::Index:
      return types::underAs<types::Array>(n->x->type) && n->y->op == Op::Const && isStaticAddr(n->x);
    default:
      return false;
    }
  }

  bool isStatic(Node *n, bool top) {
    switch (n->op) {
    case Op::Const:
    case Op::Nil:
    case Op::Zero:
    case Op::FuncRef:
      return true;
    case Op::Closure:
      return n->list.empty();
    case Op::Addr:
      return isStaticAddr(n->x);
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::SliceLit:
      return allStatic(n->list);
    case Op::PtrLit:
      return isStatic(n->x, false);
    case Op::New:
      return false; // by new the variable is on the heap: synctest tells a WaitGroup there from a package's
    case Op::Convert:
      switch (n->conv()) {
      case Conv::Noop:
        return isStatic(n->x, false);
      case Conv::ToIface:
        return isStatic(n->x, false);
      case Conv::UintptrToPtr:
      case Conv::StringToBytes:
        return n->x->op == Op::Const;
      default:
        return false;
      }
    case Op::GlobalRef: { // a copy of a variable whose value is known; the linker may set one of type string (-X)
      Global *g = n->global();
      if (auto *basic = types::underAs<types::Basic>(g->type); basic && basic->info & types::kIsString)
        return false;
      return g->defined && !g->reassigned && !dynamic_.count(g) && g->object && !g->linknamed && !g->embed_kind &&
             (!g->static_init || isCopyable(g->static_init));
    }
    default:
      return false;
    }
  }

  // Values without storage of their own: a slice literal's array would have to be shared.
  bool isCopyable(Node *n) {
    switch (n->op) {
    case Op::Const:
    case Op::Nil:
    case Op::Zero:
    case Op::FuncRef:
    case Op::Closure:
    case Op::Addr:
      return true;
    case Op::Convert: // the bytes of a string are storage as well
      return n->conv() != Conv::StringToBytes && isCopyable(n->x);
    case Op::StructLit:
    case Op::ArrayLit:
      return std::all_of(n->list.begin(), n->list.end(), [&](Node *c) { return isCopyable(c); });
    default:
      return false;
    }
  }

  // Replaces pointer literals by the address of a variable of their own, and copies by what is copied.
  Node *hoist(Node *n, Global *owner) {
    switch (n->op) {
    case Op::PtrLit: {
      Global *g = newVariable(n->x->type, n->pos);
      g->static_init = hoist(n->x, g);
      return addressOf(g, n);
    }
    case Op::GlobalRef: {
      Node *init = n->global()->static_init;
      return init ? init : m_.zero(n->pos, n->type);
    }
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::SliceLit:
      for (Node *&c : n->list)
        c = hoist(c, owner);
      return n;
    case Op::Convert:
      n->x = hoist(n->x, owner);
      return n;
    default:
      return n;
    }
  }

  // ---- inlined calls: assignments to variables of their own, one after the other, and what is static once those are known

  // The value of n in terms of no variable of the function, or null.
  Node *evaluate(Node *n) {
    switch (n->op) {
    case Op::Const:
    case Op::Nil:
    case Op::Zero:
    case Op::FuncRef:
      return n;
    case Op::Addr:
      return isStaticAddr(n->x) ? n : nullptr;
    case Op::LocalRef:
      return heldBy(n->aux_local);
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::SliceLit:
    case Op::PtrLit:
    case Op::Convert:
      return evaluateOperands(n);
    case Op::Concat: {
      Node *all = evaluateOperands(n);
      return all ? joined(*all) : nullptr;
    }
    case Op::InlinedCall:
      return n->list.size() == 1 && perform(n->body) ? evaluate(n->list[0]) : nullptr;
    default:
      return nullptr;
    }
  }

  Node *evaluateOperands(Node *n) {
    Node *copy = package_.arena.make<Node>(*n);
    std::vector<Node *> items;
    for (Node *c : n->list) {
      items.push_back(evaluate(c));
      if (!items.back())
        return nullptr;
    }
    copy->list = package_.list(items);
    if (n->x && !(copy->x = evaluate(n->x)))
      return nullptr;
    return copy;
  }

  // A concatenation of constants.
  Node *joined(const Node &concat) {
    std::string text;
    for (const Node *part : concat.list) {
      if (part->op != Op::Const)
        return nullptr;
      text += part->value().stringVal();
    }
    return m_.constant(concat.pos, concat.type, constant::Value::ofString(std::move(text)));
  }

  // A value with storage of its own is there once: two places that it is handed to would share it.
  Node *heldBy(const Local *l) {
    auto found = held_.find(l);
    if (found == held_.end() || !found->second)
      return nullptr;
    Node *value = found->second;
    if (!isCopyable(value))
      found->second = nullptr;
    return value;
  }

  bool hold(const Local *l, Node *value) {
    held_[l] = value;
    return value && !l->addr_taken && !l->captured;
  }

  bool perform(NodeList body) {
    return std::all_of(body.begin(), body.end(), [&](Node *s) { return !s || perform(*s); });
  }
  bool perform(Node &s) {
    switch (s.op) {
    case Op::Block:
      return perform(s.body);
    case Op::Var:
      return hold(s.aux_local, s.x ? evaluate(s.x) : m_.zero(s.pos, s.aux_local->type));
    case Op::Assign:
      if (s.x->op == Op::Blank)
        return evaluate(s.y) != nullptr;
      return s.x->op == Op::LocalRef && hold(s.x->aux_local, evaluate(s.y));
    default:
      return false;
    }
  }

  static bool isLiteral(const Node *n) {
    return n->op == Op::StructLit || n->op == Op::ArrayLit || n->op == Op::SliceLit || n->op == Op::PtrLit;
  }

  // The literal &T{...} under the conversions of its address, of which there are some; or null.
  static Node *pointerLiteralIn(Node *n) {
    bool converted = false;
    for (; n->op == Op::Convert && (n->conv() == Conv::Noop || n->conv() == Conv::ToIface); n = n->x)
      converted = true;
    return converted && n->op == Op::PtrLit ? n : nullptr;
  }

  // Where a part of a variable is: fields, and elements of arrays and slices, from the outside inwards.
  struct Place {
    Global *root;
    std::vector<std::int64_t> steps;
  };

  Node *node(const Place &place, Pos pos) {
    Node *n = m_.global(pos, place.root);
    for (std::int64_t i : place.steps) {
      if (types::underAs<types::Struct>(n->type)) {
        n = m_.field(pos, n, static_cast<int>(i));
        continue;
      }
      auto *slice = types::underAs<types::Slice>(n->type);
      types::Type *elem = slice ? slice->elem : types::underAs<types::Array>(n->type)->elem;
      n = m_.index(pos, n, m_.intConst(pos, m_.intType(), i), elem);
      n->set(kBounded);
    }
    return n;
  }

  // A literal that is not static as a whole: the variable has the rest from the start, and the parts that are not are assigned to
  // their places, in their order. Nothing that they call can look at the variable: initialization would be cyclic.
  void splitInto(Global *g, Node *literal, std::vector<Node *> &code) {
    g->reassigned = true;
    g->static_init = hoist(staticRest(literal, {g, {}}, code), g);
  }

  // The literal without what is not static in it.
  Node *staticRest(Node *n, const Place &place, std::vector<Node *> &code) {
    if (isStatic(n, false))
      return n;
    if (n->op == Op::PtrLit) {
      Global *g = newVariable(n->x->type, n->pos);
      splitInto(g, n->x, code);
      return addressOf(g, n);
    }
    if (Node *pointer = pointerLiteralIn(n)) { // its address is known, whatever it is converted to
      *pointer = *staticRest(pointer, place, code);
      return n;
    }
    if (!isLiteral(n)) {
      code.push_back(m_.assign(n->pos, node(place, n->pos), n));
      return m_.zero(n->pos, n->type);
    }
    for (std::size_t i = 0; i != n->list.size(); ++i) {
      Place part = place;
      part.steps.push_back(n->indices[i]);
      n->list[i] = staticRest(n->list[i], part, code);
    }
    return n;
  }

  Global *newVariable(types::Type *t, Pos pos) {
    Global *g = package_.globalNamed(package_.linkPrefix() + "..stmp_" + std::to_string(package_.stmp_count++));
    g->type = t;
    g->defined = true;
    g->pos = pos;
    package_.globals.push_back(g);
    return g;
  }

  Node *addressOf(Global *g, const Node *literal) {
    Node *a = m_.addr(literal->pos, m_.global(literal->pos, g));
    a->type = literal->type;
    return a;
  }

  Package &package_;
  Maker m_;
  std::unordered_set<Global *> dynamic_; // set by code before; never iterated
  std::unordered_map<const Local *, Node *> held_; // null: not known, or taken out; never iterated
};

void dropIfEmpty(Package &package, Func *init) {
  if (!init->body.empty())
    return;
  std::erase(package.init_tasks, init);
  std::erase(package.funcs, init);
  init->emit = false;
}

bool doesNothing(NodeList body) {
  return std::all_of(body.begin(), body.end(), [](const Node *s) {
    if (!s)
      return true;
    const bool never = s->x && s->x->op == Op::Const && types::isBoolean(s->x->type) && !s->x->value().boolVal();
    return (s->op == Op::Block && doesNothing(s->body)) || (s->op == Op::If && never && doesNothing(s->body2)) ||
           (s->op == Op::For && never);
  });
}

} // namespace

Func *variableInit(const Package &package) {
  auto it = std::find_if(package.init_tasks.begin(), package.init_tasks.end(), [](const Func *f) { return !f->object; });
  return it == package.init_tasks.end() ? nullptr : *it;
}

void makeStaticInits(Package &package) {
  Func *init = variableInit(package);
  if (!init)
    return;
  StaticInits(package).run(*init);
  dropIfEmpty(package, init);
}

void foldInlinedInits(Package &package) {
  if (Func *init = variableInit(package)) {
    StaticInits(package).fold(*init);
    dropIfEmpty(package, init);
  }
  // init functions that do nothing are not called.
  std::erase_if(package.init_tasks, [](const Func *f) { return f->object && doesNothing(f->body); });
}

} // namespace gannet::ir
