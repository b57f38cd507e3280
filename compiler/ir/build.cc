#include "compiler/ir/build.h"

#include "compiler/base/check.h"
#include "compiler/ir/builder.h"
#include "compiler/types/checker.h"
#include "compiler/types/link_string.h"
#include "compiler/types/predicates.h"
#include "compiler/types/typeset.h"

#include <algorithm>

namespace gannet::ir {

using types::Type;

std::uint32_t pragmaBits(const syntax::Pragmas *pragmas) {
  using syntax::PragmaFlag;
  static constexpr struct {
    PragmaFlag from;
    Pragma to;
  } kMap[] = {
      {PragmaFlag::Nosplit, kNosplit},
      {PragmaFlag::Noinline, kNoinline},
      {PragmaFlag::Noescape, kNoescape},
      {PragmaFlag::Nowritebarrier, kNowritebarrier},
      {PragmaFlag::Nowritebarrierrec, kNowritebarrierrec},
      {PragmaFlag::Yeswritebarrierrec, kYeswritebarrierrec},
      {PragmaFlag::Systemstack, kSystemstack},
      {PragmaFlag::UintptrEscapes, kUintptrEscapes},
      {PragmaFlag::UintptrKeepAlive, kUintptrKeepalive},
      {PragmaFlag::Norace, kNorace},
      {PragmaFlag::NoCheckPtr, kNocheckptr},
  };
  std::uint32_t bits = 0;
  if (pragmas)
    for (const auto &row : kMap)
      if (syntax::any(pragmas->flags & row.from))
        bits |= row.to;
  return bits;
}

namespace {

class PackageBuilder {
public:
  PackageBuilder(BuildContext &context, std::span<syntax::File *const> files)
      : c_(context), package_(context.package), files_(files) {}

  void run() {
    readLinknames();
    declareGlobals();
    for (types::Func *f : c_.info.funcs)
      declareFunc(f);
    buildInit();
    for (auto &[object, func] : declared_)
      buildFunc(object, *func);
    for (Func *f : inits_)
      package_.init_tasks.push_back(f);
    needDeclaredTypes();
    for (types::Package *p : package_.pkg.imports)
      if (p->path != "unsafe")
        package_.init_imports.emplace_back(p->path);
    std::sort(package_.init_imports.begin(), package_.init_imports.end());
    package_.init_imports.erase(std::unique(package_.init_imports.begin(), package_.init_imports.end()),
                                package_.init_imports.end());
  }

private:
  // Declared types are described here whether this package uses them or not; in package runtime the predeclared ones too.
  void needDeclaredTypes() {
    types::Context &ctx = package_.context;
    auto need = [&](Type *t) {
      package_.needed_types.push_back(t);
      package_.needed_types.push_back(ctx.pointerTo(t));
    };
    for (types::Object *o : c_.info.objects) {
      auto *t = types::as<types::TypeName>(o);
      if (!t || t->isAlias() || types::isGeneric(t->type) || t->name == "_")
        continue;
      // Interfaces with type terms are constraints: no values of them exist.
      auto *i = types::underAs<types::Interface>(t->type);
      if (!i || types::typeSet(i).isMethodSet())
        need(t->type);
    }
    if (package_.pkg.path != "runtime")
      return;
    constexpr auto kFirst = static_cast<unsigned>(types::BasicKind::Bool);
    constexpr auto kLast = static_cast<unsigned>(types::BasicKind::UnsafePointer);
    for (unsigned k = kFirst; k <= kLast; k++)
      need(ctx.basic(static_cast<types::BasicKind>(k)));
    need(ctx.errorType());
    need(ctx.emptyInterface());
  }

  void readLinknames() {
    for (const syntax::File *file : files_)
      for (const syntax::LinknamePragma &l : file->linknames) {
        package_.linknames.push_back({l.pos, std::string(l.local), std::string(l.remote)});
        types::Object *object = package_.pkg.scope->lookup(l.local);
        if (!object)
          continue;
        linknamed_.insert({object, true});
        if (!l.remote.empty())
          package_.link_names[object] = l.remote;
      }
  }

