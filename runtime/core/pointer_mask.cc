// Which words of an object or a global the collector takes for pointers, for reflect's own tests.
#include "runtime/core/heap.h"
#include "runtime/core/linker_symbols.h"

using namespace gannet::rt;

// Writes a byte, 0 or 1, for each of the first `words` words of the object at p, or from p on if that is a global of that
// many. Returns how many words the object has; 0: none of them is a pointer.
extern "C" u64 gn_pointerMask(uptr p, u8 *mask, u64 words) {
  auto within = [p](const char *lo, const char *hi) { return p >= reinterpret_cast<uptr>(lo) && p < reinterpret_cast<uptr>(hi); };
  auto globals = [&](const char *lo, const u8 *bits) {
    uptr first = (p - reinterpret_cast<uptr>(lo)) / kWord;
    for (uptr i = 0; i < words; i++) mask[i] = (bits[(first + i) / 8] >> ((first + i) % 8)) & 1;
    return words;
  };
  if (within(rt_data, rt_edata)) return globals(rt_data, rt_gcdata);
  if (within(rt_bss, rt_ebss)) return globals(rt_bss, rt_gcbss);
  Span *s = objectSpanOf(p);
  if (s == nullptr || s->no_pointers) return 0;
  uptr first = (s->base + s->indexOf(p) * s->elem_bytes - heap.base) / kWord, count = s->elem_bytes / kWord;
  for (uptr i = 0; i < min<uptr>(words, count); i++)
    mask[i] = (__atomic_load_n(&heap.ptr_bits[(first + i) / 64], __ATOMIC_RELAXED) >> ((first + i) % 64)) & 1;  // relaxed: the caller owns it
  return count;
}
