// Where things stand in the source: files and positions.
#ifndef GANNET_COMPILER_BASE_SOURCE_H
#define GANNET_COMPILER_BASE_SOURCE_H

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gannet {

// A place in a source file as the file itself counts, before //line directives. Line and column count from 1,
// columns in bytes, capped at 65535; file is an index into the SourceSet. A default-built position is none.
// Ordered by file, line, column: files are added in command-line order, so this is the order of diagnostics.
struct Pos {
  std::uint16_t file = 0;
  std::uint16_t col = 0;
  std::uint32_t line = 0;

  bool known() const { return line != 0; }
  friend bool operator==(Pos, Pos) = default;
  friend std::strong_ordering operator<=>(Pos a, Pos b) {
    if (auto c = a.file <=> b.file; c != 0)
      return c;
    if (auto c = a.line <=> b.line; c != 0)
      return c;
    return a.col <=> b.col;
  }
};
static_assert(sizeof(Pos) == 8, "every node carries one");

// A position as a reader sees it, after //line directives. `col` is 0 when a directive left it out.
struct ShownPos {
  std::string_view file;
  std::uint32_t line = 0;
  std::uint32_t col = 0;
};

// The files of one compilation: those that are compiled, and those that positions of inlined bodies name.
// Not thread-safe while files or directives are added; reading is.
class SourceSet {
public:
  SourceSet();

  // `name` is how diagnostics and line tables name the file. The text may be empty for a file known by name alone.
  std::uint16_t addFile(std::string name, std::string text);
  // The index of the file of that name, added without text if it is new.
  std::uint16_t fileNamed(std::string_view name);

  // Gives a file another name, for what is shown of it from now on. Views of the old one end.
  void rename(std::uint16_t file, std::string name) { files_[file].name = std::move(name); }

  std::string_view name(std::uint16_t file) const { return files_[file].name; }
  std::string_view text(std::uint16_t file) const { return files_[file].text; }
  std::size_t fileCount() const { return files_.size(); }

  // What follows `at` (its line's successor, or the column on) is shown as `file`:`line`[:`col`]. `at` in ascending order.
  void addLineDirective(Pos at, std::string file, std::uint32_t line, std::uint32_t col);

  ShownPos shown(Pos pos) const;
  // "file:line:col", or "file:line" without a column, "<unknown position>" for none.
  std::string str(Pos pos) const;

private:
  struct Directive {
    Pos at; // first position it applies to
    std::string file;
    std::uint32_t line;
    std::uint32_t col;
  };
  struct File {
    std::string name;
    std::string text;
    std::vector<Directive> directives;
  };
  std::vector<File> files_; // [0] stands for "no file"
};

} // namespace gannet

#endif
