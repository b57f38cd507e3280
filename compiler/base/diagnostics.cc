#include "compiler/base/diagnostics.h"

#include <algorithm>

namespace gannet {

void Diagnostics::add(Diagnostic d) {
  if (d.kind == Diagnostic::Kind::Error)
    ++error_count_;
  list_.push_back(std::move(d));
}

void Diagnostics::merge(Diagnostics &&other) {
  for (Diagnostic &d : other.list_)
    add(std::move(d));
  other.list_.clear();
  other.error_count_ = 0;
}

std::string Diagnostics::render(const SourceSet &sources, std::size_t limit) const {
  std::vector<const Diagnostic *> sorted;
  for (const Diagnostic &d : list_)
    sorted.push_back(&d);
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Diagnostic *a, const Diagnostic *b) { return a->pos < b->pos; });
  std::string out;
  std::size_t errors = 0;
  const Diagnostic *previous = nullptr;
  for (const Diagnostic *d : sorted) {
    if (previous && previous->pos == d->pos && previous->message == d->message)
      continue;
    previous = d;
    if (d->kind == Diagnostic::Kind::Error && limit && errors == limit) {
      out += sources.str(d->pos) + ": too many errors\n";
      break;
    }
    if (d->kind == Diagnostic::Kind::Error)
      ++errors;
    if (d->pos.known())
      out += sources.str(d->pos) + ": ";
    out += d->message + "\n";
  }
  return out;
}

} // namespace gannet
