#include "toolchain/command/test_json.h"

#include "compiler/syntax/unicode.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace gannet::command {

namespace {

constexpr char kMarker = 0x16; // ^V
constexpr std::size_t kInputBytes = 4096, kOutputBytes = 1024;

bool startsWith(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }
bool endsWith(std::string_view s, std::string_view suffix) {
  return s.size() >= suffix.size() && s.substr(s.size() - suffix.size()) == suffix;
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\n' || s.front() == '\r'))
    s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\n' || s.back() == '\r'))
    s.remove_suffix(1);
  return s;
}

// "a b c" -> "a" and "b c".
std::pair<std::string, std::string> cut(std::string_view s) {
  std::size_t space = s.find(' ');
  if (space == std::string_view::npos)
    return {std::string(s), ""};
  return {std::string(s.substr(0, space)), std::string(s.substr(space + 1))};
}

// The end of the first line of `text`: of its newline, or before a ^V inside it. 0 if there is none.
std::size_t lineEnd(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n')
      return i + 1;
    if (text[i] == kMarker && i > 0)
      return i;
  }
  return 0;
}

bool isBenchmarkName(std::string_view s) {
  constexpr std::string_view kPrefix = "Benchmark";
  while (!s.empty() && s.back() == ' ')
    s.remove_suffix(1);
  return startsWith(s, kPrefix) &&
         (s.size() == kPrefix.size() || !syntax::isLower(syntax::decodeRune(s.substr(kPrefix.size())).rune));
}

// The longest part of `text` that does not end inside a character.
std::size_t wholeCharacters(std::string_view text) {
  for (std::size_t back = 1; back < 4 && back <= text.size(); ++back) {
    unsigned char c = static_cast<unsigned char>(text[text.size() - back]);
    if ((c & 0xc0) == 0x80)
      continue;
    std::size_t width = (c & 0xe0) == 0xc0 ? 2 : (c & 0xf0) == 0xe0 ? 3 : (c & 0xf8) == 0xf0 ? 4 : 1;
    return back < width ? text.size() - back : text.size();
  }
  return text.size();
}

std::string number(double value) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed).ptr;
  return std::string(buffer, end);
}

// RFC 3339 with as many digits of the second as it has, in local time.
std::string timeText(std::chrono::system_clock::time_point at) {
  long long ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch()).count();
  std::time_t seconds = static_cast<std::time_t>(ns / 1000000000);
  std::tm local{};
  localtime_r(&seconds, &local);
  char buffer[64];
  std::size_t length = std::strftime(buffer, sizeof buffer, "%Y-%m-%dT%H:%M:%S", &local);
  std::string out(buffer, length);
  if (long long fraction = ns % 1000000000) {
    std::snprintf(buffer, sizeof buffer, ".%09lld", fraction);
    out += buffer;
    while (out.back() == '0')
      out.pop_back();
  }
  if (local.tm_gmtoff == 0)
    return out + "Z";
  long minutes = std::labs(local.tm_gmtoff) / 60;
  std::snprintf(buffer, sizeof buffer, "%c%02ld:%02ld", local.tm_gmtoff < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return out + buffer;
}

} // namespace

std::string goJsonString(std::string_view text) {
  std::string out = "\"";
  char buffer[8];
  while (!text.empty()) {
    unsigned char c = static_cast<unsigned char>(text[0]);
    if (c >= 0x80) {
      syntax::DecodedRune d = syntax::decodeRune(text);
      if (d.rune == syntax::kRuneError && d.width == 1)
        out += "\\ufffd";
      else if (d.rune == 0x2028 || d.rune == 0x2029)
        out += d.rune == 0x2028 ? "\\u2028" : "\\u2029";
      else
        out += text.substr(0, d.width);
      text.remove_prefix(d.width);
      continue;
    }
    static constexpr std::string_view kShort = "\"\"\\\\\bb\ff\nn\rr\tt";
    std::size_t at = std::string_view::npos;
    for (std::size_t i = 0; i < kShort.size(); i += 2)
      if (kShort[i] == static_cast<char>(c))
        at = i;
    if (at != std::string_view::npos) {
      out += '\\';
      out += kShort[at + 1];
    } else if (c < 0x20 || c == '<' || c == '>' || c == '&') {
      std::snprintf(buffer, sizeof buffer, "\\u%04x", c);
      out += buffer;
    } else {
      out += static_cast<char>(c);
    }
    text.remove_prefix(1);
  }
  return out + "\"";
}

