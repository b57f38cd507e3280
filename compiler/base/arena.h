// Bump allocation for one unit of work: what is made in an arena dies with it, and no destructor runs.
#ifndef GANNET_COMPILER_BASE_ARENA_H
#define GANNET_COMPILER_BASE_ARENA_H

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace gannet {

// Not thread-safe: one thread at a time. Addresses are stable until the arena dies.
class Arena {
public:
  Arena() = default;
  Arena(const Arena &) = delete;
  Arena &operator=(const Arena &) = delete;
  Arena(Arena &&) = default;
  Arena &operator=(Arena &&) = default;

  void *allocate(std::size_t size_bytes, std::size_t align_bytes) {
    std::uintptr_t at = (next_ + align_bytes - 1) & ~(std::uintptr_t(align_bytes) - 1);
    if (next_ == 0 || at + size_bytes > end_) [[unlikely]] {
      grow(size_bytes + align_bytes);
      at = (next_ + align_bytes - 1) & ~(std::uintptr_t(align_bytes) - 1);
    }
    next_ = at + size_bytes;
    return reinterpret_cast<void *>(at);
  }

  // Members that own memory outside the arena (std::vector, std::string) would leak; T must not have any.
  template <typename T, typename... Args> T *make(Args &&...args) {
    static_assert(std::is_trivially_destructible_v<T>, "an arena runs no destructors");
    return ::new (allocate(sizeof(T), alignof(T))) T{std::forward<Args>(args)...};
  }

  // A copy of `items` that lives as long as the arena.
  template <typename T> std::span<T> copy(std::span<const T> items) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (items.empty())
      return {};
    T *out = static_cast<T *>(allocate(items.size_bytes(), alignof(T)));
    std::memcpy(static_cast<void *>(out), items.data(), items.size_bytes());
    return {out, items.size()};
  }
  template <typename T> std::span<T> copy(const std::vector<T> &items) {
    return copy(std::span<const T>(items.data(), items.size()));
  }

  std::string_view copy(std::string_view text) {
    char *out = static_cast<char *>(allocate(text.size() + 1, 1));
    std::memcpy(out, text.data(), text.size());
    out[text.size()] = 0;
    return {out, text.size()};
  }

  std::size_t allocatedBytes() const { return allocated_bytes_; }

private:
  void grow(std::size_t at_least_bytes) {
    std::size_t size = chunk_bytes_ < at_least_bytes ? at_least_bytes : chunk_bytes_;
    if (chunk_bytes_ < (std::size_t(1) << 20))
      chunk_bytes_ *= 2;
    chunks_.push_back(std::unique_ptr<std::byte[]>(new std::byte[size]));
    next_ = reinterpret_cast<std::uintptr_t>(chunks_.back().get());
    end_ = next_ + size;
    allocated_bytes_ += size;
  }

  std::uintptr_t next_ = 0;
  std::uintptr_t end_ = 0;
  std::size_t chunk_bytes_ = 16 << 10;
  std::size_t allocated_bytes_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
};

} // namespace gannet

#endif
