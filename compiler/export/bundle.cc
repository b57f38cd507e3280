#include "compiler/export/bundle.h"

#include "compiler/export/format.h"

namespace gannet::exports {

namespace {

constexpr std::string_view kBundleMagic = "gannetb1";

// A section of an interface file; empty if it lies outside.
std::string_view sectionOf(std::string_view file, Section which) {
  Cursor table(file, kTableAt + which * 8);
  std::size_t at = table.fixed32(), size = table.fixed32();
  return at <= file.size() && size <= file.size() - at ? file.substr(at, size) : std::string_view();
}

// Item `index` of a section that is a table of strings; a view without data if there is none.
std::string_view tableItem(std::string_view section, std::uint64_t index) {
  std::uint64_t count = Cursor(section, 0).fixed32();
  if (index >= count || section.size() < 4 + count * 4)
    return {};
  std::string_view bytes = section.substr(4 + count * 4);
  std::size_t start = index ? Cursor(section, index * 4).fixed32() : 0;
  std::size_t end = Cursor(section, 4 + index * 4).fixed32();
  return start <= end && end <= bytes.size() ? bytes.substr(start, end - start) : std::string_view();
}

} // namespace

std::string writeBundle(std::span<const BundleEntry> entries) {
  Bytes head;
  head.data = kBundleMagic;
  head.u(entries.size());
  for (const BundleEntry &e : entries) {
    head.u(e.path.size());
    head.u(e.file.size());
  }
  for (const BundleEntry &e : entries) {
    head.data += e.path;
    head.data += e.file;
  }
  return std::move(head.data);
}

ErrorOr<std::vector<BundleEntry>> readBundle(std::string_view bytes) {
  if (!bytes.starts_with(kBundleMagic))
    return Error{"not a bundle of package interfaces"};
  Cursor head(bytes, kBundleMagic.size());
  std::uint64_t count = head.u();
  if (!head.ok() || count > bytes.size()) // each entry takes bytes
    return Error{"malformed bundle of package interfaces"};
  std::vector<std::pair<std::uint64_t, std::uint64_t>> sizes(count);
  for (auto &[path, file] : sizes) {
    path = head.u();
    file = head.u();
  }
  std::string_view rest = head.rest();
  std::vector<BundleEntry> out;
  for (const auto &[path, file] : sizes) {
    if (!head.ok() || path > rest.size() || file > rest.size() - path)
      return Error{"malformed bundle of package interfaces"};
    out.push_back({rest.substr(0, path), rest.substr(path, file)});
    rest.remove_prefix(path + file);
  }
  return out;
}

ErrorOr<std::vector<std::string_view>> namedPackages(std::string_view file) {
  if (file.size() < kDataAt || !file.starts_with(kMagic))
    return Error{"not a package interface file"};
  std::string_view strings = sectionOf(file, kStrings);
  Cursor packages(sectionOf(file, kPackages), 0);
  std::vector<std::string_view> out;
  for (std::uint64_t n = packages.u(); n > 0 && packages.ok(); n--) {
    out.push_back(tableItem(strings, packages.u()));
    packages.u(); // its name
    if (out.back().empty())
      return Error{"malformed package interface file"};
  }
  if (!packages.ok())
    return Error{"malformed package interface file"};
  return out;
}

} // namespace gannet::exports