  void declareGlobals() {
    for (types::Object *o : c_.info.objects) {
      auto *v = types::as<types::Var>(o);
      if (!v || v->name == "_")
        continue;
      Global *g = package_.globalOf(v);
      g->linknamed = linknamed_.count(o);
      package_.globals.push_back(g);
    }
    for (const syntax::File *file : files_)
      for (const syntax::Decl *d : file->decls)
        if (auto *v = d->as<syntax::VarDecl>())
          if (v->pragmas && !v->pragmas->embeds.empty())
            embed(*v);
  }

  void embed(const syntax::VarDecl &d) {
    auto *v = types::as<types::Var>(c_.info.objectOf(d.names[0]));
    if (!v || v->role != types::VarRole::Global) {
      c_.diagnostics.error(d.pragmas->embeds[0].pos, "go:embed cannot apply to var inside func");
      return;
    }
    Global *g = package_.globalOf(v);
    if (types::isString(v->type))
      g->embed_kind = 1;
    else if (types::underAs<types::Slice>(v->type))
      g->embed_kind = 2;
    else
      g->embed_kind = 3;
    std::vector<std::string> files;
    for (const syntax::EmbedPragma &e : d.pragmas->embeds)
      for (std::string_view pattern : e.patterns) {
        auto it = package_.embed_patterns.find(pattern);
        if (it == package_.embed_patterns.end()) {
          c_.diagnostics.error(e.pos, "invalid go:embed: build system did not map pattern: " + std::string(pattern));
          continue;
        }
        for (const std::string &f : it->second) {
          files.push_back(f);
          if (g->embed_kind == 3) // embed.FS lists the directories too
            for (std::size_t slash = f.rfind('/'); slash != std::string::npos && slash > 0; slash = f.rfind('/', slash - 1))
              files.push_back(f.substr(0, slash + 1));
        }
      }
    // embed.FS wants them sorted by directory, then by name.
    auto key = [](const std::string &f) {
      std::string_view s = f;
      if (s.ends_with('/'))
        s.remove_suffix(1);
      std::size_t slash = s.rfind('/');
      std::string_view dir = slash == std::string_view::npos ? "." : s.substr(0, slash);
      std::string_view elem = slash == std::string_view::npos ? s : s.substr(slash + 1);
      return std::pair(dir, elem);
    };
    std::sort(files.begin(), files.end(), [&](const std::string &a, const std::string &b) { return key(a) < key(b); });
    files.erase(std::unique(files.begin(), files.end()), files.end());
    if (g->embed_kind != 3 && files.size() != 1) {
      c_.diagnostics.error(d.pragmas->embeds[0].pos,
                           "invalid go:embed: multiple files for type " + std::string(g->embed_kind == 1 ? "string" : "[]byte"));
      return;
    }
    for (const std::string &f : files) {
      auto path = package_.embed_paths.find(f);
      package_.embeds.push_back({f, path == package_.embed_paths.end() ? "" : path->second});
    }
    g->embed_files = std::move(files);
  }

