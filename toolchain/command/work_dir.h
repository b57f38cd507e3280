// The folder in which a command builds, $WORK: a folder b001, b002, ... in it for each thing that is made.
#ifndef GANNET_TOOLCHAIN_COMMAND_WORK_DIR_H
#define GANNET_TOOLCHAIN_COMMAND_WORK_DIR_H

#include "compiler/base/error.h"
#include "toolchain/command/paths.h"

#include <optional>
#include <string>

namespace gannet::command {

class WorkDir {
public:
  // Makes it in the directory `parent`; it is removed with the object unless `keep`. Fails as `go` does.
  ErrorOr<void> make(const std::string &parent, bool keep);
  // "" before it was made.
  const std::string &path() const;
  // Numbers for so many folders, which nobody else has: the first of them. They count from 1.
  unsigned reserve(std::size_t count);
  // The path of a number's folder, which is not made.
  std::string folder(unsigned number) const;

private:
  unsigned reserved_ = 0;
  std::optional<TemporaryDir> dir_;
};

} // namespace gannet::command

#endif
