// Map literals of package variables: tables of names, mostly, of which a program uses few. As part of the init function each would
// be in every program that has the package, with all that its values name.
//
// A statement `variable = map literal` becomes a call of a function with that statement. The variable keeps the function, the call
// does not (object::kMapInit). So it must not show whether the function ran, but for the variable's value: keys and values are
// literals, addresses and other variables; nothing is called, and nothing can panic.
#include "compiler/ir/map_inits.h"

#include "compiler/ir/make.h"
#include "compiler/ir/static_init.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

namespace gannet::ir {
namespace {

// Smaller literals are left in the init function: a call of its own would not pay. cmd/compile has the same limit.
constexpr int kMinNodes = 20;

class MapInits {
public:
  explicit MapInits(Package &package) : package_(package), m_(package) {}

  void run(Func &init) {
    std::vector<Node *> body;
    for (Node *s : init.body) {
      nodes_ = 0;
      if (s->op == Op::Assign && s->x->op == Op::GlobalRef && s->y->op == Op::MapLit && isQuiet(*s->y) && nodes_ >= kMinNodes)
        s = call(outline(init, s), s->pos);
      body.push_back(s);
    }
    init.body = package_.list(body);
  }

private:
  bool isQuiet(NodeList list) {
    bool all = true;
    for (Node *n : list)
      all = all && isQuiet(*n);
    return all;
  }

  // Whether nothing but its value tells that `n` was evaluated. Counts the nodes.
  bool isQuiet(Node &n) {
    nodes_++;
    switch (n.op) {
    case Op::Const:
    case Op::Nil:
    case Op::Zero:
    case Op::FuncRef:
    case Op::GlobalRef:
      return true;
    case Op::Closure:
    case Op::StructLit:
    case Op::ArrayLit:
    case Op::SliceLit:
      return isQuiet(n.list);
    case Op::MapLit:
      return canHash(n) && isQuiet(n.list);
    case Op::Addr:
    case Op::Field:
    case Op::PtrLit:
      return isQuiet(*n.x);
    case Op::Convert:
      return (n.conv() == Conv::Noop || n.conv() == Conv::ToIface) && isQuiet(*n.x);
    default:
      return false;
    }
  }

  // Keys in interfaces may have no hash; those of which the type is known have.
  static bool canHash(const Node &literal) {
    types::Type *key = types::underAs<types::Map>(literal.type)->key;
    if (types::comparable(key, false))
      return true;
    for (std::size_t i = 0; i < literal.list.size(); i += 2) {
      const Node *k = literal.list[i];
      if (k->op != Op::Convert || k->conv() != Conv::ToIface || !types::comparable(k->x->type, false))
        return false;
    }
    return true;
  }

  Func *outline(const Func &init, Node *assignment) {
    const std::string name = "map.init." + std::to_string(count_++);
    Func *f = package_.funcNamed(package_.linkPrefix() + "." + name);
    f->short_name = package_.arena.copy(std::string_view(name));
    f->package_path = init.package_path;
    f->sig = m_.signature({}, {});
    f->pos = assignment->pos;
    f->end_pos = assignment->y->pos;
    f->has_body = f->emit = true;
    f->finalized = f->escape_done = f->optimized = true;
    f->map_init = true;
    f->body = package_.list({assignment});
    package_.funcs.push_back(f);
    assignment->x->global()->map_init = f;
    return f;
  }

  Node *call(Func *f, Pos pos) {
    Node *n = m_.callStatic(pos, f, {}, nullptr);
    n->set(kNoInline);
    return m_.exprStmt(n);
  }

  Package &package_;
  Maker m_;
  int nodes_ = 0;
  int count_ = 0;
};

} // namespace

void outlineMapInits(Package &package) {
  if (Func *init = variableInit(package))
    MapInits(package).run(*init);
}

} // namespace gannet::ir
