// Size classes of small objects: Go's published ones, since capacities that append yields are visible to programs.
#ifndef GANNET_RUNTIME_CORE_SIZE_CLASSES_H_
#define GANNET_RUNTIME_CORE_SIZE_CLASSES_H_

#include "runtime/core/base.h"

namespace gannet::rt {

inline constexpr u32 kSizeClassCount = 68;  // class 0 is large objects
inline constexpr uptr kMaxSmallBytes = 32768;
inline constexpr uptr kTinyBytes = 16;
inline constexpr u32 kTinyClass = 2;
inline constexpr u32 kMaxObjectsPerSpan = 1024;

inline constexpr u16 kClassBytes[kSizeClassCount] = {
    0,    8,    16,   24,   32,   48,   64,   80,   96,   112,  128,   144,   160,   176,   192,   208,   224,
    240,  256,  288,  320,  352,  384,  416,  448,  480,  512,  576,   640,   704,   768,   896,   1024,  1152,
    1280, 1408, 1536, 1792, 2048, 2304, 2688, 3072, 3200, 3456, 4096,  4864,  5376,  6144,  6528,  6784,  6912,
    8192, 9472, 9728, 10240, 10880, 12288, 13568, 14336, 16384, 18432, 19072, 20480, 21760, 24576, 27264, 28672, 32768};
inline constexpr u8 kClassPages[kSizeClassCount] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                    1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 2, 1, 2, 1, 3, 2, 3, 1, 3,
                                                    2, 3, 4, 5, 6, 1, 7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4};

struct SizeClassTable {
  u8 by8[1024 / 8 + 1];                        // class of sizes up to 1024, by 8 bytes
  u8 by128[(kMaxSmallBytes - 1024) / 128 + 1];  // above
  u32 div_magic[kSizeClassCount];              // offset * magic >> 32 == offset / size, for offsets within a span
};

constexpr SizeClassTable makeSizeClassTable() {
  SizeClassTable t{};
  u32 c = 1;
  for (u32 i = 1; i <= 1024 / 8; i++) {
    while (kClassBytes[c] < i * 8) c++;
    t.by8[i] = static_cast<u8>(c);
  }
  for (u32 i = 0; i <= (kMaxSmallBytes - 1024) / 128; i++) {
    while (kClassBytes[c] < 1024 + i * 128) c++;
    t.by128[i] = static_cast<u8>(c);
  }
  for (u32 i = 1; i < kSizeClassCount; i++) t.div_magic[i] = ~u32{0} / kClassBytes[i] + 1;
  return t;
}

inline constexpr SizeClassTable kSizeClasses = makeSizeClassTable();

// 1 <= bytes <= kMaxSmallBytes.
constexpr u32 sizeClassOf(uptr bytes) {
  return bytes <= 1024 - 8 ? kSizeClasses.by8[(bytes + 7) / 8] : kSizeClasses.by128[(bytes - 1024 + 127) / 128];
}

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SIZE_CLASSES_H_
