#include "compiler/driver/package_archive.h"

#include "compiler/base/tool.h"

namespace gannet::driver {

namespace {

constexpr std::string_view kInterfaceMember = "__.PKGDEF";
// Between headers and data; the 'u' tells the form of the data.
constexpr std::string_view kDataStart = "\n$$B\nu", kDataEnd = "\n$$\n";

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text)
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  return out + "\"";
}

} // namespace

object::ArchiveMember interfaceMember(const std::string &build_id, unsigned level, bool is_main, std::string_view export_data) {
  std::string text = "go object linux amd64 " + toolchainVersion() + " GOAMD64=v" + std::to_string(level) + " X:none\n";
  if (!build_id.empty())
    text += "build id " + quoted(build_id) + "\n";
  if (is_main)
    text += "main\n";
  text += "\n";
  text += kDataStart;
  text += export_data;
  text += kDataEnd;
  return {std::string(kInterfaceMember), std::move(text)};
}

ErrorOr<std::string_view> exportDataIn(std::string_view archive) {
  std::string_view text;
  std::string problem = object::forEachMember(archive, [&](std::string_view name, std::string_view content) {
    if (name == kInterfaceMember && text.empty())
      text = content;
  });
  if (!problem.empty())
    return Error{std::move(problem)};
  std::size_t start = text.find(kDataStart);
  if (start == std::string_view::npos || !text.ends_with(kDataEnd))
    return Error{"archive without package interface"};
  text.remove_prefix(start + kDataStart.size());
  if (text.size() < kDataEnd.size())
    return Error{"archive without package interface"};
  text.remove_suffix(kDataEnd.size());
  return text;
}

} // namespace gannet::driver
