#include "toolchain/command/flags.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <utility>

namespace gannet::command {

std::vector<std::string> splitWords(const std::string &text) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < text.size()) {
    if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
      ++i;
      continue;
    }
    if (text[i] == '\'' || text[i] == '"') {
      std::size_t end = text.find(text[i], i + 1);
      if (end == std::string::npos)
        end = text.size();
      out.push_back(text.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    std::size_t end = text.find_first_of(" \t\n\r", i);
    if (end == std::string::npos)
      end = text.size();
    out.push_back(text.substr(i, end - i));
    i = end;
  }
  return out;
}

void Flags::boolean(const std::string &name, bool &value) {
  flags_[name] = {true, [&value, name](const std::string &text) -> std::string {
                    if (text == "1" || text == "t" || text == "T" || text == "true" || text == "TRUE" || text == "True")
                      value = true;
                    else if (text == "0" || text == "f" || text == "F" || text == "false" || text == "FALSE" ||
                             text == "False")
                      value = false;
                    else
                      return "invalid boolean value \"" + text + "\" for -" + name + ": parse error";
                    return "";
                  }};
}

void Flags::text(const std::string &name, std::string &value) {
  flags_[name] = {false, [&value](const std::string &text) {
                    value = text;
                    return std::string();
                  }};
}

void Flags::refused(const std::string &name, bool takes_value, const std::string &why) {
  flags_[name] = {!takes_value, [name, why](const std::string &) { return "-" + name + " is not supported by Gannet yet: " + why; }};
}

void Flags::list(const std::string &name, std::vector<std::string> &value) {
  flags_[name] = {false, [&value](const std::string &text) {
                    value = splitWords(text);
                    return std::string();
                  }};
}

void Flags::commaList(const std::string &name, std::vector<std::string> &value) {
  flags_[name] = {false, [&value](const std::string &text) {
                    value.clear();
                    // Blanks separated tags once, and still do.
                    if (text.find_first_of(" '") != std::string::npos) {
                      value = splitWords(text);
                      bool mixed = std::any_of(value.begin(), value.end(), [](const std::string &word) { return word.find(',') != std::string::npos; });
                      return std::string(mixed ? "go: -tags space-separated list contains comma" : "");
                    }
                    std::string word;
                    for (char c : text + ",") {
                      if (c != ',')
                        word += c;
                      else if (!word.empty())
                        value.push_back(std::exchange(word, {}));
                    }
                    return std::string();
                  }};
}

void Flags::choice(const std::string &name, std::string &value, std::vector<std::string> allowed) {
  flags_[name] = {false, [&value, name, allowed = std::move(allowed)](const std::string &text) -> std::string {
                    if (std::find(allowed.begin(), allowed.end(), text) == allowed.end())
                      return "-" + name + "=" + text + " not supported (can be '', 'mod', 'readonly', or 'vendor')";
                    value = text;
                    return "";
                  }};
}

void Flags::function(const std::string &name, std::function<std::string(const std::string &)> set) {
  flags_[name] = {false, std::move(set)};
}

void Flags::optional(const std::string &name, std::function<std::string(const std::string &)> set) {
  flags_[name] = {true, std::move(set)};
}

std::string Flags::parseGoFlags(const std::vector<std::string> &words) const {
  for (const std::string &word : words) {
    std::string name = word.substr(word.rfind("--", 0) == 0 ? 2 : 1), value = "true";
    std::size_t equals = name.find('=');
    if (equals != std::string::npos) {
      value = name.substr(equals + 1);
      name.resize(equals);
    }
    auto found = flags_.find(name);
    if (found == flags_.end())
      continue;
    if (!found->second.is_boolean && equals == std::string::npos)
      return "go: flag needs an argument: -" + name + " (from $GOFLAGS)";
    if (std::string message = found->second.set(value); !message.empty())
      return "go: " + message + " (from $GOFLAGS)";
  }
  return "";
}

void Flags::number(const std::string &name, int &value) {
  flags_[name] = {false, [&value, name](const std::string &text) -> std::string {
                    char *end = nullptr;
                    errno = 0;
                    long n = std::strtol(text.c_str(), &end, 10);
                    if (text.empty() || *end)
                      return "invalid value \"" + text + "\" for flag -" + name + ": parse error";
                    if (errno || n < INT_MIN || n > INT_MAX)
                      return "invalid value \"" + text + "\" for flag -" + name + ": value out of range";
                    value = static_cast<int>(n);
                    return "";
                  }};
}

void Flags::custom(const std::string &name, bool is_boolean, std::function<std::string(const std::string &)> set) {
  flags_[name] = {is_boolean, std::move(set)};
}

Flags::Parsed Flags::parseOne(const std::vector<std::string> &arguments, std::size_t &i) const {
  const std::string &a = arguments[i++];
  if (a.size() < 2 || a[0] != '-')
    return {Parsed::Kind::Word, "", false, ""};
  if (a == "--")
    return {Parsed::Kind::Terminator, "", false, ""};
  std::string name = a.substr(a[1] == '-' ? 2 : 1), value;
  bool has_value = false;
  if (std::size_t equals = name.find('='); equals != std::string::npos) {
    value = name.substr(equals + 1);
    name.resize(equals);
    has_value = true;
  }
  auto found = flags_.find(name);
  if (found == flags_.end())
    return {Parsed::Kind::Unknown, name, has_value, ""};
  if (!has_value) {
    if (found->second.is_boolean)
      value = "true";
    else if (i == arguments.size())
      return {Parsed::Kind::Failed, name, false, "flag needs an argument: -" + name};
    else
      value = arguments[i++];
  }
  std::string message = found->second.set(value);
  return {message.empty() ? Parsed::Kind::Flag : Parsed::Kind::Failed, name, has_value, message};
}

std::string Flags::parse(const std::vector<std::string> &arguments, std::vector<std::string> &rest) const {
  std::size_t i = 0;
  while (i < arguments.size()) {
    std::size_t at = i;
    Parsed parsed = parseOne(arguments, i);
    if (parsed.kind == Parsed::Kind::Word) {
      i = at;
      break;
    }
    if (parsed.kind == Parsed::Kind::Terminator)
      break;
    if (parsed.kind == Parsed::Kind::Unknown)
      return "flag provided but not defined: -" + parsed.name;
    if (parsed.kind == Parsed::Kind::Failed)
      return parsed.message;
  }
  rest.assign(arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
  return "";
}

} // namespace gannet::command
