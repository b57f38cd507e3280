// One copy of each distinct string, so that equal names have equal addresses.
#ifndef GANNET_COMPILER_BASE_INTERNER_H
#define GANNET_COMPILER_BASE_INTERNER_H

#include "compiler/base/arena.h"

#include <string_view>
#include <unordered_set>

namespace gannet {

// Not thread-safe. The views live as long as the interner; two equal strings give views with the same data().
class Interner {
public:
  std::string_view intern(std::string_view text) {
    auto found = seen_.find(text);
    if (found != seen_.end())
      return *found;
    std::string_view kept = arena_.copy(text);
    seen_.insert(kept);
    return kept;
  }

private:
  Arena arena_;
  std::unordered_set<std::string_view> seen_;
};

} // namespace gannet

#endif
