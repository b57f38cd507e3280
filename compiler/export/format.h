// The bytes of interface files: sections, record tags, and the stream they are written to and read from.
#ifndef GANNET_COMPILER_EXPORT_FORMAT_H
#define GANNET_COMPILER_EXPORT_FORMAT_H

#include <cstdint>
#include <string>
#include <string_view>

namespace gannet::exports {

inline constexpr std::string_view kMagic = "gannetx1";

enum Section : unsigned { kStrings, kPackages, kTypes, kObjects, kBodies, kHead, kSectionCount };
inline constexpr std::size_t kTableAt = kMagic.size() + 8;
inline constexpr std::size_t kDataAt = kTableAt + kSectionCount * 8;

enum class TypeTag : std::uint8_t {
  Basic,     // kind, 1 for byte and rune
  Error,
  Comparable,
  Any,
  Array,     // elem, len
  Slice,
  Pointer,
  Map,       // key, elem
  Chan,      // dir, elem
  Struct,    // count, fields: name, package, type, embedded, tag
  Tuple,     // count, vars: name, package, type
  Signature, // variadic, type params, recv type params, recv (type + 1), params tuple, results tuple
  Union,     // count, terms: tilde, type
  Interface, // implicit, methods: name, package, signature; embedded types
  Declared,  // package, name: a package-level type
  Local,     // package, local index: a type declared in a function
  Instance,  // origin, arguments
  TypeParam, // name, package, index, bound + 1
};

enum class ObjectTag : std::uint8_t { Const, Var, Func, Type, Alias, LocalType };

enum class FuncRefTag : std::uint8_t { Object, Method, Closure, Symbol, MethodValue, MethodFunc };

// Little-endian base-128 numbers, signed ones in zigzag form.
class Bytes {
public:
  std::string data;

  void u(std::uint64_t v) {
    while (v >= 0x80) {
      data.push_back(static_cast<char>(v | 0x80));
      v >>= 7;
    }
    data.push_back(static_cast<char>(v));
  }
  void s(std::int64_t v) { u((static_cast<std::uint64_t>(v) << 1) ^ static_cast<std::uint64_t>(v >> 63)); }
  void fixed32(std::uint32_t v) {
    for (int i = 0; i < 4; i++)
      data.push_back(static_cast<char>(v >> (8 * i)));
  }
};

// Reads what Bytes wrote. Past the end or malformed: zeros, and ok() is false.
class Cursor {
public:
  Cursor() = default;
  Cursor(std::string_view data, std::size_t at) : data_(data), at_(at) {}

  std::uint64_t u() {
    std::uint64_t v = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (at_ >= data_.size()) {
        ok_ = false;
        return 0;
      }
      auto b = static_cast<unsigned char>(data_[at_++]);
      v |= static_cast<std::uint64_t>(b & 0x7f) << shift;
      if (!(b & 0x80))
        return v;
    }
    ok_ = false;
    return 0;
  }
  std::int64_t s() {
    std::uint64_t v = u();
    return static_cast<std::int64_t>(v >> 1) ^ -static_cast<std::int64_t>(v & 1);
  }
  std::uint32_t fixed32() {
    if (at_ + 4 > data_.size()) {
      ok_ = false;
      return 0;
    }
    std::uint32_t v = 0;
    for (int i = 0; i < 4; i++)
      v |= static_cast<std::uint32_t>(static_cast<unsigned char>(data_[at_++])) << (8 * i);
    return v;
  }
  std::string_view rest() const { return data_.substr(at_ < data_.size() ? at_ : data_.size()); }
  void skip(std::size_t n) { at_ += n; }
  std::size_t at() const { return at_; }
  bool ok() const { return ok_; }

private:
  std::string_view data_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

} // namespace gannet::exports

#endif
