#include "compiler/export/reader.h"

#include "compiler/base/check.h"
#include "compiler/ir/make.h"
#include "compiler/ir/wrappers.h"
#include "compiler/types/lookup.h"

namespace gannet::exports {

using ir::Func;
using ir::Local;
using ir::Node;
using ir::Op;

class BodyReader {
public:
  BodyReader(Reader &reader, SourceSet &sources, ir::Package &package, std::uint32_t offset)
      : r_(reader), sources_(sources), package_(package), m_(package), c_(reader.bodies(), offset) {}

  bool read(Func &func) {
    std::uint64_t count = c_.u();
    for (std::uint64_t i = 0; i < count && c_.ok(); i++)
      header(func, i == 0);
    for (Func *f : funcs_) {
      current_ = f;
      for (Local *c : f->captures) {
        std::uint64_t outer = c_.u();
        c->outer = outer && outer <= locals_.size() ? locals_[outer - 1] : nullptr;
      }
      f->body = nodes();
    }
    return ok_ && c_.ok();
  }

private:
  Pos pos() {
    std::uint64_t v = c_.u();
    bool changed = v & 1;
    std::uint64_t zigzag = v >> 1;
    line_ += static_cast<std::int64_t>(zigzag >> 1) ^ -static_cast<std::int64_t>(zigzag & 1);
    if (changed) {
      std::string_view name = r_.str(c_.u());
      file_ = name.empty() ? 0 : sources_.fileNamed(name);
    }
    Pos p;
    p.file = file_;
    p.line = static_cast<std::uint32_t>(line_);
    p.col = static_cast<std::uint16_t>(c_.u());
    return p;
  }

  void locals(Func &f, Local::Kind kind) {
    for (std::uint64_t n = c_.u(); n > 0 && c_.ok(); n--) {
      std::string_view name = r_.str(c_.u());
      types::Type *t = r_.type(c_.u());
      std::uint64_t flags = c_.u();
      Pos p = pos();
      Local *l = package_.addLocal(f, kind, name, t, p);
      l->addr_taken = flags & 1;
      l->reassigned = flags & 2;
      l->captured = flags & 4;
      l->by_ref = flags & 8;
      l->is_temp = flags & 16;
      l->used = flags & 32;
      locals_.push_back(l);
    }
  }

  void header(Func &top, bool is_top) {
    std::uint64_t outer = c_.u();
    std::string_view suffix = r_.str(c_.u());
    std::uint64_t flags = c_.u();
    Func *f = &top;
    if (!is_top) {
      if (outer == 0 || outer > funcs_.size()) {
        ok_ = false;
        return;
      }
      Func *o = funcs_[outer - 1];
      f = package_.all_funcs.emplace_back(std::make_unique<Func>()).get();
      f->name = top.name + std::string(suffix);
      f->short_name = package_.arena.copy(std::string_view(std::string(top.short_name) + std::string(suffix)));
      f->outer = o;
      f->generic = o->generic;
      f->imported = true;
      f->package_path = o->package_path;
      o->closures.push_back(f);
      o->has_closures = true;
    }
    f->is_closure = flags & 1;
    f->wrapper = flags & 2;
    f->range_body = flags & 4;
    f->has_defer = flags & 8;
    f->has_recover = flags & 16;
    f->finalized = flags & 32;
    f->is_method = flags & 64;
    f->pragma = static_cast<std::uint32_t>(c_.u());
    f->pos = pos();
    f->end_pos = pos();
    std::uint64_t sig = c_.u();
    if (sig && !f->sig)
      f->sig = types::as<types::Signature>(r_.type(sig - 1));
    f->has_body = true;
    funcs_.push_back(f);
    locals(*f, Local::Kind::Param);
    locals(*f, Local::Kind::Result);
    locals(*f, Local::Kind::Capture);
    locals(*f, Local::Kind::Auto);
  }

