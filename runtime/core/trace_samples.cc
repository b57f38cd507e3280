// Ticks of the CPU profile in the execution trace. A signal handler can neither allocate nor put into a table: it leaves them in a
// ring, which is emptied when the tables of a generation are written. A tick that finds the ring full is lost.
//
//   record: words, generation, time, thread, P, goroutine, return addresses
#include "runtime/core/trace.h"

namespace gannet::rt {

namespace {

constexpr u64 kRingWords = 1 << 16;
constexpr u64 kHeadWords = 6;

struct Samples {
  Atomic<u64> head, tail;  // words written, words read
  u64 *ring;
};
constinit Samples samples{};

}  // namespace

void initTraceSamples() {
  if (samples.ring == nullptr) samples.ring = static_cast<u64 *>(persistentAlloc(kRingWords * sizeof(u64), 64));
}

void traceSample(M *m, const uptr *pcs, u32 n) {
  u64 head = samples.head.loadRelaxed(), need = n + kHeadWords;  // relaxed: we are the writer
  if (head + need - samples.tail.loadAcquire() > kRingWords) return;
  auto put = [&](u64 v) { samples.ring[head++ % kRingWords] = v; };
  put(need);
  put(trace.generation);
  put(traceTime());
  put(m->id);
  put(m->p == nullptr ? ~u64{0} : static_cast<u64>(m->p->id));
  put(m->curg == nullptr ? 0 : m->curg->goid);
  for (u32 i = 0; i < n; i++) put(pcs[i]);
  samples.head.storeRelease(head);
}

void putTraceSamples(u64 generation) {
  TraceTable &stacks = trace.generations[generation % 2].stacks;
  TraceBuffer *b = nullptr;
  u64 tail = samples.tail.loadRelaxed(), head = samples.head.loadAcquire();  // relaxed: one reader
  auto at = [&](u64 i) { return samples.ring[(tail + i) % kRingWords]; };
  for (; tail < head && at(1) <= generation; tail += at(0)) {
    uptr pcs[kMaxTraceFrames];
    u32 n = static_cast<u32>(min<u64>(at(0) - kHeadWords, kMaxTraceFrames));
    for (u32 i = 0; i < n; i++) pcs[i] = at(kHeadWords + i);
    if (b != nullptr && !b->hasRoom(kMaxEventBytes)) {
      traceQueue(b, generation);
      b = nullptr;
    }
    if (b == nullptr) {
      b = newTraceBuffer();
      b->begin(generation, ~u64{0}, traceTime());
      b->put(TraceEvent::CpuSamples);
    }
    b->put(TraceEvent::CpuSample);
    for (u64 i = 2; i < kHeadWords; i++) b->number(at(i));
    b->number(TraceTable::idOf(stacks.put(pcs, n * static_cast<u32>(sizeof *pcs), newTraceChunk)));
  }
  samples.tail.storeRelease(tail);
  if (b != nullptr) traceQueue(b, generation);
}

}  // namespace gannet::rt
