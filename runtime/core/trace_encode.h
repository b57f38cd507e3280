// The bytes of the execution trace: batches of events, in the form of Go 1.26.
//
//   batch: 1 | generation | thread | time | bytes of what follows | events
//   event: type | time since the one before | arguments
//
// All numbers are varints (LEB128). Knows nothing of the scheduler. Source of the format: internal/trace/tracev2 of the library.
#ifndef GANNET_RUNTIME_CORE_TRACE_ENCODE_H_
#define GANNET_RUNTIME_CORE_TRACE_ENCODE_H_

#include "runtime/core/base.h"

namespace gannet::rt {

// Go's numbers. Arguments behind the time are named in internal/trace/tracev2/events.go.
enum class TraceEvent : u8 {
  EventBatch = 1, Stacks, Stack, Strings, String, CpuSamples, CpuSample, Frequency,
  ProcsChange, ProcStart, ProcStop, ProcSteal, ProcStatus,
  GoCreate, GoCreateSyscall, GoStart, GoDestroy, GoDestroySyscall, GoStop, GoBlock, GoUnblock, GoSyscallBegin, GoSyscallEnd,
  GoSyscallEndBlocked, GoStatus,
  StwBegin, StwEnd,
  GcActive, GcBegin, GcEnd, GcSweepActive, GcSweepBegin, GcSweepEnd, GcMarkAssistActive, GcMarkAssistBegin, GcMarkAssistEnd,
  HeapAlloc, HeapGoal,
  GoLabel, UserTaskBegin, UserTaskEnd, UserRegionBegin, UserRegionEnd, UserLog,
  GoSwitch, GoSwitchDestroy, GoCreateBlocked, GoStatusStack,
  ExperimentalBatch, Sync, ClockSnapshot, EndOfGeneration,
};
static_assert(static_cast<u8>(TraceEvent::EndOfGeneration) == 52);

inline constexpr u32 kMaxTraceFrames = 128;        // of a stack
inline constexpr u32 kMaxTraceString = 1 << 10;    // bytes
inline constexpr u32 kMaxVarintBytes = 10;
inline constexpr u32 kMaxEventBytes = 1 + 6 * kMaxVarintBytes;

// One batch that is being filled. It begins anywhere; who writes sees to it that there is room.
struct TraceBuffer {
  static constexpr u32 kBytes = 64 << 10;  // of the structure; what a batch may hold is limited to this as well

  TraceBuffer *link;
  u64 last_time;
  u32 used, size_at;
  u8 data[kBytes - 24];

  bool hasRoom(u32 bytes) const { return used + bytes <= sizeof data; }

  void begin(u64 generation, u64 thread, u64 time) {
    used = 0;
    put(TraceEvent::EventBatch);
    number(generation);
    number(thread);
    number(time);
    size_at = used;
    used += kSizeBytes;
    last_time = time;
  }

  void end() {
    u32 size = used - size_at - kSizeBytes;
    for (u32 i = 0; i < kSizeBytes; i++, size >>= 7) data[size_at + i] = static_cast<u8>((size & 0x7f) | (i + 1 < kSizeBytes ? 0x80 : 0));
  }

  // Times of one thread ascend strictly.
  template <class... Args> void event(TraceEvent type, u64 time, Args... args) {
    if (time <= last_time) time = last_time + 1;
    put(type);
    number(time - last_time);
    (number(static_cast<u64>(args)), ...);
    last_time = time;
  }

  void put(TraceEvent type) { data[used++] = static_cast<u8>(type); }
  void number(u64 v) {
    for (; v >= 0x80; v >>= 7) data[used++] = static_cast<u8>(v | 0x80);
    data[used++] = static_cast<u8>(v);
  }
  void bytes(const char *p, u32 n) {
    for (u32 i = 0; i < n; i++) data[used++] = static_cast<u8>(p[i]);
  }

private:
  static constexpr u32 kSizeBytes = 3;  // a varint of that length, whatever its value
};
static_assert(sizeof(TraceBuffer) == TraceBuffer::kBytes);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TRACE_ENCODE_H_
