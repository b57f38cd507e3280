#include "toolchain/command/versioned.h"

#include "compiler/base/file.h"
#include "toolchain/command/go_program.h"
#include "toolchain/command/godebug.h"
#include "toolchain/command/loader.h"

#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace gannet::command {

ErrorOr<bool> haveVersion(const std::vector<std::string> &named) {
  std::string version;
  std::size_t count = 0;
  for (const std::string &word : named) {
    std::size_t at = isLocalPath(word) ? std::string::npos : word.find('@');
    if (at == std::string::npos)
      continue;
    if (count++ && word.substr(at) != version)
      return Error{"go: all arguments must refer to packages in the same module at the same version (" + version + ")"};
    version = word.substr(at);
  }
  if (count && count != named.size())
    return Error{"go: all arguments must have the same version (" + version + ")"};
  return count != 0;
}

bool enterModuleFor(const std::string &dir, std::vector<std::string> &named, bool writable) {
  auto sdk = findSdk();
  if (!sdk || dir.empty()) {
    std::fprintf(stderr, "%s\n", sdk ? "gannet: cannot make a temporary directory" : sdk.error().c_str());
    return false;
  }
  if (auto written = writeFile(dir + "/go.mod", "module " + std::string(kVersionedModule) + "\n\ngo 1.26\n"); !written) {
    std::fprintf(stderr, "%s\n", written.error().c_str());
    return false;
  }
  std::vector<std::string> words = {"get", "-C", dir};
  if (writable)
    words.push_back("-modcacherw");
  words.push_back("--");
  words.insert(words.end(), named.begin(), named.end());
  if (runGo(*sdk, words) != 0)
    return false;
  for (std::string &word : named)
    word.resize(word.find('@'));
  if (chdir(dir.c_str()) < 0) {
    std::fprintf(stderr, "go: chdir %s: no such directory\n", dir.c_str());
    return false;
  }
  unsetenv("PWD");
  return true;
}

bool standsAlone(const std::vector<Package *> &packages) {
  for (const Package *p : packages) {
    if (!p->isMain() || !p->module)
      return false;
    auto text = readFile(p->module->mod_file);
    auto file = text ? modules::parseModFile(p->module->mod_file, *text, modules::ModFileKind::Main) : text.takeError();
    if (!file || !file->replaces.empty() || !file->excludes.empty())
      return false;
  }
  return true;
}

} // namespace gannet::command
