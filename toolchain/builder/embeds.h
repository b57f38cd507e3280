// Which of a target's files the go:embed lines of a package name.
#ifndef GANNET_TOOLCHAIN_BUILDER_EMBEDS_H
#define GANNET_TOOLCHAIN_BUILDER_EMBEDS_H

#include "toolchain/builder/sources.h"

namespace gannet::builder {

// A file that may be embedded.
struct EmbedFile {
  std::string path;
  std::string short_path;
};

// The names (from `folder` on) of the files that the pattern matches, sorted. A pattern that matches a folder means all below
// it, without names that begin with "." or "_" unless it starts with "all:". Fails with Go's words.
ErrorOr<std::vector<std::string>> matchEmbed(std::string_view pattern, std::string_view folder,
                                             const std::vector<EmbedFile> &files);

// The compiler's -embedcfg file for all patterns of the package, or empty if it has none.
ErrorOr<std::string> embedConfig(const Sources &sources, const std::vector<EmbedFile> &files);

} // namespace gannet::builder

#endif
