#include "compiler/object/archive.h"

#include "compiler/base/file.h"

#include <cstdint>
#include <cstdio>

namespace gannet::object {

namespace {

void addMember(std::string &archive, const ArchiveMember &member) {
  char header[61];
  std::snprintf(header, sizeof header, "%-16s%-12d%-6d%-6d%-8o%-10zu`\n", member.name.c_str(), 0, 0, 0, 0644u,
                member.bytes.size());
  archive += header;
  archive += member.bytes;
  if (archive.size() % 2)
    archive += '\0';
}

} // namespace

std::string makeArchive(const std::vector<ArchiveMember> &members) {
  std::string out(kArchiveMagic);
  for (const ArchiveMember &member : members)
    addMember(out, member);
  return out;
}

ErrorOr<void> addToArchive(const std::string &archive, const std::vector<std::string> &files) {
  if (files.empty())
    return {};
  ErrorOr<std::string> out = readFile(archive);
  if (!out)
    return out.takeError();
  for (const std::string &file : files) {
    ErrorOr<std::string> bytes = readFile(file);
    if (!bytes)
      return bytes.takeError();
    addMember(*out, {file.substr(file.rfind('/') + 1), std::move(*bytes)});
  }
  return writeFile(archive, *out);
}

std::string forEachMember(std::string_view archive, const std::function<void(std::string_view, std::string_view)> &fn) {
  if (!archive.starts_with(kArchiveMagic))
    return archive.starts_with("!<thin>\n") ? "thin archives are not supported" : "not an archive";
  std::string_view long_names;
  std::size_t at = kArchiveMagic.size();
  while (at < archive.size()) {
    if (archive.size() - at < 60)
      return "truncated archive";
    std::string_view header = archive.substr(at, 60);
    if (header.substr(58, 2) != "`\n")
      return "bad member header at offset " + std::to_string(at);
    std::uint64_t size = 0;
    for (char c : header.substr(48, 10)) {
      if (c == ' ')
        break;
      if (c < '0' || c > '9' || size > (std::uint64_t(1) << 40))
        return "bad member size at offset " + std::to_string(at);
      size = size * 10 + std::uint64_t(c - '0');
    }
    at += 60;
    if (size > archive.size() - at)
      return "truncated archive";
    std::string_view name = header.substr(0, 16);
    name = name.substr(0, name.find_last_not_of(' ') + 1);
    std::string_view bytes = archive.substr(at, size);
    at += size + (size & 1);
    if (name == "/" || name == "/SYM64/")
      continue;
    if (name == "//") {
      long_names = bytes;
      continue;
    }
    if (name.size() > 1 && name[0] == '/') {
      std::size_t start = 0;
      for (char c : name.substr(1))
        start = c >= '0' && c <= '9' ? start * 10 + std::size_t(c - '0') : long_names.size();
      if (start >= long_names.size())
        return "bad member name";
      name = long_names.substr(start);
      name = name.substr(0, std::min(name.find('/'), name.find('\n')));
    } else if (!name.empty() && name.back() == '/') {
      name.remove_suffix(1);
    }
    fn(name, bytes);
  }
  return {};
}

} // namespace gannet::object
