#include "compiler/export/unified.h"

#include "compiler/base/check.h"
#include "compiler/constant/value.h"
#include "compiler/export/bundle.h"
#include "compiler/export/export.h"
#include "compiler/export/unified_format.h"
#include "compiler/types/lookup.h"
#include "compiler/types/predicates.h"

#include <algorithm>
#include <deque>
#include <unordered_map>

namespace gannet::exports {

namespace {

using types::Type;
using types::TypeKind;
using unified::Element;
using unified::Elements;
using unified::ObjCode;
using unified::SectionKind;
using unified::TypeCode;
using unified::ValueCode;

// What the types of one object are written in terms of: its type parameters, and the types that depend on them. Of methods, the
// names for the receiver's parameters stand for the same parameters.
struct Dictionary {
  std::unordered_map<const types::TypeParam *, std::uint32_t> params; // position in the list of the object
  std::vector<Type *> bounds;
  std::unordered_map<Type *, std::uint32_t> derived_ids;
  std::vector<std::uint32_t> derived; // elements of types

  void declare(types::TypeParamList list) {
    for (std::size_t i = 0; i < list.size(); i++)
      params.emplace(list[i], static_cast<std::uint32_t>(i));
  }
};

class UnifiedWriter {
public:
  UnifiedWriter(types::Context &context, const SourceSet &sources, types::Package &package)
      : context_(context), sources_(sources), package_(package) {}

  std::string run(std::string bundle) {
    std::uint32_t root = elements_.reserve(SectionKind::Meta);
    Element e(elements_);
    package(e, &package_);
    std::vector<const types::Object *> objects; // those that are not exported, too: an importer says so where it meets their names
    for (std::string_view name : package_.scope->sortedNames())
      if (const types::Object *o = package_.scope->lookup(name); o && isWritten(*o))
        objects.push_back(o);
    e.number(objects.size());
    for (const types::Object *o : objects) {
      e.refer(SectionKind::Obj, objectId(o));
      e.number(0); // type arguments
    }
    elements_.set(SectionKind::Meta, root, e.bytes());
    while (!queue_.empty()) {
      const types::Object *o = queue_.front();
      queue_.pop_front();
      object(o, object_ids_.at(o));
    }
    std::uint64_t print = 0;
    if (auto entries = readBundle(bundle); entries && !entries->empty())
      if (auto own = fingerprint(entries->front().file))
        print = *own;
    elements_.set(SectionKind::Body, elements_.reserve(SectionKind::Body), std::move(bundle));
    return elements_.file(print);
  }

private:
  static bool isWritten(const types::Object &o) {
    return o.kind == types::ObjectKind::Const || o.kind == types::ObjectKind::Var || o.kind == types::ObjectKind::Func ||
           o.kind == types::ObjectKind::TypeName;
  }

  void package(Element &e, const types::Package *p) {
    auto [it, fresh] = package_ids_.try_emplace(p, 0);
    if (fresh) {
      it->second = elements_.reserve(SectionKind::Pkg);
      Element own(elements_);
      if (!p) {
        own.string("builtin");
      } else if (p == context_.unsafePackage()) {
        own.string("unsafe");
      } else {
        own.string(p == &package_ ? std::string_view() : p->path); // empty: the path under which it is imported
        own.string(p->name);
      }
      elements_.set(SectionKind::Pkg, it->second, own.bytes());
    }
    e.refer(SectionKind::Pkg, it->second);
  }

  void name(Element &e, const types::Object &o) {
    package(e, o.pkg);
    e.string(o.name);
  }
  // None for what was imported itself: interface files of our own have no positions.
  void position(Element &e, Pos pos) {
    ShownPos shown = sources_.shown(pos);
    e.flag(shown.line != 0);
    if (shown.line == 0)
      return;
    Element base(elements_);
    base.string(shown.file);
    base.flag(true); // a file, not a line directive: what the directive says is in the numbers
    e.refer(SectionKind::PosBase, elements_.shared(SectionKind::PosBase, base.bytes()));
    e.number(shown.line);
    e.number(shown.col);
  }

  std::uint32_t objectId(const types::Object *o) {
    auto [it, fresh] = object_ids_.try_emplace(o, 0);
    if (fresh) {
      it->second = elements_.reserve(SectionKind::Obj);
      for (SectionKind parallel : {SectionKind::Name, SectionKind::ObjExt, SectionKind::ObjDict})
        elements_.reserve(parallel);
      queue_.push_back(o);
    }
    return it->second;
  }

