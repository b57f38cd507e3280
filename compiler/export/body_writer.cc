// Function bodies: the headers of the function and its closures with all locals, then the trees.
#include "compiler/export/writer.h"

#include "compiler/base/check.h"
#include "compiler/types/lookup.h"

namespace gannet::exports {

using ir::Func;
using ir::Local;
using ir::Node;
using ir::Op;

void BodyWriter::number(Func &f) {
  func_ids_[&f] = static_cast<std::uint32_t>(funcs_.size());
  funcs_.push_back(&f);
  for (Func *c : f.closures)
    number(*c);
}

void BodyWriter::pos(Pos p) {
  ShownPos shown = w_.package().sources.shown(p);
  std::uint32_t file = w_.str(shown.file);
  bool changed = file != last_file_;
  std::int64_t delta = static_cast<std::int64_t>(shown.line) - last_line_;
  // Line difference in zigzag form, lowest bit: another file follows.
  std::uint64_t zigzag = (static_cast<std::uint64_t>(delta) << 1) ^ static_cast<std::uint64_t>(delta >> 63);
  out_.u(zigzag << 1 | changed);
  if (changed)
    out_.u(file);
  out_.u(shown.col);
  last_file_ = file;
  last_line_ = shown.line;
}

void BodyWriter::locals(const std::vector<Local *> &list) {
  out_.u(list.size());
  for (const Local *l : list) {
    local_ids_[l] = static_cast<std::uint32_t>(local_ids_.size());
    out_.u(w_.str(l->name));
    out_.u(w_.type(l->type));
    out_.u(l->addr_taken | l->reassigned << 1 | l->captured << 2 | l->by_ref << 3 | l->is_temp << 4 | l->used << 5);
    pos(l->pos);
  }
}

// `top` is the function whose body is written; the name of a literal in it starts with its name, not always with that of the
// function just around it (loops over functions).
void BodyWriter::header(Func &f, const Func &top) {
  const Func *outer = &f == &top ? nullptr : f.outer;
  GANNET_CHECK(f.name.compare(0, top.name.size(), top.name) == 0, "a literal in " + top.name + " named " + f.name);
  out_.u(outer ? func_ids_[outer] + 1 : 0);
  out_.u(w_.str(std::string_view(f.name).substr(top.name.size())));
  out_.u(f.is_closure | f.wrapper << 1 | f.range_body << 2 | f.has_defer << 3 | f.has_recover << 4 | f.finalized << 5 |
         f.is_method << 6);
  out_.u(f.pragma);
  pos(f.pos);
  pos(f.end_pos);
  out_.u(f.sig ? w_.type(f.sig) + 1 : 0);
  locals(f.params);
  locals(f.results);
  locals(f.captures);
  std::vector<Local *> autos;
  for (Local *l : f.locals)
    if (l->kind == Local::Kind::Auto)
      autos.push_back(l);
  locals(autos);
}

bool BodyWriter::write(Func &f) {
  number(f);
  out_.u(funcs_.size());
  for (Func *g : funcs_)
    header(*g, f);
  for (Func *g : funcs_) {
    for (const Local *c : g->captures) // what they stand for
      out_.u(c->outer ? local_ids_[c->outer] + 1 : 0);
    nodes(g->body);
  }
  return ok_;
}

void BodyWriter::nodes(ir::NodeList list) {
  out_.u(list.size());
  for (const Node *n : list)
    node(n);
}

void BodyWriter::methodName(const types::Func *m) {
  out_.u(w_.str(m->name));
  out_.u(w_.pkg(m->pkg));
}

void BodyWriter::funcRef(const Node &n) {
  const Func *f = n.aux_func;
  auto tag = [&](FuncRefTag t) { out_.u(static_cast<unsigned>(t)); };
  if (auto it = func_ids_.find(f); it != func_ids_.end() && n.op == Op::Closure) {
    tag(FuncRefTag::Closure);
    out_.u(it->second);
    return;
  }
  if (f->object) {
    types::Var *recv = f->object->signature()->recv;
    if (recv) {
      tag(FuncRefTag::Method);
      auto *named = types::unaliasAs<types::Named>(types::deref(types::unalias(recv->type)));
      out_.u(w_.type(named->origin));
      methodName(f->object);
    } else {
      tag(FuncRefTag::Object);
      methodName(f->object);
      w_.want(f->object);
    }
    out_.u(f->type_args.size());
    for (types::Type *t : f->type_args)
      out_.u(w_.type(t));
    return;
  }
  if (f->wrapped && f->is_closure) {
    tag(FuncRefTag::MethodValue);
    out_.u(w_.type(f->captures[0]->type));
    methodName(f->wrapped);
    return;
  }
  if (f->wrapped) {
    tag(FuncRefTag::MethodFunc);
    out_.u(w_.type(f->sig->recv->type));
    methodName(f->wrapped);
    return;
  }
  if (f->outer || f->name.starts_with("type:"))
    ok_ = false;
  tag(FuncRefTag::Symbol);
  out_.u(w_.str(f->name));
  out_.u(w_.str(f->package_path));
  out_.u(f->sig ? w_.type(f->sig) + 1 : 0);
  out_.u(f->no_return);
}

void BodyWriter::node(const Node *n) {
  if (!n) {
    out_.u(0);
    return;
  }
  out_.u(static_cast<unsigned>(n->op) + 1);
  // Which parts there are.
  unsigned parts = (n->x ? 1 : 0) | (n->y ? 2 : 0) | (n->z ? 4 : 0) | (n->w ? 8 : 0) | (n->type ? 16 : 0) |
                   (n->aux_int ? 32 : 0) | (!n->list.empty() ? 64 : 0) | (!n->list2.empty() ? 128 : 0) |
                   (!n->body.empty() ? 256 : 0) | (!n->body2.empty() ? 512 : 0) | (!n->indices.empty() ? 1024 : 0) |
                   (n->flags ? 2048 : 0) | (n->sub ? 4096 : 0);
  out_.u(parts);
  pos(n->pos);
  if (n->flags)
    out_.u(n->flags);
  if (n->sub)
    out_.u(n->sub);
  if (n->type)
    out_.u(w_.type(n->type));
  if (n->aux_int)
    out_.s(n->aux_int);
  if (!n->indices.empty()) {
    out_.u(n->indices.size());
    for (std::int64_t i : n->indices)
      out_.s(i);
  }
  if (n->x)
    node(n->x);
  if (n->y)
    node(n->y);
  if (n->z)
    node(n->z);
  if (n->w)
    node(n->w);
  auto label = [&](const ir::Label *l) {
    if (!l) {
      out_.u(0);
      return;
    }
    auto [it, fresh] = label_ids_.try_emplace(l, static_cast<std::uint32_t>(label_ids_.size()) + 1);
    out_.u(it->second);
    if (fresh)
      out_.u(w_.str(l->name));
  };
  switch (n->op) {
  case Op::Const:
    constant::encode(n->value(), out_.data);
    break;
  case Op::LocalRef:
  case Op::Var:
    out_.u(local_ids_.at(n->aux_local));
    break;
  case Op::Case:
    out_.u(n->aux_local ? local_ids_.at(n->aux_local) + 1 : 0);
    break;
  case Op::GlobalRef: {
    const ir::Global *g = n->aux_global;
    out_.u(g->object ? 1 : 0);
    if (g->object) {
      out_.u(w_.str(g->object->name));
      out_.u(w_.pkg(g->object->pkg));
      w_.want(g->object);
    } else {
      ok_ = ok_ && !g->defined;
      out_.u(w_.str(g->name));
    }
    break;
  }
  case Op::FuncRef:
  case Op::FuncPC:
  case Op::CallStatic:
  case Op::Closure:
    funcRef(*n);
    break;
  case Op::TypeAddr:
  case Op::TypeAssert:
  case Op::TypeAssertOk:
  case Op::New:
  case Op::AlgHash:
  case Op::SymSizeof:
    out_.u(w_.type(n->type_arg));
    break;
  case Op::SymMethodExpr:
    out_.u(w_.type(n->type_arg));
    methodName(n->list[0]->aux_method);
    break;
  case Op::CallIface:
    break; // found by the index
  case Op::SymMethodCall:
  case Op::SymMethodValue:
    methodName(n->aux_method);
    break;
  case Op::InlinedCall:
  case Op::Block:
  case Op::For:
  case Op::Range:
  case Op::Switch:
  case Op::TypeSwitch:
  case Op::Select:
  case Op::Jump:
  case Op::Label:
  case Op::SymRange:
    label(n->aux_label);
    label(n->aux_label2);
    break;
  default:
    break;
  }
  if (!n->list.empty() && n->op != Op::SymMethodExpr)
    nodes(n->list);
  if (!n->list2.empty())
    nodes(n->list2);
  if (!n->body.empty())
    nodes(n->body);
  if (!n->body2.empty())
    nodes(n->body2);
}

} // namespace gannet::exports
