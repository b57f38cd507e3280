#include "compiler/ir/hot_dispatch.h"

#include "compiler/ir/instantiate.h"
#include "compiler/ir/make.h"
#include "compiler/ir/source_text.h"
#include "compiler/types/lookup.h"
#include "compiler/types/object.h"
#include "compiler/types/predicates.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <unordered_map>

namespace gannet::ir {

namespace {

constexpr std::uint32_t kNeverInlined = kNoinline | kUintptrEscapes | kUintptrKeepalive | kYeswritebarrierrec;

// Undoes the escapes in a symbol's package path: "gopkg.in/yaml%2ev3".
std::string packagePath(std::string_view written) {
  std::string out;
  for (std::size_t i = 0; i < written.size(); i++) {
    unsigned code = 0;
    const char *digits = written.data() + i + 1;
    if (written[i] == '%' && i + 2 < written.size() && std::from_chars(digits, digits + 2, code, 16).ptr == digits + 2) {
      out += static_cast<char>(code);
      i += 2;
    } else {
      out += written[i];
    }
  }
  return out;
}

class Dispatcher {
public:
  Dispatcher(Package &package, Func &func, const InlineOptions &options)
      : package_(package), m_(package), func_(func), options_(options), hot_(*options.hot_calls) {}

  void run() {
    for (Node *&n : func_.body)
      transform(n);
  }

private:
  // What was called: a function that can be inlined, or none.
  using Suits = std::function<bool(const Func &)>;

  void transform(Node *&n) {
    forEachChild(*n, [&](Node *&c) { transform(c); });
    if (n->op == Op::Var && n->x)
      init_[n->aux_local] = n->x;
    if (n->op == Op::CallIface && hot_.settings().devirtualizes_methods)
      methodCall(n);
    else if (n->op == Op::CallClosure && hot_.settings().devirtualizes_functions && !isKnown(*n->x))
      functionCall(n);
  }

  // A function that other passes know without a profile.
  bool isKnown(const Node &x) const {
    if (x.op == Op::FuncRef || x.op == Op::Closure)
      return true;
    if (x.op != Op::LocalRef || x.aux_local->reassigned || x.aux_local->addr_taken)
      return false;
    const auto init = init_.find(x.aux_local);
    return init != init_.end() && isKnown(*init->second);
  }

  void methodCall(Node *&n) {
    const Func *callee = hottest(*n, [&](const Func &f) { return f.sig->recv && implements(f, *n); });
    if (!callee)
      return;
    types::Type *concrete = callee->sig->recv->type;
    tell(*n, "interface call " + sourceText(*n->x, &package_.pkg) + "." + std::string(n->aux_method->name), *callee);
    Both both = open(*n);
    Local *value = temporary(concrete, n->pos), *ok = temporary(m_.boolType(), n->pos);
    Node *assertion = m_.make(Op::TypeAssertOk, n->pos, m_.signature({}, {concrete, m_.boolType()})->results, m_.local(n->pos, both.target));
    assertion->type_arg = concrete;
    Node *test = m_.make(Op::AssignTuple, n->pos, nullptr, assertion);
    test->list = package_.list({m_.local(n->pos, value), m_.local(n->pos, ok)});
    value->reassigned = ok->reassigned = true;
    both.code.insert(both.code.end(), {m_.varLater(n->pos, value), m_.varLater(n->pos, ok), test});
    const types::LookupResult found = types::lookupFieldOrMethod(concrete, false, n->aux_method->pkg, n->aux_method->name);
    Node *direct = m_.callMethod(n->pos, m_.local(n->pos, value), found.path, types::as<types::Func>(found.object),
                                 references(both.arguments, n->pos), n->type);
    close(n, both, m_.local(n->pos, ok), direct);
  }

