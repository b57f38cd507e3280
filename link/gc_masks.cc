// Pointer bitmaps of .data and .bss: one bit a word, from the patterns that each variable carries.
#include "link/image.h"

namespace gannet::link {

namespace {

std::string maskOf(const Link &link, const Region &region) {
  std::string out((region.size / 8 + 7) / 8, 0);
  for (AtomId id : region.atoms) {
    const Atom &a = link[id];
    std::uint64_t first = a.addr / 8, words = a.size / 8;
    std::uint32_t period = a.object ? a.object->pointer_words : 0;
    for (std::uint64_t i = 0; i < words; i++) {
      // Without a pattern every word may be a pointer.
      bool pointer = true;
      if (period) {
        std::uint64_t bit = i % period;
        pointer = a.object->pointer_mask[bit / 8] >> (bit % 8) & 1;
      }
      if (pointer)
        out[(first + i) / 8] = char(out[(first + i) / 8] | 1 << ((first + i) % 8));
    }
  }
  return out;
}

} // namespace

void makeGcMasks(Link &link, Image &image) {
  image.gc_masks = maskOf(link, image.data);
  image.gc_bss_at = roundUp(image.gc_masks.size(), 8);
  image.gc_masks.resize(image.gc_bss_at);
  image.gc_masks += maskOf(link, image.bss);
}

} // namespace gannet::link
