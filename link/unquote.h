// Go's quoted strings, as build tools write them into import configurations.
#ifndef GANNET_LINK_UNQUOTE_H
#define GANNET_LINK_UNQUOTE_H

#include <optional>
#include <string>
#include <string_view>

namespace gannet::link {

// What an interpreted string literal stands for; none if it is malformed. Source: Go spec, "String literals", "Rune literals".
std::optional<std::string> unquote(std::string_view text);

} // namespace gannet::link

#endif