  void functionCall(Node *&n) {
    const Func *callee = hottest(*n, [&](const Func &f) { return !f.sig->recv && types::identical(types::under(n->x->type), f.sig); });
    if (!callee)
      return;
    Func *target = const_cast<Func *>(callee);
    tell(*n, "function call " + sourceText(*n->x, &package_.pkg), *callee);
    Both both = open(*n);
    auto pointer = [&](Node *x) { return m_.conv(n->pos, Conv::Noop, x, m_.unsafePointerType()); };
    Node *same = m_.make(Op::Eq, n->pos, m_.boolType(), pointer(m_.local(n->pos, both.target)),
                         pointer(m_.funcRef(n->pos, target, both.target->type)));
    close(n, both, same, m_.callStatic(n->pos, target, references(both.arguments, n->pos), n->type));
  }

  // Both ways to call: the statements so far, and the variables with what is called or its receiver, and the arguments.
  struct Both {
    std::vector<Node *> code;
    Local *target = nullptr;
    std::vector<Local *> arguments;
  };

  Both open(const Node &call) {
    Both both;
    auto keep = [&](Node *value) {
      Local *l = temporary(value->type, call.pos);
      both.code.push_back(m_.varStmt(call.pos, l, value));
      return l;
    };
    both.target = keep(call.x);
    for (Node *argument : call.list)
      both.arguments.push_back(keep(argument));
    return both;
  }

  void close(Node *&call, Both &both, Node *condition, Node *direct) {
    const Pos pos = call->pos;
    Node *other = m_.make(call->op, pos, call->type, m_.local(pos, both.target));
    other->flags = call->flags;
    other->aux = call->aux;
    other->aux_int = call->aux_int;
    other->list = package_.list(references(both.arguments, pos));
    std::vector<Local *> results;
    if (auto *tuple = call->type ? types::as<types::Tuple>(call->type) : nullptr)
      for (const types::Var *v : types::vars(tuple))
        results.push_back(temporary(v->type, pos));
    else if (call->type)
      results.push_back(temporary(call->type, pos));
    for (Local *l : results)
      l->reassigned = true;
    for (Local *l : results)
      both.code.push_back(m_.varStmt(pos, l, nullptr));
    Node *choice = m_.ifStmt(pos, condition, {assign(direct, results)}, {assign(other, results)});
    choice->set(kLikely);
    both.code.push_back(choice);
    Node *out = m_.make(Op::InlinedCall, pos, call->type);
    out->sub = static_cast<std::uint8_t>(std::min<std::size_t>(call->list.size() + 1, 255));
    out->aux_label = package_.addLabel(func_);
    out->body = package_.list(both.code);
    out->list = package_.list(references(results, pos));
    call = out;
  }

  Node *assign(Node *call, const std::vector<Local *> &results) {
    if (results.empty())
      return m_.exprStmt(call);
    if (results.size() == 1)
      return m_.assign(call->pos, m_.local(call->pos, results[0]), call);
    Node *out = m_.make(Op::AssignTuple, call->pos, nullptr, call);
    out->list = package_.list(references(results, call->pos));
    return out;
  }

  std::vector<Node *> references(const std::vector<Local *> &locals, Pos pos) {
    std::vector<Node *> out;
    for (Local *l : locals)
      out.push_back(m_.local(pos, l));
    return out;
  }

  Local *temporary(types::Type *type, Pos pos) {
    Local *l = package_.addLocal(func_, Local::Kind::Auto, "", type, pos);
    l->is_temp = l->used = true;
    return l;
  }

  void tell(const Node &call, const std::string &what, const Func &callee) {
    if (!options_.diagnostics || package_.options.explain == 0)
      return;
    const bool own = callee.object->pkg == &package_.pkg;
    options_.diagnostics->note(call.pos, "PGO devirtualizing " + what + " to " + (own ? "" : std::string(callee.object->pkg->name) + ".") +
                                             std::string(callee.short_name));
  }

  void explain(const Node &call, const std::string &text) {
    if (hot_.settings().explain > 1)
      hot_.explain(package_.sources.str(call.pos) + ": " + text);
  }

