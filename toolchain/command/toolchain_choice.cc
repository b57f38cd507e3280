#include "toolchain/command/toolchain_choice.h"

#include "toolchain/modules/version.h"

namespace gannet::command {

namespace {

// That of a toolchain called "go1.26.3" or "go1.26.3-vendor"; empty if it has another name.
std::string versionOf(std::string_view name) {
  if (name.substr(0, 2) != "go")
    return {};
  std::string_view version = name.substr(2, name.find('-') - 2);
  return modules::isGoVersion(version) ? std::string(version) : std::string();
}

} // namespace

ToolchainSetting parseToolchainSetting(std::string_view value) {
  ToolchainSetting setting;
  if (value == "auto" || value == "path") {
    setting.follows_lines = true;
    return setting;
  }
  const std::size_t plus = value.find('+');
  if (plus != std::string_view::npos) {
    const std::string_view suffix = value.substr(plus + 1);
    setting.valid = suffix == "auto" || suffix == "path";
    setting.follows_lines = true;
  }
  if (const std::string_view name = value.substr(0, plus); name != "local") {
    setting.version = versionOf(name);
    setting.valid &= !setting.version.empty();
  }
  return setting;
}

bool asksForOther(const ToolchainSetting &setting, const modules::ModFile *lines, std::string_view own) {
  if (!setting.valid)
    return true;
  std::string chosen = setting.version.empty() ? std::string(own) : setting.version;
  if (setting.follows_lines && lines)
    for (const std::string &wanted : {lines->go, versionOf(lines->toolchain)})
      if (modules::compareGoVersion(wanted, chosen) > 0)
        chosen = wanted;
  return chosen != own;
}

} // namespace gannet::command
