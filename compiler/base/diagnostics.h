// What a compilation tells its user: collected with positions, shown sorted, in the form `file:line:col: message`.
#ifndef GANNET_COMPILER_BASE_DIAGNOSTICS_H
#define GANNET_COMPILER_BASE_DIAGNOSTICS_H

#include "compiler/base/source.h"

#include <string>
#include <vector>

namespace gannet {

struct Diagnostic {
  enum class Kind : std::uint8_t { Error, Note, Warning };
  Pos pos;
  Kind kind = Kind::Error;
  std::string message; // may hold further lines, each starting with a tab
};

// Not thread-safe: one a thread, merged at the end, or one a compilation.
class Diagnostics {
public:
  void error(Pos pos, std::string message) { add({pos, Diagnostic::Kind::Error, std::move(message)}); }
  void warning(Pos pos, std::string message) { add({pos, Diagnostic::Kind::Warning, std::move(message)}); }
  // An explanation printed like an error, but one that does not fail the compilation (`-m` and the like).
  void note(Pos pos, std::string message) { add({pos, Diagnostic::Kind::Note, std::move(message)}); }

  std::size_t errorCount() const { return error_count_; }
  const std::vector<Diagnostic> &all() const { return list_; }
  void merge(Diagnostics &&other);

  // All of them as gc prints them: sorted by position, a repeated line dropped, one error a source line kept,
  // and "too many errors" after `limit` errors (0: no limit).
  std::string render(const SourceSet &sources, std::size_t limit) const;

private:
  void add(Diagnostic d);

  std::vector<Diagnostic> list_;
  std::size_t error_count_ = 0;
};

} // namespace gannet

#endif
