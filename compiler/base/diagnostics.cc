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
  const Diagnostic *last = nullptr;
  std::size_t errors = 0;
  for (const Diagnostic &d : list_) {
    if (!sorted.empty() && sorted.back()->pos == d.pos && sorted.back()->message == d.message)
      continue;
    sorted.push_back(&d);
    if (d.kind == Diagnostic::Kind::Error && ++errors == limit) {
      last = &d;
      break;
    }
  }
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const Diagnostic *a, const Diagnostic *b) { return a->pos < b->pos; });
  std::string out;
  const Diagnostic *previous = nullptr;
  for (const Diagnostic *d : sorted) {
    if (previous && previous->pos == d->pos && previous->message == d->message)
      continue;
    previous = d;
    if (d->pos.known())
      out += sources.str(d->pos) + ": ";
    out += d->message + "\n";
  }
  if (last)
    out += sources.str(last->pos) + ": too many errors\n";
  return out;
}

} // namespace gannet
