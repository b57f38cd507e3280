// Directives that concern declarations: //go:linkname and //go:embed, and functions without bodies.
#include <algorithm>

#include "compiler/types/check.h"

namespace gannet::types {

namespace {

bool importsPath(const syntax::File *f, std::string_view quoted) {
  for (syntax::Decl *d : f->decls)
    if (auto *i = d->as<syntax::ImportDecl>(); i && i->path && i->path->value == quoted)
      return true;
  return false;
}

} // namespace

void Checker::checkPragmas() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    syntax::File *f = files_[i];
    env_ = Env();
    env_.version = file_versions_[i];
    bool has_unsafe = importsPath(f, "\"unsafe\"");
    for (const syntax::LinknamePragma &l : f->linknames) {
      if (!has_unsafe)
        error(l.pos, "//go:linkname only allowed in Go files that import \"unsafe\"");
      Object *o = pkg_->scope->lookup(l.local);
      if (!o || (!as<Func>(o) && !as<Var>(o))) {
        if (allowVersion(18))
          error(l.pos, "//go:linkname must refer to declared function or variable");
      }
    }
    bool has_embed = importsPath(f, "\"embed\"");
    for (syntax::Decl *d : f->decls) {
      auto *v = d->as<syntax::VarDecl>();
      if (!v || !v->pragmas || v->pragmas->embeds.empty())
        continue;
      Pos pos = v->pragmas->embeds[0].pos;
      if (!has_embed)
        error(pos, "go:embed requires import \"embed\" (or import _ \"embed\", if package is not used)");
      else if (v->names.size() > 1)
        error(pos, "go:embed cannot apply to multiple vars");
      else if (!v->values.empty())
        error(pos, "go:embed cannot apply to var with initializer");
      else if (!v->type)
        error(pos, "go:embed cannot apply to var without type");
      else if (!allowVersion(16))
        error(pos, "go:embed requires go1.16 or later");
      else if (!config_.has_embed_config)
        error(pos, "invalid go:embed: build system did not supply embed configuration");
    }
  }
  if (!config_.complete || config_.ignore_func_bodies)
    return;
  for (Object *o : objects_) {
    Func *fn = as<Func>(o);
    if (!fn || !fn->decl || fn->decl->body || fn->decl->tparams.size())
      continue;
    bool linked = false;
    for (syntax::File *f : files_)
      for (const syntax::LinknamePragma &l : f->linknames)
        linked = linked || l.local == fn->name;
    if (!linked && fn->name != "init")
      error(fn->decl->pos, "missing function body");
  }
}

} // namespace gannet::types
