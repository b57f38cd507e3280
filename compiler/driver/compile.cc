#include "compiler/driver/compile.h"

#include "compiler/base/check.h"
#include "compiler/base/diagnostics.h"
#include "compiler/base/file.h"
#include "compiler/base/large_stack.h"
#include "compiler/driver/asm_header.h"
#include "compiler/driver/back_end.h"
#include "compiler/driver/coverage.h"
#include "compiler/driver/embed_config.h"
#include "compiler/driver/hot_calls.h"
#include "compiler/driver/imports.h"
#include "compiler/driver/package_archive.h"
#include "compiler/driver/symbol_abis.h"
#include "compiler/export/export.h"
#include "compiler/export/unified.h"
#include "compiler/ir/map_inits.h"
#include "compiler/ir/build.h"
#include "compiler/ir/finalize.h"
#include "compiler/ir/optimize.h"
#include "compiler/ir/package.h"
#include "compiler/ir/print.h"
#include "compiler/ir/static_init.h"
#include "compiler/ir/verify.h"
#include "compiler/object/writer.h"
#include "compiler/syntax/parser.h"
#include "compiler/types/checker.h"

#include <filesystem>
#include <optional>

namespace gannet::driver {
namespace {

// How line tables name a file: by the first -trimpath rule that its name, as given or made absolute, falls under; by its
// absolute name if none does.
std::string objectName(const std::string &name, const std::vector<std::pair<std::string, std::string>> &rules) {
  std::string full = std::filesystem::absolute(name).lexically_normal().string();
  for (const auto &[prefix, to] : rules)
    for (std::string_view shown : {std::string_view(name), std::string_view(full)}) {
      std::string_view from = prefix;
      while (from.size() > 1 && from.ends_with('/'))
        from.remove_suffix(1);
      if (from.empty() || !shown.starts_with(from))
        continue;
      std::string_view rest = shown.substr(from.size());
      if (!rest.empty() && rest[0] != '/')
        continue;
      if (to.empty() && !rest.empty())
        rest.remove_prefix(1);
      return to + std::string(rest);
    }
  return full;
}

// All state of one compile, in the order in which the phases need it.
class Compilation {
public:
  explicit Compilation(const Options &options)
      : options_(options), imports_(context_, sources_, import_files_) {}

  CompileResult run() {
    phases();
    return finish();
  }

private:
  // The contents page: each phase stops the compile if it reported errors.
  void phases() {
    if (!readConfigs() || !parse() || !check() || !buildIr())
      return;
    // Function bodies become concrete, closed trees; instances are made of generic ones.
    ir::finalizeAll(*package_);
    ir::makeStaticInits(*package_);
    if (coverage_)
      orderRegistration(*coverage_, *package_);
    ir::optimize(*package_, inline_options_);
    ir::foldInlinedInits(*package_);
    ir::outlineMapInits(*package_);
    ir::explainDeclarations(*package_, diagnostics_);
    if (!importsWereFine())
      return;
    if (options_.print_ir)
      result_.output += ir::print(*package_);
    std::string faults = ir::verify(*package_);
    GANNET_CHECK(faults.empty(), "invalid IR:\n" + faults);
    if (!options_.asm_header.empty())
      write(options_.asm_header, asmHeader(context_, *pkg_));
    // From here on names go into outputs: they hold no way of this machine.
    for (std::size_t i = 0; i < options_.files.size(); ++i)
      sources_.rename(static_cast<std::uint16_t>(i + 1), objectName(options_.files[i], options_.trimpath));
    std::string interface_bytes = exports::writeExport(*package_);
    if (!options_.export_output.empty())
      write(options_.export_output, interface_bytes);
    compileObject(interface_bytes);
  }

  bool fail(std::string message) {
    result_.messages += message + "\n";
    result_.status = 2;
    return false;
  }
  bool noErrors() { return diagnostics_.errorCount() == 0 && result_.status == 0; }
  void write(const std::string &path, std::string_view bytes) {
    ErrorOr<void> done = writeFile(path, bytes);
    if (!done)
      fail(done.error());
  }