  void object(const types::Object *o, std::uint32_t id);
  void namedType(Element &e, types::Named *n, Dictionary &d);
  void method(Element &e, const types::Func *m, Dictionary &d);
  void value(Element &e, const constant::Value &v, Type *t);
  void scalar(Element &e, std::string_view &encoded, bool is_float);

  void type(Element &e, Type *t, Dictionary &d);
  std::uint32_t typeElement(Type *t, Dictionary &d);
  void typeName(Element &e, const types::Object *o, types::TypeList arguments, Dictionary &d);
  void signature(Element &e, const types::Signature &s, Dictionary &d);
  void variables(Element &e, const types::Tuple *t, Dictionary &d);
  void variable(Element &e, const types::Var &v, Dictionary &d);
  void structType(Element &e, const types::Struct &s, Dictionary &d);
  void interfaceType(Element &e, const types::Interface &i, Dictionary &d);
  void typeParamNames(Element &e, types::TypeParamList list);
  bool dependsOnParams(Type *t, const Dictionary &d);

  types::Context &context_;
  const SourceSet &sources_;
  types::Package &package_;
  Elements elements_;
  std::unordered_map<const types::Package *, std::uint32_t> package_ids_;
  std::unordered_map<const types::Object *, std::uint32_t> object_ids_;
  std::unordered_map<Type *, std::uint32_t> type_ids_; // types without type parameters
  std::deque<const types::Object *> queue_;
};

// ---------------------------------------------------------------------------------------------------------------------
// Objects

void UnifiedWriter::object(const types::Object *o, std::uint32_t id) {
  Dictionary d;
  Element e(elements_);
  ObjCode code = ObjCode::Stub; // of the universe
  if (o->pkg && o->pkg != context_.unsafePackage())
    switch (o->kind) {
    case types::ObjectKind::Const:
      code = ObjCode::Const;
      position(e, o->pos);
      type(e, o->type, d);
      value(e, *types::as<types::ConstObj>(o)->value, o->type);
      break;
    case types::ObjectKind::Var:
      code = ObjCode::Var;
      position(e, o->pos);
      type(e, o->type, d);
      break;
    case types::ObjectKind::Func: {
      const types::Signature &s = *types::as<types::Func>(o)->signature();
      code = ObjCode::Func;
      d.declare(s.type_params);
      for (types::TypeParam *p : s.type_params)
        d.bounds.push_back(p->bound);
      position(e, o->pos);
      typeParamNames(e, s.type_params);
      signature(e, s, d);
      break;
    }
    case types::ObjectKind::TypeName: {
      auto *n = types::as<types::Named>(o->type);
      if (n && n->obj == o) {
        code = ObjCode::Type;
        namedType(e, n, d);
        break;
      }
      auto *alias = types::as<types::Alias>(o->type);
      types::TypeParamList params = alias ? alias->type_params : types::TypeParamList();
      code = ObjCode::Alias;
      d.declare(params);
      for (types::TypeParam *p : params)
        d.bounds.push_back(p->bound);
      position(e, o->pos);
      typeParamNames(e, params);
      type(e, alias && alias->rhs ? alias->rhs : o->type, d);
      break;
    }
    case types::ObjectKind::PkgName:
    case types::ObjectKind::Label:
    case types::ObjectKind::Builtin:
    case types::ObjectKind::Nil:
      GANNET_UNREACHABLE("exported object of this kind");
    }
  Element dictionary(elements_);
  dictionary.number(0); // type parameters of an enclosing function
  dictionary.number(d.bounds.size());
  for (std::size_t i = 0; i < d.bounds.size(); i++)
    type(dictionary, d.bounds[i], d);
  dictionary.number(d.derived.size());
  for (std::uint32_t element : d.derived)
    dictionary.refer(SectionKind::Type, element);
  Element head(elements_);
  name(head, *o);
  head.code(code);
  elements_.set(SectionKind::Name, id, head.bytes());
  elements_.set(SectionKind::Obj, id, e.bytes());
  elements_.set(SectionKind::ObjExt, id, Element(elements_).bytes());
  elements_.set(SectionKind::ObjDict, id, dictionary.bytes());
}

void UnifiedWriter::namedType(Element &e, types::Named *n, Dictionary &d) {
  types::TypeParamList params = n->typeParams();
  d.declare(params);
  for (types::TypeParam *p : params)
    d.bounds.push_back(p->bound);
  position(e, n->obj->pos);
  typeParamNames(e, params);
  type(e, n->underlying(), d);
  e.number(n->methodCount());
  for (std::size_t i = 0; i < n->methodCount(); i++)
    method(e, n->method(i), d);
}

void UnifiedWriter::method(Element &e, const types::Func *m, Dictionary &d) {
  const types::Signature &s = *m->signature();
  d.declare(s.recv_type_params);
  position(e, m->pos);
  name(e, *m);
  typeParamNames(e, s.recv_type_params);
  variable(e, *s.recv, d);
  signature(e, s, d);
  position(e, m->pos);
}

// The names alone: bounds are in the dictionary.
void UnifiedWriter::typeParamNames(Element &e, types::TypeParamList list) {
  for (types::TypeParam *p : list) {
    position(e, p->obj->pos);
    name(e, *p->obj);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Values, from the form that export files have them in (constant/value.h, encode)

void UnifiedWriter::value(Element &e, const constant::Value &v, Type *t) {
  auto *basic = types::underAs<types::Basic>(t);
  bool is_complex = basic && basic->info & types::kIsComplex, is_float = basic && basic->info & types::kIsFloat;
  std::string encoded;
  if (is_complex) {
    constant::Value whole = constant::toComplex(v);
    constant::encode(constant::real(whole), encoded);
    constant::encode(constant::imag(whole), encoded);
  } else {
    constant::encode(v, encoded);
  }
  std::string_view rest = encoded;
  e.flag(is_complex);
  scalar(e, rest, is_float || is_complex);
  if (is_complex)
    scalar(e, rest, true);
}

// Takes an integer: its size in bytes doubled, plus 1 if it is negative, then the bytes, the lowest first.
struct IntegerBytes {
  bool negative;
  std::string big_endian;
};

IntegerBytes takeInteger(std::string_view &in) {
  Cursor head(in, 0);
  std::uint64_t size = head.u();
  std::string bytes(in.substr(head.at(), size / 2));
  in.remove_prefix(head.at() + size / 2);
  std::reverse(bytes.begin(), bytes.end());
  return {(size & 1) != 0, std::move(bytes)};
}

std::uint64_t lowWord(const IntegerBytes &i) {
  std::uint64_t v = 0;
  for (char c : i.big_endian)
    v = v << 8 | static_cast<unsigned char>(c);
  return v;
}

std::string hexText(const IntegerBytes &i) {
  std::string out = i.negative ? "-0x" : "0x";
  for (char c : i.big_endian)
    for (int shift : {4, 0})
      out.push_back("0123456789abcdef"[(static_cast<unsigned char>(c) >> shift) & 15]);
  return i.big_endian.empty() ? out + "0" : out;
}

void bigInteger(Element &e, const IntegerBytes &i) {
  e.string(i.big_endian);
  e.flag(i.negative);
}

void UnifiedWriter::scalar(Element &e, std::string_view &in, bool is_float) {
  GANNET_CHECK(!in.empty(), "constant without encoding");
  char tag = in.front();
  in.remove_prefix(1);
  switch (tag) {
  case 't':
  case 'f':
    e.code(ValueCode::Bool);
    e.flag(tag == 't');
    return;
  case 's': {
    Cursor head(in, 0);
    std::uint64_t size = head.u();
    e.code(ValueCode::String);
    e.string(in.substr(head.at(), size));
    in.remove_prefix(head.at() + size);
    return;
  }
  case 'i': {
    IntegerBytes i = takeInteger(in);
    if (is_float) { // a fraction, so that it is read as a floating-point number
      e.code(ValueCode::BigRat);
      bigInteger(e, i);
      bigInteger(e, {false, "\1"});
    } else if (i.big_endian.size() < 8 || (i.big_endian.size() == 8 && i.big_endian[0] >= 0)) {
      auto word = static_cast<std::int64_t>(lowWord(i));
      e.code(ValueCode::Int64);
      e.integer(i.negative ? -word : word);
    } else {
      e.code(ValueCode::BigInt);
      bigInteger(e, i);
    }
    return;
  }
  case 'q': {
    e.code(ValueCode::BigRat);
    bigInteger(e, takeInteger(in));
    bigInteger(e, takeInteger(in));
    return;
  }
  case 'x': {
    IntegerBytes mantissa = takeInteger(in), exponent = takeInteger(in);
    e.code(ValueCode::BigFloat);
    e.string(hexText(mantissa) + (exponent.negative ? "p-" : "p+") + std::to_string(lowWord(exponent)));
    return;
  }
  }
  GANNET_UNREACHABLE("exported constant without a value");
}

// ---------------------------------------------------------------------------------------------------------------------
// Types

bool UnifiedWriter::dependsOnParams(Type *t, const Dictionary &d) {
  if (d.params.empty())
    return false;
  auto any = [&](auto list) {
    for (auto *x : list)
      if (dependsOnParams(x->type, d))
        return true;
    return false;
  };
  t = types::unalias(t);
  switch (t->kind) {
  case TypeKind::Basic:
  case TypeKind::Alias:
    return false;
  case TypeKind::TypeParam:
    return true;
  case TypeKind::Array:
    return dependsOnParams(types::as<types::Array>(t)->elem, d);
  case TypeKind::Slice:
    return dependsOnParams(types::as<types::Slice>(t)->elem, d);
  case TypeKind::Pointer:
    return dependsOnParams(types::as<types::Pointer>(t)->elem, d);
  case TypeKind::Chan:
    return dependsOnParams(types::as<types::Chan>(t)->elem, d);
  case TypeKind::Map:
    return dependsOnParams(types::as<types::Map>(t)->key, d) || dependsOnParams(types::as<types::Map>(t)->elem, d);
  case TypeKind::Struct:
    return any(types::as<types::Struct>(t)->fields);
  case TypeKind::Tuple:
    return any(types::as<types::Tuple>(t)->vars);
  case TypeKind::Signature:
    return any(types::vars(types::as<types::Signature>(t)->params)) || any(types::vars(types::as<types::Signature>(t)->results));
  case TypeKind::Union:
    for (const types::Term &term : types::as<types::Union>(t)->terms)
      if (dependsOnParams(term.type, d))
        return true;
    return false;
  case TypeKind::Interface: {
    auto *i = types::as<types::Interface>(t);
    for (Type *embedded : i->embeddeds)
      if (dependsOnParams(embedded, d))
        return true;
    return any(i->methods);
  }
  case TypeKind::Named:
    for (Type *argument : types::as<types::Named>(t)->type_args)
      if (dependsOnParams(argument, d))
        return true;
    return false;
  }
  GANNET_UNREACHABLE("kind of type");
}

void UnifiedWriter::type(Element &e, Type *t, Dictionary &d) {
  if (t != context_.anyType())
    t = types::unalias(t);
  bool derived = dependsOnParams(t, d);
  e.flag(derived);
  if (!derived) {
    auto it = type_ids_.find(t);
    if (it == type_ids_.end()) {
      std::uint32_t element = typeElement(t, d);
      it = type_ids_.emplace(t, element).first;
    }
    e.refer(SectionKind::Type, it->second);
    return;
  }
  auto it = d.derived_ids.find(t);
  if (it == d.derived_ids.end()) {
    std::uint32_t element = typeElement(t, d);
    it = d.derived_ids.emplace(t, static_cast<std::uint32_t>(d.derived.size())).first;
    d.derived.push_back(element);
  }
  e.number(it->second);
}

std::uint32_t UnifiedWriter::typeElement(Type *t, Dictionary &d) {
  Element e(elements_);
  if (t == context_.anyType()) {
    typeName(e, context_.universe()->lookup("any"), {}, d);
    return elements_.shared(SectionKind::Type, e.bytes());
  }
  switch (t->kind) {
  case TypeKind::Basic: {
    auto *b = types::as<types::Basic>(t);
    if (t == context_.byteType() || t == context_.runeType()) {
      typeName(e, context_.universe()->lookup(b->name), {}, d);
    } else {
      e.code(TypeCode::Basic);
      e.number(static_cast<std::uint64_t>(b->basic)); // numbered as go/types does
    }
    break;
  }
  case TypeKind::Array:
    e.code(TypeCode::Array);
    e.number(static_cast<std::uint64_t>(types::as<types::Array>(t)->len));
    type(e, types::as<types::Array>(t)->elem, d);
    break;
  case TypeKind::Slice:
    e.code(TypeCode::Slice);
    type(e, types::as<types::Slice>(t)->elem, d);
    break;
  case TypeKind::Pointer:
    e.code(TypeCode::Pointer);
    type(e, types::as<types::Pointer>(t)->elem, d);
    break;
  case TypeKind::Chan:
    e.code(TypeCode::Chan);
    e.number(static_cast<std::uint64_t>(types::as<types::Chan>(t)->dir)); // numbered as go/types does
    type(e, types::as<types::Chan>(t)->elem, d);
    break;
  case TypeKind::Map:
    e.code(TypeCode::Map);
    type(e, types::as<types::Map>(t)->key, d);
    type(e, types::as<types::Map>(t)->elem, d);
    break;
  case TypeKind::Signature:
    e.code(TypeCode::Signature);
    signature(e, *types::as<types::Signature>(t), d);
    break;
  case TypeKind::Struct:
    structType(e, *types::as<types::Struct>(t), d);
    break;
  case TypeKind::Interface:
    interfaceType(e, *types::as<types::Interface>(t), d);
    break;
  case TypeKind::Union: {
    auto *u = types::as<types::Union>(t);
    e.code(TypeCode::Union);
    e.number(u->terms.size());
    for (const types::Term &term : u->terms) {
      e.flag(term.tilde);
      type(e, term.type, d);
    }
    break;
  }
  case TypeKind::TypeParam:
    e.code(TypeCode::TypeParam);
    e.number(d.params.at(types::as<types::TypeParam>(t)));
    break;
  case TypeKind::Named: {
    auto *n = types::as<types::Named>(t);
    // A type declared in a function has no name that importers could look up, and no exported object is of such a type.
    GANNET_CHECK(n->origin->obj->local_index == 0, "exported object of a local type");
    typeName(e, n->origin->obj, n->type_args, d);
    break;
  }
  case TypeKind::Tuple:
  case TypeKind::Alias:
    GANNET_UNREACHABLE("tuple or alias as an exported type");
  }
  return elements_.shared(SectionKind::Type, e.bytes());
}

void UnifiedWriter::typeName(Element &e, const types::Object *o, types::TypeList arguments, Dictionary &d) {
  e.code(TypeCode::Named);
  e.refer(SectionKind::Obj, objectId(o));
  e.number(arguments.size());
  for (Type *argument : arguments)
    type(e, argument, d);
}

void UnifiedWriter::signature(Element &e, const types::Signature &s, Dictionary &d) {
  variables(e, s.params, d);
  variables(e, s.results, d);
  e.flag(s.variadic);
}

void UnifiedWriter::variables(Element &e, const types::Tuple *t, Dictionary &d) {
  types::VarList list = types::vars(t);
  e.number(list.size());
  for (const types::Var *v : list)
    variable(e, *v, d);
}

void UnifiedWriter::variable(Element &e, const types::Var &v, Dictionary &d) {
  position(e, v.pos);
  name(e, v);
  type(e, v.type, d);
}

void UnifiedWriter::structType(Element &e, const types::Struct &s, Dictionary &d) {
  e.code(TypeCode::Struct);
  e.number(s.fields.size());
  for (std::size_t i = 0; i < s.fields.size(); i++) {
    variable(e, *s.fields[i], d);
    e.string(s.tag(i));
    e.flag(s.fields[i]->embedded);
  }
}

void UnifiedWriter::interfaceType(Element &e, const types::Interface &i, Dictionary &d) {
  e.code(TypeCode::Interface);
  e.number(i.methods.size());
  e.number(i.embeddeds.size());
  if (i.methods.empty() && i.embeddeds.size() == 1)
    e.flag(i.implicit);
  for (const types::Func *m : i.methods) {
    position(e, m->pos);
    name(e, *m);
    signature(e, *m->signature(), d);
  }
  for (Type *embedded : i.embeddeds)
    type(e, embedded, d);
}

} // namespace

std::string writeUnified(types::Context &context, const SourceSet &sources, types::Package &package, std::string bundle) {
  return UnifiedWriter(context, sources, package).run(std::move(bundle));
}

} // namespace gannet::exports
