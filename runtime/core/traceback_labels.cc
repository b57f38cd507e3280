// GODEBUG=tracebacklabels=1: the labels of goroutines (runtime/pprof) in the heads of their traces.
#include "runtime/core/debug_settings.h"
#include "runtime/core/sched.h"
#include "runtime/core/traceback.h"

namespace gannet::rt {

namespace {

// The next character of UTF-8 text; U+FFFD for a byte that begins none. Shortest forms only, no surrogates.
u32 nextRune(Str s, uptr &i) {
  auto byte = [&](uptr at) { return static_cast<u32>(static_cast<u8>(s[at])); };
  u32 first = byte(i++);
  if (first < 0x80) return first;
  uptr more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
  if (first < 0xc2 || first > 0xf4 || i + more > s.len) return 0xfffd;
  u32 rune = first & (0x3f >> more);
  for (uptr k = 0; k < more; k++) {
    if ((byte(i + k) & 0xc0) != 0x80) return 0xfffd;
    rune = rune << 6 | (byte(i + k) & 0x3f);
  }
  constexpr u32 kLeast[] = {0, 0x80, 0x800, 0x10000};
  if (rune < kLeast[more] || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) return 0xfffd;
  i += more;
  return rune;
}

// In Go's syntax, all but plain ASCII by its number.
void printQuoted(Printer &p, Str s) {
  auto digits = [&](const char *prefix, u32 rune, int n) {
    p << prefix;
    for (int at = 4 * (n - 1); at >= 0; at -= 4) p << Str(&"0123456789abcdef"[rune >> at & 15], 1);
  };
  p << "\"";
  for (uptr i = 0; i < s.len;) {
    const uptr from = i;
    const u32 rune = nextRune(s, i);
    switch (rune) {
    case '\n': p << "\\n"; break;
    case '\r': p << "\\r"; break;
    case '\t': p << "\\t"; break;
    case '\\':
    case '"': p << "\\" << Str(s.ptr + from, 1); break;
    default:
      if (rune >= ' ' && rune <= '~') p << Str(s.ptr + from, 1);
      else if (rune < 127) digits("\\x", rune, 2);
      else if (rune < 0x10000) digits("\\u", rune, 4);
      else digits("\\U", rune, 8);
    }
  }
  p << "\"";
}

}  // namespace

void printLabels(Printer &p, const G *g) {
  struct Label {
    Str key, value;
  };
  struct Labels {  // runtime/pprof.labelMap: a slice
    const Label *list;
    u64 count;
  };
  const bool show = debug.tracebacklabels.loadRelaxed() == 1;  // relaxed: a setting
  auto *labels = show ? static_cast<const Labels *>(g->labels) : nullptr;
  if (labels == nullptr || labels->count == 0) return;
  p << " labels:{";
  for (u64 i = 0; i < labels->count; i++) {
    if (i > 0) p << ", ";
    printQuoted(p, labels->list[i].key);
    p << ": ";
    printQuoted(p, labels->list[i].value);
  }
  p << "}";
}

}  // namespace gannet::rt

