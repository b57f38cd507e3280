#include "toolchain/modules/module_cache.h"

#include "compiler/base/file.h"
#include "toolchain/command/hash.h"

#include <sstream>

namespace gannet::modules {

namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c >= 'A' && c <= 'Z') {
      out += '!';
      out += static_cast<char>(c - 'A' + 'a');
    } else {
      out += c;
    }
  return out;
}

ModuleVersion keyOf(const ModuleVersion &m, bool mod_file) { return {m.path, m.version + (mod_file ? "/go.mod" : "")}; }

int digit(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

std::string base64OfHex(std::string_view hex) {
  static const char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0, count = 0;
  for (char c : hex) {
    bits = bits << 4 | static_cast<unsigned>(digit(c));
    for (count += 4; count >= 6; count -= 6)
      out += kDigits[bits >> (count - 6) & 63];
  }
  if (count)
    out += kDigits[bits << (6 - count) & 63];
  while (out.size() % 4)
    out += '=';
  return out;
}

} // namespace

std::string ModuleCache::sourceDir(const ModuleVersion &m) const {
  return dir_ + "/" + escaped(m.path) + "@" + escaped(m.version);
}

std::string ModuleCache::download(const ModuleVersion &m, const char *suffix) const {
  return dir_ + "/cache/download/" + escaped(m.path) + "/@v/" + escaped(m.version) + suffix;
}

std::string ModuleCache::modFile(const ModuleVersion &m) const { return download(m, ".mod"); }
std::string ModuleCache::zipHashFile(const ModuleVersion &m) const { return download(m, ".ziphash"); }

std::string hashOfModFile(std::string_view text) {
  return "h1:" + base64OfHex(command::sha256Of(command::sha256Of(text) + "  go.mod\n"));
}

void GoSum::add(std::string_view text) {
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string path, version, hash, more;
    if (words >> path >> version >> hash && !(words >> more))
      sums_.emplace(ModuleVersion{path, version}, hash);
  }
}

void GoSum::addFile(const std::string &path) {
  if (auto text = readFile(path))
    add(*text);
}

GoSum::Answer GoSum::check(const ModuleVersion &m, bool mod_file, const std::string &hash) const {
  Answer answer = Answer::Missing;
  auto [at, end] = sums_.equal_range(keyOf(m, mod_file));
  for (; at != end; ++at) {
    if (at->second == hash)
      return Answer::Same;
    if (at->second.rfind("h1:", 0) == 0)
      answer = Answer::Different;
  }
  return answer;
}

bool GoSum::has(const ModuleVersion &m, bool mod_file) const { return sums_.count(keyOf(m, mod_file)) != 0; }

std::string GoSum::sum(const ModuleVersion &m, bool mod_file) const {
  auto [at, end] = sums_.equal_range(keyOf(m, mod_file));
  for (; at != end; ++at)
    if (at->second.rfind("h1:", 0) == 0)
      return at->second;
  return "";
}

} // namespace gannet::modules
