// The comments of a file, for tools: the parser drops them.
#ifndef GANNET_COMPILER_SYNTAX_COMMENTS_H
#define GANNET_COMPILER_SYNTAX_COMMENTS_H

#include "compiler/base/source.h"

#include <string_view>
#include <vector>

namespace gannet::syntax {

struct Comment {
  Pos pos;
  Pos previous; // start of the token before it, automatic semicolons apart; none if there is none
  std::string_view text; // with its marks, without a line comment's newline
};

// In source order. Errors in the text are passed over.
std::vector<Comment> comments(const SourceSet &sources, std::uint16_t file);

} // namespace gannet::syntax

#endif
