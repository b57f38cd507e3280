#include "compiler/base/file.h"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace gannet {

namespace {

// The text of errno in Go's words: C's, in lower case.
std::string errnoText() {
  std::string text = std::strerror(errno);
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z' && !(text.size() > 1 && text[1] >= 'A' && text[1] <= 'Z'))
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  return text;
}

Error failed(const char *what, const std::string &path) {
  return {std::string(what) + " " + path + ": " + errnoText()};
}

} // namespace

ErrorOr<std::string> readFile(const std::string &path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return failed("open", path);
  std::string out;
  struct stat st;
  if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode))
    out.reserve(static_cast<std::size_t>(st.st_size) + 1);
  char buffer[1 << 16];
  for (;;) {
    ssize_t n = read(fd, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      Error e = failed("read", path);
      close(fd);
      return e;
    }
    if (n == 0)
      break;
    out.append(buffer, static_cast<std::size_t>(n));
  }
  close(fd);
  return out;
}

ErrorOr<std::unique_ptr<MappedFile>> MappedFile::open(const std::string &path) {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return failed("open", path);
  struct stat st;
  if (fstat(fd, &st) < 0) {
    Error e = failed("stat", path);
    close(fd);
    return e;
  }
  std::size_t size = static_cast<std::size_t>(st.st_size);
  const char *data = nullptr;
  if (size) {
    void *mapped = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (mapped == MAP_FAILED) {
      Error e = failed("mmap", path);
      close(fd);
      return e;
    }
    data = static_cast<const char *>(mapped);
  }
  close(fd);
  return std::unique_ptr<MappedFile>(new MappedFile(path, data, size));
}

MappedFile::~MappedFile() {
  if (data_)
    munmap(const_cast<char *>(data_), size_);
}

namespace {

bool writeAll(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

} // namespace

ErrorOr<void> writeFile(const std::string &path, std::string_view bytes, bool executable) {
  return writeFile(path, std::span(&bytes, 1), executable);
}

ErrorOr<void> writeFile(const std::string &path, std::span<const std::string_view> pieces, bool executable) {
  // A device or pipe (/dev/null, /dev/stdout) is written to: renaming would put a file in its place.
  struct stat st;
  const bool in_place = ::stat(path.c_str(), &st) == 0 && !S_ISREG(st.st_mode);
  // By thread: several may write the same file at once, one that is named by its contents.
  const std::string temporary = in_place ? path : path + ".tmp" + std::to_string(gettid());
  auto discard = [&] {
    if (!in_place)
      unlink(temporary.c_str());
  };
  int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, executable ? 0777 : 0666);
  if (fd < 0)
    return failed("open", path);
  for (std::string_view bytes : pieces)
    if (!writeAll(fd, bytes)) {
      Error e = failed("write", path);
      close(fd);
      discard();
      return e;
    }
  if (close(fd) < 0 || (!in_place && rename(temporary.c_str(), path.c_str()) < 0)) {
    Error e = failed("write", path);
    discard();
    return e;
  }
  return {};
}

} // namespace gannet
