#include "compiler/driver/back_end.h"

#include "compiler/base/check.h"
#include "compiler/base/file.h"
#include "compiler/base/parallel.h"
#include "compiler/data/arg_map.h"
#include "compiler/data/debug_types.h"
#include "compiler/data/layout.h"
#include "compiler/data/package_data.h"
#include "compiler/data/static_data.h"
#include "compiler/data/type_descriptor.h"
#include "compiler/driver/ssa_page.h"
#include "compiler/ir/optimize.h"
#include "compiler/ir/print.h"
#include "compiler/ir/shape_names.h"
#include "compiler/ssa/build/builder.h"
#include "compiler/ssa/passes.h"
#include "compiler/ssa/print.h"
#include "compiler/x86/backend.h"

#include <filesystem>
#include <memory>
#include <utility>
#include <vector>

namespace gannet::driver {

namespace {

// A function on its way: built on the main thread, compiled on any, gathered in order.
struct Job {
  std::string name;
  ssa::BuiltFunc built;
  std::unique_ptr<object::Unit> unit; // its static data, then its code
  std::vector<ssa::Remark> errors;
  std::vector<ssa::Remark> remarks;
  std::string failure;
  Pos failure_pos;
  std::string listing;
  std::unique_ptr<SsaPage> page; // if GOSSAFUNC names the function
};

// The function that an itab has at this offset, if the function at hand has made the itab.
std::string methodAt(const object::Unit &unit, std::string_view symbol, std::int64_t offset) {
  const object::SymbolId id = unit.find(symbol);
  if (!id || unit[id].kind != object::SymbolKind::Itab)
    return {};
  constexpr std::int64_t kMethods = 24;
  if (offset >= kMethods)
    for (const object::Reloc &r : unit[id].relocs)
      if (static_cast<std::int64_t>(r.offset) == offset && r.kind == object::RelocKind::MethodAbs64)
        return std::string(unit[r.target].name);
  return {};
}

// What stands in read-only data that nothing fills in later.
std::optional<std::uint64_t> bytesAt(const object::Unit &unit, std::string_view symbol, std::int64_t offset, unsigned bytes) {
  const object::SymbolId id = unit.find(symbol);
  if (!id || (unit[id].kind != object::SymbolKind::Rodata && unit[id].kind != object::SymbolKind::String) || !unit[id].relocs.empty())
    return std::nullopt;
  const std::vector<std::uint8_t> &data = unit[id].bytes;
  if (offset < 0 || static_cast<std::uint64_t>(offset) + bytes > data.size())
    return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = 0; i != bytes; ++i)
    value |= static_cast<std::uint64_t>(data[static_cast<std::size_t>(offset) + i]) << (8 * i);
  return value;
}

class Generator {
public:
  Generator(ir::Package &package, const Options &options, const ir::InlineOptions &inline_options, object::Unit &unit,
            Diagnostics &diagnostics, std::string &listing)
      : package_(package), options_(options), inline_options_(inline_options), unit_(unit), diagnostics_(diagnostics), listing_(listing),
        layouts_(package.context), debug_types_(package, layouts_, unit),
        context_{package, layouts_, needed_, diagnostics, options.no_bounds_checks,
                 options.no_debug_info ? nullptr : &debug_types_, {}, options.print_live, options.level},
        descriptors_(package, layouts_, needed_, unit),
        threads_(options.threads ? options.threads : processorCount()) {
    pass_options_.optimize = !options.no_optimize;
    pass_options_.write_barriers = options.write_barriers;
    pass_options_.dump_func = options.ssa_function;
    for (const std::string &word : options.debug)
      if (pass_options_.subjects.take(word))
        continue;
      else if (word.rfind("ssa/", 0) == 0)
        pass_options_.parse(std::string_view(word).substr(4));
      else if (word == "checkregalloc")
        check_allocation_ = true;
      else if (word == "libfuzzer" || word == "libfuzzer=1")
        context_.count_edges = !options.runtime_mode;
      else if (word == "verify")
        pass_options_.verify_each = true;
    context_.remarks = pass_options_.subjects;
    for (unsigned t = 0; t < threads_; ++t)
      encoders_.push_back(std::make_unique<x86::Encoder>());
  }

