#include "toolchain/command/godebug.h"

#include "compiler/base/file.h"

#include <cstdlib>
#include <functional>
#include <map>

namespace gannet::command {

namespace {

// The text between the quotes behind `field` in a line of the library's table of settings; empty if it is not there.
std::string quotedField(std::string_view line, std::string_view field) {
  std::size_t at = line.find(field);
  if (at == std::string_view::npos)
    return "";
  std::size_t open = line.find('"', at);
  std::size_t close = open == std::string_view::npos ? open : line.find('"', open + 1);
  return close == std::string_view::npos ? "" : std::string(line.substr(open + 1, close - open - 1));
}

// Calls `see` with the lines of the library's table of settings.
void forEachSetting(const Sdk &sdk, const std::function<void(std::string_view)> &see) {
  auto table = readFile(sdk.source() + "/internal/godebugs/table.go");
  std::string_view text = table ? std::string_view(*table) : std::string_view();
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    see(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// What settings were in Go 1.`minor`, where they have changed since. The library lists them, one a line, as
// {Name: "x", Package: "p", Changed: 23, Old: "1"}.
std::map<std::string, std::string> settingsOf(const Sdk &sdk, int minor) {
  std::map<std::string, std::string> out;
  forEachSetting(sdk, [&](std::string_view line) {
    constexpr std::string_view kChanged = "Changed: ";
    std::size_t changed = line.find(kChanged);
    std::string name = quotedField(line, "{Name:");
    if (name.empty() || changed == std::string_view::npos)
      return;
    if (minor < std::atoi(std::string(line.substr(changed + kChanged.size(), 4)).c_str()))
      out[name] = quotedField(line, "Old:");
  });
  return out;
}

// Whether go takes "key=value" for a setting of this version.
bool isSetting(const Sdk &sdk, const std::string &key, const std::string &value) {
  if (key.empty() || key.find_first_of(" \t\"`',") != std::string::npos || value.find_first_of(" \t\"`',") != std::string::npos)
    return false;
  if (key == "default")
    return value.rfind("go", 0) == 0 && modules::isGoVersion(value.substr(2)) &&
           modules::compareGoVersion(value.substr(2), sdk.version.substr(2)) <= 0;
  bool known = false;
  forEachSetting(sdk, [&](std::string_view line) { // those that were removed are in a list of their own
    known |= quotedField(line, "{Name:") == key && line.find("Removed:") == std::string_view::npos;
  });
  return known;
}

} // namespace

std::string invalidGodebug(const Sdk &sdk, const std::vector<std::string> &lines) {
  for (const std::string &line : lines) {
    std::size_t equals = line.find('=');
    if (equals == std::string::npos || !isSetting(sdk, line.substr(0, equals), line.substr(equals + 1)))
      return line;
  }
  return "";
}

bool hasSetting(std::string_view setting) {
  const char *text = std::getenv("GODEBUG");
  return text && ("," + std::string(text) + ",").find("," + std::string(setting) + ",") != std::string::npos;
}

std::string defaultGodebug(const Loader &loader, const Package &main_package) {
  const modules::ModuleSet &set = loader.modules();
  std::map<std::string, std::string> chosen;
  for (const auto &[key, value] : set.godebugs())
    chosen[key] = value;
  for (const std::string &line : main_package.debug_lines)
    if (std::size_t equals = line.find('='); equals != std::string::npos)
      chosen[line.substr(0, equals)] = line.substr(equals + 1);
  std::string version = set.goVersion();
  if (!set.empty() && set.mains()[0]->path == kVersionedModule) { // its module is the program's, though the main one is another
    version = main_package.module ? main_package.module->go : "";
    version = version.empty() ? "1.20" : version;
  }
  if (auto said = chosen.find("default"); said != chosen.end()) {
    version = said->second.rfind("go", 0) == 0 ? said->second.substr(2) : said->second;
    chosen.erase(said);
  }
  if (version.rfind("1.", 0) == 0)
    chosen.merge(settingsOf(loader.sdk(), std::atoi(version.c_str() + 2)));
  if (loader.fips())
    chosen.emplace("fips140", "on");
  std::string out;
  for (const auto &[key, value] : chosen)
    out += (out.empty() ? "" : ",") + key + "=" + value;
  return out;
}

} // namespace gannet::command
