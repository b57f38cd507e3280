#include "compiler/driver/hot_calls.h"

#include "compiler/base/file.h"

#include <charconv>
#include <optional>

namespace gannet::driver {

namespace {

template <typename T> bool number(std::string_view text, T &out) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size();
}

// The words of -d that are about profiles.
ErrorOr<ir::ProfileSettings> profileSettings(const std::vector<std::string> &words) {
  ir::ProfileSettings out;
  int level = 2;
  for (const std::string &word : words) {
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(0, equals), value = equals == std::string::npos ? "1" : word.substr(equals + 1);
    int *slot = name == "pgodebug"          ? &out.explain
                : name == "pgoinlinebudget" ? &out.inline_budget
                : name == "pgodevirtualize" ? &level
                                            : nullptr;
    if (slot && !number(value, *slot))
      return Error{"compile: invalid debug value " + value + " for " + name};
    if (name == "pgoinline")
      out.inlines = value != "0";
    if (name == "pgoinlinecdfthreshold" && (!number(value, out.hot_percent) || !(out.hot_percent >= 0 && out.hot_percent <= 100)))
      return Error{"compile: invalid PGOInlineCDFThreshold, must be between 0 and 100"};
  }
  out.devirtualizes_methods = level >= 1;
  out.devirtualizes_functions = level >= 2;
  return out;
}

} // namespace

ErrorOr<std::unique_ptr<ir::HotCalls>> readHotCalls(const Options &options, const SourceSet &sources) {
  if (options.call_profile.empty())
    return std::unique_ptr<ir::HotCalls>();
  const auto fail = [&](const std::string &why) { return Error{"compile: " + options.call_profile + ": PGO error: " + why}; };
  ErrorOr<std::string> bytes = readFile(options.call_profile);
  if (!bytes)
    return fail("error opening profile: " + bytes.error());
  ErrorOr<profile::CallProfile> profile = profile::readProfile(*bytes);
  if (!profile)
    return fail(profile.error());
  ErrorOr<ir::ProfileSettings> settings = profileSettings(options.debug);
  if (!settings)
    return settings.takeError();
  if (profile->edges.empty())
    return std::unique_ptr<ir::HotCalls>();
  return std::make_unique<ir::HotCalls>(std::move(*profile), *settings, sources);
}

} // namespace gannet::driver
