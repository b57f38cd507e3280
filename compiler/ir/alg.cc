#include "compiler/ir/alg.h"

#include "compiler/base/check.h"
#include "compiler/ir/make.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/object.h"
#include "compiler/types/sizes.h"
#include "compiler/types/typeset.h"

namespace gannet::ir {

using types::BasicKind;
using types::Type;
using types::under;
using types::underAs;

namespace {

Alg structAlg(const types::Struct *s) {
  if (s->fields.size() == 1 && s->fields[0]->name != "_")
    return algOf(s->fields[0]->type);
  std::vector<std::int64_t> offsets = types::fieldOffsets(s);
  Alg result = Alg::Memory;
  for (std::size_t i = 0; i < s->fields.size(); i++) {
    types::Var *f = s->fields[i];
    Alg a = algOf(f->type);
    if (a == Alg::None)
      return a;
    std::int64_t end = offsets[i] + types::sizeOf(f->type);
    std::int64_t next = i + 1 < s->fields.size() ? offsets[i + 1]
                                                 : types::sizeOf(const_cast<types::Struct *>(s));
    if (a != Alg::Memory || f->name == "_" || end != next)
      result = Alg::Special;
  }
  return result;
}

} // namespace

Alg algOf(Type *type) {
  Type *u = under(type);
  switch (u->kind) {
  case types::TypeKind::Basic:
    switch (types::as<types::Basic>(u)->basic) {
    case BasicKind::String: return Alg::String;
    case BasicKind::Float32: return Alg::Float32;
    case BasicKind::Float64: return Alg::Float64;
    case BasicKind::Complex64: return Alg::Complex64;
    case BasicKind::Complex128: return Alg::Complex128;
    default: return Alg::Memory;
    }
  case types::TypeKind::Pointer:
  case types::TypeKind::Chan:
    return Alg::Memory;
  case types::TypeKind::Interface:
    return types::typeSet(types::as<types::Interface>(u)).methods.empty() ? Alg::NilIface : Alg::Iface;
  case types::TypeKind::Array: {
    auto *a = types::as<types::Array>(u);
    Alg e = algOf(a->elem);
    if (e == Alg::Memory || e == Alg::None)
      return e;
    if (a->len == 0)
      return Alg::Memory;
    return a->len == 1 ? e : Alg::Special;
  }
  case types::TypeKind::Struct:
    return structAlg(types::as<types::Struct>(u));
  default:
    return Alg::None;
  }
}

bool isPlainMemory(Type *type) { return algOf(type) == Alg::Memory; }

bool needKeyUpdate(Type *type) {
  Type *u = under(type);
  switch (u->kind) {
  case types::TypeKind::Basic:
    return types::as<types::Basic>(u)->info & (types::kIsFloat | types::kIsComplex | types::kIsString);
  case types::TypeKind::Interface:
    return true;
  case types::TypeKind::Array:
    return needKeyUpdate(types::as<types::Array>(u)->elem);
  case types::TypeKind::Struct:
    for (types::Var *f : types::as<types::Struct>(u)->fields)
      if (needKeyUpdate(f->type))
        return true;
    return false;
  default:
    return false;
  }
}

bool hashMightPanic(Type *type) {
  Type *u = under(type);
  switch (u->kind) {
  case types::TypeKind::Interface:
    return true;
  case types::TypeKind::Array:
    return hashMightPanic(types::as<types::Array>(u)->elem);
  case types::TypeKind::Struct:
    for (types::Var *f : types::as<types::Struct>(u)->fields)
      if (hashMightPanic(f->type))
        return true;
    return false;
  default:
    return false;
  }
}

namespace {

struct AlgNames {
  Alg alg;
  const char *equal;
  const char *hash;
};
constexpr AlgNames kNames[] = {
    {Alg::String, "strequal", "strhash"},          {Alg::Iface, "interequal", "interhash"},
    {Alg::NilIface, "nilinterequal", "nilinterhash"}, {Alg::Float32, "f32equal", "f32hash"},
    {Alg::Float64, "f64equal", "f64hash"},         {Alg::Complex64, "c64equal", "c64hash"},
    {Alg::Complex128, "c128equal", "c128hash"},
};

// Bits in the name of the sized variant for `size` bytes, or -1.
int sizedVariant(std::int64_t size) {
  switch (size) {
  case 0: return 0;
  case 1: return 8;
  case 2: return 16;
  case 4: return 32;
  case 8: return 64;
  case 16: return 128;
  default: return -1;
  }
}

std::string algSymbol(Package &package, Type *type, bool is_hash) {
  Alg alg = algOf(type);
  if (alg == Alg::None)
    return "";
  if (alg == Alg::Memory) {
    std::int64_t size = types::sizeOf(type);
    int bits = sizedVariant(size);
    if (bits >= 0)
      return "runtime.mem" + std::string(is_hash ? "hash" : "equal") + std::to_string(bits) + "·f";
    return std::string("type:.") + (is_hash ? "hash" : "eq") + "func" + std::to_string(size);
  }
  for (const AlgNames &row : kNames)
    if (row.alg == alg)
      return "runtime." + std::string(is_hash ? row.hash : row.equal) + "·f";
  return (is_hash ? hashFunc(package, type) : equalFunc(package, type))->name + "·f";
}

// Runs of fields that compare as plain bytes, and the other fields, of a struct that is Alg::Special.
struct FieldRun {
  int first;
  int count;
  bool plain;
  std::int64_t bytes;
};

std::vector<FieldRun> fieldRuns(const types::Struct *s) {
  std::vector<std::int64_t> offsets = types::fieldOffsets(s);
  std::vector<FieldRun> out;
  std::int64_t end = -1;
  for (std::size_t i = 0; i < s->fields.size(); i++) {
    types::Var *f = s->fields[i];
    if (f->name == "_")
      continue;
    std::int64_t size = types::sizeOf(f->type);
    bool plain = isPlainMemory(f->type);
    if (plain && size == 0)
      continue;
    if (plain && !out.empty() && out.back().plain && offsets[i] == end && out.back().first + out.back().count == static_cast<int>(i)) {
      out.back().count++;
      out.back().bytes += size;
    } else {
      out.push_back({static_cast<int>(i), 1, plain, size});
    }
    end = offsets[i] + size;
  }
  return out;
}

class AlgBuilder {
public:
  AlgBuilder(Package &package, Func &func, Type *type) : package_(package), m_(package), func_(func), type_(type) {}