  void run(const SymbolAbis &abis) {
    data::emitGlobals(package_, layouts_, needed_, unit_, diagnostics_);
    for (types::Type *t : package_.needed_types)
      needed_.add(t);
    if (!options_.no_debug_info)
      debug_types_.addPackage();
    // Functions need descriptors, and descriptors need functions (wrappers, equality): until neither asks for more.
    for (std::size_t done_types = 0;;) {
      compileFunctions();
      if (diagnostics_.errorCount())
        return;
      descriptors_.emitPending();
      ir::optimize(package_, inline_options_);
      if (next_func_ == package_.funcs.size() && done_types == needed_.list().size())
        break;
      done_types = needed_.list().size();
    }
    compileWrappers(abis);
    data::emitInitTask(package_, unit_);
    for (const auto &[name, shown] : ir::shapeNames(package_))
      unit_.addShownName(name, shown);
  }

private:
  // So many functions are in SSA form at once.
  static constexpr std::size_t kBatch = 128;

  void compileFunctions() {
    while (next_func_ < package_.funcs.size() && !diagnostics_.errorCount()) {
      // Building one function may queue others (wrappers, equality), which are optimized before their turn.
      ir::optimize(package_, inline_options_);
      std::vector<Job> jobs;
      while (next_func_ < package_.funcs.size() && jobs.size() < kBatch) {
        ir::Func *f = package_.funcs[next_func_];
        if (f->has_body && !f->optimized)
          break;
        next_func_++;
        if (!f->has_body || f->generic)
          continue;
        WorkScope work(f->name);
        Job job;
        job.unit = std::make_unique<object::Unit>();
        job.built = ssa::build(context_, *f, *job.unit);
        if (pass_options_.dumps(*job.built.func)) {
          job.page = std::make_unique<SsaPage>(package_.sources);
          job.page->addSources(*job.built.func);
          job.page->addColumn("ir", ir::print(*f));
        }
        jobs.push_back(std::move(job));
      }
      finish(jobs);
    }
  }

  void compileWrappers(const SymbolAbis &abis) {
    std::vector<Job> jobs;
    auto add = [&](ir::Func *f, ir::Abi abi) {
      Job job;
      job.unit = std::make_unique<object::Unit>();
      job.built = ssa::buildAbiWrapper(context_, *f, abi == ir::Abi::Abi0 ? ssa::Abi::Abi0 : ssa::Abi::Internal);
      jobs.push_back(std::move(job));
    };
    for (const auto &[name, abi] : abis.defined)
      if (abi == ir::Abi::Abi0)
        if (ir::Func *f = package_.findFunc(name); f && !f->has_body && f->sig) {
          add(f, ir::Abi::Internal);
          data::emitArgMap(*f, layouts_, unit_);
        }
    // What assembly calls in ABI0: this package's, or, where there is a linkname, that of others.
    auto addCalled = [&](ir::Func *f) {
      auto referred = abis.referred.find(f->name);
      const bool called = referred != abis.referred.end() && referred->second == ir::Abi::Abi0;
      const bool linknamed = (f->pragma & ir::kLinkname) && !f->is_method && !f->generic && !f->dup_ok;
      if (f->object && f->sig && !f->imported && (called || linknamed))
        add(f, ir::Abi::Abi0);
    };
    for (ir::Func *f : package_.funcs)
      if (f->has_body)
        addCalled(f);
    for (const auto &[name, abi] : abis.defined)
      if (abi == ir::Abi::Internal)
        if (ir::Func *f = package_.findFunc(name); f && !f->has_body)
          addCalled(f);
    finish(jobs);
  }

  void finish(std::vector<Job> &jobs) {
    parallelFor(jobs.size(), threads_, [&](std::size_t i, unsigned worker) { compile(jobs[i], *encoders_[worker]); });
    for (Job &job : jobs) {
      for (const ssa::Remark &e : job.errors)
        diagnostics_.error(e.pos.pos, e.message);
      for (const ssa::Remark &r : job.remarks)
        if (r.pos.pos.known())
          diagnostics_.note(r.pos.pos, r.message);
      if (!job.failure.empty()) {
        diagnostics_.error(job.failure_pos, job.failure);
        continue; // what there is of its unit is no use
      }
      listing_ += job.listing;
      if (job.page)
        show(*job.page, job.name);
      unit_.append(std::move(*job.unit));
    }
  }

