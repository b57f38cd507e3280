#include "compiler/driver/embed_config.h"

#include <cstdint>

namespace gannet::driver {
namespace {

// Just the JSON that the configuration uses: objects, arrays, strings.
class Json {
public:
  explicit Json(std::string_view text) : text_(text) {}

  bool take(char c) {
    space();
    if (at_ < text_.size() && text_[at_] == c) {
      at_++;
      return true;
    }
    return false;
  }
  bool word(std::string_view w) {
    space();
    if (text_.substr(at_).starts_with(w)) {
      at_ += w.size();
      return true;
    }
    return false;
  }
  bool string(std::string &out) {
    out.clear();
    if (!take('"'))
      return false;
    while (at_ < text_.size()) {
      char c = text_[at_++];
      if (c == '"')
        return true;
      if (c != '\\') {
        out += c;
        continue;
      }
      if (at_ >= text_.size())
        return false;
      char e = text_[at_++];
      switch (e) {
      case 'n': out += '\n'; break;
      case 't': out += '\t'; break;
      case 'r': out += '\r'; break;
      case 'b': out += '\b'; break;
      case 'f': out += '\f'; break;
      case 'u':
        if (!unicode(out))
          return false;
        break;
      default: out += e;
      }
    }
    return false;
  }
  // Calls item() for each `"key":`, with the cursor after the colon.
  template <typename F> bool object(F &&item) {
    if (word("null"))
      return true;
    if (!take('{'))
      return false;
    if (take('}'))
      return true;
    do {
      std::string key;
      if (!string(key) || !take(':') || !item(key))
        return false;
    } while (take(','));
    return take('}');
  }
  template <typename F> bool array(F &&item) {
    if (word("null"))
      return true;
    if (!take('['))
      return false;
    if (take(']'))
      return true;
    do {
      if (!item())
        return false;
    } while (take(','));
    return take(']');
  }
  bool atEnd() {
    space();
    return at_ == text_.size();
  }

private:
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      at_++;
  }
  bool unicode(std::string &out) {
    std::uint32_t v = 0;
    for (int i = 0; i < 4; i++) {
      if (at_ >= text_.size())
        return false;
      char c = text_[at_++];
      int d = c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
      if (d < 0)
        return false;
      v = v << 4 | static_cast<std::uint32_t>(d);
    }
    if (v < 0x80) {
      out += static_cast<char>(v);
    } else if (v < 0x800) {
      out += static_cast<char>(0xc0 | v >> 6);
      out += static_cast<char>(0x80 | (v & 0x3f));
    } else {
      out += static_cast<char>(0xe0 | v >> 12);
      out += static_cast<char>(0x80 | (v >> 6 & 0x3f));
      out += static_cast<char>(0x80 | (v & 0x3f));
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace

ErrorOr<EmbedConfig> parseEmbedConfig(std::string_view text, std::string_view file) {
  EmbedConfig out;
  Json json(text);
  bool ok = json.object([&](const std::string &section) {
    if (section == "Patterns")
      return json.object([&](const std::string &pattern) {
        std::vector<std::string> &files = out.patterns[pattern];
        return json.array([&] { return json.string(files.emplace_back()); });
      });
    if (section == "Files")
      return json.object([&](const std::string &name) { return json.string(out.files[name]); });
    return false;
  });
  if (!ok || !json.atEnd())
    return Error{std::string(file) + ": malformed embed configuration"};
  return out;
}

} // namespace gannet::driver
