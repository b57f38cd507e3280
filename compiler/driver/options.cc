#include "compiler/driver/options.h"

#include "compiler/base/tool.h"
#include "compiler/driver/debug_keys.h"
#include "compiler/driver/special_packages.h"
#include "platforms/targets.h"

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>

namespace gannet::driver {

namespace {

std::vector<std::string> split(const std::string &text, char separator) {
  std::vector<std::string> out;
  std::size_t at = 0;
  while (at <= text.size()) {
    std::size_t end = text.find(separator, at);
    if (end == std::string::npos)
      end = text.size();
    if (end > at)
      out.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

constexpr char kUsage[] = "usage: compile [options] file.go...\n       compile -importcfg file -o file -typesof package";

// Takes the value of a flag; gives what is wrong with it, or "".
using Setter = std::function<std::string(const std::string &)>;
using Setters = std::map<std::string, Setter>; // by the flag's name

std::string usageOf(const Setters &without_value, const Setters &with_value) {
  std::map<std::string, const char *> flags;
  for (const auto &[name, setter] : without_value)
    flags.emplace(name, "");
  for (const auto &[name, setter] : with_value)
    flags.emplace(name, " value");
  std::string out = kUsage;
  for (const auto &[name, value] : flags)
    out += "\n  -" + name + value;
  return out;
}

} // namespace

ErrorOr<Options> parseOptions(const std::vector<std::string> &arguments) {
  auto expanded = expandArguments(arguments);
  if (!expanded)
    return expanded.takeError();
  Options o;
  Setters with_value, without_value;
  auto text = [&](const char *name, std::string &slot) {
    with_value[name] = [&slot](const std::string &v) {
      slot = v;
      return std::string();
    };
  };
  auto flag = [&](const char *name, bool &slot) {
    without_value[name] = [&slot](const std::string &v) {
      slot = v != "false" && v != "0";
      return std::string();
    };
  };
  text("o", o.output);
  text("export", o.export_output);
  text("linkobj", o.link_output);
  text("p", o.package_path);
  text("importcfg", o.import_config);
  text("D", o.local_prefix);
  text("embedcfg", o.embed_config);
  text("coveragecfg", o.coverage_config);
  text("symabis", o.symbol_abis);
  text("pgoprofile", o.call_profile);
  text("asmhdr", o.asm_header);
  text("lang", o.lang);
  text("goversion", o.go_version);
  text("buildid", o.build_id);
  text("typesof", o.types_of);
  flag("std", o.standard);
  flag("+", o.runtime_mode);
  flag("complete", o.complete);
  flag("e", o.all_errors);
  flag("smallframes", o.small_frames);
  // A level: off at 1, eager at 4, else as without it.
  without_value["l"] = [&](const std::string &v) {
    o.no_inline = v == "true" || v == "1";
    o.eager_inline = v == "4";
    return std::string();
  };
  flag("N", o.no_optimize);
  flag("B", o.no_bounds_checks);
  // Nothing differs: outputs are archives, local imports are seen with -D alone, code has no fixed address.
  for (const char *name : {"pack", "nolocalimports", "shared", "dwarfbasentries", "dwarflocationlists", "v"})
    without_value[name] = [](const std::string &) { return std::string(); };
  with_value["installsuffix"] = [](const std::string &) { return std::string(); };
  for (const char *name : {"race", "msan", "asan", "dynlink", "linkshared"})
    without_value[name] = [name](const std::string &v) {
      return v == "false" ? std::string() : "-" + std::string(name) + " is not supported";
    };
  without_value["dwarf"] = [&](const std::string &v) {
    o.no_debug_info = v == "false" || v == "0";
    return std::string();
  };
  without_value["V"] = [&](const std::string &v) {
    o.print_version = true;
    o.version_form = v;
    return std::string();
  };
  flag("S", o.print_assembly);
  flag("W", o.print_ir);
  flag("live", o.print_live);
  flag("wb", o.write_barriers);
  without_value["m"] = [&](const std::string &v) {
    o.explain = v == "true" ? o.explain + 1 : std::atoi(v.c_str());
    return std::string();
  };
  with_value["goamd64"] = [&](const std::string &v) {
    auto good = parseLevel(v.c_str(), o);
    return good ? std::string() : good.error();
  };
  with_value["c"] = [&](const std::string &v) {
    int n = std::atoi(v.c_str());
    o.threads = n > 0 ? static_cast<unsigned>(n) : 0;
    return n > 0 ? "" : "compile: -c must be at least 1, got " + v;
  };
  with_value["d"] = [&](const std::string &v) {
    for (std::string &word : split(v, ',')) {
      if (std::string fault = debugWordFault(word); !fault.empty())
        return fault;
      o.debug.push_back(std::move(word));
    }
    return std::string();
  };
  with_value["trimpath"] = [&](const std::string &v) {
    for (const std::string &rule : split(v, ';')) {
      std::size_t arrow = rule.find("=>");
      if (arrow == std::string::npos)
        o.trimpath.emplace_back(rule, "");
      else
        o.trimpath.emplace_back(rule.substr(0, arrow), rule.substr(arrow + 2));
    }
    return std::string();
  };
  std::size_t i = 0;
  const std::vector<std::string> &words = *expanded;
  for (; i < words.size(); ++i) {
    const std::string &a = words[i];
    if (a.size() < 2 || a[0] != '-')
      break;
    if (a == "--") {
      ++i;
      break;
    }
    std::string name = a.substr(a[1] == '-' ? 2 : 1), value;
    bool has_value = false;
    if (std::size_t equals = name.find('='); equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
      has_value = true;
    }
    std::string message;
    if (auto found = without_value.find(name); found != without_value.end()) {
      message = found->second(has_value ? value : "true");
    } else if (auto taken = with_value.find(name); taken != with_value.end()) {
      if (!has_value && ++i == words.size())
        return Error{"flag needs an argument: -" + name};
      message = taken->second(has_value ? value : words[i]);
    } else if (name == "h" || name == "help") {
      return Error{usageOf(without_value, with_value)};
    } else {
      return Error{"flag provided but not defined: -" + name};
    }
    if (!message.empty())
      return Error{message};
  }
  o.files.assign(words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
  if (o.print_version)
    return o;
  if (!o.link_output.empty() && !o.export_output.empty())
    return Error{"-export and -linkobj exclude each other"};
  if (o.files.empty() == o.types_of.empty() || (!o.types_of.empty() && o.output.empty()))
    return Error{kUsage};
  if (!o.types_of.empty())
    return o;
  if (o.package_path.empty())
    o.package_path = "main";
  if (o.standard && isRuntimePackage(o.package_path))
    o.runtime_mode = true;
  if (o.output.empty())
    o.output = std::filesystem::path(o.files.front()).stem().string() + ".o";
  return o;
}

ErrorOr<void> parseLevel(const char *goamd64, Options &options) {
  if (options.level)
    return {};
  const platforms::Target &target = *platforms::findTarget("linux", "amd64");
  options.level = platforms::levelOf(target, goamd64 && *goamd64 ? goamd64 : "v1");
  if (options.level)
    return {};
  std::string levels;
  for (unsigned i = 1; i <= target.levels; ++i)
    levels += (i > 1 ? ", v" : "v") + std::to_string(i);
  return Error{"invalid GOAMD64: must be " + levels};
}

ErrorOr<void> parseSsaRequest(const char *function, const char *folder, Options &o) {
  std::string name = function ? function : "";
  if (name.find_first_of(":~") != std::string::npos)
    return Error{"GOSSAFUNC: " + name + ": choosing passes and control flow graphs is not supported"};
  if (o.ssa_text = name.ends_with('+'); o.ssa_text)
    name.pop_back();
  o.ssa_function = std::move(name);
  o.ssa_folder = folder ? folder : "";
  return {};
}

} // namespace gannet::driver
