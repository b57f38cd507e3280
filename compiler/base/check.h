// Checks of Gannet's own invariants: a failed one is an internal error (exit status 3), never the user's fault.
#ifndef GANNET_COMPILER_BASE_CHECK_H
#define GANNET_COMPILER_BASE_CHECK_H

#include <string_view>

namespace gannet {

// Prints "internal error: <what> (<file>:<line>) while compiling <context>" and ends the process with status 3.
[[noreturn]] void internalError(const char *file, int line, std::string_view what);

// What the calling thread is working on ("package fmt, func Println, pass cse"), named by internal errors.
// The scope restores the outer text; `text` must outlive it.
class WorkScope {
public:
  explicit WorkScope(std::string_view text);
  ~WorkScope();
  WorkScope(const WorkScope &) = delete;
  WorkScope &operator=(const WorkScope &) = delete;

private:
  std::string_view text_;
  WorkScope *outer_;
  friend void internalError(const char *, int, std::string_view);
};

} // namespace gannet

// Always on. `what` is anything convertible to std::string_view, evaluated only on failure.
#define GANNET_CHECK(cond, what)                                                                                       \
  do {                                                                                                                 \
    if (!(cond)) [[unlikely]]                                                                                          \
      ::gannet::internalError(__FILE__, __LINE__, (what));                                                             \
  } while (0)

#ifdef NDEBUG
#define GANNET_DCHECK(cond, what) ((void)0)
#else
#define GANNET_DCHECK(cond, what) GANNET_CHECK(cond, what)
#endif

#define GANNET_UNREACHABLE(what) ::gannet::internalError(__FILE__, __LINE__, (what))

#endif
