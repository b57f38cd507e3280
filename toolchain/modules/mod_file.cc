#include "toolchain/modules/mod_file.h"

#include <algorithm>

namespace gannet::modules {

namespace {

// One line: its words, and whether it is marked indirect.
struct Line {
  std::vector<std::string> words;
  std::string comment;
  std::string fault;
};

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// Reads the line at the head of `text`, which may run on in a `raw` string, and takes it off.
Line readLine(std::string_view &text, int &line_number) {
  Line line;
  ++line_number;
  std::size_t i = 0;
  for (; i < text.size() && text[i] != '\n';) {
    char c = text[i];
    if (isBlank(c)) {
      ++i;
    } else if (text.substr(i, 2) == "//") {
      std::size_t end = std::min(text.find('\n', i), text.size());
      line.comment = text.substr(i + 2, end - i - 2);
      i = end;
    } else if (text.substr(i, 2) == "/*") {
      line.fault = "mod files must use // comments (not /* */ comments)";
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '"' || c == '`') {
      std::string word;
      std::size_t at = i + 1;
      for (; at < text.size() && text[at] != c && (c == '`' || text[at] != '\n'); ++at) {
        if (c == '"' && text[at] == '\\' && at + 1 < text.size())
          ++at;
        if (text[at] == '\n')
          ++line_number;
        word += text[at];
      }
      if (at == text.size() || text[at] != c)
        line.fault = "unexpected newline in string";
      i = std::min(at + 1, text.size());
      line.words.push_back(std::move(word));
    } else if (c == '(' || c == ')' || c == '[' || c == ']' || c == ',') {
      line.words.emplace_back(1, c);
      ++i;
    } else {
      std::size_t end = i;
      while (end < text.size() && !isBlank(text[end]) && text[end] != '\n' &&
             std::string_view("()[]{},").find(text[end]) == std::string_view::npos && text.substr(end, 2) != "//" &&
             text.substr(end, 2) != "/*")
        ++end;
      end = std::max(end, i + 1);
      line.words.emplace_back(text.substr(i, end - i));
      i = end;
    }
  }
  text.remove_prefix(std::min(i + 1, text.size()));
  return line;
}

bool isIndirect(std::string_view comment) {
  while (!comment.empty() && isBlank(comment.front()))
    comment.remove_prefix(1);
  while (!comment.empty() && isBlank(comment.back()))
    comment.remove_suffix(1);
  return comment == "indirect" || comment.substr(0, 9) == "indirect;";
}

bool isDirectoryPath(std::string_view p) {
  return p == "." || p == ".." || p.substr(0, 2) == "./" || p.substr(0, 3) == "../" || p.substr(0, 1) == "/";
}

class Parser {
public:
  Parser(const std::string &name, ModFileKind kind) : name_(name), kind_(kind) {}

  ErrorOr<ModFile> parse(std::string_view text) {
    if (text.substr(0, 3) == "\xef\xbb\xbf")
      text.remove_prefix(3);
    std::string block;
    bool skip = false; // a block of unknown kind in a dependency
    int next = 0;
    while (!text.empty()) {
      line_ = next + 1;
      Line line = readLine(text, next);
      if (!line.fault.empty()) {
        fail(line.fault);
        break;
      }
      std::vector<std::string> &w = line.words;
      if (w.empty())
        continue;
      if (!block.empty() && w[0] == ")") {
        block.clear();
        continue;
      }
      if (!block.empty()) {
        if (!skip)
          statement(block, w, line.comment);
        continue;
      }
      if (w.back() == "(") {
        block = w[0];
        skip = w.size() != 2 || !isBlockVerb(block);
        if (skip && kind_ != ModFileKind::Dependency) {
          w.pop_back();
          std::string words;
          for (const std::string &word : w)
            words += (words.empty() ? "" : " ") + word;
          fail("unknown block type: " + words);
        }
        continue;
      }
      std::string verb = w[0];
      w.erase(w.begin());
      statement(verb, w, line.comment);
    }
    if (!block.empty())
      fail("syntax error (unterminated block started at " + name_ + ")");
    if (!faults_.empty())
      return Error{faults_};
    return std::move(file_);
  }

private:
  void fail(const std::string &what) {
    faults_ += (faults_.empty() ? "" : "\n") + name_ + ":" + std::to_string(line_) + ": " + what;
  }

  bool isBlockVerb(std::string_view verb) const {
    if (kind_ == ModFileKind::Work)
      return verb == "use" || verb == "replace" || verb == "godebug";
    for (std::string_view known : {"module", "godebug", "require", "exclude", "replace", "retract", "tool", "ignore"})
      if (verb == known)
        return true;
    return false;
  }

  bool version(const std::string &verb, const std::string &path, const std::string &v) {
    if (isCanonicalSemver(v))
      return true;
    fail(verb + " " + path + ": version \"" + v + "\" invalid: must be of the form v1.2.3");
    return false;
  }

