// check_std: type checks packages of a GOROOT from source, imports included, and reports errors and time.
//
// Usage: check_std [--goroot=DIR] [--lang=go1.N] [-q] [--facts] PATH... | FILE.go... (the files of one package, all errors;
// --keep-going: in spite of syntax errors); "std" stands for all packages under src (cmd, vendor and testdata
// excluded). File selection is the go command's for linux/amd64 with the gc toolchain and cgo off.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/base/large_stack.h"
#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/parser.h"
#include "compiler/syntax/printer.h"
#include "compiler/types/checker.h"

namespace {

using namespace gannet;
namespace fs = std::filesystem;

double cpuSeconds() {
  rusage r;
  getrusage(RUSAGE_SELF, &r);
  return double(r.ru_utime.tv_sec + r.ru_stime.tv_sec) + double(r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

std::string readFile(const fs::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

// Without cgo, files that import "C" are left out.
bool importsC(const syntax::File *f) {
  for (syntax::Decl *d : f->decls)
    if (auto *i = d->as<syntax::ImportDecl>(); i && i->path && i->path->value == "\"C\"")
      return true;
  return false;
}

// Walks function bodies and reports expressions without facts: those a later phase would stumble over.
class FactWalker {
public:
  FactWalker(const types::Info &info, const SourceSet &sources) : info_(info), sources_(sources) {}

  void file(const syntax::File *f) {
    for (syntax::Decl *d : f->decls)
      decl(d);
  }

private:
  template <typename T> void all(std::span<T *const> list) {
    for (T *n : list)
      node(n);
  }
  void decl(const syntax::Decl *d) {
    if (auto *c = d->as<syntax::ConstDecl>()) {
      all(c->values);
      node(c->type);
    } else if (auto *v = d->as<syntax::VarDecl>()) {
      all(v->values);
      node(v->type);
    } else if (auto *f = d->as<syntax::FuncDecl>()) {
      node(f->type);
      node(f->body);
    } else if (auto *t = d->as<syntax::TypeDecl>()) {
      node(t->type);
    }
  }
  void want(const syntax::Expr *e) {
    const types::Fact &f = info_.facts[e->id];
    bool ok = f.mode != types::Mode::Invalid && (f.type || f.mode == types::Mode::NoValue || f.mode == types::Mode::Builtin);
    if (f.mode == types::Mode::Constant && (!f.value || !f.value->known()))
      ok = false;
    if (auto *n = e->as<syntax::Name>(); n && n->value == "_")
      ok = true;
    if (!ok)
      std::printf("%s: no fact: %s\n", sources_.str(e->pos).c_str(), syntax::toString(e).c_str());
  }
  void node(const syntax::Node *n) {
    if (!n)
      return;
    if (auto *e = n->as<syntax::Expr>())
      expr(e);
    else
      stmt(n);
  }
  bool isConst(const syntax::Expr *e) { return info_.facts[e->id].mode == types::Mode::Constant; }
  void expr(const syntax::Expr *e) {
    using K = syntax::NodeKind;
    if (e->kind != K::KeyValueExpr && e->kind != K::TypeSwitchGuard && e->kind != K::DotsType)
      want(e);
    switch (e->kind) {
    case K::CompositeLit: {
      auto *c = e->to<syntax::CompositeLit>();
      node(c->type);
      types::Type *t = types::under(info_.typeOf(e));
      if (auto *p = types::as<types::Pointer>(t))
        t = types::under(p->elem);
      for (auto *x : c->elems) {
        auto *kv = x->as<syntax::KeyValueExpr>();
        if (kv && !types::as<types::Struct>(t))
          node(kv->key);
        node(kv ? kv->value : x);
      }
      break;
    }
    case K::FuncLit:
      node(e->to<syntax::FuncLit>()->body);
      break;
    case K::ParenExpr:
      node(e->to<syntax::ParenExpr>()->x);
      break;
    case K::SelectorExpr: {
      auto *s = e->to<syntax::SelectorExpr>();
      auto *name = s->x->as<syntax::Name>();
      types::Object *o = name ? info_.objectOf(name) : nullptr;
      if (o && o->kind == types::ObjectKind::PkgName) {
        if (!info_.objectOf(s->sel))
          std::printf("%s: no object: %s\n", sources_.str(e->pos).c_str(), syntax::toString(e).c_str());
        break;
      }
      node(s->x);
      if (!info_.selectionOf(s))
        std::printf("%s: no selection: %s\n", sources_.str(e->pos).c_str(), syntax::toString(e).c_str());
      break;
    }
    case K::IndexExpr:
      if (auto *s = e->to<syntax::IndexExpr>(); !isConst(e)) {
        // The generic function itself need not have a type.
        node(s->x);
        all(s->indices);
      }
      break;
    case K::SliceExpr:
      node(e->to<syntax::SliceExpr>()->x);
      for (auto *i : e->to<syntax::SliceExpr>()->index)
        node(i);
      break;
    case K::AssertExpr:
      node(e->to<syntax::AssertExpr>()->x);
      node(e->to<syntax::AssertExpr>()->type);
      break;
    case K::TypeSwitchGuard:
      node(e->to<syntax::TypeSwitchGuard>()->x);
      break;
    case K::Operation:
      node(e->to<syntax::Operation>()->x);
      node(e->to<syntax::Operation>()->y);
      break;
    case K::CallExpr:
      node(e->to<syntax::CallExpr>()->fun);
      all(e->to<syntax::CallExpr>()->args);
      break;
    default:
      break;
    }
  }
  void stmt(const syntax::Node *n) {
    using K = syntax::NodeKind;
    switch (n->kind) {
    case K::LabeledStmt:
      node(n->to<syntax::LabeledStmt>()->stmt);
      break;
    case K::BlockStmt:
      all(n->to<syntax::BlockStmt>()->list);
      break;
    case K::ExprStmt:
      node(n->to<syntax::ExprStmt>()->x);
      break;
    case K::SendStmt:
      node(n->to<syntax::SendStmt>()->chan);
      node(n->to<syntax::SendStmt>()->value);
      break;
    case K::DeclStmt:
      for (auto *d : n->to<syntax::DeclStmt>()->decls)
        decl(d);
      break;
    case K::AssignStmt: {
      auto *a = n->to<syntax::AssignStmt>();
      if (a->op != syntax::Operator::Def)
        all(a->lhs);
      else
        for (auto *l : a->lhs)
          if (auto *name = l->as<syntax::Name>(); name && name->value != "_" && !info_.objectOf(name))
            std::printf("%s: no object\n", sources_.str(l->pos).c_str());
      all(a->rhs);
      break;
    }
    case K::RangeClause:
      if (!n->to<syntax::RangeClause>()->define)
        all(n->to<syntax::RangeClause>()->lhs);
      node(n->to<syntax::RangeClause>()->x);
      break;
    case K::CallStmt:
      node(n->to<syntax::CallStmt>()->call);
      break;
    case K::ReturnStmt:
      all(n->to<syntax::ReturnStmt>()->results);
      break;
    case K::IfStmt: {
      auto *i = n->to<syntax::IfStmt>();
      node(i->init), node(i->cond), node(i->then), node(i->otherwise);
      break;
    }
    case K::ForStmt: {
      auto *f = n->to<syntax::ForStmt>();
      node(f->init), node(f->cond), node(f->post), node(f->body);
      break;
    }
    case K::SwitchStmt:
      node(n->to<syntax::SwitchStmt>()->init);
      node(n->to<syntax::SwitchStmt>()->tag);
      for (auto *c : n->to<syntax::SwitchStmt>()->body) {
        all(c->cases);
        all(c->body);
      }
      break;
    case K::SelectStmt:
      for (auto *c : n->to<syntax::SelectStmt>()->body) {
        node(c->comm);
        all(c->body);
      }
      break;
    default:
      break;
    }
  }

  const types::Info &info_;
  const SourceSet &sources_;
};

class Loader : public types::Importer {
public:
  Loader(fs::path goroot, bool quiet, bool check_facts) : src_(goroot / "src"), quiet_(quiet), check_facts_(check_facts) {
    target_.has_tag = [](std::string_view tag) {
      return tag == "goexperiment.regabiwrappers" || tag == "goexperiment.regabiargs" ||
             tag == "goexperiment.dwarf5" || tag == "goexperiment.greenteagc" || tag == "amd64.v1" ||
             tag == "goexperiment.randomizedheapbase64";
    };
  }

  ErrorOr<types::Package *> import(std::string_view path) override {
    auto found = done_.find(path);
    if (found != done_.end()) {
      if (!found->second)
        return Error{"import cycle or errors"};
      return found->second;
    }
    done_[std::string(path)] = nullptr;
    fs::path dir = src_ / path;
    if (!fs::is_directory(dir))
      dir = src_ / "vendor" / path;
    if (!fs::is_directory(dir))
      return Error{"package " + std::string(path) + " is not in std"};
    types::Package *p = load(std::string(path), dir);
    done_[std::string(path)] = p;
    if (!p)
      return Error{"no Go files"};
    return p;
  }

  std::size_t errors() const { return errors_; }
  std::size_t packages() const { return packages_; }
  double parseSeconds() const { return parse_seconds_; }
  types::Context &context() { return context_; }

  std::vector<std::string> allPackages() {
    std::vector<std::string> out;
    for (auto it = fs::recursive_directory_iterator(src_, fs::directory_options::follow_directory_symlink);
         it != fs::recursive_directory_iterator(); ++it) {
      if (!it->is_directory())
        continue;
      std::string name = it->path().filename();
      std::string rel = fs::relative(it->path(), src_);
      if (name == "testdata" || name[0] == '_' || name[0] == '.' || rel == "cmd" || rel == "vendor" || rel == "builtin" ||
          rel == "unsafe") {
        it.disable_recursion_pending();
        continue;
      }
      if (!goFiles(it->path()).empty())
        out.push_back(rel);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

private:
  std::vector<fs::path> goFiles(const fs::path &dir) {
    std::vector<fs::path> out;
    std::vector<fs::path> all;
    for (const auto &e : fs::directory_iterator(dir))
      all.push_back(e.path());
    std::sort(all.begin(), all.end());
    for (const fs::path &p : all) {
      std::string name = p.filename();
      if (!name.ends_with(".go") || name.ends_with("_test.go"))
        continue;
      auto fits = syntax::fileFits(target_, name, readFile(p));
      if (fits && *fits)
        out.push_back(p);
    }
    return out;
  }

public:
  bool keep_going = false; // check what has syntax errors

  types::Package *load(const std::string &path, const fs::path &dir) {
    std::vector<fs::path> names = goFiles(dir);
    return names.empty() ? nullptr : load(path, names, {26}, 10);
  }

  types::Package *load(const std::string &path, const std::vector<fs::path> &names, types::GoVersion version,
                       std::size_t limit) {
    double start = cpuSeconds();
    auto unit = std::make_unique<Unit>();
    syntax::ParseContext pc{sources_, unit->diagnostics, unit->arena, unit->names};
    syntax::ParseOptions po;
    po.standard_library = true;
    po.runtime_package = true;
    po.check_branches = true;
    std::vector<syntax::File *> files;
    for (const fs::path &p : names) {
      std::uint16_t index = sources_.addFile(p.string(), readFile(p));
      if (syntax::File *f = syntax::parseFile(pc, index, po); f && !importsC(f))
        files.push_back(f);
    }
    parse_seconds_ += cpuSeconds() - start;
    if (unit->diagnostics.errorCount() && !keep_going) { // gc stops here as well
      errors_ += unit->diagnostics.errorCount();
      if (!quiet_)
        std::fputs(unit->diagnostics.render(sources_, limit).c_str(), stdout);
      return nullptr;
    }
    types::Config config;
    config.go_version = version;
    config.is_std = true;
    config.has_embed_config = true;
    config.diagnostics = &unit->diagnostics;
    config.sources = &sources_;
    config.node_count = pc.next_node_id;
    config.importer = this;
    types::Info info;
    types::Package *pkg = types::check(context_, config, path, files, info);
    ++packages_;
    if (check_facts_ && !unit->diagnostics.errorCount())
      for (const syntax::File *f : files)
        FactWalker(info, sources_).file(f);
    errors_ += unit->diagnostics.errorCount();
    if (unit->diagnostics.errorCount() && !quiet_)
      std::fputs(unit->diagnostics.render(sources_, limit).c_str(), stdout);
    units_.push_back(std::move(unit)); // names and positions of objects live on
    return pkg;
  }

private:
  struct Unit {
    Diagnostics diagnostics;
    Arena arena;
    Interner names;
  };

  fs::path src_;
  SourceSet sources_;
  bool quiet_;
  bool check_facts_;
  syntax::BuildTarget target_;
  types::Context context_;
  std::map<std::string, types::Package *, std::less<>> done_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::size_t errors_ = 0;
  std::size_t packages_ = 0;
  double parse_seconds_ = 0;
};

} // namespace

int run(int argc, char **argv) {
  std::string goroot = "/usr/lib/go";
  bool quiet = false, facts = false, keep_going = false;
  std::vector<std::string> paths;
  std::vector<fs::path> files;
  types::GoVersion lang{26};
  for (int i = 1; i < argc; ++i) {
    std::string_view a = argv[i];
    if (a.starts_with("--goroot="))
      goroot = a.substr(9);
    else if (a.starts_with("--lang="))
      lang = types::GoVersion::parse(a.substr(7));
    else if (a.ends_with(".go"))
      files.emplace_back(a);
    else if (a == "--facts")
      facts = true;
    else if (a == "--keep-going")
      keep_going = true;
    else if (a == "-q")
      quiet = true;
    else
      paths.emplace_back(a);
  }
  Loader loader(goroot, quiet, facts);
  if (!files.empty()) {
    loader.keep_going = keep_going;
    loader.load("p", files, lang, 0);
    return loader.errors() ? 1 : 0;
  }
  for (const std::string &p : paths) {
    std::vector<std::string> list{p};
    if (p == "std")
      list = loader.allPackages();
    for (const std::string &path : list) {
      auto r = loader.import(path);
      if (!r)
        std::printf("%s: %s\n", path.c_str(), r.error().c_str());
    }
  }
  std::printf("%zu packages, %zu errors, %.2f s CPU (%.2f s reading and parsing), %.1f MB of types\n", loader.packages(),
              loader.errors(), cpuSeconds(), loader.parseSeconds(), double(loader.context().arena().allocatedBytes()) / 1e6);
  return loader.errors() ? 1 : 0;
}

int main(int argc, char **argv) {
  int status = 0;
  gannet::onLargeStack([&] { status = run(argc, argv); });
  return status;
}
