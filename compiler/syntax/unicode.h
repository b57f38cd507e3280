// The little Unicode that a Go compiler needs: UTF-8, letters and digits, and quoting as Go's strconv does.
#ifndef GANNET_COMPILER_SYNTAX_UNICODE_H
#define GANNET_COMPILER_SYNTAX_UNICODE_H

#include <cstdint>
#include <string>
#include <string_view>

namespace gannet::syntax {

inline constexpr char32_t kRuneError = 0xfffd;
inline constexpr char32_t kMaxRune = 0x10ffff;

struct DecodedRune {
  char32_t rune;  // kRuneError for an invalid byte
  unsigned width; // bytes; 1 for an invalid byte, 0 at the end of the text
};
DecodedRune decodeRune(std::string_view text);
// Appends UTF-8; what is not a valid code point becomes U+FFFD.
void appendRune(std::string &out, char32_t rune);

bool isLetter(char32_t rune);    // category L; "_" is not one
bool isDigit(char32_t rune);     // category Nd
bool isUpper(char32_t rune);     // category Lu
bool isLower(char32_t rune);     // category Ll
bool isPrintable(char32_t rune); // as Go's unicode.IsPrint

// Whether a Go identifier is exported.
bool isExported(std::string_view name);

// Go's %q of a string and of a rune, and %#U ("U+0040 '@'").
std::string quote(std::string_view text);
std::string quoteRune(char32_t rune);
std::string describeRune(char32_t rune);

// The value of a string or rune literal as written, quotes included. False if it is malformed.
bool unquote(std::string_view literal, std::string &out);

} // namespace gannet::syntax

#endif
