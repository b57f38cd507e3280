// The order of checking a package, and its first step: collecting the package's objects from all files.
#include <algorithm>
#include <filesystem>

#include "compiler/base/check.h"
#include "compiler/syntax/printer.h"
#include "compiler/syntax/unicode.h"
#include "compiler/types/check.h"

namespace gannet::types {

using syntax::Name;

GoVersion GoVersion::parse(std::string_view text) {
  if (text.starts_with("go"))
    text.remove_prefix(2);
  if (!text.starts_with("1."))
    return {};
  text.remove_prefix(2);
  int n = 0;
  std::size_t i = 0;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9' && n < 10000; ++i)
    n = n * 10 + (text[i] - '0');
  return i == 0 ? GoVersion{} : GoVersion{n};
}

Package *check(Context &context, const Config &config, std::string_view path, std::span<syntax::File *const> files,
               Info &info) {
  std::string_view name = files.empty() ? std::string_view() : files[0]->package_name->value;
  Package *pkg = context.package(path, name);
  pkg->name = context.intern(name);
  Checker checker(context, config, pkg, info);
  checker.checkFiles(files);
  return pkg;
}

Checker::Checker(Context &context, const Config &config, Package *pkg, Info &info)
    : context_(context), config_(config), pkg_(pkg), info_(info) {
  info_.facts.resize(config.node_count);
  untyped_index_.resize(config.node_count);
}

void Checker::checkFiles(std::span<syntax::File *const> files) {
  Context::MethodResolver *outer = context_.method_resolver;
  context_.method_resolver = this;
  Checker *outer_checker = context_.checker;
  context_.checker = this;
  style_.sources = config_.sources;
  pkg_->message_style = &style_;
  initFiles(files);
  collectObjects();
  reportDirectCycles();
  packageObjects();
  processDelayed(0);
  for (Named *n : named_)
    n->underlying();
  computeInitOrder();
  unusedImports();
  recordUntyped();
  if (!first_error_)
    instance_graph_.reportCycles(*this);
  if (!first_error_ && config_.implementation_limits)
    checkRestrictions();
  if (!first_error_)
    checkPragmas();
  context_.method_resolver = outer;
  context_.checker = outer_checker;
  pkg_->message_style = nullptr;
  for (Object *o : objects_) {
    o->decl_info = nullptr;
    if (Func *f = as<Func>(o))
      info_.funcs.push_back(f);
    else
      info_.objects.push_back(o);
  }
  pkg_->complete = true;
}

void Checker::initFiles(std::span<syntax::File *const> files) {
  if (config_.go_version.known() && config_.go_version.minor > kCurrentGoMinor && !files.empty())
    error(files[0], "package requires newer Go version go1.", config_.go_version.minor, " (application built with go1.",
          kCurrentGoMinor, ")");
  for (syntax::File *f : files) {
    std::string_view name = f->package_name->value;
    if (name == "_") {
      error(f->package_name, "invalid package name _");
    } else if (name != pkg_->name) {
      error(f->package_name, "package ", name, "; expected package ", pkg_->name);
      continue;
    }
    // A file may choose an older language, but none older than the one that brought this rule.
    GoVersion v = config_.go_version;
    GoVersion own = GoVersion::parse(f->go_version);
    if (own.known()) {
      v.minor = std::max(own.minor, 21);
      if (own.minor > kCurrentGoMinor)
        error(f->package_name, "file requires newer Go version go1.", own.minor);
    }
    files_.push_back(f);
    file_versions_.push_back(v);
    info_.file_versions.push_back(v.known() ? context_.intern("go1." + std::to_string(v.minor)) : std::string_view());
  }
}

DeclInfo *Checker::newDeclInfo(Scope *file_scope) {
  DeclInfo *d = &decl_infos_.emplace_back();
  d->file_scope = file_scope;
  d->version = env_.version;
  return d;
}

void Checker::addObject(Object *obj, DeclInfo *d) {
  obj->decl_info = d;
  objects_.push_back(obj);
  obj->order = static_cast<std::uint32_t>(objects_.size());
}

void Checker::declarePackageObject(Name *name, Object *obj, DeclInfo *d) {
  if (name->value == "init") {
    error(name, "cannot declare init - must be func");
    return;
  }
  if (name->value == "main" && pkg_->name == "main") {
    error(name, "cannot declare main - must be func");
    return;
  }
  declare(pkg_->scope, name, obj);
  addObject(obj, d);
}

void Checker::collectObjects() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    syntax::File *file = files_[i];
    env_.version = file_versions_[i];
    Scope *scope = context_.newScope(pkg_->scope);
    file_scopes_.push_back(scope);
    for (syntax::Decl *d : file->decls) {
      switch (d->kind) {
      case syntax::NodeKind::ImportDecl:
        collectImport(file, d->to<syntax::ImportDecl>(), scope);
        break;
      case syntax::NodeKind::ConstDecl:
        collectConst(d->to<syntax::ConstDecl>(), scope);
        break;
      case syntax::NodeKind::VarDecl:
        collectVar(d->to<syntax::VarDecl>(), scope);
        break;
      case syntax::NodeKind::TypeDecl: {
        auto *t = d->to<syntax::TypeDecl>();
        DeclInfo *info = newDeclInfo(scope);
        info->type_decl = t;
        declarePackageObject(t->name, context_.makeObject<TypeName>(t->name->pos, pkg_, t->name->value, nullptr), info);
        break;
      }
      case syntax::NodeKind::FuncDecl:
        collectFunc(d->to<syntax::FuncDecl>(), scope);
        break;
      default:
        break;
      }
    }
  }
  checkNameConflicts();
  associateMethods();
  findAmbiguousPackages();
}

