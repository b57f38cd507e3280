#include "compiler/driver/special_packages.h"

#include <algorithm>
#include <iterator>

namespace gannet::driver {

bool isRuntimePackage(std::string_view path) {
  static constexpr std::string_view kPaths[] = {
      "internal/abi",          "internal/bytealg", "internal/byteorder", "internal/chacha8rand",
      "internal/coverage/rtcov", "internal/cpu",   "internal/goarch",    "internal/godebugs",
      "internal/goexperiment", "internal/goos",    "internal/profilerecord", "internal/strconv",
      "internal/stringslite",  "runtime",
  };
  return path.starts_with("internal/runtime/") || std::find(std::begin(kPaths), std::end(kPaths), path) != std::end(kPaths);
}

} // namespace gannet::driver
