#include "toolchain/command/test_flags.h"

#include "toolchain/command/build_flags.h"
#include "toolchain/command/flags.h"
#include "toolchain/command/paths.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace gannet::command {

namespace {

enum class Kind : std::uint8_t { Boolean, Integer, Text, Duration, Verbose, Shuffle, Directory };

// The flags that the test program takes as -test.NAME.
constexpr struct {
  const char *name;
  Kind kind;
} kForwarded[] = {
    {"artifacts", Kind::Boolean},    {"bench", Kind::Text},            {"benchmem", Kind::Boolean},
    {"benchtime", Kind::Text},       {"blockprofile", Kind::Text},     {"blockprofilerate", Kind::Text},
    {"count", Kind::Integer},        {"cpu", Kind::Text},              {"cpuprofile", Kind::Text},
    {"failfast", Kind::Boolean},     {"fullpath", Kind::Boolean},      {"fuzz", Kind::Text},
    {"fuzzminimizetime", Kind::Text}, {"fuzztime", Kind::Text},        {"list", Kind::Text},
    {"memprofile", Kind::Text},      {"memprofilerate", Kind::Text},   {"mutexprofile", Kind::Text},
    {"mutexprofilefraction", Kind::Text}, {"outputdir", Kind::Directory}, {"parallel", Kind::Integer},
    {"run", Kind::Text},             {"short", Kind::Boolean},         {"shuffle", Kind::Shuffle},
    {"skip", Kind::Text},            {"timeout", Kind::Duration},      {"trace", Kind::Text},
    {"v", Kind::Verbose},
};

// Takes out those of the first `count` "-NAME=value" that come again behind them.
void dropOverridden(std::vector<std::string> &flags, std::size_t count) {
  for (std::size_t i = count; i-- > 0;) {
    const std::string head = flags[i].substr(0, flags[i].find('=') + 1);
    auto again = [&head](const std::string &flag) { return flag.starts_with(head); };
    if (std::any_of(flags.begin() + static_cast<std::ptrdiff_t>(count), flags.end(), again)) {
      flags.erase(flags.begin() + static_cast<std::ptrdiff_t>(i));
      --count;
    }
  }
}

std::optional<bool> parseBoolean(const std::string &text) {
  for (const char *word : {"1", "t", "T", "true", "TRUE", "True"})
    if (text == word)
      return true;
  for (const char *word : {"0", "f", "F", "false", "FALSE", "False"})
    if (text == word)
      return false;
  return std::nullopt;
}

std::optional<long long> parseInteger(const std::string &text) {
  char *end = nullptr;
  errno = 0;
  long long value = std::strtoll(text.c_str(), &end, 0);
  if (text.empty() || *end || errno || text[0] == ' ')
    return std::nullopt;
  return value;
}

// The value as it is handed on; nothing and a reason if it is malformed.
std::optional<std::string> canonical(Kind kind, const std::string &text, std::string &why) {
  why = "parse error";
  switch (kind) {
  case Kind::Boolean:
  case Kind::Verbose:
    if (kind == Kind::Verbose && text == "test2json")
      return text;
    if (auto value = parseBoolean(text))
      return *value ? "true" : "false";
    return std::nullopt;
  case Kind::Integer:
    if (auto value = parseInteger(text))
      return std::to_string(*value);
    return std::nullopt;
  case Kind::Duration:
    if (auto value = parseDuration(text))
      return durationText(*value);
    return std::nullopt;
  case Kind::Shuffle:
    if (text == "on" || text == "off")
      return text;
    if (auto value = parseInteger(text))
      return std::to_string(*value);
    why = "-shuffle argument must be \"on\", \"off\", or an int64: strconv.ParseInt: parsing \"" + text + "\": invalid syntax";
    return std::nullopt;
  case Kind::Directory:
    return text.empty() ? text : absolutePath(text);
  case Kind::Text:
    return text;
  }
  return std::nullopt;
}

// What a forwarded flag means to this command.
void note(const std::string &name, const std::string &value, TestOptions &options) {
  if (name == "v")
    options.verbose = value != "false";
  else if (name == "failfast")
    options.fail_fast = value == "true";
  else if (name == "bench")
    options.benchmarks = !value.empty();
  else if (name == "list")
    options.lists = !value.empty();
  else if (name == "fuzz")
    options.fuzzes = !value.empty();
  else if (name == "timeout")
    options.timeout_ns = *parseDuration(value);
  for (const char *profile : {"blockprofile", "cpuprofile", "memprofile", "mutexprofile"})
    if (name == profile && !value.empty()) {
      options.keeps_program = true;
      if (options.profile_flag.empty())
        options.profile_flag = "-" + name;
    }
}

} // namespace

