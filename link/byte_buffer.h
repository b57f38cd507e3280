// Bytes of the output as they grow: what a section is made in, number by number.
#ifndef GANNET_LINK_BYTE_BUFFER_H
#define GANNET_LINK_BYTE_BUFFER_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <utility>

namespace gannet::link {

// A std::string clears what it is about to hold and ends each byte that is added with a zero; millions are added here.
class ByteBuffer {
public:
  ByteBuffer() = default;
  ByteBuffer(ByteBuffer &&other) noexcept { swap(other); }
  ByteBuffer &operator=(ByteBuffer &&other) noexcept {
    ByteBuffer taken(std::move(other));
    swap(taken);
    return *this;
  }

  std::size_t size() const { return size_; }
  std::string_view view() const { return {bytes_.get(), size_}; }
  char &operator[](std::size_t at) { return bytes_[at]; }

  void u8(std::uint64_t v) {
    needRoom(1);
    bytes_[size_++] = char(v);
  }
  // The lowest `bytes` bytes of v, little-endian; 8 at most.
  void number(std::uint64_t v, std::size_t bytes) {
    needRoom(sizeof v);
    putLe(bytes_.get() + size_, v, sizeof v);
    size_ += bytes;
  }
  void append(std::string_view more) {
    needRoom(more.size());
    if (!more.empty())
      std::memcpy(bytes_.get() + size_, more.data(), more.size());
    size_ += more.size();
  }
  // Zeros up to a size that is a multiple.
  void pad(std::size_t multiple) {
    while (size_ % multiple)
      u8(0);
  }
  void patch32(std::size_t at, std::uint64_t v) { putLe(bytes_.get() + at, v, 4); }
  void patch64(std::size_t at, std::uint64_t v) { putLe(bytes_.get() + at, v, 8); }
  void add32(std::size_t at, std::uint64_t v) {
    for (int i = 0; i < 4; i++)
      v += std::uint64_t(std::uint8_t(bytes_[at + std::size_t(i)])) << (8 * i);
    patch32(at, v);
  }
  // So that no more memory is asked for until there are so many.
  void reserve(std::size_t bytes) {
    if (bytes > capacity_)
      grow(bytes);
  }

  void truncate(std::size_t bytes) { size_ = bytes; }

  // So many bytes may be written from the returned place on; then `advance` says where they end.
  char *room(std::size_t bytes) {
    needRoom(bytes);
    return bytes_.get() + size_;
  }
  void advance(const char *end) { size_ = std::size_t(end - bytes_.get()); }

private:
  static void putLe(char *at, std::uint64_t v, int bytes) {
    for (int i = 0; i < bytes; i++)
      at[i] = char(v >> (8 * i));
  }
  void needRoom(std::size_t bytes) {
    if (capacity_ - size_ < bytes) [[unlikely]]
      grow(std::max(size_ + bytes, capacity_ * 2));
  }
  void grow(std::size_t capacity) {
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_)
      std::memcpy(larger.get(), bytes_.get(), size_);
    bytes_ = std::move(larger);
    capacity_ = capacity;
  }
  void swap(ByteBuffer &other) {
    std::swap(bytes_, other.bytes_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0, capacity_ = 0;
};

} // namespace gannet::link

#endif
