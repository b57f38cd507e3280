// The tables of passes and their runner.
#include "compiler/ssa/passes.h"

#include "compiler/ssa/bool_phis.h"
#include "compiler/ssa/branch_elim.h"
#include "compiler/ssa/check_bce.h"
#include "compiler/ssa/copy_elim.h"
#include "compiler/ssa/cse.h"
#include "compiler/ssa/dead_code.h"
#include "compiler/ssa/dead_store.h"
#include "compiler/ssa/equal_phis.h"
#include "compiler/ssa/fold.h"
#include "compiler/ssa/layout.h"
#include "compiler/ssa/loop_invariant.h"
#include "compiler/ssa/memory_combine.h"
#include "compiler/ssa/memory_forward.h"
#include "compiler/ssa/nil_check_elim.h"
#include "compiler/ssa/print.h"
#include "compiler/ssa/prove.h"
#include "compiler/ssa/range_test.h"
#include "compiler/ssa/schedule.h"
#include "compiler/ssa/split_critical.h"
#include "compiler/ssa/thread_branches.h"
#include "compiler/ssa/tighten.h"
#include "compiler/ssa/trim.h"
#include "compiler/ssa/verify.h"
#include "compiler/ssa/write_barrier.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>

namespace gannet::ssa {
namespace {

constexpr Pass kGeneric[] = {
    {.name = "early-copyelim", .run = eliminateCopies, .required = true},
    {.name = "early-deadcode", .run = eliminateDeadCode, .required = true},
    {.name = "trim", .run = trimBlocks},
    {.name = "fold", .run = fold},
    {.name = "thread", .run = threadBranches},
    {.name = "cse", .run = eliminateCommonValues},
    {.name = "nilcheckelim", .run = eliminateNilChecks},
    {.name = "memforward", .run = forwardMemory},
    // what loads turned out to be is folded and shared too
    {.name = "fold2", .run = fold},
    {.name = "thread2", .run = threadBranches},
    {.name = "equalphis", .run = mergeEqualPhis},
    {.name = "cse2", .run = eliminateCommonValues},
    {.name = "nilcheckelim2", .run = eliminateNilChecks},
    {.name = "phiopt", .run = simplifyBoolPhis},
    {.name = "prove", .run = prove},
    {.name = "deadcode2", .run = eliminateDeadCode},
    {.name = "ranges", .run = joinRangeTests},
    // memcombine works within a block: what stood between bounds checks is now one
    {.name = "trim2", .run = trimBlocks},
    {.name = "check_bce", .run = checkBoundsChecks},
    {.name = "deadstore", .run = eliminateDeadStores},
    {.name = "memcombine", .run = combineMemory},
    {.name = "writebarrier", .run = insertWriteBarriers, .gives = Prop::Barriers, .required = true},
    {.name = "foldlate", .run = foldLate},
    {.name = "latecse", .run = eliminateCommonValues},
    {.name = "copyelim", .run = eliminateCopies, .required = true},
    {.name = "deadcode", .run = eliminateDeadCode, .required = true},
    {.name = "latetrim", .run = trimBlocks},
    {.name = "branchelim", .run = eliminateBranches},
    {.name = "foldselect", .run = fold},
    {.name = "licm", .run = hoistInvariants},
    {.name = "lastdeadcode", .run = eliminateDeadCode},
    {.name = "lasttrim", .run = trimBlocks},
    {.name = "tighten", .run = tighten},
};
static_assert(isOrdered(kGeneric, Prop::Ssa), "a pass runs before what it needs");

constexpr Pass kLate[] = {
    // the register allocator places moves on edges, so an edge needs a block of its own
    {.name = "splitcritical", .run = splitCriticalEdges, .gives = Prop::NoCriticalEdges, .required = true},
    {.name = "layout", .run = layOutBlocks, .needs = Prop::Ssa | Prop::NoCriticalEdges, .gives = Prop::LaidOut, .required = true},
    {.name = "schedule", .run = schedule, .gives = Prop::Scheduled, .required = true},
};
static_assert(isOrdered(kLate, Prop::Ssa | Prop::Barriers), "a pass runs before what it needs");

PassOptions::Setting settingOf(const PassOptions &options, std::string_view name) {
  PassOptions::Setting out;
  for (std::string_view key : {std::string_view("all"), name}) {
    auto found = options.settings.find(key);
    if (found == options.settings.end())
      continue;
    const PassOptions::Setting &s = found->second;
    out.off |= s.off;
    out.dump |= s.dump;
    out.time |= s.time;
    out.verify |= s.verify;
    out.debug = std::max(out.debug, s.debug);
    if (s.steps >= 0)
      out.steps = s.steps;
  }
  return out;
}

void dump(const PassOptions &options, std::string_view pass, const Func &f) {
  if (options.on_dump) {
    options.on_dump(pass, f);
    return;
  }
  std::string text = "// after " + std::string(pass) + "\n" + print(f);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

void verifyAfter(std::string_view pass, const Func &f, bool scheduled) {
  std::vector<std::string> faults = verify(f, {.scheduled = scheduled});
  if (faults.empty())
    return;
  std::string text = "after " + std::string(pass) + ", " + f.name() + ":";
  for (const std::string &fault : faults)
    text += "\n\t" + fault;
  std::string body = print(f);
  std::fwrite(body.data(), 1, body.size(), stderr);
  GANNET_UNREACHABLE(text);
}

} // namespace

std::span<const Pass> genericPasses() { return kGeneric; }
std::span<const Pass> latePasses() { return kLate; }

const Pass *passNamed(std::string_view name) {
  for (std::span<const Pass> list : {genericPasses(), latePasses()})
    for (const Pass &p : list)
      if (p.name == name)
        return &p;
  return nullptr;
}

bool PassOptions::dumps(const Func &f) const {
  const std::string &name = f.name(), &want = dump_func;
  return !want.empty() && name.ends_with(want) && (name.size() == want.size() || name[name.size() - want.size() - 1] == '.');
}

bool PassOptions::parse(std::string_view text) {
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return false;
  std::string name(text.substr(0, slash));
  std::string_view word = text.substr(slash + 1);
  auto number = [&](std::string_view head, auto &out) {
    std::string_view digits = word.substr(head.size());
    auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return ec == std::errc() && end == digits.data() + digits.size();
  };
  // what gc calls otherwise, or has one pass for
  if (name == "late_fuse")
    return parse("thread/" + std::string(word)) && parse("thread2/" + std::string(word));
  if (name == "opt")
    return parse("fold/" + std::string(word)) && parse("fold2/" + std::string(word));
  if (name == "likelyadjust")
    name = "layout";
  if (name != "all" && passNamed(name) == nullptr)
    return false;
  Setting &s = settings[name];
  if (word == "on")
    s.off = false;
  else if (word == "off")
    s.off = true;
  else if (word == "dump")
    s.dump = true;
  else if (word == "time")
    s.time = true;
  else if (word == "verify")
    s.verify = true;
  else if (word == "debug")
    s.debug = 1;
  else if (word.starts_with("debug="))
    return number("debug=", s.debug);
  else if (word.starts_with("steps="))
    return number("steps=", s.steps);
  else
    return false;
  return true;
}

void runPasses(PassContext &ctx, Func &f, std::span<const Pass> passes, const PassOptions &options) {
  bool dumped = options.dumps(f);
  bool scheduled = false;
  ctx.subjects = options.subjects;
  ctx.static_address = options.static_address ? &options.static_address : nullptr;
  ctx.static_bytes = options.static_bytes ? &options.static_bytes : nullptr;
  if (dumped)
    dump(options, "start", f);
  if (options.verify_each)
    verifyAfter("start", f, false);
  for (const Pass &p : passes) {
    PassOptions::Setting s = settingOf(options, p.name);
    if (!p.required && (s.off || !options.optimize))
      continue;
    if (!options.write_barriers && (p.gives & Prop::Barriers) != 0)
      continue;
    std::string work = f.name() + ", pass " + std::string(p.name);
    WorkScope scope(work);
    ctx.setStepLimit(s.steps);
    ctx.setDebug(s.debug);
    auto start = std::chrono::steady_clock::now();
    p.run(ctx, f);
    if (s.time) {
      std::chrono::nanoseconds spent = std::chrono::steady_clock::now() - start;
      std::fprintf(stderr, "%s\tTIME(ns)\t%lld\t%s\n", std::string(p.name).c_str(), static_cast<long long>(spent.count()),
                   f.name().c_str());
    }
    scheduled |= (p.gives & Prop::Scheduled) != 0;
    if (dumped || (s.dump && options.dump_func.empty()))
      dump(options, p.name, f);
    if (options.verify_each || s.verify)
      verifyAfter(p.name, f, scheduled);
  }
}

} // namespace gannet::ssa
