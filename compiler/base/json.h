// Reading configurations in JSON: objects, arrays, strings, whole numbers.
#ifndef GANNET_COMPILER_BASE_JSON_H
#define GANNET_COMPILER_BASE_JSON_H

#include <cstdint>
#include <string>
#include <string_view>

namespace gannet {

// A cursor over a text. What is asked for is taken if it is what stands there; false otherwise.
class Json {
public:
  explicit Json(std::string_view text) : text_(text) {}

  bool take(char c);
  bool word(std::string_view w);
  bool string(std::string &out);
  bool number(std::uint32_t &out); // decimal digits, below 2^32
  // Calls item(key) for each `"key":`, with the cursor after the colon.
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
  bool skip(); // a value of whatever kind; no deeper than 100 levels
  bool atEnd();

private:
  bool skipNested(int levels);
  void space();
  bool unicode(std::string &out);

  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace gannet

#endif
