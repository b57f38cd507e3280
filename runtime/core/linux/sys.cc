// Linux system calls by number, futexes, and memory mapping. See sys.h.
#include "runtime/core/linux/sys.h"

namespace gannet::rt {

namespace {
enum : i64 {
  kRead = 0, kWrite = 1, kOpen = 2, kClose = 3, kMmap = 9, kMprotect = 10, kMunmap = 11, kSigaction = 13,
  kSigprocmask = 14, kSchedYield = 24, kMadvise = 28, kNanosleep = 35, kGetpid = 39, kExit = 60,
  kSigaltstack = 131, kPrctl = 157, kArchPrctl = 158, kGettid = 186, kFutex = 202, kSchedGetaffinity = 204, kTimerCreate = 222, kTimerSettime = 223, kTimerDelete = 226, kClockGettime = 228,
  kExitGroup = 231, kEpollCtl = 233, kTgkill = 234, kEpollPwait = 281, kEventfd2 = 290, kEpollCreate1 = 291,
  kGetrandom = 318, kEpollPwait2 = 441,
};
constexpr u64 kMapPrivate = 2, kMapFixed = 0x10, kMapAnon = 0x20, kMapNoReserve = 0x4000;
constexpr u64 kMadvDontNeed = 4, kMadvFree = 8, kMadvNoHugePage = 15;
constexpr u64 kPrSetVma = 0x53564d41, kPrSetVmaAnonName = 0;
constexpr u64 kFutexWaitPrivate = 128, kFutexWakePrivate = 129;
}  // namespace

i64 sys::raw(i64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  i64 ret;
  register u64 r10 asm("r10") = d;
  register u64 r8 asm("r8") = e;
  register u64 r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(ret)
               : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return ret;
}

i64 sys::raw2(i64 nr, u64 a, u64 b, u64 c, u64 d, u64 e, u64 f, u64 *second) {
  i64 ret;
  register u64 r10 asm("r10") = d;
  register u64 r8 asm("r8") = e;
  register u64 r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(ret), "+d"(c)
               : "a"(nr), "D"(a), "S"(b), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  *second = c;
  return ret;
}

void sys::exitProcess(i32 code) {
  for (;;) raw(kExitGroup, static_cast<u32>(code));
}

void sys::exitThread(Atomic<u32> *flag) {
  // No stack may be touched after the store: the next owner may take it.
  asm volatile("movl $1, (%0)\n\tmovl $60, %%eax\n\txorl %%edi, %%edi\n\tsyscall\n\tud2" ::"r"(&flag->raw) : "memory");
  __builtin_unreachable();
}

i64 sys::write(i32 fd, const void *p, uptr n) { return raw(kWrite, static_cast<u32>(fd), reinterpret_cast<u64>(p), n); }
i64 sys::read(i32 fd, void *p, uptr n) { return raw(kRead, static_cast<u32>(fd), reinterpret_cast<u64>(p), n); }
i64 sys::open(const char *path, i32 flags, i32 mode) {
  return raw(kOpen, reinterpret_cast<u64>(path), static_cast<u32>(flags), static_cast<u32>(mode));
}
i64 sys::close(i32 fd) { return raw(kClose, static_cast<u32>(fd)); }

static void *mapped(i64 ret) { return ret < 0 && ret > -4096 ? nullptr : reinterpret_cast<void *>(ret); }

void *sys::mmapReserve(uptr hint, uptr n) {
  return mapped(raw(kMmap, hint, n, kProtNone, kMapPrivate | kMapAnon | kMapNoReserve, ~u64{0}, 0));
}

bool sys::mmapCommit(void *p, uptr n) {
  return mapped(raw(kMmap, reinterpret_cast<u64>(p), n, kProtRead | kProtWrite, kMapPrivate | kMapAnon | kMapFixed,
                    ~u64{0}, 0)) == p;
}

bool sys::mmapCommitLazy(void *p, uptr n) {
  return mapped(raw(kMmap, reinterpret_cast<u64>(p), n, kProtRead | kProtWrite,
                    kMapPrivate | kMapAnon | kMapFixed | kMapNoReserve, ~u64{0}, 0)) == p;
}

void *sys::mmapAnon(uptr n) {
  return mapped(raw(kMmap, 0, n, kProtRead | kProtWrite, kMapPrivate | kMapAnon, ~u64{0}, 0));
}

void sys::munmap(void *p, uptr n) { raw(kMunmap, reinterpret_cast<u64>(p), n); }
void sys::protectReadOnly(void *p, uptr n) { raw(kMprotect, reinterpret_cast<u64>(p), n, kProtRead); }
bool sys::mmapInaccessible(void *p, uptr n) {
  return mapped(raw(kMmap, reinterpret_cast<u64>(p), n, kProtNone, kMapPrivate | kMapAnon | kMapFixed | kMapNoReserve, ~u64{0}, 0)) == p;
}
void sys::adviseFree(void *p, uptr n) { raw(kMadvise, reinterpret_cast<u64>(p), n, kMadvDontNeed); }
bool sys::adviseFreeLazily(void *p, uptr n) { return raw(kMadvise, reinterpret_cast<u64>(p), n, kMadvFree) == 0; }
void sys::adviseNoHugePages(void *p, uptr n) { raw(kMadvise, reinterpret_cast<u64>(p), n, kMadvNoHugePage); }
i64 sys::nameMapping(const void *p, uptr n, const char *name) {
  return raw(kPrctl, kPrSetVma, kPrSetVmaAnonName, reinterpret_cast<u64>(p), n, reinterpret_cast<u64>(name));
}

u32 sys::gettid() { return static_cast<u32>(raw(kGettid)); }
u32 sys::getpid() { return static_cast<u32>(raw(kGetpid)); }
i64 sys::tgkill(u32 pid, u32 tid, u32 sig) { return raw(kTgkill, pid, tid, sig); }

void sys::usleep(u32 us) {
  Timespec ts{us / 1000000, (us % 1000000) * 1000};
  raw(kNanosleep, reinterpret_cast<u64>(&ts), 0);
}

void sys::osYield() { raw(kSchedYield); }
i64 sys::getRandom(void *p, uptr n) { return raw(kGetrandom, reinterpret_cast<u64>(p), n, 0); }

u32 sys::cpuCount() {
  u64 mask[128];
  i64 n = raw(kSchedGetaffinity, 0, sizeof mask, reinterpret_cast<u64>(mask));
  if (n <= 0) return 1;
  u32 count = 0;
  for (i64 i = 0; i < n / 8; i++) count += static_cast<u32>(__builtin_popcountll(mask[i]));
  return max<u32>(count, 1);
}

void sys::setFsBase(void *p) { raw(kArchPrctl, 0x1002, reinterpret_cast<u64>(p)); }

void sys::sigaction(u32 sig, const SigAction *next, SigAction *old) {
  raw(kSigaction, sig, reinterpret_cast<u64>(next), reinterpret_cast<u64>(old), 8);
}
void sys::sigprocmask(i32 how, const u64 *next, u64 *old) {
  raw(kSigprocmask, static_cast<u32>(how), reinterpret_cast<u64>(next), reinterpret_cast<u64>(old), 8);
}
void sys::sigaltstack(const SigStack *next, SigStack *old) {
  raw(kSigaltstack, reinterpret_cast<u64>(next), reinterpret_cast<u64>(old));
}
// The clock of another thread's CPU time is named by its id (Linux, include/linux/posix-timers.h: CPUCLOCK_SCHED, per thread).
i32 sys::threadCpuTimer(u32 tid, u32 sig, i64 interval_ns) {
  constexpr i32 kSigevThreadId = 4;
  struct {
    u64 value;
    i32 sig, notify, tid;
    i32 pad[11];
  } event{0, static_cast<i32>(sig), kSigevThreadId, static_cast<i32>(tid), {}};
  i32 clock = (~static_cast<i32>(tid) << 3) | 6, id = 0;
  if (raw(kTimerCreate, static_cast<u64>(static_cast<i64>(clock)), reinterpret_cast<u64>(&event), reinterpret_cast<u64>(&id)) < 0) return -1;
  Timespec times[2] = {{interval_ns / 1000000000, interval_ns % 1000000000}, {interval_ns / 1000000000, interval_ns % 1000000000}};
  raw(kTimerSettime, static_cast<u32>(id), 0, reinterpret_cast<u64>(times), 0);
  return id;
}
void sys::deleteTimer(i32 id) { raw(kTimerDelete, static_cast<u32>(id)); }

i64 sys::epollCreate() { return raw(kEpollCreate1, 0x80000); }
i64 sys::epollCtl(i32 ep, i32 op, i32 fd, EpollEvent *event) {
  return raw(kEpollCtl, static_cast<u32>(ep), static_cast<u32>(op), static_cast<u32>(fd), reinterpret_cast<u64>(event));
}
// To the nanosecond where the kernel can (Linux 5.11), else in whole milliseconds, upwards.
i64 sys::epollWait(i32 ep, EpollEvent *events, i32 n, i64 timeout_ns) {
  static constinit Atomic<u32> too_old{};
  if (timeout_ns > 0 && too_old.loadRelaxed() == 0) {  // relaxed: found out again at worst
    Timespec ts{timeout_ns / 1000000000, timeout_ns % 1000000000};
    i64 r = raw(kEpollPwait2, static_cast<u32>(ep), reinterpret_cast<u64>(events), static_cast<u32>(n), reinterpret_cast<u64>(&ts), 0, 8);
    if (r != kENOSYS) return r;
    too_old.storeRelaxed(1);
  }
  i64 timeout_ms = timeout_ns <= 0 ? timeout_ns : min<i64>((timeout_ns + 999999) / 1000000, 1000000);
  return raw(kEpollPwait, static_cast<u32>(ep), reinterpret_cast<u64>(events), static_cast<u32>(n),
             static_cast<u64>(timeout_ms), 0, 8);
}
i64 sys::eventfd() { return raw(kEventfd2, 0, 0x80000 | 0x800); }

void futexSleep(Atomic<u32> *addr, u32 value, i64 timeout_ns) {
  sys::Timespec ts{timeout_ns / 1000000000, timeout_ns % 1000000000};
  sys::raw(kFutex, reinterpret_cast<u64>(addr), kFutexWaitPrivate, value, timeout_ns < 0 ? 0 : reinterpret_cast<u64>(&ts));
}

void futexWake(Atomic<u32> *addr, u32 count) { sys::raw(kFutex, reinterpret_cast<u64>(addr), kFutexWakePrivate, count); }

// Clocks.

namespace {

using ClockGettime = i32 (*)(i32, sys::Timespec *);
constinit ClockGettime vdso_clock_gettime = nullptr;
constinit uptr vdso_gettimeofday = 0;

struct ElfEhdr {
  u8 ident[16];
  u16 type, machine;
  u32 version;
  u64 entry, phoff, shoff;
  u32 flags;
  u16 ehsize, phentsize, phnum, shentsize, shnum, shstrndx;
};
struct ElfPhdr {
  u32 type, flags;
  u64 offset, vaddr, paddr, filesz, memsz, align;
};
struct ElfDyn {
  i64 tag;
  u64 val;
};
struct ElfSym {
  u32 name;
  u8 info, other;
  u16 shndx;
  u64 value, size;
};

}  // namespace

// Walks the vDSO's dynamic symbol table (ELF gABI, "Dynamic Section"; symbol count from DT_HASH's nchain, or from
// DT_GNU_HASH's chains when only that is there).
void sys::initVdso(uptr base) {
  if (base == 0) return;
  auto *eh = reinterpret_cast<const ElfEhdr *>(base);
  auto *ph = reinterpret_cast<const ElfPhdr *>(base + eh->phoff);
  uptr load = 0;
  const ElfDyn *dyn = nullptr;
  bool have_load = false;
  for (u16 i = 0; i < eh->phnum; i++) {
    if (ph[i].type == 1 && !have_load) {
      load = base + ph[i].offset - ph[i].vaddr;
      have_load = true;
    }
    if (ph[i].type == 2) dyn = reinterpret_cast<const ElfDyn *>(base + ph[i].offset);
  }
  if (!have_load || dyn == nullptr) return;
  const char *strtab = nullptr;
  const ElfSym *symtab = nullptr;
  const u32 *hash = nullptr, *gnu_hash = nullptr;
  for (; dyn->tag != 0; dyn++) {
    if (dyn->tag == 5) strtab = reinterpret_cast<const char *>(load + dyn->val);
    if (dyn->tag == 6) symtab = reinterpret_cast<const ElfSym *>(load + dyn->val);
    if (dyn->tag == 4) hash = reinterpret_cast<const u32 *>(load + dyn->val);
    if (dyn->tag == 0x6ffffef5) gnu_hash = reinterpret_cast<const u32 *>(load + dyn->val);
  }
  if (strtab == nullptr || symtab == nullptr) return;
  u32 count = 0;
  if (hash != nullptr) {
    count = hash[1];
  } else if (gnu_hash != nullptr) {
    u32 nbuckets = gnu_hash[0], offset = gnu_hash[1], bloom = gnu_hash[2];
    const u32 *buckets = gnu_hash + 4 + bloom * 2;
    const u32 *chain = buckets + nbuckets;
    for (u32 i = 0; i < nbuckets; i++)
      if (buckets[i] >= offset) {
        u32 s = buckets[i];
        while ((chain[s - offset] & 1) == 0) s++;
        count = max(count, s + 1);
      }
  }
  for (u32 i = 0; i < count; i++) {
    if (symtab[i].shndx == 0 || symtab[i].value == 0) continue;
    Str name(strtab + symtab[i].name);
    if (name == Str("__vdso_clock_gettime")) vdso_clock_gettime = reinterpret_cast<ClockGettime>(load + symtab[i].value);
    if (name == Str("__vdso_gettimeofday")) vdso_gettimeofday = load + symtab[i].value;
  }
}

uptr sys::vdsoGettimeofday() { return vdso_gettimeofday; }

static sys::Timespec clock(i32 id) {
  sys::Timespec ts{};
  if (vdso_clock_gettime == nullptr || vdso_clock_gettime(id, &ts) != 0)
    sys::raw(kClockGettime, static_cast<u32>(id), reinterpret_cast<u64>(&ts));
  return ts;
}

i64 sys::monotonicNs() {
  Timespec ts = clock(1);
  return ts.sec * 1000000000 + ts.nsec;
}
sys::Timespec sys::wallTime() { return clock(0); }

}  // namespace gannet::rt
