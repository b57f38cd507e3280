#include "toolchain/command/module.h"

#include "compiler/base/file.h"
#include "toolchain/command/paths.h"

namespace gannet::command {

namespace {

// The words of one line: separated by blanks, quoted with "" or ``, up to a // comment.
std::vector<std::string> words(std::string_view line) {
  std::vector<std::string> out;
  std::size_t i = 0;
  while (i < line.size()) {
    char c = line[i];
    if (c == ' ' || c == '\t' || c == '\r') {
      ++i;
      continue;
    }
    if (line.substr(i, 2) == "//")
      break;
    if (c == '"' || c == '`') {
      std::size_t end = line.find(c, i + 1);
      if (end == std::string_view::npos)
        end = line.size();
      out.emplace_back(line.substr(i + 1, end - i - 1));
      i = end + 1;
      continue;
    }
    if (c == '(' || c == ')') {
      out.emplace_back(1, c);
      ++i;
      continue;
    }
    std::size_t end = i;
    while (end < line.size() && line[end] != ' ' && line[end] != '\t' && line[end] != '\r' && line[end] != '(' &&
           line[end] != ')' && line.substr(end, 2) != "//")
      ++end;
    out.emplace_back(line.substr(i, end - i));
    i = end;
  }
  return out;
}

bool isGoVersion(std::string_view v) {
  if (v.substr(0, 2) != "1.")
    return false;
  for (char c : v)
    if (!(c >= '0' && c <= '9') && c != '.' && !(c >= 'a' && c <= 'z'))
      return false;
  return true;
}

} // namespace

ErrorOr<Module> parseGoMod(const std::string &file, std::string_view text) {
  Module module;
  module.go_version = "1.16";
  std::string block;
  int line_number = 0;
  auto fail = [&](const std::string &what) {
    return Error{"go: errors parsing " + file + ":\n" + file + ":" + std::to_string(line_number) + ": " + what};
  };
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    std::vector<std::string> w = words(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line_number;
    if (w.empty())
      continue;
    if (!block.empty() && w[0] == ")") {
      block.clear();
      continue;
    }
    std::string verb = block;
    if (block.empty()) {
      verb = w[0];
      w.erase(w.begin());
      if (!w.empty() && w[0] == "(") {
        block = verb;
        continue;
      }
    }
    if (verb == "module") {
      if (w.size() != 1)
        return fail("usage: module module/path");
      if (!module.path.empty())
        return fail("repeated module statement");
      module.path = w[0];
    } else if (verb == "go") {
      if (w.size() != 1)
        return fail("go directive expects exactly one argument");
      if (!isGoVersion(w[0]))
        return fail("invalid go version '" + w[0] + "': must match format 1.23");
      module.go_version = w[0];
    } else if (verb == "require") {
      if (w.size() < 2)
        return fail("usage: require module/path v1.2.3");
      module.requires_.emplace_back(w[0], w[1]);
    } else if (verb == "toolchain" || verb == "exclude" || verb == "retract" || verb == "godebug" || verb == "tool" ||
               verb == "ignore") {
      continue; // no effect on which packages of the module itself are built
    } else if (verb == "replace") {
      return fail("replace directives are not supported yet");
    } else {
      return fail("unknown directive: " + verb);
    }
  }
  if (module.path.empty())
    return Error{"go: error reading " + file + ": missing module declaration. To specify the module path:\n\tgo mod edit "
                 "-module=example.com/mod"};
  return module;
}

ErrorOr<Module> findModule(const std::string &dir) {
  for (std::string at = dir;; at = parentDir(at)) {
    std::string file = at + "/go.mod";
    if (pathExists(file) && !isDirectory(file)) {
      auto text = readFile(file);
      if (!text)
        return text.takeError();
      auto module = parseGoMod(shortPath(file), *text);
      if (!module)
        return module.takeError();
      module->dir = at;
      return module;
    }
    if (at == "/")
      return Module{};
  }
}

} // namespace gannet::command
