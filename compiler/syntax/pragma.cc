// Which directives there are, what they set, and who may use them.
#include "compiler/syntax/pragma.h"

#include "compiler/syntax/unicode.h"

#include <algorithm>

namespace gannet::syntax {
namespace {

enum class Allowed : std::uint8_t { Anywhere, Std, Runtime };

struct PragmaRow {
  std::string_view verb;
  PragmaFlag flags;
  Allowed allowed = Allowed::Anywhere;
};

constexpr PragmaRow kPragmas[] = {
    {"go:build", PragmaFlag::GoBuild},
    {"go:noescape", PragmaFlag::Noescape},
    {"go:norace", PragmaFlag::Norace},
    {"go:nosplit", PragmaFlag::Nosplit | PragmaFlag::NoCheckPtr},
    {"go:noinline", PragmaFlag::Noinline},
    {"go:nocheckptr", PragmaFlag::NoCheckPtr},
    {"go:systemstack", PragmaFlag::Systemstack, Allowed::Runtime},
    {"go:nowritebarrier", PragmaFlag::Nowritebarrier, Allowed::Runtime},
    {"go:nowritebarrierrec", PragmaFlag::Nowritebarrierrec | PragmaFlag::Nowritebarrier, Allowed::Runtime},
    {"go:yeswritebarrierrec", PragmaFlag::Yeswritebarrierrec, Allowed::Runtime},
    {"go:cgo_unsafe_args", PragmaFlag::CgoUnsafeArgs | PragmaFlag::NoCheckPtr},
    {"go:uintptrkeepalive", PragmaFlag::UintptrKeepAlive, Allowed::Std},
    {"go:uintptrescapes", PragmaFlag::UintptrEscapes | PragmaFlag::UintptrKeepAlive},
    {"go:registerparams", PragmaFlag::RegisterParams},
};

// Directives that mean nothing here but may stand in the standard library.
constexpr std::string_view kIgnoredInStd[] = {
    "go:cgo_export_static",  "go:cgo_export_dynamic", "go:cgo_import_static", "go:cgo_import_dynamic", "go:cgo_ldflag",
    "go:cgo_dynamic_linker", "go:embed",              "go:fix",               "go:generate",
};

bool isSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' || c == '\f'; }

std::string_view trimSpace(std::string_view s) {
  while (!s.empty() && isSpace(s.front()))
    s.remove_prefix(1);
  while (!s.empty() && isSpace(s.back()))
    s.remove_suffix(1);
  return s;
}

std::vector<std::string_view> fields(std::string_view s) {
  std::vector<std::string_view> out;
  for (s = trimSpace(s); !s.empty(); s = trimSpace(s)) {
    std::size_t n = std::size_t(std::find_if(s.begin(), s.end(), isSpace) - s.begin());
    out.push_back(s.substr(0, n));
    s.remove_prefix(n);
  }
  return out;
}

// Fields, where a "quoted part" is a field of its own; an unclosed one is dropped.
std::vector<std::string_view> quotedFields(std::string_view s) {
  std::vector<std::string_view> out;
  while (!(s = trimSpace(s)).empty()) {
    std::size_t n;
    if (s[0] == '"') {
      n = s.find('"', 1);
      if (n == std::string_view::npos)
        break;
      n++;
    } else {
      n = std::size_t(std::find_if(s.begin(), s.end(), [](char c) { return isSpace(c) || c == '"'; }) - s.begin());
    }
    out.push_back(s.substr(0, n));
    s.remove_prefix(n);
  }
  return out;
}

bool isQuoted(std::string_view s) { return s.size() >= 2 && s.front() == '"' && s.back() == '"'; }

// A word that cannot be taken for a command-line option.
bool isSafeArgument(std::string_view s) {
  unsigned char c = s.empty() ? 0 : (unsigned char)s[0];
  return (c >= '0' && c <= '9') || isLetter(c) || c == '.' || c == '_' || c == '/' || c >= 0x80;
}

// The usage line of a cgo directive whose fields do not fit, or empty.
std::string cgoUsage(std::string_view verb, const std::vector<std::string_view> &f) {
  std::size_t n = f.size();
  auto plain = [&](std::size_t i) { return !isQuoted(f[i]); };
  std::string usage = "usage: //go:" + std::string(verb);
  if (verb == "cgo_export_static" || verb == "cgo_export_dynamic")
    return (n == 2 && plain(1)) || (n == 3 && plain(1) && plain(2)) ? "" : usage + " local [remote]";
  if (verb == "cgo_import_dynamic")
    return (n == 2 && plain(1)) || (n == 3 && plain(1) && plain(2)) || (n == 4 && plain(1) && plain(2) && !plain(3))
               ? ""
               : usage + " local [remote [\"library\"]]";
  if (verb == "cgo_import_static")
    return n == 2 && plain(1) ? "" : usage + " local";
  if (verb == "cgo_dynamic_linker")
    return n == 2 && !plain(1) ? "" : usage + " \"path\"";
  if (verb == "cgo_ldflag")
    return n == 2 && !plain(1) ? "" : usage + " \"arg\"";
  return "";
}

} // namespace

PragmaCollector::PragmaCollector(ParseContext &context, const ParseOptions &options, std::string_view file_name)
    : context_(context), options_(options),
      cgo_generated_(file_name.substr(file_name.rfind('/') + 1).starts_with("_cgo_")) {}

const Pragmas *PragmaCollector::take() {
  if (places_.empty() && embeds_.empty())
    return nullptr;
  Pragmas *p = context_.arena.make<Pragmas>();
  for (const PragmaPos &place : places_)
    p->flags = p->flags | place.flag;
  p->places = context_.arena.copy(places_);
  p->embeds = context_.arena.copy(embeds_);
  places_.clear();
  embeds_.clear();
  return p;
}

void PragmaCollector::reportUnused() {
  for (const PragmaPos &place : places_)
    if (any(place.flag))
      error(place.pos, "misplaced compiler directive");
  for (const EmbedPragma &e : embeds_)
    error(e.pos, "misplaced go:embed directive");
  places_.clear();
  embeds_.clear();
}

void PragmaCollector::add(Pos pos, bool blank, std::string_view text) {
  if (!blank)
    return error(pos, "misplaced compiler directive");
  std::string_view verb = text.substr(0, text.find(' '));
  if (text.starts_with("go:linkname "))
    return addLinkname(pos, text);
  if (verb == "go:embed")
    return addEmbed(pos, text);
  if (text.starts_with("go:wasmimport ")) {
    if (fields(text).size() != 3)
      error(pos, "usage: //go:wasmimport importmodule importname");
    return;
  }
  if (text.starts_with("go:wasmexport ")) {
    if (fields(text).size() != 2)
      error(pos, "usage: //go:wasmexport exportname");
    return;
  }
  if (text.starts_with("go:cgo_")) {
    addCgo(pos, text);
    if (verb == "go:cgo_import_dynamic" && quotedFields(text).size() >= 4)
      return;
  }
  addFlag(pos, verb);
}

void PragmaCollector::addLinkname(Pos pos, std::string_view text) {
  auto f = fields(text);
  if (f.size() < 2 || f.size() > 3)
    return error(pos, "usage: //go:linkname localname [linkname]");
  linknames.push_back({pos, keep(f[1]), f.size() == 3 ? keep(f[2]) : std::string_view()});
}

void PragmaCollector::addEmbed(Pos pos, std::string_view text) {
  std::vector<std::string_view> patterns;
  std::string_view rest = trimSpace(text.substr(std::string_view("go:embed").size()));
  auto malformed = [&](std::string_view where) {
    error(pos, "invalid quoted string in //go:embed: " + std::string(where));
  };
  while (!rest.empty()) {
    std::size_t n;
    if (rest[0] == '`' || rest[0] == '"') {
      n = 1;
      while (n < rest.size() && rest[n] != rest[0])
        n += rest[0] == '"' && rest[n] == '\\' ? 2 : 1;
      if (n >= rest.size())
        return malformed(rest);
      n++;
      std::string value;
      if (!unquote(rest.substr(0, n), value))
        return malformed(rest.substr(0, n));
      patterns.push_back(keep(value));
    } else {
      n = std::size_t(std::find_if(rest.begin(), rest.end(), isSpace) - rest.begin());
      patterns.push_back(keep(rest.substr(0, n)));
    }
    rest.remove_prefix(n);
    if (!rest.empty() && !isSpace(rest[0]))
      return malformed(rest);
    rest = trimSpace(rest);
  }
  if (patterns.empty())
    return error(pos, "usage: //go:embed pattern...");
  embeds_.push_back({pos, context_.arena.copy(patterns)});
}

void PragmaCollector::addCgo(Pos pos, std::string_view text) {
  auto f = quotedFields(text);
  bool dynamic_import = f[0] == "go:cgo_import_dynamic" && f.size() >= 4;
  if (dynamic_import) {
    std::string_view lib = f[3];
    if (isQuoted(lib))
      lib = lib.substr(1, lib.size() - 2);
    if (!lib.empty() && !isSafeArgument(lib) && !cgo_generated_)
      error(pos, "invalid library name " + quote(lib) + " in cgo_import_dynamic directive");
  } else if (!cgo_generated_ && !options_.standard_library) {
    error(pos, "//" + std::string(text) + " only allowed in cgo-generated code");
  }
  f[0].remove_prefix(3);
  if (std::string usage = cgoUsage(f[0], f); !usage.empty())
    return error(pos, usage);
  std::vector<std::string_view> kept;
  for (std::string_view s : f)
    kept.push_back(keep(isQuoted(s) ? s.substr(1, s.size() - 2) : s));
  cgo_pragmas.push_back({pos, context_.arena.copy(kept)});
}

void PragmaCollector::addFlag(Pos pos, std::string_view verb) {
  auto row = std::find_if(std::begin(kPragmas), std::end(kPragmas), [&](const PragmaRow &r) { return r.verb == verb; });
  std::string shown = "//" + std::string(verb);
  if (row == std::end(kPragmas)) {
    bool known = std::find(std::begin(kIgnoredInStd), std::end(kIgnoredInStd), verb) != std::end(kIgnoredInStd);
    if (options_.standard_library && !known)
      error(pos, shown + " is not allowed in the standard library");
    return;
  }
  if (row->allowed == Allowed::Runtime && !options_.runtime_package)
    error(pos, shown + " only allowed in runtime");
  if (row->allowed == Allowed::Std && !options_.standard_library)
    error(pos, shown + " is only allowed in the standard library");
  places_.push_back({row->flags, pos});
}

} // namespace gannet::syntax
