// Heap, block and mutex profiles. See buckets.h.
#include "runtime/core/buckets.h"

#include "runtime/core/gc.h"
#include "runtime/core/unwind.h"

extern "C" gannet::rt::i64 rt_mem_profile_rate asm("runtime.MemProfileRate");
extern "C" void go_mallocgc() asm("runtime.mallocgc");

namespace gannet::rt {

namespace {

constexpr u32 kHashSlots = 1 << 16;

struct Buckets {
  Mutex lock;
  Bucket **table;
  Bucket *heads[static_cast<u32>(BucketKind::kCount)];
  u32 cycle;
  bool flushed;  // this cycle's future is in the active counts
  Atomic<u64> block_rate, mutex_rate;
};
constinit Buckets buckets{};

u64 hashOf(BucketKind kind, const uptr *frames, u64 n, uptr bytes) {
  u64 h = static_cast<u64>(kind) * 0x9e3779b97f4a7c15 + bytes;
  for (u64 i = 0; i < n; i++) h = (h ^ frames[i]) * 0x9e3779b97f4a7c15 + (h >> 29);
  return h ^ h >> 32;
}

bool sameStack(const Bucket *b, const uptr *frames, u64 n) {
  if (b->frame_count != n) return false;
  for (u64 i = 0; i < n; i++)
    if (b->frames[i] != frames[i]) return false;
  return true;
}

// Lock held.
Bucket *bucketFor(BucketKind kind, const uptr *frames, u64 n, uptr bytes) {
  if (buckets.table == nullptr) {
    buckets.table = static_cast<Bucket **>(persistentAlloc(kHashSlots * sizeof(Bucket *), 64));
    heap.stats.bucket_bytes.fetchAdd(kHashSlots * sizeof(Bucket *));
  }
  Bucket *&slot = buckets.table[hashOf(kind, frames, n, bytes) % kHashSlots];
  for (Bucket *b = slot; b != nullptr; b = b->same_hash)
    if (b->kind == kind && b->bytes == bytes && sameStack(b, frames, n)) return b;
  uptr size = sizeof(Bucket) + n * sizeof(uptr);
  auto *b = static_cast<Bucket *>(persistentAlloc(size, 8));
  heap.stats.bucket_bytes.fetchAdd(size);
  b->kind = kind;
  b->bytes = bytes;
  b->frame_count = n;
  for (u64 i = 0; i < n; i++) b->frames[i] = frames[i];
  b->same_hash = slot;
  slot = b;
  Bucket *&head = buckets.heads[static_cast<u32>(kind)];
  b->next = head;
  head = b;
  return b;
}

// Return addresses; the first `count` of them are given.
u64 currentStack(uptr *frames, u64 count, u32 skip) {
  Unwinder u;
  u.startAt(currentG());
  return count + collectPcs(u, skip, frames + count, profileFrames() - count);
}

// Begins with the allocator, whichever entry was called, and that entry.
u64 stackOfAllocation(uptr *frames) {
  const auto allocator = reinterpret_cast<uptr>(go_mallocgc);
  const uptr entry = calledEntry(currentG()->sched.pc);
  frames[0] = allocator + 1;
  frames[1] = entry + 1;
  return currentStack(frames, entry == 0 || entry == allocator ? 1 : 2, 0);
}

void recordWait(BucketKind kind, double count, i64 ns, u32 skip) {
  if (debug.profstackdepth == 0) return;
  uptr frames[kMostProfileFrames];
  u64 n = currentStack(frames, 0, skip);
  MutexGuard guard(buckets.lock);
  Bucket *b = bucketFor(kind, frames, n, 0);
  b->count += count;
  b->ns += ns;
}

// Natural logarithm of x in (0, 1]: exponent and a series for the rest.
double logOf(double x) {
  u64 bits;
  __builtin_memcpy(&bits, &x, 8);
  auto exponent = static_cast<i32>(bits >> 52 & 0x7ff) - 1023;
  bits = (bits & ((u64{1} << 52) - 1)) | u64{1023} << 52;
  double m;
  __builtin_memcpy(&m, &bits, 8);  // [1, 2)
  double t = (m - 1) / (m + 1), t2 = t * t, sum = 0, power = t;
  for (int k = 1; k < 20; k += 2, power *= t2) sum += power / k;
  return 2 * sum + exponent * 0.6931471805599453;
}

}  // namespace

u64 nextSampleIn(u64 rate) {
  if (rate <= 1) return 0;
  // Distances of a Poisson process, as the sampling of independent bytes gives.
  double u = (static_cast<double>(cheapRand() >> 11) + 1) / 9007199254740993.0;
  double d = -logOf(u) * static_cast<double>(rate);
  return d > 1e15 ? u64{1000000000000000} : static_cast<u64>(d);
}

void profileAlloc(void *p, uptr bytes) {
  Cache &c = currentM()->p->cache;
  i64 rate = rt_mem_profile_rate;
  bool changed = c.sample_rate != rate;
  c.sample_rate = rate;
  if (rate <= 0) {
    c.next_sample = INT64_MAX;
    return;
  }
  if (changed && rate > 1) {  // the count down was under another rate: it begins anew with this object
    c.next_sample = static_cast<i64>(nextSampleIn(static_cast<u64>(rate))) - static_cast<i64>(bytes);
    if (c.next_sample >= 0) return;
  }
  c.next_sample = static_cast<i64>(nextSampleIn(static_cast<u64>(rate)));
  Span *s = objectSpanOf(reinterpret_cast<uptr>(p));
  if (s == nullptr) return;
  uptr frames[kMostProfileFrames];
  u64 n = stackOfAllocation(frames);
  bytes = s->elem_bytes;
  Bucket *b;
  {
    MutexGuard guard(buckets.lock);
    b = bucketFor(BucketKind::Memory, frames, n, bytes);
    MemCount &m = b->future[(buckets.cycle + 2) % 3];
    m.allocs++;
    m.alloc_bytes += bytes;
  }
  addProfileSpecial(s, reinterpret_cast<uptr>(p), b);
}

void profileFree(Bucket *b) {
  MutexGuard guard(buckets.lock);
  MemCount &m = b->future[(buckets.cycle + 1) % 3];
  m.frees++;
  m.free_bytes += b->bytes;
}

// Lock held.
static void publish(u32 index) {
  for (Bucket *b = buckets.heads[0]; b != nullptr; b = b->next) {
    b->active.add(b->future[index]);
    b->future[index] = MemCount{};
  }
}

void nextProfileCycle() {
  MutexGuard guard(buckets.lock);
  if (!buckets.flushed) publish(buckets.cycle % 3);
  buckets.cycle++;
  buckets.flushed = false;
}

void publishProfile() {
  MutexGuard guard(buckets.lock);
  if (!buckets.flushed) publish(buckets.cycle % 3);
  buckets.flushed = true;
  publish((buckets.cycle + 1) % 3);
}

bool profilesBlocking() { return GN_UNLIKELY(buckets.block_rate.loadRelaxed() != 0); }  // relaxed: a setting
bool profilesMutexes() { return GN_UNLIKELY(buckets.mutex_rate.loadRelaxed() != 0); }

void profileBlock(i64 ns, u32 skip) {
  auto rate = static_cast<i64>(buckets.block_rate.loadRelaxed());
  ns = max<i64>(ns, 1);
  if (rate <= 0 || (rate > ns && static_cast<i64>(cheapRand() % static_cast<u64>(rate)) > ns)) return;
  // A short wait stands for all those like it that were not sampled.
  if (ns < rate) recordWait(BucketKind::Block, static_cast<double>(rate) / static_cast<double>(ns), rate, skip);
  else recordWait(BucketKind::Block, 1, ns, skip);
}

void profileMutex(i64 ns, u32 skip) {
  u64 rate = buckets.mutex_rate.loadRelaxed();
  if (rate == 0 || cheapRand() % rate != 0) return;
  recordWait(BucketKind::Mutex, static_cast<double>(rate), max<i64>(ns, 0) * static_cast<i64>(rate), skip);
}

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

void gn_profileLock() {
  currentM()->locks++;
  buckets.lock.lock();
}
void gn_profileUnlock() {
  buckets.lock.unlock();
  currentM()->locks--;
}
// Between profileLock and profileUnlock.
Bucket *gn_profileBuckets(u64 kind) { return buckets.heads[kind]; }
void gn_profilePublishAll() {
  for (u32 i = 0; i < 3; i++) publish(i);
}

void gn_profileBlock(i64 ns, u64 skip) { profileBlock(ns, static_cast<u32>(skip)); }

void gn_setProfileRates(i64 block, i64 mutex) {
  if (block >= 0) buckets.block_rate.storeSeqCst(static_cast<u64>(block));
  if (mutex >= 0) buckets.mutex_rate.storeSeqCst(static_cast<u64>(mutex));
}

u64 gn_profileDepth() { return static_cast<u64>(debug.profstackdepth); }

u64 gn_threadCount() { return sched.m_count; }

}  // extern "C"
