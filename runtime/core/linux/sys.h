// System calls of Linux on amd64: the only place of the runtime that makes them.
//
// Results below 0 are negated errno values. Context: any stack, no P needed, async-signal-safe.
#ifndef GANNET_RUNTIME_CORE_LINUX_SYS_H_
#define GANNET_RUNTIME_CORE_LINUX_SYS_H_

#include "runtime/core/base.h"

namespace gannet::rt::sys {

inline constexpr i64 kEINTR = -4, kEAGAIN = -11, kENOMEM = -12, kEINVAL = -22, kENOSYS = -38, kETIMEDOUT = -110;
inline constexpr u32 kProtNone = 0, kProtRead = 1, kProtWrite = 2;

struct Timespec {
  i64 sec, nsec;
};

struct SigAction {  // the kernel's form
  uptr handler;
  u64 flags;
  uptr restorer;
  u64 mask;
};
inline constexpr u64 kSaSiginfo = 4, kSaOnstack = 0x08000000, kSaRestorer = 0x04000000, kSaRestart = 0x10000000;

struct SigStack {
  uptr sp;
  i32 flags;
  i32 pad;
  uptr size;
};

struct EpollEvent {
  u32 events;
  u64 data;
} __attribute__((packed));

i64 raw(i64 nr, u64 a = 0, u64 b = 0, u64 c = 0, u64 d = 0, u64 e = 0, u64 f = 0);

i64 raw2(i64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 *second);  // and what the kernel leaves in RDX

[[noreturn]] void exitProcess(i32 code);
[[noreturn]] void exitThread(Atomic<u32> *stack_free_flag);
i64 write(i32 fd, const void *p, uptr n);
i64 read(i32 fd, void *p, uptr n);
i64 open(const char *path, i32 flags, i32 mode);
i64 close(i32 fd);

void *mmapReserve(uptr hint, uptr n);          // no access; null if refused
bool mmapCommit(void *p, uptr n);              // makes it readable, writable and zero
bool mmapCommitLazy(void *p, uptr n);          // the same for large sparse tables
void *mmapAnon(uptr n);                        // null if refused
void munmap(void *p, uptr n);
void protectReadOnly(void *p, uptr n);         // whole pages
bool mmapInaccessible(void *p, uptr n);        // takes memory and access from pages that are mapped
void adviseFree(void *p, uptr n);              // gives the pages back; they read as zero
bool adviseFreeLazily(void *p, uptr n);        // once the system is short of memory; until then they may keep what is in them
void adviseNoHugePages(void *p, uptr n);
i64 nameMapping(const void *p, uptr n, const char *name);  // ends with a zero

u32 gettid();
u32 getpid();
i64 tgkill(u32 pid, u32 tid, u32 sig);
void usleep(u32 us);
void osYield();
i64 getRandom(void *p, uptr n);
u32 cpuCount();  // by affinity
u64 cgroupCpuLimit();  // CPUs, rounded up; 0: no limit
void setFsBase(void *p);

void sigaction(u32 sig, const SigAction *next, SigAction *old);
void sigprocmask(i32 how, const u64 *next, u64 *old);  // how: 0 block, 1 unblock, 2 set
void sigaltstack(const SigStack *next, SigStack *old);
i32 threadCpuTimer(u32 tid, u32 sig, i64 interval_ns);  // signals the thread as it uses CPU time; below 0 if refused
void deleteTimer(i32 id);

i64 epollCreate();
i64 epollCtl(i32 ep, i32 op, i32 fd, EpollEvent *event);
i64 epollWait(i32 ep, EpollEvent *events, i32 n, i64 timeout_ns);  // -1: none, 0: looks only
i64 eventfd();

// Clocks through the vDSO when initVdso found it, else by system call.
void initVdso(uptr ehdr);
uptr vdsoGettimeofday();  // address or 0
i64 monotonicNs();
Timespec wallTime();

}  // namespace gannet::rt::sys

#endif  // GANNET_RUNTIME_CORE_LINUX_SYS_H_