namespace {

// Why an import path is bad, or empty. `path` is unquoted.
std::string badImportPath(std::string_view path, std::string_view quoted) {
  if (path.empty())
    return "empty string";
  std::string_view rest = path;
  while (!rest.empty()) {
    syntax::DecodedRune d = syntax::decodeRune(rest);
    constexpr std::string_view kIllegal = "!\"#$%&'()*,:;<=>?[\\]^{|}`";
    bool bad = !syntax::isPrintable(d.rune) || d.rune == ' ' || d.rune == syntax::kRuneError ||
               (d.rune < 0x80 && kIllegal.find(char(d.rune)) != std::string_view::npos);
    if (bad)
      return "invalid character " + syntax::describeRune(d.rune);
    rest.remove_prefix(d.width);
  }
  return {};
}

} // namespace

Package *Checker::importPackage(Pos pos, std::string_view path) {
  auto found = import_map_.find(path);
  if (found != import_map_.end())
    return found->second;
  path = context_.intern(path);
  Package *imp = nullptr;
  if (path == "unsafe") {
    imp = context_.unsafePackage();
  } else {
    std::string why;
    if (path == "main") {
      why = "cannot import \"main\"";
    } else if (path == pkg_->path) {
      why = text("import ", syntax::quote(path), " while compiling that package (import cycle)");
    } else if (path.starts_with('/')) {
      why = "import path cannot be absolute path";
    } else if (path == "C") {
      why = "cgo is not supported";
    } else if (!config_.importer) {
      why = "no importer";
    } else {
      ErrorOr<Package *> r = config_.importer->import(path);
      if (!r)
        why = r.error();
      else
        imp = *r;
    }
    if (!imp) {
      if (std::string clean = std::filesystem::path(path).lexically_normal().string(); path != "C" && clean != path)
        why = text("non-canonical import path ", syntax::quote(path), " (should be ", syntax::quote(clean), ")");
      error(pos, "could not import ", path, " (", why, ")");
      // A fake package: what is selected from it is not reported.
      std::string_view name = path;
      if (name.ends_with('/'))
        name.remove_suffix(1);
      name = name.substr(name.rfind('/') + 1);
      imp = context_.package(path, name);
      imp->fake = true;
    }
  }
  import_map_.emplace(path, imp);
  return imp;
}

