// A stack for recursion over user-sized trees: the parser bounds their depth, not to what fits the usual 8 MB.
#ifndef GANNET_COMPILER_BASE_LARGE_STACK_H
#define GANNET_COMPILER_BASE_LARGE_STACK_H

#include <cstddef>
#include <functional>

namespace gannet {

// Address space only: pages are taken as they are used.
inline constexpr std::size_t kLargeStackBytes = std::size_t(512) << 20;

// Calls f on a thread of its own with a large stack, and waits for it. If there can be no such thread, calls f here.
void onLargeStack(const std::function<void()> &f);

} // namespace gannet

#endif