  ir::NodeList nodes() {
    std::vector<Node *> out;
    for (std::uint64_t n = c_.u(); n > 0 && c_.ok() && ok_; n--)
      out.push_back(node());
    return package_.list(out);
  }

  Local *local(std::uint64_t id) {
    if (id < locals_.size())
      return locals_[id];
    ok_ = false;
    return nullptr;
  }

  ir::Label *label() {
    std::uint64_t id = c_.u();
    if (id == 0)
      return nullptr;
    if (id == labels_.size() + 1) {
      labels_.push_back(package_.addLabel(*current_, r_.str(c_.u())));
      return labels_.back();
    }
    if (id <= labels_.size())
      return labels_[id - 1];
    ok_ = false;
    return nullptr;
  }

  types::Func *methodIn(types::Type *t) {
    std::string_view name = r_.str(c_.u());
    types::Package *p = r_.pkg(c_.u());
    types::LookupResult result = types::lookupFieldOrMethod(t, true, p, name);
    auto *m = types::as<types::Func>(result.object);
    ok_ = ok_ && m;
    return m;
  }

  types::Object *object() {
    std::string_view name = r_.str(c_.u());
    types::Package *p = r_.pkg(c_.u());
    if (!p)
      return nullptr;
    if (p == &package_.pkg)
      return p->scope->lookup(name);
    Reader *other = p == r_.package() ? &r_ : r_.set().readerFor(p->path);
    return other ? other->object(name) : nullptr;
  }

  Func *funcRef(const Node &n) {
    auto typeArgs = [&] {
      std::vector<types::Type *> args;
      for (std::uint64_t k = c_.u(); k > 0 && c_.ok(); k--)
        args.push_back(r_.type(c_.u()));
      return args;
    };
    switch (static_cast<FuncRefTag>(c_.u())) {
    case FuncRefTag::Object: {
      auto *f = types::as<types::Func>(object());
      std::vector<types::Type *> args = typeArgs();
      ok_ = ok_ && f;
      return f ? package_.functionOf(f, args) : nullptr;
    }
    case FuncRefTag::Method: {
      auto *named = types::as<types::Named>(r_.type(c_.u()));
      std::string_view name = r_.str(c_.u());
      types::Package *p = r_.pkg(c_.u());
      std::vector<types::Type *> args = typeArgs();
      int i = named ? named->methodIndex(p, name) : -1;
      if (i < 0) {
        ok_ = false;
        return nullptr;
      }
      return package_.functionOf(named->method(static_cast<std::size_t>(i)), args);
    }
    case FuncRefTag::Closure: {
      std::uint64_t i = c_.u();
      ok_ = ok_ && i < funcs_.size();
      return ok_ ? funcs_[i] : nullptr;
    }
    case FuncRefTag::Symbol: {
      Func *f = package_.funcNamed(r_.str(c_.u()));
      std::string_view path = r_.str(c_.u());
      if (f->package_path.empty())
        f->package_path = path;
      std::uint64_t sig = c_.u();
      if (sig && !f->sig)
        f->sig = types::as<types::Signature>(r_.type(sig - 1));
      if (c_.u())
        f->no_return = true;
      return f;
    }
    case FuncRefTag::MethodValue: {
      types::Type *recv = r_.type(c_.u());
      types::Func *m = methodIn(recv);
      return m ? m_.methodValueFunc(n.pos, recv, m, types::underAs<types::Signature>(n.type)) : nullptr;
    }
    case FuncRefTag::MethodFunc: {
      types::Type *recv = r_.type(c_.u());
      types::Func *m = methodIn(recv);
      return m ? ir::methodFunc(package_, recv, m) : nullptr;
    }
    }
    ok_ = false;
    return nullptr;
  }