void Checker::collectImport(syntax::File *file, syntax::ImportDecl *d, Scope *file_scope) {
  if (!d->path || d->path->bad)
    return;
  std::string unquoted;
  if (!syntax::unquote(d->path->value, unquoted)) {
    error(d->path, "invalid import path (invalid syntax)");
    return;
  }
  std::string why = badImportPath(unquoted, d->path->value);
  if (!why.empty()) {
    error(d->path, "invalid import path (", why, ")");
    return;
  }
  Package *imp = importPackage(d->path->pos, unquoted);
  std::string_view name = d->local_name ? d->local_name->value : imp->name;
  if (d->local_name && unquoted == "C") {
    error(d->local_name, "cannot rename import \"C\"");
    return;
  }
  if (name == "init") {
    error(d, "cannot import package as init - init must be a func");
    return;
  }
  if (std::find(pkg_->imports.begin(), pkg_->imports.end(), imp) == pkg_->imports.end())
    pkg_->imports.push_back(imp);

  PkgName *obj = context_.makeObject<PkgName>(d->pos, pkg_, name, imp);
  if (d->local_name)
    recordDef(d->local_name, obj);
  else if (Fact *f = fact(d))
    f->object = obj;
  obj->used = imp->fake;
  imports_.push_back(obj);
  if (name != ".") {
    declare(file_scope, nullptr, obj);
    return;
  }
  for (std::string_view n : imp->scope->sortedNames()) {
    if (!isExportedName(n))
      continue;
    Object *o = imp->scope->lookup(n);
    if (!o)
      continue;
    if (Object *alt = file_scope->lookup(n)) {
      ErrorText e;
      e.add(d->local_name->pos, text(alt->name, " redeclared in this block"));
      e.add(alt->pos, text("other declaration of ", alt->name));
      report(e);
      continue;
    }
    file_scope->insert(o);
    dot_imports_[o].push_back({file_scope, o, obj});
  }
}

// Constants must have values, and values must have names.
void Checker::arity(Pos pos, syntax::NameList names, syntax::ExprList inits, bool is_const, bool inherited) {
  std::size_t l = names.size(), r = inits.size();
  if (l < r) {
    if (inherited)
      error(pos, "extra init expr at ", position(inits[l]->pos));
    else
      error(inits[l], "extra init expr ", inits[l]);
  } else if (l > r && (is_const || r != 1)) {
    error(names[r], "missing init expr for ", names[r]->value);
  }
}

void Checker::collectConst(syntax::ConstDecl *d, Scope *file_scope) {
  const syntax::ConstDecl *from = d->inherited_from;
  syntax::ExprList values = from ? from->values : syntax::ExprList();
  bool inherited = from && from != d;
  for (std::size_t i = 0; i < d->names.size(); ++i) {
    Name *name = d->names[i];
    DeclInfo *info = newDeclInfo(file_scope);
    info->type = from ? from->type : nullptr;
    info->init = i < values.size() ? values[i] : nullptr;
    info->inherited = inherited;
    info->iota = d->iota;
    declarePackageObject(name,
                         context_.makeObject<ConstObj>(name->pos, pkg_, name->value, nullptr, context_.keep({})), info);
  }
  arity(d->pos, d->names, values, true, inherited);
}

void Checker::collectVar(syntax::VarDecl *d, Scope *file_scope) {
  std::vector<Var *> *lhs = &lhs_lists_.emplace_back();
  // One multi-valued initializer is shared by all.
  DeclInfo *shared = nullptr;
  if (d->values.size() <= 1) {
    shared = newDeclInfo(file_scope);
    shared->lhs = lhs;
    shared->type = d->type;
    shared->init = d->values.empty() ? nullptr : d->values[0];
  }
  for (std::size_t i = 0; i < d->names.size(); ++i) {
    Name *name = d->names[i];
    Var *v = context_.makeObject<Var>(VarRole::Global, name->pos, pkg_, name->value, nullptr);
    lhs->push_back(v);
    DeclInfo *info = shared;
    if (!info) {
      info = newDeclInfo(file_scope);
      info->type = d->type;
      info->init = i < d->values.size() ? d->values[i] : nullptr;
    }
    declarePackageObject(name, v, info);
  }
  if (!d->type || !d->values.empty())
    arity(d->pos, d->names, d->values, false, false);
}

