// See clock.h. The header is that of Go's playground: 0 0 'P' 'B', the time in 8 bytes, the length of what follows in 4, both with the
// highest byte first.
#include "runtime/core/clock.h"

#include "runtime/core/sched.h"

namespace gannet::rt {

namespace {

struct Playback {
  Mutex lock;
  i64 last_ns;  // the time of the last header
  i32 last_fd;
};
constinit Playback playback{};

// Later than the last header if that was for the other descriptor, so that the order can be told from the two outputs.
i64 nextHeaderTime(i32 fd) {
  i64 t = playback.last_ns + (fd != playback.last_fd);
  t = max(t, fakeTime());
  playback.last_ns = t;
  playback.last_fd = fd;
  return t;
}

}  // namespace

sys::Timespec clockWallTime() {
  const i64 fake = fakeTime();
  if (GN_LIKELY(fake == 0)) return sys::wallTime();
  return {fake / 1000000000, fake % 1000000000};
}

i64 writeOutput(i32 fd, const void *p, uptr n) {
  if (GN_LIKELY(fakeTime() == 0) || (fd != 1 && fd != 2)) return sys::write(fd, p, n);
  MutexGuard guard(playback.lock);
  const u64 time = static_cast<u64>(nextHeaderTime(fd)), length = n;
  u8 header[16] = {0, 0, 'P', 'B'};
  for (u32 i = 0; i < 8; i++) header[4 + i] = static_cast<u8>(time >> (56 - 8 * i));
  for (u32 i = 0; i < 4; i++) header[12 + i] = static_cast<u8>(length >> (24 - 8 * i));
  sys::write(fd, header, sizeof header);
  return sys::write(fd, p, n);
}

}  // namespace gannet::rt