  bool readConfigs() {
    import_files_.setLocalPrefix(options_.local_prefix);
    if (!options_.import_config.empty()) {
      ErrorOr<std::string> text = readFile(options_.import_config);
      if (!text)
        return fail(text.error());
      ErrorOr<void> done = import_files_.parse(options_.import_config, *text);
      if (!done)
        return fail(done.error());
    }
    if (!options_.embed_config.empty()) {
      ErrorOr<std::string> text = readFile(options_.embed_config);
      if (!text)
        return fail(text.error());
      ErrorOr<EmbedConfig> config = parseEmbedConfig(*text, options_.embed_config);
      if (!config)
        return fail(config.error());
      embed_ = std::move(*config);
    }
    if (!options_.coverage_config.empty()) {
      ErrorOr<std::string> text = readFile(options_.coverage_config);
      if (!text)
        return fail(text.error());
      ErrorOr<CoverageConfig> config = parseCoverageConfig(*text, options_.coverage_config);
      if (!config)
        return fail(config.error());
      coverage_ = std::move(*config);
    }
    if (!options_.symbol_abis.empty()) {
      ErrorOr<std::string> text = readFile(options_.symbol_abis);
      if (!text)
        return fail(text.error());
      ErrorOr<SymbolAbis> abis = parseSymbolAbis(options_.symbol_abis, *text, options_.package_path);
      if (!abis)
        return fail(abis.error());
      abis_ = std::move(*abis);
    }
    ErrorOr<std::unique_ptr<ir::HotCalls>> hot = readHotCalls(options_, sources_);
    if (!hot)
      return fail(hot.error());
    hot_calls_ = std::move(*hot);
    inline_options_ = inlineOptions(options_, diagnostics_, hot_calls_.get());
    inline_options_.find_package = [this](std::string_view path) { return packageOf(path); };
    return true;
  }

  bool parse() {
    parse_context_.emplace(syntax::ParseContext{sources_, diagnostics_, tree_arena_, names_});
    syntax::ParseOptions po;
    po.standard_library = options_.standard;
    po.runtime_package = options_.runtime_mode;
    po.check_branches = true;
    for (const std::string &name : options_.files) {
      ErrorOr<std::string> text = readFile(name);
      if (!text) {
        fail(text.error());
        continue;
      }
      std::uint16_t index = sources_.addFile(name, std::move(*text));
      if (syntax::File *f = syntax::parseFile(*parse_context_, index, po))
        files_.push_back(f);
    }
    // Lesser errors (a label that is not used, a misplaced directive) leave a tree that can be checked, as gc does.
    bool broken = files_.size() != options_.files.size();
    for (const Diagnostic &d : diagnostics_.all())
      broken = broken || d.message.starts_with("syntax error");
    if (coverage_ && !broken) {
      std::string text = registrationSource(*coverage_, files_.front()->package_name->value, options_.package_path);
      files_.push_back(syntax::parseFile(*parse_context_, sources_.addFile("<autogenerated>", std::move(text)), po));
    }
    return !broken && result_.status == 0;
  }

  bool check() {
    types::Config config;
    config.go_version = types::GoVersion::parse(options_.lang);
    config.complete = options_.complete;
    config.is_std = options_.standard;
    config.has_embed_config = !options_.embed_config.empty();
    config.diagnostics = &diagnostics_;
    config.sources = &sources_;
    config.node_count = parse_context_->next_node_id;
    config.importer = &imports_;
    pkg_ = types::check(context_, config, options_.package_path, files_, info_);
    return noErrors();
  }

