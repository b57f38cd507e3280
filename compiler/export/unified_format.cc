#include "compiler/export/unified_format.h"

#include "compiler/export/unified.h"

namespace gannet::exports {

namespace unified {

std::string Elements::file(std::uint64_t fingerprint) const {
  Bytes out;
  out.fixed32(kVersion);
  out.fixed32(0); // flags: no marks between the data
  std::uint32_t count = 0, end = 0;
  for (const auto &section : sections_)
    out.fixed32(count += static_cast<std::uint32_t>(section.size()));
  for (const auto &section : sections_)
    for (const std::string &element : section)
      out.fixed32(end += static_cast<std::uint32_t>(element.size()));
  for (const auto &section : sections_)
    for (const std::string &element : section)
      out.data += element;
  out.fixed32(static_cast<std::uint32_t>(fingerprint));
  out.fixed32(static_cast<std::uint32_t>(fingerprint >> 32));
  return std::move(out.data);
}

} // namespace unified

ErrorOr<std::string_view> bundleIn(std::string_view file) {
  constexpr std::size_t kEndsAt = 8 + unified::kSections * 4;
  const Error malformed{"malformed export data"};
  if (Cursor head(file, 0); head.fixed32() != unified::kVersion || head.fixed32() != 0 || !head.ok())
    return Error{"export data of another compiler"};
  std::size_t bodies_from = Cursor(file, kEndsAt - 8).fixed32(), count = Cursor(file, kEndsAt - 4).fixed32();
  if (count < 2 || bodies_from >= count || count > file.size() / 4 || file.size() - unified::kFingerprintBytes < kEndsAt + count * 4)
    return malformed;
  std::string_view data = file.substr(kEndsAt + count * 4);
  data.remove_suffix(unified::kFingerprintBytes);
  std::size_t start = Cursor(file, kEndsAt + (count - 2) * 4).fixed32(), end = Cursor(file, kEndsAt + (count - 1) * 4).fixed32();
  if (start > end || end != data.size())
    return malformed;
  return data.substr(start);
}

} // namespace gannet::exports
