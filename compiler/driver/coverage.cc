#include "compiler/driver/coverage.h"

#include "compiler/base/json.h"
#include "compiler/base/symbol_path.h"
#include "compiler/syntax/unicode.h"
#include "compiler/types/object.h"

#include <algorithm>
#include <iterator>

namespace gannet::driver {
namespace {

// Packages that may run before any package is initialized: they have numbers that do not depend on the program, -2 for the first.
// Source: Go's internal/coverage/pkid.go.
constexpr std::string_view kFixedIds[] = {
    "internal/asan",
    "internal/byteorder",
    "internal/coverage/rtcov",
    "internal/cpu",
    "internal/bytealg",
    "internal/goarch",
    "internal/abi",
    "internal/chacha8rand",
    "internal/godebugs",
    "internal/goexperiment",
    "internal/goos",
    "internal/msan",
    "internal/profilerecord",
    "internal/race",
    "internal/runtime/atomic",
    "internal/runtime/exithook",
    "internal/runtime/gc",
    "internal/runtime/math",
    "internal/runtime/sys",
    "internal/runtime/maps",
    "internal/runtime/syscall/linux",
    "internal/runtime/syscall/windows",
    "internal/runtime/cgroup",
    "internal/strconv",
    "internal/stringslite",
    "runtime",
};
constexpr int kNoFixedId = -1;

int fixedId(std::string_view path) {
  auto found = std::find(std::begin(kFixedIds), std::end(kFixedIds), path);
  return found == std::end(kFixedIds) ? kNoFixedId : -2 - static_cast<int>(found - std::begin(kFixedIds));
}

// The number of a word in Go's internal/coverage/defs.go, where 0 is none.
template <std::size_t N> unsigned numberOf(const std::string_view (&words)[N], std::string_view word) {
  auto found = std::find(std::begin(words), std::end(words), word);
  return found == std::end(words) ? 0 : 1 + static_cast<unsigned>(found - std::begin(words));
}
constexpr std::string_view kModes[] = {"set", "count", "atomic", "regonly", "testmain"};
constexpr std::string_view kGranularities[] = {"perblock", "perfunc"};

std::string registerName(const CoverageConfig &config) { return config.counter_prefix + "register"; }
std::string startName(const CoverageConfig &config) { return config.counter_prefix + "start"; }

// The elements of the hash, in decimal or hexadecimal as Go writes it; empty if it is none.
std::string hashElements(std::string_view hash) {
  if (hash.size() != 32 || hash.find_first_not_of("0123456789abcdef") != std::string_view::npos)
    return "";
  std::string out;
  for (std::size_t i = 0; i < hash.size(); i += 2)
    out += "0x" + std::string(hash.substr(i, 2)) + ", ";
  return out;
}

ir::Func *findDeclared(const ir::Package &package, std::string_view name) {
  for (ir::Func *f : package.funcs)
    if (f->object && !f->outer && f->object->name == name)
      return f;
  return nullptr;
}

} // namespace

ErrorOr<CoverageConfig> parseCoverageConfig(std::string_view text, std::string_view file) {
  CoverageConfig out;
  const struct {
    std::string_view key;
    std::string &value;
  } texts[] = {{"MetaVar", out.meta_var},           {"MetaHash", out.meta_hash},       {"Strategy", out.strategy},
               {"CounterPrefix", out.counter_prefix}, {"PkgIdVar", out.pkg_id_var},    {"CounterMode", out.counter_mode},
               {"CounterGranularity", out.granularity}};
  Json json(text);
  bool ok = json.object([&](const std::string &key) {
    if (key == "MetaLen")
      return json.number(out.meta_len);
    for (const auto &row : texts)
      if (row.key == key)
        return json.string(row.value);
    return false;
  });
  if (!ok || !json.atEnd())
    return Error{std::string(file) + ": malformed coverage configuration"};
  if (!numberOf(kModes, out.counter_mode))
    return Error{std::string(file) + ": bad setting \"" + out.counter_mode + "\" for covermode"};
  if (!numberOf(kGranularities, out.granularity))
    return Error{std::string(file) + ": bad setting \"" + out.granularity + "\" for covergranularity"};
  if (hashElements(out.meta_hash).empty() || out.counter_prefix.empty() || out.meta_var.empty() || out.pkg_id_var.empty())
    return Error{std::string(file) + ": incomplete coverage configuration"};
  return out;
}

std::string registrationSource(const CoverageConfig &config, std::string_view package_name, std::string_view package_path) {
  const bool is_test = config.counter_mode == "testmain";
  std::string out = "package " + std::string(package_name) + "\n\nimport " + (is_test ? "_ " : "") + "\"unsafe\"\n";
  if (!is_test) {
    std::string add = config.counter_prefix + "addMeta";
    int id = fixedId(package_path);
    out += "\n//go:linkname " + add + " runtime.addCovMeta\nfunc " + add +
           "(meta unsafe.Pointer, bytes uint32, hash [16]byte, path string, id int, mode, granularity uint8) uint32\n\nfunc " +
           registerName(config) + "() {\n\t" + (id == kNoFixedId ? config.pkg_id_var + " = " : "") + add + "(unsafe.Pointer(&" +
           config.meta_var + "), " + std::to_string(config.meta_len) + ", [16]byte{" + hashElements(config.meta_hash) + "}, " +
           syntax::quote(package_path) + ", " + std::to_string(id) + ", " +
           std::to_string(numberOf(kModes, config.counter_mode)) + ", " +
           std::to_string(numberOf(kGranularities, config.granularity)) + ")\n}\n";
  }
  if (package_path == "main") {
    std::string hook = config.counter_prefix + "hook";
    out += "\n//go:linkname " + hook + " runtime/coverage.initHook\nfunc " + hook + "(isTest bool)\n\nfunc " + startName(config) +
           "() { " + hook + "(" + (is_test ? "true" : "false") + ") }\n";
  }
  return out;
}

void orderRegistration(const CoverageConfig &config, ir::Package &package) {
  auto &tasks = package.init_tasks;
  bool has_init = !tasks.empty() && !tasks.front()->object; // of variables
  if (ir::Func *start = findDeclared(package, startName(config)))
    tasks.insert(tasks.begin() + has_init, start);
  if (ir::Func *registering = findDeclared(package, registerName(config)))
    tasks.insert(tasks.begin(), registering);
}

void markCounters(const CoverageConfig &config, std::string_view package_path, object::Unit &unit) {
  const std::string prefix = pathInSymbols(package_path) + "." + config.counter_prefix;
  const std::string id_var = pathInSymbols(package_path) + "." + config.pkg_id_var;
  for (std::uint32_t i = 0; i < unit.symbolCount(); i++) {
    object::Symbol &s = unit[object::SymbolId(i)];
    if (s.kind == object::SymbolKind::NoPtrBss && s.name.starts_with(prefix) && s.name != id_var)
      s.flags |= object::kCoverageCounter;
  }
}

} // namespace gannet::driver