  Node *node() {
    std::uint64_t op = c_.u();
    if (op == 0)
      return nullptr;
    Node *n = package_.arena.make<Node>();
    n->op = static_cast<Op>(op - 1);
    std::uint64_t parts = c_.u();
    n->pos = pos();
    if (parts & 2048)
      n->flags = static_cast<std::uint16_t>(c_.u());
    if (parts & 4096)
      n->sub = static_cast<std::uint8_t>(c_.u());
    if (parts & 16)
      n->type = r_.type(c_.u());
    if (parts & 32)
      n->aux_int = c_.s();
    if (parts & 1024) {
      std::vector<std::int64_t> indices;
      for (std::uint64_t k = c_.u(); k > 0 && c_.ok(); k--)
        indices.push_back(c_.s());
      n->indices = package_.arena.copy(indices);
    }
    if (parts & 1)
      n->x = node();
    if (parts & 2)
      n->y = node();
    if (parts & 4)
      n->z = node();
    if (parts & 8)
      n->w = node();
    aux(*n);
    if (!ok_ || !c_.ok()) {
      ok_ = false;
      return n;
    }
    if (parts & 64 && n->op != Op::SymMethodExpr)
      n->list = nodes();
    if (parts & 128)
      n->list2 = nodes();
    if (parts & 256)
      n->body = nodes();
    if (parts & 512)
      n->body2 = nodes();
    return n;
  }

  void aux(Node &n) {
    switch (n.op) {
    case Op::Const: {
      std::string_view rest = c_.rest();
      std::size_t before = rest.size();
      std::optional<constant::Value> v = constant::decode(rest);
      ok_ = ok_ && v;
      n.const_value = package_.keep(v ? std::move(*v) : constant::Value());
      c_.skip(before - rest.size());
      break;
    }
    case Op::LocalRef:
    case Op::Var:
      n.aux_local = local(c_.u());
      break;
    case Op::Case:
      if (std::uint64_t id = c_.u())
        n.aux_local = local(id - 1);
      break;
    case Op::GlobalRef:
      if (c_.u()) {
        auto *v = types::as<types::Var>(object());
        ok_ = ok_ && v;
        if (v)
          n.aux_global = package_.globalOf(v);
      } else {
        n.aux_global = package_.globalNamed(r_.str(c_.u()));
        if (!n.aux_global->type)
          n.aux_global->type = n.type;
      }
      break;
    case Op::FuncRef:
    case Op::FuncPC:
    case Op::CallStatic:
    case Op::Closure:
      n.aux_func = funcRef(n);
      break;
    case Op::TypeAddr:
    case Op::TypeAssert:
    case Op::TypeAssertOk:
    case Op::New:
    case Op::AlgHash:
    case Op::SymSizeof:
      n.type_arg = r_.type(c_.u());
      break;
    case Op::SymMethodExpr: {
      n.type_arg = r_.type(c_.u());
      Node *name = package_.make(Op::Zero, n.pos, nullptr);
      name->aux_method = methodIn(n.type_arg);
      n.list = package_.list({name});
      break;
    }
    case Op::CallIface: {
      std::vector<types::Func *> all = ir::interfaceMethods(n.x->type);
      if (static_cast<std::size_t>(n.aux_int) < all.size())
        n.aux_method = all[static_cast<std::size_t>(n.aux_int)];
      else
        ok_ = false;
      break;
    }
    case Op::SymMethodCall:
    case Op::SymMethodValue:
      n.aux_method = methodIn(n.x->type);
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
      n.aux_label = label();
      n.aux_label2 = label();
      break;
    default:
      break;
    }
  }

  Reader &r_;
  SourceSet &sources_;
  ir::Package &package_;
  ir::Maker m_;
  Cursor c_;
  std::vector<Func *> funcs_;
  std::vector<Local *> locals_;
  std::vector<ir::Label *> labels_;
  Func *current_ = nullptr;
  std::uint16_t file_ = 0;
  std::int64_t line_ = 0;
  bool ok_ = true;
};

bool readBody(Reader &reader, ir::Package &package, std::uint32_t offset, Func &func) {
  return BodyReader(reader, package.sources, package, offset).read(func);
}

} // namespace gannet::exports
