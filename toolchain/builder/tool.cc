// tool: runs one of the toolchain's tools. Packages of Go's library are compiled so, whose files are known when the rules are loaded: what is
// run for them is in the same worker process as what is run for packages of users.
//
//   -tool  the program
//   -arg   its arguments, in this order
#include "toolchain/builder/child.h"
#include "toolchain/builder/commands.h"

namespace gannet::builder {

CommandResult toolCommand(const Arguments &arguments) {
  std::vector<std::string> words = {arguments.one("tool")};
  if (words[0].empty())
    return {2, "builder: tool: no -tool is named\n"};
  const std::vector<std::string> &rest = arguments.all("arg");
  words.insert(words.end(), rest.begin(), rest.end());
  CommandResult result;
  result.status = runTool(words, result.messages);
  return result;
}

} // namespace gannet::builder
