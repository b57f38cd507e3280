#include "compiler/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace gannet {

// Per thread, for the text of an internal error alone: no compilation reads it.
static thread_local WorkScope *current_work = nullptr;

WorkScope::WorkScope(std::string_view text) : text_(text), outer_(current_work) { current_work = this; }

WorkScope::~WorkScope() { current_work = outer_; }

void internalError(const char *file, int line, std::string_view what) {
  std::string text = "internal error: ";
  text.append(what);
  text += " (";
  text += file;
  text += ":" + std::to_string(line) + ")\n";
  for (WorkScope *scope = current_work; scope; scope = scope->outer_) {
    text += "\twhile working on ";
    text.append(scope->text_);
    text += "\n";
  }
  if (write(STDERR_FILENO, text.data(), text.size()) < 0)
    std::_Exit(3);
  std::_Exit(3);
}

} // namespace gannet