void Checker::collectFunc(syntax::FuncDecl *d, Scope *file_scope) {
  std::string_view name = d->name->value;
  Func *f = context_.makeObject<Func>(d->name->pos, pkg_, name, nullptr);
  f->decl = d;
  if (Fact *fa = fact(d))
    fa->object = f;
  bool bad_params = false;
  if (!d->recv) {
    if (name == "init" || (name == "main" && pkg_->name == "main")) {
      if (!d->tparams.empty()) {
        error(d->tparams[0], "func ", name, " must have no type parameters");
        bad_params = true;
      }
      if (!d->type->params.empty() || !d->type->results.empty())
        error(d->name, "func ", name, " must have no arguments and no return values");
    }
    if (name == "init") {
      f->parent = pkg_->scope;
      recordDef(d->name, f);
      if (!d->body)
        error(f, "func init must have a body");
    } else {
      declare(pkg_->scope, d->name, f);
    }
  } else {
    RecvParts parts = unpackRecv(d->recv->type, false);
    if (Name *recv = syntax::as<Name>(parts.base); recv && name != "_")
      methods_.push_back({f, parts.ptr, recv});
    recordDef(d->name, f);
  }
  if (!d->tparams.empty() && !bad_params)
    verifyVersion(d->tparams[0]->pos, 18, "type parameter");
  DeclInfo *info = newDeclInfo(file_scope);
  info->func_decl = d;
  addObject(f, info);
}

// A file's imports must not have names of package-level objects.
void Checker::checkNameConflicts() {
  for (Scope *s : file_scopes_)
    for (Object *o : s->objects()) {
      Object *alt = pkg_->scope->lookup(o->name);
      if (!alt)
        continue;
      ErrorText e;
      if (PkgName *p = as<PkgName>(o)) {
        e.add(alt->pos, text(alt->name, " already declared through import of ", "package ", p->imported->name, " (\"",
                             p->imported->path, "\")"));
        e.add(p->pos, text("other declaration of ", p->name));
      } else {
        e.add(alt->pos, text(alt->name, " already declared through dot-import of package ",
                             o->pkg ? o->pkg->name : "", " (\"", o->pkg ? o->pkg->path : "", "\")"));
        e.add(o->pos, text("other declaration of ", o->name));
      }
      report(e);
    }
}

void Checker::associateMethods() {
  for (MethodInfo &m : methods_) {
    bool ptr = m.ptr;
    if (TypeName *base = resolveBaseTypeName(&ptr, m.recv)) {
      m.func->has_ptr_recv = ptr;
      type_methods_[base].push_back(m.func);
    }
  }
}

Checker::RecvParts Checker::unpackRecv(syntax::Expr *t, bool want_params) {
  RecvParts r;
  r.base = syntax::unparen(t);
  if (auto *op = syntax::as<syntax::Operation>(r.base); op && op->op == syntax::Operator::Mul && op->isUnary()) {
    r.ptr = true;
    r.base = syntax::unparen(op->x);
  }
  auto *index = syntax::as<syntax::IndexExpr>(r.base);
  if (!index)
    return r;
  r.base = index->x;
  if (!want_params)
    return r;
  for (syntax::Expr *arg : index->indices) {
    Name *name = syntax::as<Name>(arg);
    if (!name) {
      if (!arg->is<syntax::BadExpr>())
        error(arg, "receiver type parameter ", arg, " must be an identifier");
      name = context_.arena().make<Name>();
      name->kind = syntax::NodeKind::Name;
      name->id = ~0u;
      name->pos = arg->pos;
      name->value = "_";
    }
    r.type_params.push_back(name);
  }
  return r;
}

