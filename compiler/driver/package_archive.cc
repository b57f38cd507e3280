#include "compiler/driver/package_archive.h"

#include "compiler/base/tool.h"
#include "compiler/export/bundle.h"

namespace gannet::driver {

namespace {

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (char c : text)
    if (c == '"' || c == '\\')
      out += {'\\', c};
    else if (c == '\n')
      out += "\\n";
    else
      out += c;
  return out + "\"";
}

} // namespace

std::vector<object::ArchiveMember> interfaceMembers(const std::string &build_id, bool is_main, std::string bundle) {
  std::string head = "go object linux amd64 " + toolchainVersion() + " GOAMD64=v1 X:none\n";
  if (!build_id.empty())
    head += "build id " + quoted(build_id) + "\n";
  if (is_main)
    head += "main\n";
  return {{"__.PKGDEF", head + "\n\n$$B\n\n$$\n"}, {std::string(exports::kBundleMember), std::move(bundle)}};
}

} // namespace gannet::driver
