// What the parts of the scheduler share: sched.cc (queues, who runs next), threads.cc (Ms), goroutines.cc (Gs), coroutines.cc,
// syscalls.cc. Nobody else includes this.
//
// Context: system stack of an M.
#ifndef GANNET_RUNTIME_CORE_SCHED_PARTS_H_
#define GANNET_RUNTIME_CORE_SCHED_PARTS_H_

#include "runtime/core/sched.h"

namespace gannet::rt {

// sched.cc
void putIdleP(P *p);  // sched.lock held, as for the next
P *takeIdleP();
void acquireP(P *p);  // the current M gets an idle P
void takeP(P *p);     // the same for one that it had: a trace is not told
P *releaseP();        // and gives it up
void pushGlobal(G *g);  // sched.lock held
void pushLocal(P *p, G *g, bool next);
bool hasWork(P *p);

// threads.cc
void noteSleep(Atomic<u32> *note);  // until noteWake
void noteWake(Atomic<u32> *note);
void stopM();         // sleeps until someone gives this thread a P
void stopLockedM();   // this thread is locked to a goroutine that is not the one to run: waits until that one is
void startLockedM(G *g);  // g wants its own thread: gives it this P
[[noreturn]] void endThread();  // of a goroutine that was locked to it
// Nobody runs and nobody can? sched.lock held. True: a time that does not run by itself went on to the next timer, for which the
// caller starts a thread.
bool checkDead();

// goroutines.cc
void retire(G *g);    // it is over

}  // namespace gannet::rt

#endif  // GANNET_RUNTIME_CORE_SCHED_PARTS_H_
