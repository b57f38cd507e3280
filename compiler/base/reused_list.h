// A list for loops that fill one time after time, of things that own memory themselves.
#ifndef GANNET_COMPILER_BASE_REUSED_LIST_H
#define GANNET_COMPILER_BASE_REUSED_LIST_H

#include <cstddef>
#include <span>
#include <vector>

namespace gannet {

// What lies behind the end is not destroyed, so that it brings its memory along when the list grows again.
template <typename T> class ReusedList {
public:
  // Elements that come in hold what they did before.
  void resize(std::size_t size) {
    if (size > all_.size())
      all_.resize(size);
    size_ = size;
  }
  std::size_t size() const { return size_; }
  T &operator[](std::size_t i) { return all_[i]; }
  const T &operator[](std::size_t i) const { return all_[i]; }
  T *begin() { return all_.data(); }
  T *end() { return all_.data() + size_; }
  const T *begin() const { return all_.data(); }
  const T *end() const { return all_.data() + size_; }
  std::span<const T> view() const { return {all_.data(), size_}; }

private:
  std::vector<T> all_;
  std::size_t size_ = 0;
};

} // namespace gannet

#endif
