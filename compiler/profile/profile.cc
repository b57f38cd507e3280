#include "compiler/profile/profile.h"

#include "compiler/profile/pprof.h"

#include <charconv>
#include <optional>
#include <set>
#include <tuple>

namespace gannet::profile {

namespace {

constexpr std::string_view kHeader = "GO PREPROFILE V1\n";

std::string inQuotes(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return value;
}

class Lines {
public:
  explicit Lines(std::string_view text) : text_(text) {}

  bool next(std::string_view &line) {
    if (text_.empty())
      return false;
    const std::size_t end = std::min(text_.find('\n'), text_.size());
    line = text_.substr(0, end);
    text_.remove_prefix(std::min(end + 1, text_.size()));
    if (line.ends_with('\r'))
      line.remove_suffix(1);
    return true;
  }

private:
  std::string_view text_;
};

ErrorOr<CallProfile> readPreprocessed(std::string_view text) {
  CallProfile out;
  std::set<std::tuple<std::string_view, std::string_view, std::int64_t>> seen;
  Lines lines(text.substr(kHeader.size()));
  for (std::string_view caller, callee, numbers; lines.next(caller);) {
    if (!lines.next(callee))
      return Error{"preprocessed profile entry missing callee"};
    if (!lines.next(numbers))
      return Error{"preprocessed profile entry missing weight"};
    const std::size_t blank = numbers.find(' ');
    if (blank == std::string_view::npos || numbers.find(' ', blank + 1) != std::string_view::npos)
      return Error{"preprocessed profile entry got [" + std::string(numbers) + "] want 2 fields"};
    const auto line = number(numbers.substr(0, blank)), weight = number(numbers.substr(blank + 1));
    if (!line)
      return Error{"preprocessed profile error processing call line: " + inQuotes(numbers.substr(0, blank)) + " is no number"};
    if (!weight)
      return Error{"preprocessed profile error processing call weight: " + inQuotes(numbers.substr(blank + 1)) + " is no number"};
    if (!seen.emplace(caller, callee, *line).second)
      return Error{"preprocessed profile contains duplicate edge {CallerName:" + std::string(caller) + " CalleeName:" +
                   std::string(callee) + " CallSiteOffset:" + std::to_string(*line) + "}"};
    if (__builtin_add_overflow(out.total, *weight, &out.total))
      return Error{"preprocessed profile: the weights are too large"};
    out.edges.push_back({std::string(caller), std::string(callee), *line, *weight});
  }
  return out;
}

} // namespace

ErrorOr<CallProfile> readProfile(std::string_view bytes) {
  const bool done = bytes.starts_with(kHeader);
  ErrorOr<CallProfile> profile = done ? readPreprocessed(bytes) : readPprof(bytes);
  if (!profile)
    return Error{(done ? "error processing serialized PGO profile: " : "error processing pprof PGO profile: ") + profile.error()};
  if (profile->total <= 0)
    return CallProfile();
  return profile;
}

std::string preprocessed(const CallProfile &profile) {
  std::string out(kHeader);
  for (const CallEdge &e : profile.edges)
    out += e.caller + "\n" + e.callee + "\n" + std::to_string(e.line) + " " + std::to_string(e.weight) + "\n";
  return out;
}

} // namespace gannet::profile
