// Typed dense ids: 32 bits, none by default, usable as array indices.
#ifndef GANNET_COMPILER_BASE_ID_H
#define GANNET_COMPILER_BASE_ID_H

#include <compare>
#include <cstdint>
#include <functional>

namespace gannet {

// Derive as `struct ValueId : Id<ValueId> { using Id::Id; };`.
template <typename Tag> struct Id {
  static constexpr std::uint32_t kNone = 0xffffffffu;
  std::uint32_t raw = kNone;

  constexpr Id() = default;
  constexpr explicit Id(std::uint32_t r) : raw(r) {}
  constexpr bool valid() const { return raw != kNone; }
  constexpr explicit operator bool() const { return valid(); }
  friend constexpr bool operator==(Id, Id) = default;
  friend constexpr auto operator<=>(Id, Id) = default;
};

} // namespace gannet

#endif
