// The subcommands. Each takes the words after its name and returns the exit status.
#ifndef GANNET_TOOLCHAIN_COMMAND_COMMANDS_H
#define GANNET_TOOLCHAIN_COMMAND_COMMANDS_H

#include <string>
#include <vector>

namespace gannet::command {

using Arguments = std::vector<std::string>;

// What this command is called in messages: "go" if it was started by that name.
const char *invokedAs();

int commandBug(const Arguments &arguments);
int commandBuild(const Arguments &arguments);
int commandClean(const Arguments &arguments);
int commandDoc(const Arguments &arguments);
int commandEnv(const Arguments &arguments);
int commandFix(const Arguments &arguments);
int commandFmt(const Arguments &arguments);
int commandGenerate(const Arguments &arguments);
int commandGet(const Arguments &arguments);
int commandGofmt(const Arguments &arguments); // the program gofmt
int commandHelp(const Arguments &arguments);
int commandInstall(const Arguments &arguments);
int commandList(const Arguments &arguments);
int commandMod(const Arguments &arguments);
int commandRun(const Arguments &arguments);
int commandTelemetry(const Arguments &arguments);
int commandTest(const Arguments &arguments);
int commandTool(const Arguments &arguments);
int commandVersion(const Arguments &arguments);
int commandVet(const Arguments &arguments);
int commandWork(const Arguments &arguments);

} // namespace gannet::command

#endif
