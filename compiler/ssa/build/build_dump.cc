// build_dump: Go source to SSA text, for looking at what the builder makes and for checking it in bulk.
//
// Usage: build_dump [--goroot=DIR] [--func=NAME] [--ir] [--passes] [-q] FILE.go... | PATH...
// Files are one package, "main"; a PATH is a package of the standard library, "std" all of them. Imports come from source.
// Every function is verified; -q prints faults only.
#include "compiler/constant/value.h"
#include "compiler/data/package_data.h"
#include "compiler/data/type_descriptor.h"
#include "compiler/ir/build.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/print.h"
#include "compiler/ssa/build/builder.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/verify.h"
#include "compiler/syntax/build_constraint.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"
#include "compiler/types/info.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <sstream>

namespace {

using namespace gannet;
namespace fs = std::filesystem;

struct Options {
  std::string func;
  bool quiet = false;
  bool show_ir = false;
  bool passes = false;
};

std::string readAll(const fs::path &p) {
  std::ifstream in(p, std::ios::binary);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

class Loader : public types::Importer, public ir::ImportedFuncs {
public:
  Loader(fs::path goroot, Options options) : src_(goroot / "src"), options_(std::move(options)) {
    target_.has_tag = [](std::string_view) { return false; };
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
    types::Package *p = load(std::string(path), goFiles(dir), false);
    done_[std::string(path)] = p;
    if (!p)
      return Error{"no Go files"};
    return p;
  }

  void describe(ir::Func &) override {}
  // From the IR of the declaring package, which is made now if it was not.
  bool loadBody(ir::Func &func) override {
    types::Func *object = func.object;
    if (!object || !object->pkg)
      return false;
    auto found = by_package_.find(object->pkg);
    if (found == by_package_.end())
      return false;
    Unit &unit = *found->second;
    if (!unit.package) {
      unit.package = makePackage(unit);
      ir::build(*unit.package, unit.info, unit.files, {}, unit.diagnostics);
    }
    ir::Func *from = unit.package->functionOf(object->origin, {});
    if (!from || !from->has_body)
      return false;
    func.params = from->params;
    func.results = from->results;
    func.captures = from->captures;
    func.locals = from->locals;
    func.label_count = from->label_count;
    func.body = from->body;
    func.closures = from->closures;
    func.type_params = from->type_params;
    func.has_defer = from->has_defer;
    func.has_recover = from->has_recover;
    func.has_closures = from->has_closures;
    func.generic = from->generic;
    func.has_body = true;
    return true;
  }

  std::vector<fs::path> goFiles(const fs::path &dir) {
    std::vector<fs::path> all, out;
    for (const auto &e : fs::directory_iterator(dir))
      all.push_back(e.path());
    std::sort(all.begin(), all.end());
    for (const fs::path &p : all) {
      std::string name = p.filename();
      if (!name.ends_with(".go") || name.ends_with("_test.go"))
        continue;
      auto fits = syntax::fileFits(target_, name, readAll(p));
      if (fits && *fits)
        out.push_back(p);
    }
    return out;
  }

  types::Package *load(const std::string &path, const std::vector<fs::path> &names, bool build) {
    units_.push_back(std::make_unique<Unit>());
    Unit &unit = *units_.back();
    syntax::ParseContext pc{unit.sources, unit.diagnostics, unit.arena, unit.names};
    syntax::ParseOptions po;
    po.standard_library = true;
    po.runtime_package = true;
    po.check_branches = true;
    std::vector<syntax::File *> files;
    for (const fs::path &p : names)
      if (syntax::File *f = syntax::parseFile(pc, unit.sources.addFile(p.string(), readAll(p)), po))
        files.push_back(f);
    types::Config config;
    config.go_version = {26};
    config.is_std = true;
    config.has_embed_config = true;
    config.diagnostics = &unit.diagnostics;
    config.sources = &unit.sources;
    config.node_count = pc.next_node_id;
    config.importer = this;
    types::Info &info = unit.info;
    types::Package *pkg = types::check(context_, config, path, files, info);
    unit.files = files;
    unit.pkg = pkg;
    unit.path = path;
    by_package_[pkg] = &unit;
    if (unit.diagnostics.errorCount()) {
      std::fputs(unit.diagnostics.render(unit.sources, 10).c_str(), stdout);
      ++faults_;
      return pkg;
    }
    if (build)
      buildAll(unit);
    return pkg;
  }

  std::vector<std::string> allPackages() {
    std::vector<std::string> out;
    for (auto it = fs::recursive_directory_iterator(src_, fs::directory_options::follow_directory_symlink);
         it != fs::recursive_directory_iterator(); ++it) {
      if (!it->is_directory())
        continue;
      std::string name = it->path().filename();
      std::string rel = fs::relative(it->path(), src_);
      if (name == "testdata" || name[0] == '_' || name[0] == '.' || rel == "cmd" || rel == "vendor" ||
          rel == "builtin" || rel == "unsafe") {
        it.disable_recursion_pending();
        continue;
      }
      if (!goFiles(it->path()).empty())
        out.push_back(rel);
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  fs::path dirOf(const std::string &path) const { return src_ / path; }
  std::size_t faults() const { return faults_; }
  std::size_t functions() const { return functions_; }

private:
  struct Unit {
    SourceSet sources;
    Diagnostics diagnostics;
    Arena arena;
    Interner names;
    types::Info info;
    std::vector<syntax::File *> files;
    types::Package *pkg = nullptr;
    std::string path;
    std::unique_ptr<ir::Package> package; // as importers see it
  };

  std::unique_ptr<ir::Package> makePackage(Unit &unit) {
    ir::Options ir_options;
    ir_options.std = true;
    ir_options.package_path = unit.path;
    auto package = std::make_unique<ir::Package>(context_, *unit.pkg, unit.sources, ir_options);
    package->imported = this;
    return package;
  }

  void buildAll(Unit &unit) {
    std::unique_ptr<ir::Package> owned = makePackage(unit);
    ir::Package &package = *owned;
    ir::build(package, unit.info, unit.files, {}, unit.diagnostics);
    if (unit.diagnostics.errorCount()) {
      std::fputs(unit.diagnostics.render(unit.sources, 10).c_str(), stdout);
      ++faults_;
      return;
    }
    ir::finalizeAll(package);
    data::Layouts layouts(context_);
    data::NeededTypes needed;
    object::Unit object;
    data::emitGlobals(package, layouts, needed, object, unit.diagnostics);
    data::TypeDescriptors descriptors(package, layouts, needed, object);
    ssa::BuildContext build_context{package, layouts, needed, unit.diagnostics};
    for (std::size_t i = 0;;) {
      for (; i < package.funcs.size(); ++i)
        function(build_context, *package.funcs[i]);
      std::size_t types = needed.list().size();
      descriptors.emitPending();
      if (i == package.funcs.size() && types == needed.list().size())
        break;
    }
    data::emitInitTask(package, object);
  }

  void function(ssa::BuildContext build_context, ir::Func &f) {
    if (!f.has_body || f.generic || (!options_.func.empty() && f.name != options_.func))
      return;
    if (options_.show_ir)
      std::fputs(ir::print(f).c_str(), stdout);
    object::Unit unit;
    ssa::BuiltFunc built = ssa::build(build_context, f, unit);
    ++functions_;
    std::vector<std::string> faults = ssa::verify(*built.func);
    if (faults.empty() && options_.passes) {
      ssa::PassContext context;
      ssa::PassOptions pass_options;
      pass_options.verify_each = true;
      ssa::runPasses(context, *built.func, ssa::genericPasses(), pass_options);
      for (const ssa::Remark &e : context.errors())
        std::printf("%s: %s\n", f.name.c_str(), e.message.c_str());
    }
    if (!options_.quiet)
      std::fputs((ssa::print(*built.func) + "\n").c_str(), stdout);
    for (const std::string &text : faults) {
      std::printf("%s: %s\n", f.name.c_str(), text.c_str());
      ++faults_;
    }
  }

  fs::path src_;
  Options options_;
  syntax::BuildTarget target_;
  types::Context context_;
  std::map<std::string, types::Package *, std::less<>> done_;
  std::vector<std::unique_ptr<Unit>> units_;
  std::map<types::Package *, Unit *> by_package_; // looked up only
  std::size_t faults_ = 0;
  std::size_t functions_ = 0;
};

} // namespace

int main(int argc, char **argv) {
  std::string goroot = "/usr/lib/go";
  Options options;
  std::vector<std::string> paths;
  std::vector<fs::path> files;
  for (int i = 1; i < argc; ++i) {
    std::string_view a = argv[i];
    if (a.starts_with("--goroot="))
      goroot = a.substr(9);
    else if (a.starts_with("--func="))
      options.func = a.substr(7);
    else if (a == "--ir")
      options.show_ir = true;
    else if (a == "--passes")
      options.passes = true;
    else if (a == "-q")
      options.quiet = true;
    else if (a.ends_with(".go"))
      files.emplace_back(a);
    else
      paths.emplace_back(a);
  }
  Loader loader(goroot, options);
  if (!files.empty())
    loader.load("main", files, true);
  for (const std::string &p : paths) {
    std::vector<std::string> list{p};
    if (p == "std")
      list = loader.allPackages();
    for (const std::string &path : list) {
      if (options.quiet)
        std::printf("# %s\n", path.c_str()), std::fflush(stdout);
      loader.load(path, loader.goFiles(loader.dirOf(path)), true);
    }
  }
  std::printf("%zu functions, %zu faults\n", loader.functions(), loader.faults());
  return loader.faults() ? 1 : 0;
}