  void declareFunc(types::Func *object) {
    if (object->name == "_" || !object->decl)
      return;
    Func *f;
    if (object->name == "init" && !object->signature()->recv) {
      f = package_.funcNamed(types::linkPrefix(&package_.pkg) + ".init." + std::to_string(inits_.size()));
      f->short_name = package_.arena.copy(std::string_view("init." + std::to_string(inits_.size())));
      f->object = object;
      f->sig = object->signature();
      f->pos = object->pos;
      f->package_path = package_.pkg.path;
      f->is_init = true;
      inits_.push_back(f);
    } else {
      f = package_.functionOf(object, {});
    }
    // A declaration without body may be linknamed to a function that has its body here: that one counts.
    if (f->object != object) {
      if (f->object && !object->decl->body)
        return;
      f->object = object;
      f->sig = object->signature();
      f->is_method = f->sig->recv != nullptr;
      f->pos = object->pos;
    }
    f->pragma |= pragmaBits(object->decl->pragmas);
    if (linknamed_.count(object))
      f->pragma |= kLinkname;
    // Package reflect also declares its own methods by linkname, without bodies.
    if (!object->decl->body && f->object != object && f->has_body)
      return;
    f->has_body = object->decl->body != nullptr;
    if (!f->has_body) // what assembly makes of an integer nobody knows
      f->pragma |= kUintptrKeepalive;
    auto assembly = f->has_body ? c_.assembly.end() : c_.assembly.find(f->name);
    f->abi = assembly == c_.assembly.end() ? Abi::Internal : assembly->second;
    if (f->has_body)
      f->end_pos = object->decl->body->rbrace;
    f->emit = f->has_body && !f->generic;
    declared_.push_back({object, f});
  }

  void buildFunc(types::Func *object, Func &f) {
    if (f.object != object || (f.has_body && !object->decl->body)) // or a wrapper took the name meanwhile
      return;
    if (!object->decl->body && f.has_body)
      return; // the function has another declaration, with a body
    std::unordered_map<types::Var *, Local *> locals;
    FuncBuilder b(c_, f, locals);
    b.declareParams(object->signature());
    if (!f.has_body)
      return;
    b.buildBody(object->decl->body);
    if (f.emit)
      package_.funcs.push_back(&f);
  }

  // The package variables' initializers, in order, as the body of `init`. Constant ones become static data later.
  void buildInit() {
    if (c_.info.init_order.empty())
      return;
    Func *f = package_.funcNamed(types::linkPrefix(&package_.pkg) + ".init");
    f->short_name = "init";
    f->package_path = package_.pkg.path;
    f->sig = c_.make.signature({}, {});
    f->is_init = f->has_body = f->emit = true;
    std::unordered_map<types::Var *, Local *> locals;
    FuncBuilder b(c_, *f, locals);
    Stmts out;
    for (const types::Initializer &init : c_.info.init_order) {
      Pos pos = init.lhs.empty() ? init.rhs->pos : init.lhs[0]->pos;
      if (!f->pos.known())
        f->pos = f->end_pos = pos;
      std::vector<Node *> lhs;
      for (types::Var *v : init.lhs) {
        if (v->name == "_")
          lhs.push_back(c_.make.make(Op::Blank, pos, v->type));
        else
          lhs.push_back(c_.make.global(pos, package_.globalOf(v)));
      }
      if (lhs.size() == 1) {
        Node *value = b.exprTo(init.rhs, init.lhs[0]->type);
        out.push_back(c_.make.assign(pos, lhs[0], value));
      } else {
        b.assignTuple(pos, std::move(lhs), b.expr(init.rhs), out);
      }
    }
    f->body = package_.arena.copy(out);
    package_.funcs.push_back(f);
    package_.init_tasks.push_back(f);
  }

  BuildContext &c_;
  Package &package_;
  std::span<syntax::File *const> files_;
  std::vector<std::pair<types::Func *, Func *>> declared_;
  std::vector<Func *> inits_;
  std::unordered_map<const types::Object *, bool> linknamed_; // never iterated
};

} // namespace

void build(Package &package, const types::Info &info, std::span<syntax::File *const> files, const AssemblyAbis &assembly,
           Diagnostics &diagnostics) {
  BuildContext context{package, info, assembly, diagnostics, Maker(package), {}};
  for (std::size_t i = 0; i < files.size(); i++) {
    std::string_view version = i < info.file_versions.size() ? info.file_versions[i] : std::string_view();
    types::GoVersion v = types::GoVersion::parse(version);
    context.loop_vars_shared[files[i]->file_index] = v.known() && v.minor < 22;
  }
  PackageBuilder(context, files).run();
}

} // namespace gannet::ir
