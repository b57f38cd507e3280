// Profile buckets: one for each distinct stack (and size, for allocations) at which something was sampled.
#ifndef GANNET_RUNTIME_CORE_BUCKETS_H_
#define GANNET_RUNTIME_CORE_BUCKETS_H_

#include "runtime/core/debug_settings.h"
#include "runtime/core/sched.h"

namespace gannet::rt {

enum class BucketKind : u32 { Memory, Block, Mutex, kCount };

struct MemCount {
  u64 allocs, frees, alloc_bytes, free_bytes;
  void add(const MemCount &o) {
    allocs += o.allocs;
    frees += o.frees;
    alloc_bytes += o.alloc_bytes;
    free_bytes += o.free_bytes;
  }
};

// runtime.profBucket. The frames follow. Off-heap, never freed.
struct Bucket {
  Bucket *next;      // of the kind
  u64 frame_count;
  // Allocations are published by cycles: what a cycle freed belongs to what was allocated before it. Index by cycle.
  MemCount active, future[3];
  double count;      // waits
  i64 ns;
  u64 bytes;         // of the allocation
  Bucket *same_hash;
  BucketKind kind;
  uptr frames[];
};

// Of the program, as GODEBUG=profstackdepth says, and, before them, of the runtime.
inline constexpr u32 kRuntimeFrames = 2, kMostProfileFrames = kMostProfileDepth + kRuntimeFrames;
inline u32 profileFrames() { return static_cast<u32>(debug.profstackdepth) + kRuntimeFrames; }

// The object at p was sampled; who allocates stands at the current goroutine's g.sched.
void profileAlloc(void *p, uptr bytes);
void profileFree(Bucket *b);  // an object that was sampled is swept
void nextProfileCycle();      // world stopped, marking is done
void publishProfile();        // what that cycle freed is known
u64 nextSampleIn(u64 rate);   // bytes to the next sample

// A wait of the current goroutine that took so long is over; `skip` innermost frames are not of interest.
void profileBlock(i64 ns, u32 skip);
// Unlocking let somebody go on who waited so long because of it.
void profileMutex(i64 ns, u32 skip);
bool profilesBlocking();
bool profilesMutexes();

// profile.cc: the CPU profile.
void profileThreadStarts(M *m);
void profileThreadEnds(M *m);
void markProfileLabels();  // world stopped

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_BUCKETS_H_