  // The heaviest callee that suits the call; null if it cannot be seen from here, or is not to be inlined.
  const Func *hottest(const Node &call, const Suits &suits) {
    const std::string where = "call " + hot_.symbol(func_) + ":" + std::to_string(hot_.line(func_, call.pos)) + ": ";
    for (const profile::CallEdge *e : hot_.callsAt(func_, call.pos)) {
      if (e->weight <= 0)
        break;
      if (e->callee.starts_with("runtime.")) // what code calls that is not written as a call
        continue;
      const Func *callee = find(e->callee);
      if (callee && !suits(*callee))
        continue;
      if (callee && mayBeInlined(*callee)) {
        explain(call, where + "hottest callee " + e->callee + " (weight " + std::to_string(e->weight) + ")");
        return callee;
      }
      break;
    }
    explain(call, where + "no hot callee");
    return nullptr;
  }

  static bool mayBeInlined(const Func &f) {
    return !(f.pragma & kNeverInlined) && !f.is_closure && !f.generic && f.type_args.empty() && (f.imported ? f.inlinable : f.has_body);
  }

  // Is it the method that the interface call finds in its receiver type?
  bool implements(const Func &f, const Node &call) const {
    if (f.object->name != call.aux_method->name)
      return false;
    types::Type *concrete = f.sig->recv->type;
    for (types::Func *m : interfaceMethods(call.x->type)) {
      auto *own = types::as<types::Func>(types::lookupFieldOrMethod(concrete, false, m->pkg, m->name).object);
      if (!own || !types::identical(own->signature(), m->signature()) || (m->name == f.object->name && own != f.object))
        return false;
    }
    return true;
  }

  // The declared function or method of a linker symbol; null if there is none to be seen from this package.
  const Func *find(const std::string &symbol) {
    auto [known, fresh] = found_.try_emplace(symbol);
    if (fresh)
      known->second = look(symbol);
    return known->second;
  }

  const Func *look(const std::string &symbol) {
    if (const Func *f = package_.findFunc(symbol))
      return f->object && f->sig && f->type_args.empty() && !f->generic ? f : nullptr;
    const std::size_t dot = symbol.find('.', symbol.rfind('/') == std::string::npos ? 0 : symbol.rfind('/'));
    if (dot == std::string::npos || !options_.find_package)
      return nullptr;
    types::Package *pkg = options_.find_package(packagePath(symbol.substr(0, dot)));
    if (!pkg || !pkg->scope)
      return nullptr;
    std::string_view name = std::string_view(symbol).substr(dot + 1);
    types::Object *object = nullptr;
    if (const std::size_t method = name.rfind('.'); method == std::string_view::npos) {
      object = pkg->scope->lookup(name);
    } else {
      std::string_view receiver = name.substr(0, method);
      if (receiver.starts_with("(*") && receiver.ends_with(")"))
        receiver = receiver.substr(2, receiver.size() - 3);
      auto *type = types::as<types::TypeName>(pkg->scope->lookup(receiver));
      auto *named = type && type->type ? types::unaliasAs<types::Named>(type->type) : nullptr;
      for (std::size_t i = 0; named && !types::isGeneric(named) && i < named->methodCount(); i++)
        if (named->method(i)->name == name.substr(method + 1))
          object = named->method(i);
    }
    auto *f = types::as<types::Func>(object);
    if (!f)
      return nullptr;
    const Func *out = package_.functionOf(f, {});
    return out->name == symbol && out->sig && !out->generic ? out : nullptr;
  }

  Package &package_;
  Maker m_;
  Func &func_;
  const InlineOptions &options_;
  HotCalls &hot_;
  std::unordered_map<const Local *, const Node *> init_; // never iterated
  std::unordered_map<std::string, const Func *> found_;  // by symbol; never iterated
};

} // namespace

void dispatchHotCalls(Package &package, Func &func, const InlineOptions &options) {
  if (!func.wrapper && !(func.pragma & kNosplit))
    Dispatcher(package, func, options).run();
}

} // namespace gannet::ir
