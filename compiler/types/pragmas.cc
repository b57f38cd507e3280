// Directives that concern declarations: where they may stand, //go:linkname and //go:embed, functions without bodies.
#include <algorithm>
#include <unordered_set>

#include "compiler/types/check.h"

namespace gannet::types {

using syntax::PragmaFlag;

namespace {

bool importsPath(const syntax::File *f, std::string_view quoted) {
  for (syntax::Decl *d : f->decls)
    if (auto *i = d->as<syntax::ImportDecl>(); i && i->path && i->path->value == quoted)
      return true;
  return false;
}

constexpr PragmaFlag kFuncPragmas =
    PragmaFlag::Nointerface | PragmaFlag::Noescape | PragmaFlag::Norace | PragmaFlag::Nosplit | PragmaFlag::Noinline |
    PragmaFlag::NoCheckPtr | PragmaFlag::RegisterParams | PragmaFlag::CgoUnsafeArgs | PragmaFlag::UintptrKeepAlive |
    PragmaFlag::UintptrEscapes | PragmaFlag::Systemstack | PragmaFlag::Nowritebarrier | PragmaFlag::Nowritebarrierrec |
    PragmaFlag::Yeswritebarrierrec;

const syntax::Pragmas *pragmasOf(const syntax::Decl *d) {
  switch (d->kind) {
  case syntax::NodeKind::ImportDecl:
    return d->to<syntax::ImportDecl>()->pragmas;
  case syntax::NodeKind::ConstDecl:
    return d->to<syntax::ConstDecl>()->pragmas;
  case syntax::NodeKind::TypeDecl:
    return d->to<syntax::TypeDecl>()->pragmas;
  case syntax::NodeKind::VarDecl:
    return d->to<syntax::VarDecl>()->pragmas;
  case syntax::NodeKind::FuncDecl:
    return d->to<syntax::FuncDecl>()->pragmas;
  default:
    return nullptr;
  }
}

bool has(PragmaFlag flags, PragmaFlag f) { return syntax::any(flags & f); }

} // namespace

void Checker::checkDeclPragmas(syntax::Decl *d, bool in_func, bool has_embed) {
  const syntax::Pragmas *p = pragmasOf(d);
  if (!p)
    return;
  PragmaFlag allowed = d->is<syntax::FuncDecl>() ? kFuncPragmas : PragmaFlag::None;
  for (const syntax::PragmaPos &place : p->places)
    if (std::uint32_t(place.flag) & ~std::uint32_t(allowed))
      error(place.pos, "misplaced compiler directive");
  auto *v = d->as<syntax::VarDecl>();
  if (p->embeds.empty())
    return;
  if (!v) {
    for (const syntax::EmbedPragma &e : p->embeds)
      error(e.pos, "misplaced go:embed directive");
    return;
  }
  Pos pos = p->embeds[0].pos;
  if (!has_embed)
    error(pos, "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
  else if (v->names.size() > 1)
    error(pos, "go:embed cannot apply to multiple vars");
  else if (!v->values.empty())
    error(pos, "go:embed cannot apply to var with initializer");
  else if (!v->type)
    error(pos, "go:embed cannot apply to var without type");
  else if (in_func)
    error(pos, "go:embed cannot apply to var inside func");
  else if (config_.go_version.known() && config_.go_version.minor < 16)
    error(pos, "go:embed requires go1.16 or later");
  else if (!config_.has_embed_config)
    error(pos, "invalid go:embed: build system did not supply embed configuration");
}

void Checker::checkPragmas() {
  std::unordered_set<Object *> linked;
  std::vector<bool> embed_by_file(65536);
  for (std::size_t i = 0; i < files_.size(); ++i) {
    syntax::File *f = files_[i];
    env_ = Env();
    env_.version = file_versions_[i];
    if (f->pragmas)
      for (const syntax::PragmaPos &place : f->pragmas->places)
        if (place.flag != PragmaFlag::GoBuild)
          error(place.pos, "misplaced compiler directive");
    bool has_embed = importsPath(f, "\"embed\""), has_unsafe = importsPath(f, "\"unsafe\"");
    embed_by_file[f->file_index] = has_embed;
    for (syntax::Decl *d : f->decls)
      checkDeclPragmas(d, false, has_embed);
    for (const syntax::LinknamePragma &l : f->linknames) {
      if (!has_unsafe) {
        error(l.pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
        continue;
      }
      if (l.remote.find('[') != std::string_view::npos && l.remote.find(']') != std::string_view::npos) {
        error(l.pos, "//go:linkname reference of an instantiation is not allowed");
        continue;
      }
      Object *o = pkg_->scope->lookup(l.local);
      if (as<Func>(o) || as<Var>(o)) {
        if (!linked.insert(o).second)
          error(l.pos, "duplicate //go:linkname for ", l.local);
      } else if (!config_.go_version.known() || config_.go_version.minor >= 18) {
        error(l.pos, "//go:linkname must refer to declared function or variable");
      }
    }
  }
  env_ = Env();
  for (syntax::Decl *d : local_decls_)
    checkDeclPragmas(d, true, embed_by_file[d->pos.file]);
  if (config_.ignore_func_bodies)
    return;
  for (Object *o : objects_) {
    Func *fn = as<Func>(o);
    if (!fn || !fn->decl)
      continue;
    PragmaFlag flags = fn->decl->pragmas ? fn->decl->pragmas->flags : PragmaFlag::None;
    if (fn->decl->body) {
      if (has(flags, PragmaFlag::Noescape))
        error(fn->decl, "can only use //go:noescape with external func implementations");
      if (has(flags, PragmaFlag::UintptrKeepAlive) && !has(flags, PragmaFlag::UintptrEscapes) &&
          !has(flags, PragmaFlag::Nosplit))
        error(fn->decl, "go:uintptrkeepalive requires go:nosplit");
    } else if ((config_.complete || fn->name == "init") && !linked.count(fn)) {
      error(fn->decl, "missing function body");
    }
  }
}

} // namespace gannet::types
