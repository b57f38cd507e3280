#include "compiler/driver/embed_config.h"

#include "compiler/base/json.h"

namespace gannet::driver {

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
