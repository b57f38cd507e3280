// Whole files in, whole files out: an output appears under its name complete or not at all.
#ifndef GANNET_COMPILER_BASE_FILE_H
#define GANNET_COMPILER_BASE_FILE_H

#include "compiler/base/error.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace gannet {

// The contents of a file. Errors read "open NAME: no such file or directory", as Go's do.
ErrorOr<std::string> readFile(const std::string &path);

// A file mapped read-only; the bytes live as long as the object.
class MappedFile {
public:
  static ErrorOr<std::unique_ptr<MappedFile>> open(const std::string &path);
  ~MappedFile();
  MappedFile(const MappedFile &) = delete;
  MappedFile &operator=(const MappedFile &) = delete;

  std::string_view bytes() const { return {data_, size_}; }
  const std::string &path() const { return path_; }

private:
  MappedFile(std::string path, const char *data, std::size_t size)
      : path_(std::move(path)), data_(data), size_(size) {}
  std::string path_;
  const char *data_;
  std::size_t size_;
};

// Writes under a temporary name beside `path` and renames it there; on failure nothing is left behind. The second form writes pieces,
// one after the other.
ErrorOr<void> writeFile(const std::string &path, std::string_view bytes, bool executable = false);
ErrorOr<void> writeFile(const std::string &path, std::span<const std::string_view> pieces, bool executable = false);

} // namespace gannet

#endif