// The declared type that a receiver's base name stands for, through aliases declared in this package. `ptr` becomes true
// if a pointer was among them.
TypeName *Checker::resolveBaseTypeName(bool *ptr, Name *name) {
  std::vector<TypeName *> seen;
  while (name) {
    TypeName *t = as<TypeName>(pkg_->scope->lookup(name->value));
    if (!t || !t->decl_info || std::find(seen.begin(), seen.end(), t) != seen.end())
      return nullptr;
    syntax::TypeDecl *d = t->decl_info->type_decl;
    if (!d->is_alias)
      return t;
    if (!d->tparams.empty())
      return nullptr;
    seen.push_back(t);
    syntax::Expr *e = syntax::unparen(d->type);
    if (auto *op = syntax::as<syntax::Operation>(e); op && op->op == syntax::Operator::Mul && op->isUnary()) {
      if (*ptr)
        return nullptr;
      *ptr = true;
      e = syntax::unparen(op->x);
    }
    name = syntax::as<Name>(e);
  }
  return nullptr;
}

// Type declarations whose right sides are names only: `type A B; type B A`.
void Checker::reportDirectCycles() {
  std::unordered_map<TypeName *, int> state; // index on the path; -1: done
  for (Object *o : objects_) {
    TypeName *t = as<TypeName>(o);
    std::vector<TypeName *> path;
    while (t) {
      auto found = state.find(t);
      if (found != state.end()) {
        if (found->second >= 0) {
          std::vector<Object *> cycle(path.begin() + found->second, path.end());
          t->type = invalidType();
          cycleError(cycle, firstInSource(cycle));
        }
        break;
      }
      state[t] = static_cast<int>(path.size());
      path.push_back(t);
      Name *rhs = syntax::as<Name>(t->decl_info->type_decl->type);
      TypeName *next = rhs ? as<TypeName>(pkg_->scope->lookup(rhs->value)) : nullptr;
      t = next && next->decl_info ? next : nullptr;
    }
    for (TypeName *p : path)
      state[p] = -1;
  }
}

void Checker::packageObjects() {
  for (Object *o : objects_)
    if (TypeName *t = as<TypeName>(o); t && t->type)
      collectMethods(t);
  // Defined types first, then aliases, so that an alias's right side is there when it is used as a type argument; then
  // the rest.
  std::vector<Object *> aliases, others;
  for (Object *o : objects_) {
    if (!as<TypeName>(o))
      others.push_back(o);
    else if (o->decl_info->type_decl->is_alias)
      aliases.push_back(o);
    else
      declareObject(o);
  }
  for (Object *o : aliases)
    declareObject(o);
  for (Object *o : others)
    declareObject(o);
  type_methods_.clear();
}

// Names of packages that more than one imported package has.
void Checker::findAmbiguousPackages() {
  std::vector<Package *> all = pkg_->imports;
  std::unordered_set<Package *> seen(all.begin(), all.end());
  for (std::size_t i = 0; i < all.size(); ++i)
    for (Package *p : all[i]->imports)
      if (seen.insert(p).second)
        all.push_back(p);
  std::unordered_map<std::string_view, int> count;
  for (Package *p : all)
    if (++count[p->name] == 2)
      style_.ambiguous.push_back(p->name);
  if (count[pkg_->name] == 1)
    style_.ambiguous.push_back(pkg_->name);
}

void Checker::unusedImports() {
  if (config_.ignore_func_bodies)
    return;
  for (PkgName *p : imports_) {
    if (p->name == "_" || p->used)
      continue;
    std::string_view path = p->imported->path;
    std::string_view last = path.substr(path.rfind('/') + 1);
    if (p->name == "." || p->name == last)
      error(p->pos, syntax::quote(path), " imported and not used");
    else
      error(p->pos, syntax::quote(path), " imported as ", p->name, " and not used");
  }
}

} // namespace gannet::types
