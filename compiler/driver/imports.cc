#include "compiler/driver/imports.h"

#include "compiler/driver/package_archive.h"
#include "compiler/export/bundle.h"
#include "compiler/export/unified.h"

#include <algorithm>
#include <filesystem>
#include <span>

namespace gannet::driver {

ErrorOr<void> ImportFiles::parse(const std::string &name, std::string_view text) {
  int line_number = 0;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r'))
      line.remove_suffix(1);
    if (line.empty() || line[0] == '#')
      continue;
    std::size_t blank = line.find(' ');
    std::string_view verb = line.substr(0, blank);
    std::string_view rest = blank == std::string_view::npos ? std::string_view() : line.substr(blank + 1);
    std::size_t equals = rest.find('=');
    bool file = verb == "packagefile", mapping = verb == "importmap";
    if (!file && !mapping)
      return Error{name + ":" + std::to_string(line_number) + ": unknown directive \"" + std::string(verb) + "\""};
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == rest.size())
      return Error{name + ":" + std::to_string(line_number) + ": invalid " + std::string(verb) + ": syntax is \"" +
                   std::string(verb) + (file ? " path=filename\"" : " old=new\"")};
    (file ? files_ : map_)[std::string(rest.substr(0, equals))] = std::string(rest.substr(equals + 1));
  }
  return {};
}

std::string ImportFiles::resolve(std::string_view path) {
  std::string full(path);
  if (!local_prefix_.empty() && (path.starts_with("./") || path.starts_with("../")))
    full = std::filesystem::path(local_prefix_ + "/" + full).lexically_normal().string();
  auto found = map_.find(full);
  return found == map_.end() ? full : found->second;
}

ErrorOr<std::string_view> ImportFiles::open(std::string_view path) {
  if (auto known = open_.find(path); known != open_.end())
    return known->second;
  auto file = files_.find(path);
  if (file == files_.end()) {
    if (auto bundled = bundled_.find(path); bundled != bundled_.end())
      return bundled->second;
    return Error{"open : no such file or directory"};
  }
  auto mapped = MappedFile::open(file->second);
  if (!mapped)
    return mapped.takeError();
  std::string_view bytes = (*mapped)->bytes();
  mapped_.push_back(std::move(*mapped));
  if (bytes.starts_with(object::kArchiveMagic)) {
    ErrorOr<std::string_view> own = openArchive(bytes);
    if (!own)
      return own.takeError();
    bytes = *own;
  }
  open_[std::string(path)] = bytes;
  return bytes;
}

// Gives the package's own interface, and keeps the others in case that they are asked for.
ErrorOr<std::string_view> ImportFiles::openArchive(std::string_view bytes) {
  ErrorOr<std::string_view> data = exportDataIn(bytes);
  ErrorOr<std::string_view> bundle = data ? exports::bundleIn(*data) : std::move(data);
  if (!bundle)
    return bundle.takeError();
  ErrorOr<std::vector<exports::BundleEntry>> entries = exports::readBundle(*bundle);
  if (!entries)
    return entries.takeError();
  if (entries->empty())
    return Error{"empty bundle of package interfaces"};
  for (const exports::BundleEntry &e : std::span(*entries).subspan(1))
    bundled_.try_emplace(std::string(e.path), e.file);
  return entries->front().file;
}

ErrorOr<std::string> ImportFiles::bundleOf(std::string_view path, std::string_view own) {
  std::map<std::string_view, std::string_view> others; // path -> interface file
  std::vector<std::string_view> pending = {own};
  while (!pending.empty()) {
    ErrorOr<std::vector<std::string_view>> named = exports::namedPackages(pending.back());
    if (!named)
      return named.takeError();
    pending.pop_back();
    for (std::string_view p : *named) {
      if (p == path || p == "unsafe" || others.count(p))
        continue;
      ErrorOr<std::string_view> file = open(p);
      if (!file)
        return Error{"could not import " + std::string(p) + " (" + file.error() + ")"};
      others.emplace(p, *file);
      pending.push_back(*file);
    }
  }
  std::vector<exports::BundleEntry> entries = {{path, own}};
  for (const auto &[other, file] : others)
    entries.push_back({other, file});
  return exports::writeBundle(entries);
}

} // namespace gannet::driver
