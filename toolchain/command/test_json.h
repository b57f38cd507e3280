// What a test prints, as a stream of JSON events, one a line (gannet test -json).
//
// The text of a test binary run with -test.v=test2json goes in; its framing lines ("=== RUN", "--- PASS"), which start with
// ^V, become events of their own, and all text stands in "output" events that name the test it belongs to.
// Source: go doc test2json; the events and their order are those of Go's own converter.
#ifndef GANNET_TOOLCHAIN_COMMAND_TEST_JSON_H
#define GANNET_TOOLCHAIN_COMMAND_TEST_JSON_H

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gannet::command {

// A JSON string as Go's encoding/json writes it: <, >, & and invalid UTF-8 escaped.
std::string goJsonString(std::string_view text);

// Divides text into lines. A line longer than the buffer is handed on in parts, none of which splits a character.
class LineBuffer {
public:
  using Sink = std::function<void(std::string_view)>;
  LineBuffer(std::size_t capacity, Sink line, Sink part)
      : capacity_(capacity), line_(std::move(line)), part_(std::move(part)) {}
  void write(std::string_view text);
  void flush();

private:
  void takeLines();

  std::size_t capacity_;
  Sink line_, part_; // a whole line with its newline; a piece of one
  std::string held_;
  bool mid_line_ = false;
};

class TestJson {
public:
  // `emit` gets whole lines. `clock` gives the time of an event; none: events carry no time.
  TestJson(std::string package, std::function<void(const std::string &)> emit,
           std::function<std::chrono::system_clock::time_point()> clock = {});

  void start();
  void write(std::string_view text) { input_.write(text); }
  void setFailedBuild(std::string package) { failed_build_ = std::move(package); }
  // Ends the stream with the result of the whole: the test's process succeeded or not.
  void finish(bool success);

private:
  struct Event {
    std::string action, test;
    std::optional<double> elapsed_s;
    std::optional<std::string> output;
    std::string key, value, path;
  };
  void handleLine(std::string_view line);
  void handleReport(std::string_view line, std::string_view whole, std::size_t depth, bool marked);
  void handleUpdate(std::string_view line, bool marked);
  void flushReports(std::size_t depth);
  void emitOutput(std::string_view text);
  void emit(Event event, bool last = false);

  std::string package_;
  std::function<void(const std::string &)> emit_;
  std::function<std::chrono::system_clock::time_point()> clock_;
  std::chrono::system_clock::time_point start_;
  std::string test_; // that output belongs to
  std::vector<Event> reports_; // results not yet told: a test's output may follow them; by depth of subtests
  std::string result_, failed_build_;
  bool need_marker_ = false; // framing lines start with ^V
  LineBuffer output_, input_;
};

} // namespace gannet::command

#endif
