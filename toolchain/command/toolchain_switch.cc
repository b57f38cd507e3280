#include "toolchain/command/toolchain_switch.h"

#include "compiler/base/file.h"
#include "toolchain/command/environment.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/loader.h"
#include "toolchain/command/paths.h"
#include "toolchain/command/toolchain_choice.h"

#include <algorithm>

namespace gannet::command {

namespace {

// The file of the workspace or of the main module, if it is there and can be read: what is wrong with it the command says.
std::optional<modules::ModFile> linesHere(const Environment &environment) {
  std::string work = environment.get("GOWORK");
  if (work.empty())
    work = nearestFile(currentDir(), "go.work");
  const bool is_work = !work.empty() && work != "off";
  const std::string path = is_work ? work : nearestFile(currentDir(), "go.mod");
  auto text = path.empty() ? Error{"no file"} : readFile(path);
  auto file = text ? modules::parseModFile(path, *text, is_work ? modules::ModFileKind::Work : modules::ModFileKind::Main) : text.takeError();
  return file ? std::optional(std::move(*file)) : std::nullopt;
}

// "install PACKAGE@VERSION": the lines of a module that is not here yet may ask for a toolchain.
bool namesVersion(const std::string &command, const Arguments &arguments) {
  return (command == "install" || command == "run") && std::any_of(arguments.begin(), arguments.end(), [](const std::string &word) {
           return word[0] != '-' && !isLocalPath(word) && word.find('@') != std::string::npos;
         });
}

} // namespace

std::optional<int> runOtherToolchain(const std::string &command, const Arguments &arguments) {
  auto sdk = findSdk();
  if (!sdk)
    return std::nullopt; // the subcommand says so
  const Environment environment(sdk->root);
  const std::string value = environment.getOr("GOTOOLCHAIN", "local");
  if (value == "local" || value == sdk->version || value == sdk->fullVersion())
    return std::nullopt;
  const ToolchainSetting setting = parseToolchainSetting(value);
  std::optional<modules::ModFile> lines;
  if (setting.follows_lines)
    lines = linesHere(environment);
  Arguments words = {command};
  words.insert(words.end(), arguments.begin(), arguments.end());
  if (asksForOther(setting, lines ? &*lines : nullptr, sdk->version.substr(2)))
    return switchToolchain(*sdk, words);
  return setting.follows_lines && namesVersion(command, arguments) ? std::optional(runGo(*sdk, words)) : std::nullopt;
}

} // namespace gannet::command
