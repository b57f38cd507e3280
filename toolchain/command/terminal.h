// What the command shows on a terminal beyond go's plain words: how far a build is, and errors in colour with the line they
// are about. Where standard error is no terminal, NO_COLOR is set or TERM is "dumb", there is nothing of it.
#ifndef GANNET_TOOLCHAIN_COMMAND_TERMINAL_H
#define GANNET_TOOLCHAIN_COMMAND_TERMINAL_H

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gannet::command {

bool isRichTerminal(); // standard error

// Messages with each "file:line:col: text" in colour and, below it, the line of the file and a mark under the column.
// `readText` gives the contents of a file; empty if it cannot.
std::string inColour(std::string_view messages, const std::function<std::string(const std::string &)> &readText);

// A line at the bottom of the terminal, rewritten as packages are done. It appears when a build takes longer than a moment.
// Only for a rich terminal. Not thread-safe.
class Progress {
public:
  Progress() = default;
  ~Progress() { clear(); }
  Progress(const Progress &) = delete;
  Progress &operator=(const Progress &) = delete;

  void begin(std::size_t packages);
  // `running`: how many are being compiled.
  void done(const std::string &package, bool cached, std::size_t running);
  // Takes the line away: before anything else is printed.
  void clear();

private:
  using Clock = std::chrono::steady_clock;

  bool visible_ = false;
  std::size_t total_ = 0, done_ = 0, cached_ = 0;
  Clock::time_point next_; // when the line may be written next
};

} // namespace gannet::command

#endif
