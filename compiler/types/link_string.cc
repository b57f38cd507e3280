// Printing of types for the linker and for reflection. One writer, two modes: they differ in how names are qualified.
#include "compiler/types/link_string.h"

#include <algorithm>
#include <charconv>

#include "compiler/base/check.h"
#include "compiler/base/symbol_path.h"
#include "compiler/types/predicates.h"

namespace gannet::types {
namespace {

constexpr char kHex[] = "0123456789abcdef";

void appendInt(std::string &out, std::int64_t v) {
  char buf[24];
  auto r = std::to_chars(buf, buf + sizeof buf, v);
  out.append(buf, r.ptr);
}

// Decodes one UTF-8 rune at s[i]; gives its length, 0 if malformed.
std::size_t decodeRune(std::string_view s, std::size_t i, char32_t &rune) {
  unsigned char c = static_cast<unsigned char>(s[i]);
  std::size_t n = c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
  if (c < 0xc2 || c > 0xf4 || i + n > s.size())
    return 0;
  rune = c & (0x7f >> n);
  for (std::size_t k = 1; k < n; ++k) {
    unsigned char d = static_cast<unsigned char>(s[i + k]);
    if ((d & 0xc0) != 0x80)
      return 0;
    rune = rune << 6 | (d & 0x3f);
  }
  static constexpr char32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  return rune < kLeast[n] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000) ? 0 : n;
}

// As strconv.Quote, for the strings that occur in tags: printable text stays, the rest is escaped.
void appendQuoted(std::string &out, std::string_view s) {
  out += '"';
  for (std::size_t i = 0; i < s.size();) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    if (c < 0x80) {
      ++i;
      switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\a':
        out += "\\a";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\v':
        out += "\\v";
        break;
      default:
        if (c < 0x20 || c == 0x7f) {
          out += "\\x";
          out += kHex[c >> 4];
          out += kHex[c & 15];
        } else {
          out += static_cast<char>(c);
        }
      }
      continue;
    }
    char32_t rune;
    std::size_t n = decodeRune(s, i, rune);
    if (n == 0) {
      out += "\\x";
      out += kHex[c >> 4];
      out += kHex[c & 15];
      ++i;
    } else {
      out.append(s.substr(i, n));
      i += n;
    }
  }
  out += '"';
}

class Writer {
public:
  Writer(std::string &out, bool link) : out_(out), link_(link) {}

  void type(Type *t) {
    t = unalias(t);
    switch (t->kind) {
    case TypeKind::Basic:
      return basic(static_cast<Basic *>(t));
    case TypeKind::Array:
      out_ += '[';
      appendInt(out_, static_cast<Array *>(t)->len);
      out_ += ']';
      return type(static_cast<Array *>(t)->elem);
    case TypeKind::Slice:
      out_ += "[]";
      return type(static_cast<Slice *>(t)->elem);
    case TypeKind::Pointer:
      out_ += '*';
      return type(static_cast<Pointer *>(t)->elem);
    case TypeKind::Struct:
      return structType(static_cast<Struct *>(t));
    case TypeKind::Tuple:
      return tuple(static_cast<Tuple *>(t), false, true);
    case TypeKind::Signature:
      out_ += "func";
      return signature(static_cast<Signature *>(t));
    case TypeKind::Interface:
      return interfaceType(static_cast<Interface *>(t));
    case TypeKind::Map:
      out_ += "map[";
      type(static_cast<Map *>(t)->key);
      out_ += ']';
      return type(static_cast<Map *>(t)->elem);
    case TypeKind::Chan:
      return chan(static_cast<Chan *>(t));
    case TypeKind::Named:
      return named(static_cast<Named *>(t));
    case TypeKind::TypeParam: {
      // Only diagnostics and dumps of generic code meet one.
      out_ += static_cast<TypeParam *>(t)->obj->name;
      return;
    }
    case TypeKind::Union:
    case TypeKind::Alias:
      break;
    }
    GANNET_UNREACHABLE("a type without a link string");
  }

  // `implicit`: those of the function that declares a local type, before a semicolon.
  void typeArgs(TypeList args, TypeList implicit = {}) {
    if (args.empty() && implicit.empty())
      return;
    out_ += '[';
    bool was = link_;
    link_ = true; // arguments are written with their full path in both modes
    auto list = [&](TypeList l) {
      for (std::size_t i = 0; i < l.size(); ++i) {
        if (i)
          out_ += ',';
        type(l[i]);
      }
    };
    list(implicit);
    if (!implicit.empty() && !args.empty())
      out_ += ';';
    list(args);
    link_ = was;
    out_ += ']';
  }

private:
  void basic(Basic *b) {
    switch (b->basic) {
    case BasicKind::Uint8:
      out_ += "uint8";
      return;
    case BasicKind::Int32:
      out_ += "int32";
      return;
    case BasicKind::UnsafePointer:
      out_ += "unsafe.Pointer";
      return;
    default:
      out_ += b->name;
    }
  }

  void qualifier(const Package *pkg) {
    if (!pkg)
      return;
    if (link_)
      out_ += linkPrefix(pkg);
    else
      out_ += pkg->name;
    out_ += '.';
  }

  void named(Named *n) {
    TypeName *obj = n->obj;
    qualifier(obj->pkg);
    out_ += obj->name;
    typeArgs(n->type_args, obj->implicit_args);
    if (link_ && obj->local_index) {
      out_ += "\xc2\xb7"; // ·
      appendInt(out_, obj->local_index);
    }
  }

