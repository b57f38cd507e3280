#include "toolchain/command/work_dir.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace gannet::command {

ErrorOr<void> WorkDir::make(const std::string &parent, bool keep) {
  dir_.emplace("gannet-build", parent);
  if (dir_->path().empty())
    return Error{"go: creating work dir: mkdir " + parent + "/gannet-build: " + std::strerror(errno)};
  if (keep)
    dir_->keep();
  return {};
}

const std::string &WorkDir::path() const {
  static const std::string kNone;
  return dir_ ? dir_->path() : kNone;
}

unsigned WorkDir::reserve(std::size_t count) {
  unsigned first = reserved_ + 1;
  reserved_ += static_cast<unsigned>(count);
  return first;
}

std::string WorkDir::folder(unsigned number) const {
  char name[16];
  std::snprintf(name, sizeof name, "/b%03u", number);
  return path() + name;
}

} // namespace gannet::command
