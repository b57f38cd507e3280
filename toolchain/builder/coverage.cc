#include "toolchain/builder/coverage.h"

#include "compiler/base/file.h"
#include "compiler/syntax/unicode.h"
#include "toolchain/builder/child.h"

#include <filesystem>
#include <set>

namespace gannet::builder {

namespace {

// Where the counters are registered; its target is in the rules' attribute _coverdata.
constexpr const char *kRegistry = "gannet.dev/toolchain/testing/coverdata";

} // namespace

ErrorOr<std::string> countStatements(const Arguments &arguments, const std::string &folder, const std::string &package_name,
                                     Sources &sources, std::string &messages) {
  const std::vector<std::string> &named = arguments.all("cover");
  std::set<std::string> covered(named.begin(), named.end());
  std::string registrations;
  unsigned count = 0;
  for (GoFile &file : sources.go) {
    if (!covered.count(file.path) || file.isTest())
      continue;
    std::string variable = "gannetCover" + std::to_string(count++);
    std::string below = folder + "/" + variable;
    std::error_code ignored; // a folder that is not there shows at the file
    std::filesystem::create_directories(below, ignored);
    std::string counting = below + file.path.substr(file.path.rfind('/') == std::string::npos ? 0 : file.path.rfind('/'));
    if (runTool({arguments.one("covertool"), "-mode=atomic", "-var=" + variable, "-o", counting, file.path}, messages) != 0)
      return Error{"builder: cover failed on " + file.path};
    file.path = counting;
    registrations += "\tcoverdata.Register(" + syntax::quote(file.short_path) + ", " + variable + ".Count[:], " + variable + ".Pos[:], " +
                     variable + ".NumStmt[:])\n";
  }
  if (registrations.empty())
    return std::string();
  return "package " + package_name + "\n\nimport coverdata \"" + kRegistry + "\"\n\nfunc init() {\n" + registrations + "}\n";
}

} // namespace gannet::builder
