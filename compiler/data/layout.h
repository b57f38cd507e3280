// Memory layouts as descriptors, the collector and the SSA builder need them: sizes, pointer words, map groups.
//
// A cache over types/sizes.h, by type object. Not thread-safe: one a thread or under the owner's lock.
#ifndef GANNET_COMPILER_DATA_LAYOUT_H_
#define GANNET_COMPILER_DATA_LAYOUT_H_

#include "compiler/types/type.h"

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace gannet::types {
class Context;
}

namespace gannet::data {

inline constexpr std::int64_t kWordBytes = 8;

struct TypeLayout {
  std::int64_t size = 0;
  std::int64_t align = 1;
  // Length of the prefix that can hold pointers; 0: no pointers.
  std::int64_t pointer_bytes = 0;
  // Fields of a struct, by index.
  std::vector<std::int64_t> offsets;
  bool not_in_heap = false; // contains internal/runtime/sys.nih
};

// How a map's entries lie in memory (internal/runtime/maps): groups of eight slots after a control word.
struct MapLayout {
  types::Struct *group;  // struct { ctrl uint64; slots [8]struct { key K; elem E } }
  types::Type *slot_key; // K, or *K if it is kept by pointer
  types::Type *slot_elem;
  std::int64_t group_bytes;
  std::int64_t slot_bytes;
  std::int64_t elem_offset;
  bool indirect_key;
  bool indirect_elem;
};
inline constexpr std::int64_t kMapSlots = 8;
inline constexpr std::int64_t kMapMaxInlineBytes = 128;

class Layouts {
public:
  explicit Layouts(types::Context &context) : context_(context) {}

  // The reference stays valid.
  const TypeLayout &of(types::Type *t);
  std::int64_t sizeOf(types::Type *t) { return of(t).size; }
  std::int64_t alignOf(types::Type *t) { return of(t).align; }
  bool hasPointers(types::Type *t) { return of(t).pointer_bytes != 0; }

  // Sets bit (start_bytes/8 + i) for each word i of a value of type t that holds a pointer. `mask` grows as needed.
  void markPointers(types::Type *t, std::int64_t start_bytes, std::vector<std::uint8_t> &mask);
  // Bits for the words of the pointer prefix.
  std::vector<std::uint8_t> pointerMask(types::Type *t);

  const MapLayout &map(types::Map *m);
  types::Context &context() { return context_; }

private:
  TypeLayout compute(types::Type *t);

  types::Context &context_;
  std::unordered_map<types::Type *, TypeLayout> layouts_; // never iterated
  std::unordered_map<types::Map *, MapLayout> maps_;
};

} // namespace gannet::data

#endif // GANNET_COMPILER_DATA_LAYOUT_H_