  void structType(Struct *s) {
    if (s->fields.empty()) {
      out_ += "struct {}";
      return;
    }
    out_ += "struct {";
    for (std::size_t i = 0; i < s->fields.size(); ++i) {
      Var *f = s->fields[i];
      out_ += i ? "; " : " ";
      if (!f->embedded) {
        fieldName(f);
        out_ += ' ';
      } else if (link_ && (embeddedTypeName(f->type) != f->name || isPredeclared(f->type))) {
        // Embedded through an alias: the field's name is the alias's. A predeclared type does not tell the package of the
        // field's name, which is not exported.
        fieldName(f);
        out_ += " = ";
      }
      type(f->type);
      if (std::string_view tag = s->tag(i); !tag.empty()) {
        out_ += ' ';
        appendQuoted(out_, tag);
      }
    }
    out_ += " }";
  }

  void fieldName(Var *f) {
    if (link_ && !f->isExported())
      qualifier(f->pkg);
    out_ += f->name;
  }

  static Type *embeddedBase(Type *t) {
    t = unalias(t);
    auto *p = as<Pointer>(t);
    return p ? unalias(p->elem) : t;
  }

  static bool isPredeclared(Type *t) {
    t = embeddedBase(t);
    auto *n = as<Named>(t);
    return n ? !n->obj->pkg : t->kind == TypeKind::Basic && static_cast<Basic *>(t)->basic != BasicKind::UnsafePointer;
  }

  static std::string_view embeddedTypeName(Type *t) {
    t = embeddedBase(t);
    if (auto *n = as<Named>(t))
      return n->obj->name;
    if (auto *b = as<Basic>(t))
      return b->name;
    return {};
  }

  void interfaceType(Interface *t) {
    std::vector<Func *> methods = sortedInterfaceMethods(t);
    if (methods.empty()) {
      out_ += "interface {}";
      return;
    }
    out_ += "interface {";
    bool first = true;
    for (Func *m : methods) {
      out_ += first ? " " : "; ";
      first = false;
      if (!m->isExported())
        qualifier(m->pkg);
      out_ += m->name;
      signature(m->signature());
    }
    out_ += " }";
  }

  void tuple(Tuple *t, bool variadic, bool paren) {
    VarList list = vars(t);
    if (paren)
      out_ += '(';
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i)
        out_ += ", ";
      Type *p = list[i]->type;
      if (variadic && i + 1 == list.size()) {
        if (auto *s = underAs<Slice>(p)) {
          out_ += "...";
          p = s->elem;
        }
      }
      type(p);
    }
    if (paren)
      out_ += ')';
  }

  void signature(Signature *s) {
    tuple(s->params, s->variadic, true);
    std::size_t n = vars(s->results).size();
    if (n == 0)
      return;
    out_ += ' ';
    tuple(s->results, false, n > 1);
  }

  void chan(Chan *c) {
    switch (c->dir) {
    case ChanDir::RecvOnly:
      out_ += "<-chan ";
      break;
    case ChanDir::SendOnly:
      out_ += "chan<- ";
      break;
    case ChanDir::Both: {
      out_ += "chan ";
      auto *inner = unaliasAs<Chan>(c->elem);
      if (inner && inner->dir == ChanDir::RecvOnly) {
        out_ += '(';
        type(c->elem);
        out_ += ')';
        return;
      }
      break;
    }
    }
    type(c->elem);
  }

  std::string &out_;
  bool link_;
};

void collectMethods(Interface *t, std::vector<Func *> &out) {
  for (Func *m : t->methods)
    out.push_back(m);
  for (Type *e : t->embeddeds)
    if (auto *inner = underAs<Interface>(e))
      collectMethods(inner, out);
}

} // namespace

std::string linkPrefix(const Package *pkg) {
  return pathInSymbols(pkg->path);
}

void appendLinkString(std::string &out, Type *t) { Writer(out, true).type(t); }

std::string linkString(Type *t) {
  std::string out;
  appendLinkString(out, t);
  return out;
}

std::string linkTypeArgs(TypeList args) {
  std::string out;
  Writer(out, true).typeArgs(args);
  return out;
}

void appendReflectString(std::string &out, Type *t) { Writer(out, false).type(t); }

std::string reflectString(Type *t) {
  std::string out;
  appendReflectString(out, t);
  return out;
}

std::string typeSymbolName(Type *t) {
  std::string out = "type:";
  appendLinkString(out, t);
  return out;
}

std::string itabSymbolName(Type *concrete, Type *interface) {
  std::string out = "go:itab.";
  appendLinkString(out, concrete);
  out += ',';
  appendLinkString(out, interface);
  return out;
}

bool methodNameLess(std::string_view a, const Package *a_pkg, std::string_view b, const Package *b_pkg) {
  bool ea = isExportedName(a), eb = isExportedName(b);
  if (ea != eb)
    return ea;
  if (a != b)
    return a < b;
  if (ea || !a_pkg || !b_pkg)
    return false;
  return a_pkg->path < b_pkg->path;
}

std::vector<Func *> sortedInterfaceMethods(Interface *t) {
  std::vector<Func *> out;
  collectMethods(t, out);
  std::stable_sort(out.begin(), out.end(),
                   [](Func *a, Func *b) { return methodNameLess(a->name, a->pkg, b->name, b->pkg); });
  out.erase(std::unique(out.begin(), out.end(),
                        [](Func *a, Func *b) {
                          return a->name == b->name && (a->isExported() || a->pkg == b->pkg);
                        }),
            out.end());
  return out;
}

} // namespace gannet::types
