#include "compiler/base/source.h"

#include "compiler/base/check.h"

#include <algorithm>

namespace gannet {

SourceSet::SourceSet() { files_.emplace_back(); }

std::uint16_t SourceSet::addFile(std::string name, std::string text) {
  GANNET_CHECK(files_.size() < 0xffff, "more than 65534 source files in one compilation");
  files_.push_back({std::move(name), std::move(text), {}});
  return static_cast<std::uint16_t>(files_.size() - 1);
}

std::uint16_t SourceSet::fileNamed(std::string_view name) {
  for (std::size_t i = 1; i < files_.size(); ++i)
    if (files_[i].name == name)
      return static_cast<std::uint16_t>(i);
  return addFile(std::string(name), {});
}

void SourceSet::addLineDirective(Pos at, std::string file, std::uint32_t line, std::uint32_t col) {
  files_[at.file].directives.push_back({at, std::move(file), line, col});
}

ShownPos SourceSet::shown(Pos pos) const {
  const File &file = files_[pos.file];
  auto after = std::upper_bound(file.directives.begin(), file.directives.end(), pos,
                                [](Pos p, const Directive &d) { return p < d.at; });
  if (after == file.directives.begin())
    return {file.name, pos.line, pos.col};
  const Directive &d = *(after - 1);
  ShownPos out{d.file, d.line + (pos.line - d.at.line), 0};
  if (d.col)
    out.col = pos.line == d.at.line ? d.col + (pos.col - d.at.col) : pos.col;
  return out;
}

std::string SourceSet::str(Pos pos) const {
  if (!pos.known())
    return "<unknown position>";
  ShownPos s = shown(pos);
  std::string out(s.file);
  out += ":" + std::to_string(s.line);
  if (s.col)
    out += ":" + std::to_string(s.col);
  return out;
}

} // namespace gannet
