// The variables that steer the command: from the process's environment, else from the file that `env -w` writes, else from
// GOROOT/go.env. Source: go help environment.
#ifndef GANNET_TOOLCHAIN_COMMAND_ENVIRONMENT_H
#define GANNET_TOOLCHAIN_COMMAND_ENVIRONMENT_H

#include "compiler/base/error.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

// Whether `name` is a variable that the command knows and `env -w` may set.
bool isKnownVariable(std::string_view name);

class Environment {
public:
  // Reads the files, which may be absent. `goroot` is the SDK's root.
  explicit Environment(const std::string &goroot);

  // The value, empty if it is nowhere set.
  std::string get(const std::string &name) const;
  std::string getOr(const std::string &name, const std::string &otherwise) const;
  // As `env NAME` tells it: of variables that go does not know, what the file of `env -w` has.
  std::string shown(const std::string &name) const;
  // Whether that file has one that go does not know.
  bool isInFile(const std::string &name) const;
  // The file of `env -w`; empty if GOENV is "off" or there is no home.
  const std::string &file() const { return file_; }

  // With their defaults.
  std::string goPath() const;
  std::string modCache() const;
  // The words of GOFLAGS. Fails on one that is no flag.
  ErrorOr<std::vector<std::string>> goFlags() const;

private:
  std::string file_;
  std::map<std::string, std::string> from_files_;
};

// Sets and deletes variables in the file, as `env -w` and `env -u` do. Fails in go's words.
ErrorOr<void> updateEnvironmentFile(const std::string &file, std::map<std::string, std::string> set,
                                    const std::vector<std::string> &unset);

} // namespace gannet::command

#endif