  void equal() {
    Type *ptr = m_.pointerTo(type_);
    begin({ptr, ptr}, m_.boolType());
    Local *p = func_.params[0];
    Local *q = func_.params[1];
    std::vector<Node *> body;
    if (auto *s = underAs<types::Struct>(type_)) {
      Node *all = nullptr;
      for (Node *condition : fieldConditions(s, p, q))
        all = all ? m_.make(Op::AndAnd, pos_, m_.boolType(), all, condition) : condition;
      body.push_back(ret(all ? all : m_.boolConst(pos_, true)));
    } else {
      auto *a = underAs<types::Array>(type_);
      Node *x = element(p, a);
      Local *i = x->y->aux_local;
      Node *y = m_.make(Op::Index, pos_, a->elem, deref(q), m_.local(pos_, i));
      y->set(kBounded);
      Node *differ = m_.make(Op::Ne, pos_, m_.boolType(), x, y);
      body.push_back(loop(i, a->len, {m_.ifStmt(pos_, differ, {ret(m_.boolConst(pos_, false))})}));
      body.push_back(ret(m_.boolConst(pos_, true)));
    }
    func_.body = package_.list(body);
  }

  void hash() {
    begin({m_.pointerTo(type_), m_.uintptrType()}, m_.uintptrType());
    Local *p = func_.params[0];
    Local *h = func_.params[1];
    h->reassigned = true;
    std::vector<Node *> body;
    if (auto *s = underAs<types::Struct>(type_)) {
      for (const FieldRun &run : fieldRuns(s)) {
        Node *addr = m_.addr(pos_, m_.field(pos_, ref(p), run.first));
        body.push_back(m_.assign(pos_, ref(h), run.plain ? memHash(addr, ref(h), run.bytes)
                                                         : hashOf(s->fields[run.first]->type, addr, ref(h))));
      }
    } else {
      auto *a = underAs<types::Array>(type_);
      Node *x = element(p, a);
      Local *i = x->y->aux_local;
      body.push_back(loop(i, a->len, {m_.assign(pos_, ref(h), hashOf(a->elem, m_.addr(pos_, x), ref(h)))}));
    }
    body.push_back(ret(ref(h)));
    func_.body = package_.list(body);
  }

private:
  // What must hold for the fields to be equal: calls after what is cheap, but nothing moved across what may panic, since a
  // difference in front of that prevents it.
  std::vector<Node *> fieldConditions(types::Struct *s, Local *p, Local *q) {
    std::vector<Node *> out, cheap, calls;
    auto flush = [&] {
      out.insert(out.end(), cheap.begin(), cheap.end());
      out.insert(out.end(), calls.begin(), calls.end());
      cheap.clear();
      calls.clear();
    };
    auto equal = [&](Op op, Node *a, Node *b) { return m_.make(op, pos_, m_.boolType(), a, b); };
    for (const FieldRun &run : fieldRuns(s)) {
      auto a = [&] { return m_.field(pos_, ref(p), run.first); };
      auto b = [&] { return m_.field(pos_, ref(q), run.first); };
      if (run.count > 1) {
        Node *eq = equal(Op::MemEqual, m_.addr(pos_, a()), m_.addr(pos_, b()));
        eq->aux_int = run.bytes;
        cheap.push_back(eq);
        continue;
      }
      switch (algOf(s->fields[run.first]->type)) {
      case Alg::String:
        if (types::as<types::Basic>(under(s->fields[run.first]->type))) {
          cheap.push_back(equal(Op::Eq, m_.len(pos_, a()), m_.len(pos_, b())));
          calls.push_back(equal(Op::StrDataEqual, a(), b()));
          break;
        }
        calls.push_back(equal(Op::Eq, a(), b()));
        break;
      case Alg::Iface:
      case Alg::NilIface:
        if (types::as<types::Interface>(under(s->fields[run.first]->type))) {
          auto word = [&](Node *x) { return m_.make(Op::IfaceType, pos_, m_.unsafePointerType(), x); };
          cheap.push_back(equal(Op::Eq, word(a()), word(b())));
          flush();
          out.push_back(equal(Op::IfaceDataEqual, a(), b()));
          break;
        }
        flush();
        out.push_back(equal(Op::Eq, a(), b()));
        break;
      case Alg::Special:
        if (hashMightPanic(s->fields[run.first]->type)) {
          flush();
          out.push_back(equal(Op::Eq, a(), b()));
          break;
        }
        calls.push_back(equal(Op::Eq, a(), b()));
        break;
      default:
        cheap.push_back(equal(Op::Eq, a(), b()));
      }
    }
    flush();
    return out;
  }

