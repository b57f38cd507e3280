// The functions that the C++ compiler calls whatever the flags. String instructions: these serve cold code and long
// runs; Go code has its own in runtime/go/memmove_amd64.s.
#include <cstddef>

extern "C" {

void *memcpy(void *__restrict dst, const void *__restrict src, std::size_t n) {
  void *d = dst;
  asm volatile("rep movsb" : "+D"(d), "+S"(src), "+c"(n)::"memory");
  return dst;
}

void *memmove(void *dst, const void *src, std::size_t n) {
  auto d = reinterpret_cast<std::size_t>(dst), s = reinterpret_cast<std::size_t>(src);
  if (d - s >= n) return memcpy(dst, src, n);
  void *de = reinterpret_cast<char *>(dst) + n - 1;
  const void *se = reinterpret_cast<const char *>(src) + n - 1;
  asm volatile("std\n\trep movsb\n\tcld" : "+D"(de), "+S"(se), "+c"(n)::"memory");
  return dst;
}

void *memset(void *dst, int c, std::size_t n) {
  void *d = dst;
  asm volatile("rep stosb" : "+D"(d), "+c"(n) : "a"(c) : "memory");
  return dst;
}

int memcmp(const void *a, const void *b, std::size_t n) {
  auto *x = static_cast<const unsigned char *>(a);
  auto *y = static_cast<const unsigned char *>(b);
  for (std::size_t i = 0; i < n; i++)
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  return 0;
}

std::size_t strlen(const char *s) {
  std::size_t n = 0;
  while (s[n] != 0) n++;
  return n;
}

}  // extern "C"
