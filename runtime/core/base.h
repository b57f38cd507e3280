// Words, atomics, locks and checks of the freestanding runtime. Knows nothing of Go.
//
// Context: everything here may run on any stack, with or without a P, in a signal handler (but for Mutex).
#ifndef GANNET_RUNTIME_CORE_BASE_H_
#define GANNET_RUNTIME_CORE_BASE_H_

#include <cstddef>
#include <cstdint>

namespace gannet::rt {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using uptr = std::uintptr_t;

inline constexpr uptr kWord = 8;
inline constexpr uptr kPageShift = 13;
inline constexpr uptr kPageBytes = uptr{1} << kPageShift;

#define GN_LIKELY(x) __builtin_expect(!!(x), 1)
#define GN_UNLIKELY(x) __builtin_expect(!!(x), 0)

[[noreturn]] void checkFailed(const char *cond, const char *file, int line);

// Always on: the runtime itself is broken.
#define GN_CHECK(cond)                                                   \
  do {                                                                   \
    if (GN_UNLIKELY(!(cond))) ::gannet::rt::checkFailed(#cond, __FILE__, __LINE__); \
  } while (0)
#ifdef GN_DEBUG
#define GN_DCHECK(cond) GN_CHECK(cond)
#else
#define GN_DCHECK(cond) ((void)0)
#endif

template <class T> constexpr T min(T a, T b) { return b < a ? b : a; }
template <class T> constexpr T max(T a, T b) { return a < b ? b : a; }
constexpr uptr alignUp(uptr n, uptr a) { return (n + a - 1) & ~(a - 1); }
constexpr uptr alignDown(uptr n, uptr a) { return n & ~(a - 1); }

// An atomic whose method names state the order. Trivially constructible, so that it may lie in zeroed memory.
template <class T> struct Atomic {
  T raw;

  T loadRelaxed() const { return load<__ATOMIC_RELAXED>(); }
  T loadAcquire() const { return load<__ATOMIC_ACQUIRE>(); }
  T loadSeqCst() const { return load<__ATOMIC_SEQ_CST>(); }
  void storeRelaxed(T v) { __atomic_store(&raw, &v, __ATOMIC_RELAXED); }
  void storeRelease(T v) { __atomic_store(&raw, &v, __ATOMIC_RELEASE); }
  void storeSeqCst(T v) { __atomic_store(&raw, &v, __ATOMIC_SEQ_CST); }
  T exchange(T v) {
    T old;
    __atomic_exchange(&raw, &v, &old, __ATOMIC_SEQ_CST);
    return old;
  }
  T fetchAdd(T v) { return __atomic_fetch_add(&raw, v, __ATOMIC_SEQ_CST); }
  T add(T v) { return __atomic_add_fetch(&raw, v, __ATOMIC_SEQ_CST); }
  T fetchOr(T v) { return __atomic_fetch_or(&raw, v, __ATOMIC_SEQ_CST); }
  bool casSeqCst(T want, T next) {
    return __atomic_compare_exchange(&raw, &want, &next, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  }
  bool casRelease(T want, T next) {
    return __atomic_compare_exchange(&raw, &want, &next, false, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
  }

private:
  template <int kOrder> T load() const {
    T v;
    __atomic_load(&raw, &v, kOrder);
    return v;
  }
};

inline void cpuRelax() { __builtin_ia32_pause(); }

// The machine a Mutex blocks on; linux/sys.cc in the runtime, a test's own in tests.
void futexSleep(Atomic<u32> *addr, u32 value, i64 timeout_ns);  // timeout < 0: none
void futexWake(Atomic<u32> *addr, u32 count);

// A short lock: spins, then sleeps on a futex. Blocks the thread, so it is never held across a park.
struct Mutex {
  Atomic<u32> state;  // 0 free, 1 held, 2 held and someone sleeps

  bool tryLock() { return state.casSeqCst(0, 1); }
  void lock() {
    if (GN_LIKELY(tryLock())) return;
    lockSlow();
  }
  void unlock() {
    if (GN_UNLIKELY(state.exchange(0) == 2)) futexWake(&state, 1);
  }

private:
  void lockSlow() {
    for (int i = 0; i < 60; i++) {
      if (state.loadRelaxed() == 0 && tryLock()) return;  // relaxed: tryLock orders
      for (int k = 0; k < 20; k++) cpuRelax();
    }
    while (state.exchange(2) != 0) futexSleep(&state, 2, -1);
  }
};

struct MutexGuard {
  Mutex &m;
  explicit MutexGuard(Mutex &mutex) : m(mutex) { m.lock(); }
  ~MutexGuard() { m.unlock(); }
  MutexGuard(const MutexGuard &) = delete;
};

// A Go string as a C++ value; not zero-terminated.
struct Str {
  const char *ptr;
  uptr len;
  constexpr Str() : ptr(nullptr), len(0) {}
  constexpr Str(const char *p, uptr n) : ptr(p), len(n) {}
  constexpr Str(const char *z) : ptr(z), len(__builtin_strlen(z)) {}
  constexpr char operator[](uptr i) const { return ptr[i]; }
  friend constexpr bool operator==(Str a, Str b) {
    if (a.len != b.len) return false;
    for (uptr i = 0; i < a.len; i++)
      if (a.ptr[i] != b.ptr[i]) return false;
    return true;
  }
  constexpr bool startsWith(Str p) const { return len >= p.len && Str(ptr, p.len) == p; }
};

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_BASE_H_