// ---------------------------------------------------------------------------------------------------------------------
// Lines

void LineBuffer::write(std::string_view text) {
  while (!text.empty()) {
    std::size_t taken = std::min(capacity_ - held_.size(), text.size());
    held_ += text.substr(0, taken);
    text.remove_prefix(taken);
    takeLines();
  }
}

void LineBuffer::takeLines() {
  std::size_t done = 0;
  for (;;) {
    std::string_view rest = std::string_view(held_).substr(done);
    std::size_t end = lineEnd(rest);
    if (!end) {
      // A benchmark's name is shown before its measurement, which follows on the same line much later.
      std::size_t tab = rest.find('\t');
      if (!mid_line_ && tab != std::string_view::npos && isBenchmarkName(rest.substr(0, tab))) {
        part_(rest.substr(0, tab + 1));
        mid_line_ = true;
        done += tab + 1;
      }
      break;
    }
    (mid_line_ ? part_ : line_)(rest.substr(0, end));
    mid_line_ = false;
    done += end;
  }
  if (done == 0 && held_.size() == capacity_) {
    done = wholeCharacters(held_);
    part_(std::string_view(held_).substr(0, done));
    mid_line_ = true;
  }
  held_.erase(0, done);
}

void LineBuffer::flush() {
  if (!held_.empty())
    part_(held_);
  held_.clear();
}

// ---------------------------------------------------------------------------------------------------------------------
// Events

TestJson::TestJson(std::string package, std::function<void(const std::string &)> emit,
                   std::function<std::chrono::system_clock::time_point()> clock)
    : package_(std::move(package)), emit_(std::move(emit)), clock_(std::move(clock)),
      output_(kOutputBytes, [this](std::string_view s) { emitOutput(s); }, [this](std::string_view s) { emitOutput(s); }),
      input_(kInputBytes, [this](std::string_view s) { handleLine(s); }, [this](std::string_view s) { output_.write(s); }) {
  if (clock_)
    start_ = clock_();
}

void TestJson::start() { emit({"start", "", {}, {}, "", "", ""}); }

void TestJson::handleLine(std::string_view line) {
  if (line.empty())
    return;
  if (need_marker_ && line[0] != kMarker) {
    output_.write(line);
    return;
  }
  bool marked = line[0] == kMarker;
  if (marked) {
    output_.flush();
    line.remove_prefix(1);
  }
  std::string_view bare = line;
  if (endsWith(bare, "\n"))
    bare.remove_suffix(1);
  if (endsWith(bare, "\r"))
    bare.remove_suffix(1);
  if (bare == "=== NAME") { // its two blanks may be lost
    line = "=== NAME  \n";
    bare = "=== NAME  ";
  }
  if (bare == "PASS" || bare == "FAIL" || startsWith(bare, "FAIL\t")) {
    flushReports(0);
    test_.clear();
    need_marker_ = marked;
    output_.write(line);
    result_ = bare == "PASS" ? "pass" : "fail";
    return;
  }
  if (startsWith(line, "?   \t") && endsWith(bare, "\t[no test files]") && reports_.empty())
    result_ = "skip";

  for (const char *word : {"RUN   ", "PAUSE ", "CONT  ", "NAME  ", "PASS  ", "FAIL  ", "SKIP  ", "ATTR  ", "ARTIFACTS "})
    if (startsWith(line, std::string("=== ") + word))
      return handleUpdate(line, marked);
  std::string_view inner = line;
  std::size_t depth = 0;
  while (startsWith(inner, "    ")) {
    inner.remove_prefix(4);
    ++depth;
  }
  for (const char *word : {"--- PASS: ", "--- FAIL: ", "--- SKIP: ", "--- BENCH: "})
    if (startsWith(inner, word))
      return handleReport(inner, line, depth, marked);
  // Indented text belongs to the test that was reported at the level above.
  if (depth > 0 && depth <= reports_.size())
    test_ = reports_[depth - 1].test;
  output_.write(line);
}

