// A zip archive of files in memory. The bytes depend on the names and contents alone: every file has the same time and mode.
// Source: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end).
#ifndef GANNET_TOOLCHAIN_BUILDER_ZIP_H
#define GANNET_TOOLCHAIN_BUILDER_ZIP_H

#include "compiler/base/error.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace gannet::builder {

class ZipWriter {
public:
  // `name` has slashes between folders and none at the start. Fails if the archive becomes larger than the format without its
  // 64-bit extension allows: 4 GiB, 65535 files.
  ErrorOr<void> add(std::string_view name, std::string_view contents);
  // The whole archive; nothing can be added any more.
  std::string finish();

private:
  std::string bytes_;     // of the files
  std::string directory_; // what is behind them
  std::uint32_t count_ = 0;
};

} // namespace gannet::builder

#endif
