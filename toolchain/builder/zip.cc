#include "toolchain/builder/zip.h"

#include "compiler/base/little_endian.h"

#include <utility>
#include <zlib.h>

namespace gannet::builder {

namespace {

constexpr std::uint64_t kMaxBytes = 0xfffffffe;
constexpr std::uint32_t kMaxFiles = 0xfffe;
constexpr std::uint16_t kVersion = 20, kMadeOnUnix = 3 << 8;
constexpr std::uint16_t kUtf8Names = 1 << 11;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kMidnight = 0, kFirstDay = 1 << 5 | 1; // 1 January 1980, the first that there is
constexpr std::uint32_t kRegularFile = 0100644;

// Empty on failure; no result is.
std::string deflated(std::string_view contents) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    return {};
  std::string out(deflateBound(&stream, contents.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(contents.data()));
  stream.avail_in = uInt(contents.size());
  stream.next_out = reinterpret_cast<Bytef *>(out.data());
  stream.avail_out = uInt(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

} // namespace

ErrorOr<void> ZipWriter::add(std::string_view name, std::string_view contents) {
  if (contents.size() > kMaxBytes / 2 || name.size() > 0xffff)
    return Error{"zip: " + std::string(name) + " is too large"};
  const std::string packed = deflated(contents);
  if (packed.empty())
    return Error{"zip: cannot compress " + std::string(name)};
  // What both headers tell of a file.
  std::string common;
  appendLe(common, kVersion, 2);
  appendLe(common, kUtf8Names, 2);
  appendLe(common, kDeflated, 2);
  appendLe(common, kMidnight, 2);
  appendLe(common, kFirstDay, 2);
  appendLe(common, crc32(0, reinterpret_cast<const Bytef *>(contents.data()), uInt(contents.size())), 4);
  appendLe(common, packed.size(), 4);
  appendLe(common, contents.size(), 4);
  appendLe(common, name.size(), 2);
  appendLe(common, 0, 2); // extra field
  const std::size_t at = bytes_.size();
  if (at + 30 + name.size() + packed.size() > kMaxBytes - directory_.size() || count_ == kMaxFiles)
    return Error{"zip: the archive is too large"};
  bytes_.append("PK\3\4", 4);
  bytes_ += common;
  bytes_ += name;
  bytes_ += packed;
  directory_.append("PK\1\2", 4);
  appendLe(directory_, kVersion | kMadeOnUnix, 2);
  directory_ += common;
  appendLe(directory_, 0, 6); // comment, disk, internal attributes
  appendLe(directory_, std::uint64_t(kRegularFile) << 16, 4);
  appendLe(directory_, at, 4);
  directory_ += name;
  ++count_;
  return {};
}

std::string ZipWriter::finish() {
  const std::size_t at = bytes_.size();
  bytes_ += directory_;
  bytes_.append("PK\5\6", 4);
  appendLe(bytes_, 0, 4); // disks
  appendLe(bytes_, count_, 2);
  appendLe(bytes_, count_, 2);
  appendLe(bytes_, directory_.size(), 4);
  appendLe(bytes_, at, 4);
  appendLe(bytes_, 0, 2); // comment
  return std::move(bytes_);
}

} // namespace gannet::builder