  bool buildIr() {
    ir::Options o;
    o.runtime_mode = options_.runtime_mode;
    o.std = options_.standard;
    o.no_inline = options_.no_inline || options_.no_optimize;
    o.no_optimize = options_.no_optimize;
    o.explain = options_.explain;
    o.small_frames = options_.small_frames;
    for (const std::string &word : options_.debug)
      o.explain_mutations = o.explain_mutations || word == "escapemutationscalls" || word == "escapemutationscalls=1";
    o.package_path = options_.package_path;
    package_.emplace(context_, *pkg_, sources_, o);
    package_->embed_patterns = embed_.patterns;
    package_->embed_paths = embed_.files;
    imports_.attach(*package_);
    ir::build(*package_, info_, files_, abis_.defined, diagnostics_);
    return noErrors();
  }

  // A package that a profile names.
  types::Package *packageOf(std::string_view path) {
    if (path == pkg_->path)
      return pkg_;
    ErrorOr<types::Package *> found = imports_.import(path);
    return found ? *found : nullptr;
  }

  bool importsWereFine() {
    for (const std::string &e : imports_.errors())
      fail(e);
    return noErrors();
  }

  void compileObject(std::string_view interface_bytes) {
    object::Unit unit;
    unit.setPackage(pkg_->path);
    unit.is_main = pkg_->name == "main";
    if (ErrorOr<std::uint64_t> fp = exports::fingerprint(interface_bytes))
      unit.fingerprint = *fp;
    for (const std::string &path : package_->init_imports)
      if (ErrorOr<std::string_view> bytes = import_files_.open(path))
        if (ErrorOr<std::uint64_t> fp = exports::fingerprint(*bytes))
          unit.addImport(path, *fp);
    generate(*package_, abis_, options_, inline_options_, unit, diagnostics_, result_.output);
    if (coverage_)
      markCounters(*coverage_, options_.package_path, unit);
    if (!noErrors())
      return;
    std::string object_bytes = object::writeObject(unit);
    if (options_.export_output.empty())
      writeArchives(interface_bytes, std::move(object_bytes));
    else
      write(options_.output, object_bytes);
  }

  // One file that serves importers and the linker alike, or one for each.
  void writeArchives(std::string_view interface_bytes, std::string object_bytes) {
    ErrorOr<std::string> bundle = import_files_.bundleOf(pkg_->path, interface_bytes);
    if (!bundle) {
      fail(bundle.error());
      return;
    }
    std::string data = exports::writeUnified(context_, sources_, *pkg_, std::move(*bundle));
    if (!importsWereFine()) // it loads what nothing else asked for
      return;
    std::vector<object::ArchiveMember> members = {interfaceMember(options_.build_id, options_.level, pkg_->name == "main", data)};
    std::vector<object::ArchiveMember> linked;
    (options_.link_output.empty() ? members : linked).push_back({std::string(kObjectMember), std::move(object_bytes)});
    write(options_.output, object::makeArchive(members));
    if (!options_.link_output.empty())
      write(options_.link_output, object::makeArchive(linked));
  }

  CompileResult finish() {
    if (diagnostics_.errorCount() != 0)
      result_.status = 2;
    if (hot_calls_)
      result_.output += hot_calls_->takeExplanations();
    result_.messages += diagnostics_.render(sources_, options_.all_errors ? 0 : 10);
    return std::move(result_);
  }

  const Options &options_;
  CompileResult result_;
  Diagnostics diagnostics_;
  SourceSet sources_;
  Arena tree_arena_;
  Interner names_;
  types::Context context_;
  ImportFiles import_files_;
  exports::ImportSet imports_;
  EmbedConfig embed_;
  std::optional<CoverageConfig> coverage_;
  SymbolAbis abis_;
  std::unique_ptr<ir::HotCalls> hot_calls_;
  ir::InlineOptions inline_options_;
  std::optional<syntax::ParseContext> parse_context_;
  std::vector<syntax::File *> files_;
  types::Info info_;
  types::Package *pkg_ = nullptr;
  std::optional<ir::Package> package_;
};

} // namespace

CompileResult compile(const Options &options) {
  CompileResult result;
  onLargeStack([&] { // phases recurse over expressions, which may be long sums
    std::string what = "package " + options.package_path;
    WorkScope scope(what);
    result = Compilation(options).run();
  });
  return result;
}

} // namespace gannet::driver