std::optional<std::int64_t> parseDuration(std::string_view text) {
  bool negative = !text.empty() && text[0] == '-';
  if (!text.empty() && (text[0] == '-' || text[0] == '+'))
    text.remove_prefix(1);
  if (text == "0")
    return 0;
  static constexpr struct {
    std::string_view name;
    double ns;
  } kUnits[] = {{"ns", 1}, {"us", 1e3}, {"µs", 1e3}, {"μs", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};
  double total = 0;
  if (text.empty())
    return std::nullopt;
  while (!text.empty()) {
    std::size_t digits = text.find_first_not_of("0123456789.");
    if (digits == 0 || digits == std::string_view::npos)
      return std::nullopt;
    std::string number(text.substr(0, digits));
    if (number == "." || std::count(number.begin(), number.end(), '.') > 1)
      return std::nullopt;
    text.remove_prefix(digits);
    std::string_view unit = text.substr(0, text.find_first_of("0123456789."));
    auto known = std::find_if(std::begin(kUnits), std::end(kUnits), [unit](const auto &u) { return u.name == unit; });
    if (known == std::end(kUnits))
      return std::nullopt;
    total += std::strtod(number.c_str(), nullptr) * known->ns;
    text.remove_prefix(unit.size());
  }
  if (total >= 9.2e18)
    return std::nullopt;
  auto ns = static_cast<std::int64_t>(std::llround(total));
  return negative ? -ns : ns;
}

std::string durationText(std::int64_t ns) {
  if (ns == 0)
    return "0s";
  std::string sign = ns < 0 ? "-" : "";
  std::uint64_t left = ns < 0 ? -static_cast<std::uint64_t>(ns) : static_cast<std::uint64_t>(ns);
  // "1.5" of 15 tenths.
  auto decimal = [](std::uint64_t value, std::uint64_t unit) {
    std::string out = std::to_string(value / unit), fraction = std::to_string(unit + value % unit).substr(1);
    while (!fraction.empty() && fraction.back() == '0')
      fraction.pop_back();
    return fraction.empty() || unit == 1 ? out : out + "." + fraction;
  };
  if (left < 1000)
    return sign + decimal(left, 1) + "ns";
  if (left < 1000000)
    return sign + decimal(left, 1000) + "µs";
  if (left < 1000000000)
    return sign + decimal(left, 1000000) + "ms";
  std::uint64_t minutes = left / 60000000000, hours = minutes / 60;
  std::string out = sign;
  if (hours)
    out += std::to_string(hours) + "h";
  if (minutes)
    out += std::to_string(minutes % 60) + "m";
  return out + decimal(left % 60000000000, 1000000000) + "s";
}

bool isTestProgramFlag(std::string_view name) {
  return std::any_of(std::begin(kForwarded), std::end(kForwarded), [name](const auto &flag) { return name == flag.name; });
}

std::string parseTestFlags(const std::vector<std::string> &arguments, TestOptions &options) {
  Flags flags;
  addBuildFlags(flags, options.build);
  flags.boolean("c", options.compile_only);
  flags.boolean("json", options.json);
  flags.list("exec", options.exec);
  flags.function("vet", [&options](const std::string &value) {
    std::string message = options.vet.set(value);
    return message.empty() ? message : "invalid value \"" + value + "\" for flag -vet: " + message;
  });
  for (const char *name : {"coverprofile", "test.coverprofile"})
    flags.function(name, [&options](const std::string &file) {
      options.build.cover.enabled = true;
      options.build.cover.profile = file;
      return std::string();
    });
  std::vector<std::string> forwarded;
  std::string output_dir = currentDir();
  bool has_timeout = false, has_output_dir = false, has_output = false;
  for (const auto &flag : kForwarded)
    for (const char *prefix : {"", "test."})
      flags.custom(prefix + std::string(flag.name), flag.kind == Kind::Boolean || flag.kind == Kind::Verbose,
                   [&, flag](const std::string &text) {
                     std::string why;
                     auto value = canonical(flag.kind, text, why);
                     if (!value && flag.kind == Kind::Verbose)
                       return "invalid boolean value \"" + text + "\" for -v: invalid flag -test.v=" + text;
                     if (!value)
                       return "invalid " + std::string(flag.kind == Kind::Boolean ? "boolean " : "") + "value \"" + text +
                              "\" for " + (flag.kind == Kind::Boolean ? "-" : "flag -") + flag.name + ": " + why;
                     note(flag.name, *value, options);
                     has_timeout |= std::strcmp(flag.name, "timeout") == 0;
                     if (std::strcmp(flag.name, "outputdir") == 0) {
                       has_output_dir = true;
                       output_dir = value->empty() ? output_dir : *value;
                     }
                     has_output |= std::strcmp(flag.name, "trace") == 0 || std::strcmp(flag.name, "artifacts") == 0;
                     forwarded.push_back("-test." + std::string(flag.name) + "=" + *value);
                     return std::string();
                   });

  options.go_flags_status = parseGoFlags(flags);
  if (options.go_flags_status)
    return "";
  const std::size_t from_go_flags = forwarded.size();

  // Flags may stand before and after the packages. After an unknown flag nothing is a package any more, since it may be
  // that flag's value.
  bool packages_over = false, in_packages = false, may_be_value = false;
  std::string unknown;
  std::size_t i = 0;
  while (i < arguments.size()) {
    std::size_t at = i;
    Flags::Parsed parsed = flags.parseOne(arguments, i);
    bool was_value = std::exchange(may_be_value, false);
    if (parsed.kind == Flags::Parsed::Kind::Word) {
      if (!packages_over || in_packages) {
        in_packages = packages_over = true;
        options.packages.push_back(arguments[at]);
        continue;
      }
      if (was_value) {
        forwarded.push_back(arguments[at]);
        continue;
      }
    }
    if (parsed.kind == Flags::Parsed::Kind::Word || parsed.kind == Flags::Parsed::Kind::Terminator) {
      forwarded.insert(forwarded.end(), arguments.begin() + static_cast<std::ptrdiff_t>(at), arguments.end());
      break;
    }
    in_packages = false;
    if (parsed.kind == Flags::Parsed::Kind::Failed)
      return parsed.message;
    if (parsed.kind == Flags::Parsed::Kind::Unknown) {
      packages_over = true;
      if (parsed.name == "args") {
        forwarded.insert(forwarded.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
        break;
      }
      if (unknown.empty())
        unknown = arguments[at];
      forwarded.push_back(arguments[at]);
      may_be_value = !parsed.has_value;
    }
  }
  dropOverridden(forwarded, from_go_flags);
  CoverOptions &cover = options.build.cover;
  if (!cover.profile.empty() && options.fuzzes)
    return "cannot use -coverprofile flag with -fuzz flag";
  if (!cover.profile.empty() && cover.profile[0] != '/')
    cover.profile = cleanPath(output_dir + "/" + cover.profile);
  if (!unknown.empty() && options.compile_only)
    return "go: unknown flag " + unknown + " cannot be used with -c";
  for (const std::string &word : forwarded) {
    if (word == "--")
      break;
    options.helps |= word == "-h" || word == "-help" || word == "--help";
  }
  if (options.json)
    options.test_arguments.push_back("-test.v=test2json");
  if (options.timeout_ns > 0 && !has_timeout)
    options.test_arguments.push_back("-test.timeout=" + durationText(options.timeout_ns));
  if ((options.keeps_program || has_output) && !has_output_dir)
    options.test_arguments.push_back("-test.outputdir=" + currentDir());
  options.test_arguments.insert(options.test_arguments.end(), forwarded.begin(), forwarded.end());
  return "";
}

} // namespace gannet::command
