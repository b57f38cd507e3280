// Varints and byte strings, one after another: the form of what an object holds beside symbols.
#ifndef GANNET_COMPILER_OBJECT_BLOB_H
#define GANNET_COMPILER_OBJECT_BLOB_H

#include "compiler/object/pcln.h"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace gannet::object {

class BlobWriter {
public:
  // The first byte is not used, so that no place is 0.
  BlobWriter() : bytes_(1, 0) {}
  std::uint32_t at() const { return std::uint32_t(bytes_.size()); }
  void number(std::uint64_t v) { appendVarint(bytes_, v); }
  void signedNumber(std::int64_t v) { number((std::uint64_t(v) << 1) ^ std::uint64_t(v >> 63)); }
  void bytes(std::span<const std::uint8_t> b) {
    number(b.size());
    bytes_.insert(bytes_.end(), b.begin(), b.end());
  }
  void text(std::string_view s) { bytes({reinterpret_cast<const std::uint8_t *>(s.data()), s.size()}); }
  void raw(std::span<const std::uint8_t> b) { bytes_.insert(bytes_.end(), b.begin(), b.end()); }
  const std::vector<std::uint8_t> &all() const { return bytes_; }

private:
  std::vector<std::uint8_t> bytes_;
};

// A read past the end sets `bad` and gives zeros.
class BlobReader {
public:
  BlobReader(std::span<const std::uint8_t> blob, std::size_t at)
      : at_(blob.data() + std::min(at, blob.size())), end_(blob.data() + blob.size()) {}
  bool bad = false;

  std::uint64_t number() {
    if (at_ != end_ && *at_ < 0x80) // most are so small
      return *at_++;
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ == end_)
        break;
      std::uint8_t b = *at_++;
      v |= std::uint64_t(b & 0x7f) << shift;
      if (!(b & 0x80))
        return v;
    }
    bad = true;
    return 0;
  }
  std::int64_t signedNumber() {
    std::uint64_t v = number();
    return std::int64_t(v >> 1) ^ -std::int64_t(v & 1);
  }
  // A count of things of at least one byte each.
  std::uint64_t count() {
    std::uint64_t n = number();
    if (n <= std::uint64_t(end_ - at_))
      return n;
    bad = true;
    return 0;
  }
  std::span<const std::uint8_t> bytes() {
    std::uint64_t n = count();
    if (bad)
      return {};
    return {std::exchange(at_, at_ + n), std::size_t(n)};
  }
  std::string_view text() {
    auto b = bytes();
    return {reinterpret_cast<const char *>(b.data()), b.size()};
  }

private:
  const std::uint8_t *at_, *end_;
};

} // namespace gannet::object

#endif
