// Messages to standard error and the ends of a process. traceback.cc has the traces.
#ifndef GANNET_RUNTIME_CORE_FATAL_H_
#define GANNET_RUNTIME_CORE_FATAL_H_

#include "runtime/core/base.h"

namespace gannet::rt {

struct G;

// "fatal error: text", a trace of the current goroutine (and of the others as GOTRACEBACK says), exit status 2.
[[noreturn]] void fatalThrow(Str text);
// Before there are goroutines: text alone, exit status 2.
[[noreturn]] void fatalPlain(Str text);

// Builds lines and writes them to descriptor 2 (and the crash descriptor), or into a buffer. Never allocates.
struct Printer {
  char *out = nullptr;  // if set, text goes there and stops at out_cap
  uptr out_len = 0, out_cap = 0;
  char buf[512];
  uptr len = 0;

  ~Printer() { flush(); }
  Printer &operator<<(Str s);
  Printer &operator<<(const char *z) { return *this << Str(z); }
  Printer &operator<<(u64 n);
  Printer &operator<<(i64 n);
  Printer &operator<<(u32 n) { return *this << static_cast<u64>(n); }
  Printer &operator<<(i32 n) { return *this << static_cast<i64>(n); }
  Printer &hex(u64 n);
  Printer &ms(i64 ns);      // as milliseconds, two digits
  Printer &real(double x);  // 1.23457
  void flush();
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_FATAL_H_