  // Writes the page beside the user, or into GOSSADIR.
  void show(const SsaPage &page, const std::string &function) {
    std::string path = options_.ssa_folder.empty() ? "./ssa.html" : options_.ssa_folder + "/" + function + ".html";
    std::error_code ignored; // writing says what is wrong
    std::filesystem::create_directories(std::filesystem::path(path).parent_path(), ignored);
    if (ErrorOr<void> done = writeFile(path, page.html(function)); !done)
      diagnostics_.error({}, done.error());
    if (options_.ssa_text)
      listing_ += page.text();
    listing_ += "dumped SSA for " + function + " to " + path + "\n";
  }

  void compile(Job &job, x86::Encoder &encoder) {
    ssa::Func &f = *job.built.func;
    const std::string &name = job.name = f.name();
    WorkScope work(name);
    f.flags.unpreemptible = options_.runtime_mode || f.flags.nosplit;
    ssa::PassOptions pass_options = pass_options_;
    pass_options.static_address = [unit = job.unit.get()](std::string_view symbol, std::int64_t offset) {
      return methodAt(*unit, symbol, offset);
    };
    pass_options.static_bytes = [unit = job.unit.get()](std::string_view symbol, std::int64_t offset, unsigned bytes) {
      return bytesAt(*unit, symbol, offset, bytes);
    };
    x86::BackendOptions backend;
    backend.level = options_.level;
    if (SsaPage *page = job.page.get()) {
      pass_options.on_dump = [page, started = false](std::string_view pass, const ssa::Func &form) mutable {
        if (pass != "start" || !std::exchange(started, true)) // each list of passes has a start
          page->addColumn(pass, ssa::print(form, {.positions = true}));
      };
      backend.on_stage = [page](std::string_view stage, std::string text) { page->addColumn(stage, std::move(text)); };
    }
    ssa::PassContext passes;
    ssa::runPasses(passes, f, ssa::genericPasses(), pass_options);
    job.errors = passes.errors();
    job.remarks = passes.remarks();
    backend.remarks = &job.remarks;
    backend.passes = &pass_options;
    backend.sources = &package_.sources;
    backend.arg_info = job.built.arg_info;
    backend.live_names = options_.print_live ? &job.built.live_names : nullptr;
    backend.check_allocation = check_allocation_;
    std::string error;
    const bool compiled = x86::compileFunc(f, backend, encoder, *job.unit, error);
    for (ssa::Remark &r : job.remarks)
      r.pos = {ssa::outermostPos(f, r.pos), {}};
    if (!compiled) {
      job.failure = error;
      job.failure_pos = f.pos.pos;
      return;
    }
    object::SymbolId symbol = job.unit->symbol(name);
    for (const ssa::LinkMark &mark : job.built.marks)
      job.unit->addReloc(symbol, {0, mark.kind, job.unit->symbol(mark.target), mark.addend});
    if (options_.print_assembly)
      job.listing = x86::listing(*job.unit, symbol);
    if (job.page)
      job.page->addColumn("assembly", x86::listing(*job.unit, symbol, true));
    job.built.func.reset();
  }

  ir::Package &package_;
  const Options &options_;
  const ir::InlineOptions &inline_options_;
  object::Unit &unit_;
  Diagnostics &diagnostics_;
  std::string &listing_;
  data::Layouts layouts_;
  data::NeededTypes needed_;
  data::DebugTypes debug_types_;
  ssa::BuildContext context_;
  data::TypeDescriptors descriptors_;
  unsigned threads_;
  ssa::PassOptions pass_options_;
  bool check_allocation_ = false;
  std::vector<std::unique_ptr<x86::Encoder>> encoders_;
  std::size_t next_func_ = 0; // of package_.funcs
};

} // namespace

ir::InlineOptions inlineOptions(const Options &options, Diagnostics &diagnostics, ir::HotCalls *hot_calls) {
  return {.is_intrinsic = ssa::isIntrinsic,
          .diagnostics = &diagnostics,
          .eager = options.eager_inline,
          .hot_calls = hot_calls,
          .find_package = {}};
}

void generate(ir::Package &package, const SymbolAbis &abis, const Options &options, const ir::InlineOptions &inline_options,
              object::Unit &unit, Diagnostics &diagnostics, std::string &listing) {
  Generator(package, options, inline_options, unit, diagnostics, listing).run(abis);
}

} // namespace gannet::driver