  void statement(const std::string &verb, const std::vector<std::string> &w, const std::string &comment) {
    bool work = kind_ == ModFileKind::Work;
    if (kind_ == ModFileKind::Dependency && verb != "go" && verb != "module" && verb != "require")
      return;
    if (verb == "go")
      goLine(w);
    else if (verb == "toolchain")
      toolchainLine(w);
    else if (verb == "godebug")
      godebugLine(w);
    else if (verb == "replace")
      replaceLine(w);
    else if (work && verb == "use")
      one(verb, "usage: use local/dir", w, file_.uses);
    else if (work)
      fail("unknown directive: " + verb);
    else if (verb == "module")
      moduleLine(w);
    else if (verb == "require" || verb == "exclude")
      requireLine(verb, w, comment);
    else if (verb == "tool")
      one(verb, "tool directive expects exactly one argument", w, file_.tools);
    else if (verb == "ignore")
      one(verb, "ignore directive expects exactly one argument", w, file_.ignores);
    else if (verb == "retract")
      retractLine(w);
    else
      fail("unknown directive: " + verb);
  }

  void one(const std::string &, const char *usage, const std::vector<std::string> &w, std::vector<std::string> &out) {
    if (w.size() != 1)
      return fail(usage);
    out.push_back(w[0]);
  }

  void goLine(const std::vector<std::string> &w) {
    if (!file_.go.empty())
      return fail("repeated go statement");
    if (w.size() != 1)
      return fail("go directive expects exactly one argument");
    std::string v = w[0];
    if (!isGoVersion(v) && kind_ == ModFileKind::Dependency) {
      // A dependency may be of a later time: "v1.99x" counts as 1.99.
      if (v[0] == 'v')
        v.erase(0, 1);
      while (!v.empty() && !isGoVersion(v))
        v.pop_back();
    }
    if (!isGoVersion(v))
      return fail("invalid go version '" + w[0] + "': must match format 1.23.0");
    file_.go = v;
  }

  void toolchainLine(const std::vector<std::string> &w) {
    if (!file_.toolchain.empty())
      return fail("repeated toolchain statement");
    if (w.size() != 1)
      return fail("toolchain directive expects exactly one argument");
    if (w[0] != "default" && w[0] != "go1" && w[0].rfind("go1.", 0) != 0)
      return fail("invalid toolchain version '" + w[0] + "': must match format go1.23.0 or default");
    file_.toolchain = w[0];
  }

  void moduleLine(const std::vector<std::string> &w) {
    if (!file_.module.empty())
      return fail("repeated module statement");
    if (w.size() != 1)
      return fail("usage: module module/path");
    file_.module = w[0];
  }

  void godebugLine(const std::vector<std::string> &w) {
    std::size_t equals = w.size() == 1 ? w[0].find('=') : std::string::npos;
    if (equals == std::string::npos || w[0].find_first_of("\"`',") != std::string::npos)
      return fail("usage: godebug key=value");
    file_.godebugs.emplace_back(w[0].substr(0, equals), w[0].substr(equals + 1));
  }

  void requireLine(const std::string &verb, const std::vector<std::string> &w, const std::string &comment) {
    if (w.size() != 2)
      return fail("usage: " + verb + " module/path v1.2.3");
    if (!version(verb, w[0], w[1]))
      return;
    if (verb == "require")
      file_.requires_.push_back({{w[0], w[1]}, isIndirect(comment)});
    else
      file_.excludes.push_back({w[0], w[1]});
  }

  void replaceLine(const std::vector<std::string> &w) {
    std::size_t arrow = w.size() >= 2 && w[1] == "=>" ? 1 : 2;
    if (w.size() < arrow + 2 || w.size() > arrow + 3 || w[arrow] != "=>")
      return fail("usage: replace module/path [v1.2.3] => other/module v1.4\n\t or replace module/path [v1.2.3] => "
                  "../local/directory");
    Replacement r;
    r.from.path = w[0];
    r.to.path = w[arrow + 1];
    if (arrow == 2) {
      r.from.version = w[1];
      if (!version("replace", w[0], w[1]))
        return;
    }
    if (w.size() == arrow + 3) {
      r.to.version = w[arrow + 2];
      if (isDirectoryPath(r.to.path))
        return fail("replacement module directory path \"" + r.to.path + "\" cannot have version");
      if (!version("replace", r.to.path, r.to.version))
        return;
    } else if (!isDirectoryPath(r.to.path)) {
      return fail(r.to.path.find('@') != std::string::npos
                      ? "replacement module must match format 'path version', not 'path@version'"
                      : "replacement module without version must be directory path (rooted or starting with . or ..)");
    }
    file_.replaces.push_back(std::move(r));
  }

  // What the author withdrew concerns who chooses versions, not who builds; its form is checked all the same.
  void retractLine(const std::vector<std::string> &w) {
    if (w.empty() || (w[0] != "[" && !isSemver(w[0])))
      return fail("expected '[' or version");
    if (w[0] != "[")
      return w.size() == 1 ? void() : fail("unexpected token after version: \"" + w[1] + "\"");
    if (w.size() < 2 || !isSemver(w[1]))
      return fail("expected version after '['");
    if (w.size() < 3 || w[2] != ",")
      return fail("expected ',' after version");
    if (w.size() < 4 || !isSemver(w[3]))
      return fail("expected version after ','");
    if (w.size() < 5 || w[4] != "]")
      return fail("expected ']' after version");
  }

  const std::string &name_;
  ModFileKind kind_;
  ModFile file_;
  int line_ = 0;
  std::string faults_;
};

} // namespace

ErrorOr<ModFile> parseModFile(const std::string &name, std::string_view text, ModFileKind kind) {
  return Parser(name, kind).parse(text);
}

} // namespace gannet::modules
