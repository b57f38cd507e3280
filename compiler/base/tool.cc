#include "compiler/base/tool.h"

#include "compiler/base/file.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <filesystem>

namespace gannet {

namespace {

// Hashes by words of 8 bytes (FNV's multiplication, with its high bits folded in): tells builds of a tool apart, no more.
void addHash(std::uint64_t &hash, std::string_view bytes) {
  auto add = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * 0x100000001b3u;
    hash ^= hash >> 29;
  };
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + at, 8);
    add(word);
  }
  for (; at < bytes.size(); at++)
    add(static_cast<unsigned char>(bytes[at]));
  add(bytes.size());
}

std::string hexText(std::uint64_t value) {
  std::string out;
  for (int shift = 60; shift >= 0; shift -= 4)
    out.push_back("0123456789abcdef"[(value >> shift) & 15]);
  return out;
}

std::string unescaped(std::string_view line) {
  std::string out;
  for (std::size_t i = 0; i < line.size(); i++)
    if (line[i] == '\\' && i + 1 < line.size() && (line[i + 1] == '\\' || line[i + 1] == 'n'))
      out.push_back(line[++i] == 'n' ? '\n' : '\\');
    else
      out.push_back(line[i]);
  return out;
}

} // namespace

std::string sdkRoot() {
  std::error_code error;
  std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  std::filesystem::path tools = self.parent_path().parent_path();
  if (error || tools.filename() != "tool" || tools.parent_path().filename() != "pkg")
    return {};
  return tools.parent_path().parent_path().string();
}

std::string toolchainVersion() {
  std::string version = "go1.26";
  if (std::string root = sdkRoot(); !root.empty())
    if (auto text = readFile(root + "/VERSION"))
      version = text->substr(0, text->find('\n'));
  return version + "-gannet";
}

std::string versionLine(std::string_view name, std::string_view flag_value, const std::vector<std::string> &inputs) {
  std::string line = std::string(name) + " version " + toolchainVersion();
  if (flag_value == "full") {
    std::uint64_t hash = 0xcbf29ce484222325u;
    std::vector<std::string> files = {"/proc/self/exe"};
    files.insert(files.end(), inputs.begin(), inputs.end());
    for (const std::string &file : files)
      if (auto bytes = MappedFile::open(file))
        addHash(hash, (*bytes)->bytes());
    line += " build=" + hexText(hash);
  }
  return line + "\n";
}

ErrorOr<std::vector<std::string>> expandArguments(const std::vector<std::string> &words) {
  std::vector<std::string> out;
  for (const std::string &word : words) {
    if (!word.starts_with('@')) {
      out.push_back(word);
      continue;
    }
    auto text = readFile(word.substr(1));
    if (!text)
      return text.takeError();
    for (std::size_t at = 0; at < text->size();) {
      std::size_t end = std::min(text->find('\n', at), text->size());
      std::string_view line = std::string_view(*text).substr(at, end - at);
      if (line.ends_with('\r'))
        line.remove_suffix(1);
      if (!line.empty())
        out.push_back(unescaped(line));
      at = end + 1;
    }
  }
  return out;
}

} // namespace gannet
