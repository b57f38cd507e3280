// File system names and small queries, in the words of this program.
#ifndef GANNET_TOOLCHAIN_COMMAND_PATHS_H
#define GANNET_TOOLCHAIN_COMMAND_PATHS_H

#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

std::string currentDir();
// Cleaned and made absolute by the current directory; links are not resolved.
std::string absolutePath(std::string_view path);
// Without ".", ".." (where a parent is known), doubled and trailing slashes.
std::string cleanPath(std::string_view path);
std::string parentDir(std::string_view path);
std::string baseName(std::string_view path);
// `path` relative to `dir` if it lies in it ("." if it is it), else empty.
std::string within(std::string_view dir, std::string_view path);
// `path` as a message shows it: relative to the current directory if that is shorter.
std::string shortPath(const std::string &path);
// The same where the current directory is known: to ask for it costs more than all else.
std::string shortPathFrom(std::string here, const std::string &path);
// A tool's messages with the absolute names of files in `dir` shortened like that, "./" before those of the current directory.
std::string shortenNames(std::string text, const std::string &dir);

bool pathExists(const std::string &path);
// The file of that name in a directory or in the nearest one above it; empty if there is none.
std::string nearestFile(const std::string &dir, const std::string &name);
bool isDirectory(const std::string &path);
bool isSymlink(const std::string &path);
// The names in a directory, sorted, without "." and "..". Empty if it cannot be read.
std::vector<std::string> listDir(const std::string &path);
// Those of what is no directory.
std::vector<std::string> listFiles(const std::string &path);
// Creates a directory and its parents. False if that fails.
bool makeDirs(const std::string &path);
// Removes a file or a whole tree.
void removeAll(const std::string &path);

// Where temporary files belong: TMPDIR, else /tmp.
std::string temporaryRoot();
// A directory of its own that is removed with the object. Empty path(): it could not be made.
class TemporaryDir {
public:
  explicit TemporaryDir(std::string_view prefix, const std::string &parent = temporaryRoot());
  ~TemporaryDir();
  TemporaryDir(const TemporaryDir &) = delete;
  TemporaryDir &operator=(const TemporaryDir &) = delete;
  const std::string &path() const { return path_; }
  void keep() { keep_ = true; }

private:
  std::string path_;
  bool keep_ = false;
};

} // namespace gannet::command

#endif
