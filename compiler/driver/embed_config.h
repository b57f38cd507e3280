// The go:embed configuration: a JSON object {"Patterns": {pattern: [file...]}, "Files": {file: path}}.
#ifndef GANNET_COMPILER_DRIVER_EMBED_CONFIG_H
#define GANNET_COMPILER_DRIVER_EMBED_CONFIG_H

#include "compiler/base/error.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::driver {

struct EmbedConfig {
  std::map<std::string, std::vector<std::string>, std::less<>> patterns;
  std::map<std::string, std::string, std::less<>> files;
};
ErrorOr<EmbedConfig> parseEmbedConfig(std::string_view text, std::string_view file);

} // namespace gannet::driver

#endif
