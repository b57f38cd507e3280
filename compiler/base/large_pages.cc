#include "compiler/base/large_pages.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

namespace gannet {

void keepHeapInLargePages(int bytes) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1); // arenas of other threads grow by small pages, one at a time
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
  mallopt(M_TOP_PAD, bytes);
  const void *const before = sbrk(0);
  void *volatile large = std::malloc(std::size_t(1) << 20); // does not fit, so that the heap grows; volatile: it is not left out
  std::free(large);
  mallopt(M_TOP_PAD, 1 << 20); // beyond it, or if so much is not to be had
  constexpr std::uintptr_t kLargePage = std::uintptr_t(2) << 20;
  const auto start = (reinterpret_cast<std::uintptr_t>(before) + kLargePage - 1) & ~(kLargePage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0)) & ~(kLargePage - 1);
  if (start < end)
    madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE); // advice: not to follow it is no failure
#endif
}

} // namespace gannet