// "--- PASS: Name (0.01s)"
void TestJson::handleReport(std::string_view line, std::string_view whole, std::size_t depth, bool marked) {
  Event event;
  auto [word, name] = cut(line.substr(4));
  word.pop_back(); // ':'
  for (char c : word)
    event.action += static_cast<char>(c | 0x20);
  name = trim(name);
  if (std::size_t open = name.find(" ("); open != std::string::npos) {
    if (endsWith(name, "s)")) {
      std::string digits = name.substr(open + 2, name.size() - open - 4);
      char *end = nullptr;
      double seconds = std::strtod(digits.c_str(), &end);
      if (clock_ && !digits.empty() && !*end)
        event.elapsed_s = seconds;
    }
    name.resize(open);
  }
  if (reports_.size() < depth) { // no test stands above it: mere text
    output_.write(whole);
    return;
  }
  need_marker_ = marked;
  flushReports(depth);
  event.test = test_ = name;
  reports_.push_back(std::move(event));
  output_.write(whole);
}

// "=== RUN   Name"
void TestJson::handleUpdate(std::string_view line, bool marked) {
  Event event;
  auto [word, rest] = cut(line.substr(4));
  for (char c : word)
    event.action += static_cast<char>(c | 0x20);
  std::string name(trim(rest));
  if (event.action == "artifacts") {
    std::tie(name, event.path) = cut(name);
  } else if (event.action == "attr") {
    std::tie(name, rest) = cut(name);
    std::tie(event.key, event.value) = cut(rest);
  }
  need_marker_ = marked;
  flushReports(0);
  test_ = name;
  if (event.action == "name") // says only whose output follows
    return;
  bool pause = event.action == "pause";
  if (pause) // the notice goes first, so that the test is not seen to print while it pauses
    output_.write(line);
  emit(std::move(event));
  if (!pause)
    output_.write(line);
}

void TestJson::flushReports(std::size_t depth) {
  test_.clear();
  while (reports_.size() > depth) {
    Event event = std::move(reports_.back());
    reports_.pop_back();
    emit(std::move(event));
  }
}

void TestJson::finish(bool success) {
  if (!success)
    result_ = "fail";
  else if (result_ != "skip")
    result_ = "pass";
  input_.flush();
  output_.flush();
  Event event;
  event.action = result_;
  if (clock_) {
    auto ms = std::chrono::round<std::chrono::milliseconds>(clock_() - start_);
    event.elapsed_s = static_cast<double>(ms.count()) / 1000;
  }
  emit(std::move(event), true);
}

void TestJson::emitOutput(std::string_view text) { emit({"output", "", {}, std::string(text), "", "", ""}); }

void TestJson::emit(Event event, bool last) {
  std::string out = "{";
  auto field = [&out](const char *name, const std::string &value) {
    out += (out.size() > 1 ? ",\"" : "\"") + std::string(name) + "\":" + value;
  };
  auto text = [&field](const char *name, const std::string &value) {
    if (!value.empty())
      field(name, goJsonString(value));
  };
  if (clock_)
    field("Time", "\"" + timeText(clock_()) + "\"");
  field("Action", goJsonString(event.action));
  text("Package", package_);
  text("Test", event.test.empty() ? test_ : event.test);
  if (event.elapsed_s)
    field("Elapsed", number(*event.elapsed_s));
  if (event.output)
    field("Output", goJsonString(*event.output));
  if (last && event.action == "fail")
    text("FailedBuild", failed_build_);
  text("Key", event.key);
  text("Value", event.value);
  text("Path", event.path);
  emit_(out + "}\n");
}

} // namespace gannet::command
