// The execution trace (runtime/trace): what the scheduler and others tell of, and how it is kept.
//
// Each M writes events into a buffer of its own, without a lock. The trace is a row of generations: each is complete in itself,
// with the states of all goroutines and Ps at its start, its events, and its tables of stacks and strings. Generations change with
// the world stopped, which is what makes the rest simple:
//  (1) An event is written by an M that has a P (so that the world is not stopped), by who stopped the world, or with sched.lock held.
//  (2) The change happens with the world stopped and sched.lock held: nobody writes meanwhile, and all buffers may be taken away.
//  (3) In the stopped world only the P of who stopped it is in use: it has been taken even from those in system calls.
//  (4) A state is changed and told of by the same M between two of its safepoints (or under sched.lock), so that a generation knows
//      of both or of neither. `trace_status` is the state that the trace knows.
// The stacks of the generation that ended are looked up and written out while the world runs on (trace_output.cc).
//
// Off, each place costs a load and a branch.
#ifndef GANNET_RUNTIME_CORE_TRACE_H_
#define GANNET_RUNTIME_CORE_TRACE_H_

#include "runtime/core/layout.h"
#include "runtime/core/sched.h"
#include "runtime/core/trace_encode.h"
#include "runtime/core/trace_table.h"

namespace gannet::rt {

struct TraceGeneration {
  TraceBuffer *first, *last;  // full ones, in order; trace.lock held
  TraceTable stacks, strings;
  bool complete;              // nothing will be added; trace.lock held
};

struct Trace {
  Atomic<u32> on;       // changes as said in (2)
  Atomic<u32> reader_wanted;  // the reader waits and there is something for it
  u64 generation;       // of the events that are written now; 0 before the first
  TraceGeneration generations[2];  // by parity: one is written, the other read
  u64 gc_seq;           // of what is told of the collector
  const void *gc_stack;    // who wanted it to begin: of that generation's table
  u64 gc_generation;

  Mutex lock;           // of what follows; a leaf
  TraceBuffer *free_buffers;
  u64 read_generation;  // what the reader is at; 0: it has not read the header
  u64 last_generation;  // of a trace that has ended; else 0
  TraceBuffer *reading; // what the reader was given
  bool end_given;       // it was given the end of read_generation
  G *reader, *waiter;   // waits for something to read; for the reader to be done with wait_generation
  u64 wait_generation;
};
extern constinit Trace trace;

inline bool tracing() { return GN_UNLIKELY(trace.on.loadRelaxed() != 0); }  // relaxed: see (2)

// trace_events.cc. All are called only if tracing(); the current M writes.
u64 traceTime();
void traceGoCreate(G *g, bool blocked);
void traceGoStart(G *g);
void traceGoBlock(G *g, WaitReason reason);
void traceGoStop(G *g, bool preempted);
void traceGoDestroy(G *g);
void traceGoUnblock(G *g);
void traceGoSwitch(G *from, G *to, bool destroy);
void traceSyscallBegin(G *g);
void traceSyscallEnd(G *g);       // with the P that it had
void traceSyscallEndWithP(G *g);  // with another
void traceSyscallEndBlocked(G *g);
void traceProcStart(P *p);
void traceProcStop();
void traceProcSteal(P *p);        // from the M that is in a system call
void traceProcIdle(P *p);         // there is such a P, and it is idle
void traceProcs();                // how many Ps there are
void traceStopBegin(Str why);
void traceStopEnd();
void traceGcWanted();             // the current goroutine has the collector begin soon
void traceGcBegin();
void traceGcEnd();
void traceSweepBegin();
void traceSweepEnd(u64 swept_bytes, u64 freed_bytes);
void traceAssistBegin();
void traceAssistEnd();
void traceHeapLive();
void traceHeapGoal();
// The buffer of the current M, with room for `bytes`.
TraceBuffer *traceRoom(u32 bytes);
void traceStates(bool first);     // of all goroutines and Ps, at the start of a generation; of the first of a trace

// trace_output.cc
void *newTraceChunk();            // 64 KB of zeroed memory; null if there is none
void freeTraceChunk(void *p);
TraceBuffer *newTraceBuffer();
void traceQueue(TraceBuffer *b, u64 generation);  // it is full
void traceThreadEnds(M *m);       // sched.lock held
G *takeTraceReader();             // if reader_wanted: the goroutine, which may run now
inline G *wantedTraceReader() {
  if (GN_LIKELY(trace.reader_wanted.loadRelaxed() == 0)) return nullptr;  // relaxed: looked at again soon
  return takeTraceReader();
}
// trace_samples.cc
void initTraceSamples();
void traceSample(M *m, const uptr *pcs, u32 n);  // in a signal handler, one at a time
void putTraceSamples(u64 generation);

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_TRACE_H_
