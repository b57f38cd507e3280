#include "compiler/x86/arg_live.h"

#include <algorithm>

namespace gannet::x86 {

std::vector<std::uint8_t> argLiveInfo(const ssa::AbiSignature &sig, std::span<const std::uint8_t> arg_info,
                                      std::span<const std::int64_t> stored) {
  constexpr std::uint8_t kFirstMark = 0xf0, kOffsetTooLarge = 0xfb; // internal/abi: TraceArgsSpecial, TraceArgsOffsetTooLarge
  std::int64_t first = kFirstMark;
  for (const ssa::AbiRegComponent &c : sig.param_regs)
    first = std::min(first, c.spill_offset);
  if (first == kFirstMark || arg_info.empty())
    return {};
  std::vector<std::uint8_t> out{static_cast<std::uint8_t>(first)};
  unsigned component = 0;
  for (std::size_t i = 0; i < arg_info.size(); ++i) {
    const std::uint8_t code = arg_info[i];
    if (code >= kFirstMark && code != kOffsetTooLarge)
      continue;
    if (component % 8 == 0)
      out.push_back(0);
    if (code < kFirstMark) {
      ++i; // its size
      if (std::find(stored.begin(), stored.end(), code) != stored.end())
        out.back() |= static_cast<std::uint8_t>(1 << (component % 8));
    }
    ++component;
  }
  return out;
}

} // namespace gannet::x86
