#include "compiler/driver/ssa_page.h"

#include <algorithm>
#include <cstdio>

namespace gannet::driver {

namespace {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wc23-extensions"
constexpr char kTemplate[] = {
#embed "compiler/driver/ssa_page.html"
    , 0};
#pragma clang diagnostic pop
constexpr std::string_view kDataMark = "@DATA@";

// A JSON string that may stand in a script element.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (code < 0x20 || c == '<' || code == 0x7f) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", code);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

// Lines first to last of a text, counted from 1.
std::string_view linesOf(std::string_view text, std::uint32_t first, std::uint32_t last) {
  auto startOf = [&](std::uint32_t line) {
    std::size_t at = 0;
    for (std::uint32_t i = 1; i < line && at != std::string_view::npos; ++i)
      if (at = text.find('\n', at); at != std::string_view::npos)
        ++at;
    return std::min(at, text.size());
  };
  std::size_t from = startOf(first);
  return text.substr(from, startOf(last + 1) - from);
}

} // namespace

void SsaPage::addSources(const ssa::Func &f) {
  auto note = [&](ssa::SrcPos pos) {
    if (!pos.pos.known() || sources_.text(pos.pos.file).empty())
      return;
    if (pos.site && pos.pos.line == f[pos.site].call.pos.line) // what the call itself needs: its arguments
      return;
    std::string function = pos.site ? std::string(f[f[pos.site].function].name) : f.name();
    std::uint32_t start = pos.site ? f[pos.site].start_line : f.pos.pos.line;
    auto same = [&](const Source &s) { return s.function == function && s.file == pos.pos.file; };
    auto found = std::find_if(listings_.begin(), listings_.end(), same);
    if (found == listings_.end())
      found = listings_.insert(found, {std::move(function), pos.pos.file, start ? start : pos.pos.line, pos.pos.line});
    found->first = std::min(found->first, pos.pos.line);
    found->last = std::max(found->last, pos.pos.line);
  };
  note(f.pos);
  for (ssa::BlockId b : f.blocks()) {
    for (ssa::ValueId v : f[b].values)
      note(f[v].pos);
    note(f[b].pos);
  }
}

std::string SsaPage::data(std::string_view function) const {
  std::string out = "{\"function\":" + quoted(function) + ",\n\"files\":[";
  for (std::uint16_t i = 0; i < sources_.fileCount(); ++i)
    out += (i ? "," : "") + quoted(sources_.name(i));
  out += "],\n\"sources\":[";
  for (std::size_t i = 0; i < listings_.size(); ++i) {
    const Source &s = listings_[i];
    out += (i ? ",\n" : "\n") + std::string("{\"function\":") + quoted(s.function) + ",\"file\":" + quoted(sources_.name(s.file)) +
           ",\"first\":" + std::to_string(s.first) + ",\"text\":" + quoted(linesOf(sources_.text(s.file), s.first, s.last)) + "}";
  }
  out += "],\n\"columns\":[";
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    // A pass that changed nothing is named without its text.
    bool same = i != 0 && columns_[i].second == columns_[i - 1].second;
    out += (i ? ",\n" : "\n") + std::string("{\"name\":") + quoted(columns_[i].first) +
           (same ? "" : ",\"text\":" + quoted(columns_[i].second)) + "}";
  }
  return out + "]}";
}

std::string SsaPage::html(std::string_view function) const {
  std::string page = kTemplate;
  page.replace(page.find(kDataMark), kDataMark.size(), data(function));
  return page;
}

std::string SsaPage::text() const {
  std::string out;
  for (const auto &[name, text] : columns_)
    out += "// " + name + "\n" + text;
  return out;
}

} // namespace gannet::driver
