// link: writes the linker's configuration, fills in the workspace status, and runs the linker.
//
//   -o, -main           output; object of the main package
//   -pkg                PATH<tab>FILE: objects of all packages
//   -runtime            archives of the C++ runtime
//   -info               lines of build information
//   -x                  NAME=VALUE: string variables; {KEY} in a value is KEY's value in the -stamp files
//   -buildid, -goversion, -ldflag, -linker
#include "toolchain/builder/child.h"
#include "toolchain/builder/commands.h"
#include "toolchain/builder/stamp.h"

#include "compiler/base/file.h"

#include <cstdio>

namespace gannet::builder {

namespace {

// By these 16 bytes before and after, tools find the build information in a program. Source: Go's debug/buildinfo.
constexpr const char *kInfoStart = "\\x30w\\xaf\\x0c\\x92t\\x08\\x02A\\xe1\\xc1\\x07\\xe6\\xd6\\x18\\xe6";
constexpr const char *kInfoEnd = "\\xf92C1\\x86\\x18 r\\x00\\x82B\\x10A\\x16\\xd8\\xf2";

std::string moduleInfo(const std::vector<std::string> &lines) {
  std::string out = std::string("modinfo \"") + kInfoStart;
  for (const std::string &line : lines) {
    for (char c : line) {
      if (c == '\t')
        out += "\\t";
      else if (c == '"' || c == '\\')
        out += std::string("\\") + c;
      else
        out += c;
    }
    out += "\\n";
  }
  return out + kInfoEnd + "\"\n";
}

CommandResult fail(const std::string &message) { return {1, message + "\n"}; }

} // namespace

CommandResult linkCommand(const Arguments &arguments) {
  StatusValues status;
  for (const std::string &file : arguments.all("stamp")) {
    ErrorOr<std::string> text = readFile(file);
    if (!text)
      return fail(text.error());
    addStatus(*text, status);
  }
  const std::string &output = arguments.one("o");
  std::string config_file = output + ".importcfg", config;
  for (const std::string &value : arguments.all("pkg")) {
    std::vector<std::string> parts = fields(value, 2);
    if (parts[1] != arguments.one("main"))
      config += "packagefile " + parts[0] + "=" + parts[1] + "\n";
  }
  config += moduleInfo(arguments.all("info"));
  if (ErrorOr<void> done = writeFile(config_file, config); !done)
    return fail(done.error());
  std::vector<std::string> words = {arguments.one("linker"), "-o", output, "-importcfg", config_file,
                                    "-buildid", arguments.one("buildid"),
                                    "-X", "runtime.buildVersion=" + arguments.one("goversion")};
  for (const std::string &archive : arguments.all("runtime"))
    words.insert(words.end(), {"-runtime", archive});
  for (const std::string &value : arguments.all("x"))
    words.insert(words.end(), {"-X", stamped(value, status)});
  words.insert(words.end(), arguments.all("ldflag").begin(), arguments.all("ldflag").end());
  words.push_back(arguments.one("main"));
  CommandResult result;
  result.status = runTool(words, result.messages);
  std::remove(config_file.c_str());
  return result;
}

} // namespace gannet::builder
