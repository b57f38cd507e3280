#include "compiler/driver/debug_keys.h"

#include "compiler/ssa/passes.h"

#include <algorithm>
#include <charconv>

namespace gannet::driver {

namespace {

enum class Value : unsigned char { Number, Text };

struct Key {
  std::string_view name;
  Value value = Value::Number;
  std::string_view does = {}; // empty: nothing here
};

constexpr Key kKeys[] = {
    {"abiwrap"},
    {"alignhot"},
    {"append", Value::Number, "tell of calls of append that change the length alone"},
    {"checkptr"},
    {"checkregalloc", Value::Number, "check what the register allocator gives"},
    {"closure"},
    {"compressinstructions"},
    {"converthash", Value::Text},
    {"defer"},
    {"disablenil"},
    {"dumpinlcallsitescores"},
    {"dumpinlfuncprops", Value::Text},
    {"dumpptrs"},
    {"dwarfinl"},
    {"escapealias"},
    {"escapealiascheck"},
    {"escapedebug", Value::Number, "tell of values in interfaces that are static data"},
    {"escapemutationscalls", Value::Number, "with -m: tell which parameters' memory is written and which are called"},
    {"export"},
    {"fipshash", Value::Text},
    {"fmahash", Value::Text},
    {"freeappend"},
    {"gcadjust"},
    {"gccheck"},
    {"gcprog"},
    {"gcstart"},
    {"gossahash", Value::Text},
    {"inlbudgetslack"},
    {"inlfuncswithclosures"},
    {"inlscoreadj", Value::Text},
    {"inlstaticinit"},
    {"libfuzzer", Value::Number, "count edges, for fuzzing"},
    {"literalallochash", Value::Text},
    {"locationlists"},
    {"loopvar"},
    {"loopvarhash", Value::Text},
    {"maxshapelen"},
    {"maymorestack", Value::Text},
    {"mergelocals"},
    {"mergelocalsdumpfunc", Value::Text},
    {"mergelocalshash", Value::Text},
    {"mergelocalshtrace"},
    {"mergelocalstrace"},
    {"nil", Value::Number, "tell of nil checks that are made and that are not"},
    {"nodeadlocals"},
    {"noopendefer"},
    {"norefname"},
    {"panic"},
    {"pctab", Value::Text},
    {"pgodebug", Value::Number, "tell what a profile changes"},
    {"pgodevirtualize", Value::Number, "which dynamic calls a profile turns: 0 none, 1 of interfaces, 2 of functions too"},
    {"pgohash", Value::Text},
    {"pgoinline", Value::Number, "whether a profile has hot calls inlined"},
    {"pgoinlinebudget", Value::Number, "inlining budget of hot calls"},
    {"pgoinlinecdfthreshold", Value::Text, "percentage of a profile's calls that hot ones make up"},
    {"rangefunccheck"},
    {"reshape"},
    {"shapify"},
    {"slice", Value::Number, "tell of slice expressions that are what they slice"},
    {"softfloat"},
    {"staticcopy"},
    {"syncframes"},
    {"tailcall"},
    {"typeassert", Value::Number, "tell of type assertions without a call"},
    {"variablemakehash", Value::Text},
    {"variablemakethreshold"},
    {"verify", Value::Number, "verify functions after each pass"},
    {"wb", Value::Number, "tell of write barriers"},
    {"wrapglobalmapctl"},
    {"wrapglobalmapdbg"},
    {"zerocopy"},
};

// gc's passes and what it takes for some, as far as no pass here has the name.
constexpr std::string_view kOtherPasses[] = {
    "check", "all", "build", "intrinsics", "genssa", "number_lines", "early_phielim_and_copyelim", "early_deadcode", "short_circuit",
    "decompose_user", "pre-opt_deadcode", "opt", "zero_arg_cse", "opt_deadcode", "generic_cse", "gcse_deadcode", "divisible", "divmod",
    "middle_opt", "early_fuse", "expand_calls", "decompose_builtin", "softfloat", "late_opt", "dead_auto_elim", "sccp", "generic_deadcode",
    "late_fuse", "dse", "insert_resched_checks", "cpufeatures", "rewrite_tern", "lower", "addressing_modes", "late_lower", "pair",
    "lowered_deadcode_for_cse", "lowered_cse", "elim_unread_autos", "tighten_tuple_selectors", "lowered_deadcode", "checkLower",
    "late_phielim_and_copyelim", "tighten", "late_deadcode", "critical", "phi_tighten", "likelyadjust", "late_nilcheck", "flagalloc",
    "regalloc", "loop_rotate",
};

constexpr std::string_view kPassWords[] = {"on", "off", "debug", "mem", "time", "test", "stats", "dump", "seed", "verify", "steps"};

bool isNumber(std::string_view text) {
  int n = 0;
  auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), n);
  return fault == std::errc() && end == text.data() + text.size();
}

std::string passFault(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view pass = text.substr(0, slash);
  std::string name(pass); // gc takes blanks for underlines
  std::replace(name.begin(), name.end(), ' ', '_');
  if (!ssa::passNamed(name) && std::find(std::begin(kOtherPasses), std::end(kOtherPasses), name) == std::end(kOtherPasses))
    return "compile: Did not find a phase matching " + std::string(pass) + " in -d=ssa/... debug option";
  if (slash == std::string_view::npos)
    return {};
  std::string_view word = text.substr(slash + 1);
  word = word.substr(0, word.find_first_of("=:"));
  if (std::find(std::begin(kPassWords), std::end(kPassWords), word) == std::end(kPassWords))
    return "compile: Did not find a flag matching " + std::string(word) + " in -d=ssa/" + std::string(pass) + " debug option";
  return {};
}

std::string keysHelp() {
  std::string text = "usage: -d arg[,arg]* and arg is <key>[=<value>]\n\n<key> is one of:\n\n";
  for (const Key &key : kKeys)
    if (!key.does.empty())
      text += "\t" + std::string(key.name) + std::string(22 - key.name.size(), ' ') + std::string(key.does) + "\n";
  return text + "\tssa/help              say what can be told of passes\n\nOther keys that gc has are taken without effect.";
}

std::string passesHelp() {
  std::string text = "usage: -d=ssa/<pass>/<word>[=<value>]\n\n<pass> is all, or one of:\n\n";
  for (auto passes : {ssa::genericPasses(), ssa::latePasses()})
    for (const ssa::Pass &pass : passes)
      text += "\t" + std::string(pass.name) + "\n";
  return text + "\n<word> is on, off, dump, time, verify, debug[=<level>] or steps=<changes that the pass may make>.\n\n"
                "Other passes and words that gc has are taken without effect, but opt, late_fuse and likelyadjust, which are\n"
                "fold, thread and layout here, and intrinsics/debug, which tells of calls that became operations.";
}

} // namespace

std::string debugWordFault(std::string_view word) {
  if (word == "help")
    return keysHelp();
  if (word == "ssa/help")
    return passesHelp();
  if (word.starts_with("ssa/"))
    return passFault(word.substr(4));
  const std::size_t equals = word.find('=');
  const std::string name(word.substr(0, equals));
  const Key *key = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const Key &k) { return k.name == name; });
  if (key == std::end(kKeys))
    return "invalid value \"" + std::string(word) + "\" for flag -d: unknown debug key " + name;
  if (equals != std::string_view::npos && key->value == Value::Number && !isNumber(word.substr(equals + 1)))
    return "compile: invalid debug value " + name;
  return {};
}

} // namespace gannet::driver