  void begin(const std::vector<Type *> &params, Type *result) {
    func_.sig = m_.signature(params, {result});
    const char *names[] = {"p", "q"};
    std::size_t i = 0;
    for (Type *t : params)
      package_.addLocal(func_, Local::Kind::Param, names[i++], t, pos_);
    package_.addLocal(func_, Local::Kind::Result, "~r0", result, pos_);
  }
  Node *ref(Local *l) { return m_.local(pos_, l); }
  Node *deref(Local *l) { return m_.deref(pos_, ref(l)); }
  Node *ret(Node *x) {
    Node *r = m_.make(Op::Return, pos_, nullptr);
    r->list = package_.list({x});
    return r;
  }
  // (*p)[i] with a new index variable.
  Node *element(Local *p, types::Array *a) {
    Local *i = package_.addLocal(func_, Local::Kind::Auto, "i", m_.intType(), pos_);
    i->reassigned = true;
    Node *n = m_.make(Op::Index, pos_, a->elem, deref(p), ref(i));
    n->set(kBounded);
    return n;
  }
  Node *loop(Local *i, std::int64_t count, std::vector<Node *> body) {
    Node *f = m_.make(Op::For, pos_, nullptr,
                      m_.make(Op::Lt, pos_, m_.boolType(), ref(i), m_.intConst(pos_, m_.intType(), count)));
    f->aux_label = package_.addLabel(func_);
    f->aux_label2 = package_.addLabel(func_);
    f->body = package_.list(body);
    Node *inc = m_.make(Op::AssignOp, pos_, nullptr, ref(i), m_.intConst(pos_, m_.intType(), 1));
    inc->sub = static_cast<std::uint8_t>(Op::Add);
    f->body2 = package_.list({inc});
    return m_.block(pos_, {m_.varStmt(pos_, i, m_.intConst(pos_, m_.intType(), 0)), f});
  }
  Func *hasher(const std::string &name) {
    Func *f = package_.runtimeFunc(name);
    if (!f->sig)
      f->sig = m_.signature({m_.unsafePointerType(), m_.uintptrType()}, {m_.uintptrType()});
    return f;
  }
  Node *memHash(Node *addr, Node *h, std::int64_t bytes) {
    Func *f = package_.runtimeFunc("memhash");
    if (!f->sig)
      f->sig = m_.signature({m_.unsafePointerType(), m_.uintptrType(), m_.uintptrType()}, {m_.uintptrType()});
    Node *p = m_.conv(pos_, Conv::Noop, addr, m_.unsafePointerType());
    return m_.callStatic(pos_, f, {p, h, m_.intConst(pos_, m_.uintptrType(), bytes)}, m_.uintptrType());
  }
  Node *hashOf(Type *t, Node *addr, Node *h) {
    Alg alg = algOf(t);
    if (alg == Alg::Memory)
      return memHash(addr, h, types::sizeOf(t));
    if (alg == Alg::Special)
      return m_.callStatic(pos_, hashFunc(package_, t), {addr, h}, m_.uintptrType());
    Node *p = m_.conv(pos_, Conv::Noop, addr, m_.unsafePointerType());
    for (const AlgNames &row : kNames)
      if (row.alg == alg)
        return m_.callStatic(pos_, hasher(row.hash), {p, h}, m_.uintptrType());
    GANNET_UNREACHABLE("hash of a type that is not comparable");
  }

  Package &package_;
  Maker m_;
  Func &func_;
  Type *type_;
  Pos pos_;
};

Func *algFunc(Package &package, Type *type, bool is_hash) {
  if (algOf(type) != Alg::Special)
    return nullptr;
  // One-field structs and one-element arrays are of their content's class, so the type is a real composite.
  Func *f = package.funcNamed((is_hash ? "type:.hash." : "type:.eq.") + types::linkString(type));
  if (f->has_body)
    return f;
  f->short_name = f->name;
  f->package_path = package.pkg.path;
  f->has_body = f->emit = f->finalized = f->dup_ok = true;
  AlgBuilder b(package, *f, type);
  if (is_hash)
    b.hash();
  else
    b.equal();
  package.funcs.push_back(f);
  return f;
}

} // namespace

std::string equalSymbol(Package &package, Type *type) { return algSymbol(package, type, false); }
std::string hashSymbol(Package &package, Type *type) { return algSymbol(package, type, true); }
Func *equalFunc(Package &package, Type *type) { return algFunc(package, type, false); }
Func *hashFunc(Package &package, Type *type) { return algFunc(package, type, true); }

} // namespace gannet::ir
