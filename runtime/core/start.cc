// Start of the process: from the kernel's stack to the first goroutine, which runs runtime.main.
#include "runtime/core/ancestors.h"
#include "runtime/core/clock.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/signals.h"
#include "runtime/core/traceback.h"

extern "C" void go_main() asm("runtime.main");

// Set when a program is linked (link -X): what holds if the environment does not say. Go strings, as Str is.
extern const gannet::rt::Str default_gogc asm("runtime.defaultGOGC");
extern const gannet::rt::Str default_gomaxprocs asm("runtime.defaultGOMAXPROCS");
extern const gannet::rt::Str default_gomemlimit asm("runtime.defaultGOMEMLIMIT");

namespace gannet::rt {

namespace {

struct Process {
  i64 argc;
  char **argv;
  char **envp;
  uptr *auxv;
  u64 auxv_words;
  u8 *random;
  bool secure;  // it has rights that who started it has not (setuid)
};
constinit Process process{};
constinit M *first_m = nullptr;

// Value of an environment variable, or null.
const char *getEnv(Str name) {
  for (char **e = process.envp; *e != nullptr; e++) {
    Str s(*e);
    if (s.startsWith(name) && s.len > name.len && s[name.len] == '=') return *e + name.len + 1;
  }
  return nullptr;
}

// The value of a setting: the environment's, else the one that the program was linked with; empty if neither is there.
Str setting(Str name, Str linked) {
  const char *value = getEnv(name);
  return value != nullptr && *value != 0 ? Str(value) : linked;
}

u64 parseNumber(Str s, bool *ok) {
  u64 n = 0;
  *ok = s.len > 0;
  for (uptr i = 0; i < s.len; i++) {
    if (s[i] < '0' || s[i] > '9') {
      *ok = false;
      return 0;
    }
    n = n * 10 + static_cast<u64>(s[i] - '0');
  }
  return n;
}

// name=value pairs of GODEBUG that the C++ runtime itself reads.
void applyDebug(Str name, Str value) {
  bool ok = false;
  u64 n = parseNumber(value, &ok);
  if (!ok) return;
  if (name == "asyncpreemptoff") sched.async_preempt_off = n != 0;
  if (name == "gcstress") heap.gcstress = static_cast<u32>(n);
  if (name == "gccheckmark") gc.check_marks = n != 0;
  if (name == "checkfinalizers") gc.check_cleanups = n != 0;
  if (name == "clobberfree") gc.clobber_free = n != 0;
  if (name == "gctrace") gc.trace = n != 0;
  if (name == "updatemaxprocs") sched.fixed_procs = n == 0;
  if (name == "stackstress") sched.stackstress = static_cast<u32>(n);
  if (name == "tracebackancestors") keepAncestors(static_cast<u32>(n));
}

void readDebug() {
  const char *p = getEnv("GODEBUG");
  while (p != nullptr && *p != 0) {
    const char *start = p, *eq = nullptr;
    for (; *p != 0 && *p != ','; p++)
      if (*p == '=' && eq == nullptr) eq = p;
    if (eq != nullptr) applyDebug(Str(start, static_cast<uptr>(eq - start)), Str(eq + 1, static_cast<uptr>(p - eq - 1)));
    if (*p == ',') p++;
  }
}

// A number with an optional suffix B, KiB, MiB, GiB, TiB.
bool parseBytes(Str s, i64 *out) {
  uptr digits = 0;
  while (digits < s.len && s[digits] >= '0' && s[digits] <= '9') digits++;
  bool ok = false;
  u64 n = parseNumber(Str(s.ptr, digits), &ok);
  Str unit(s.ptr + digits, s.len - digits);
  u32 shift = 0;
  if (unit == "KiB") shift = 10;
  else if (unit == "MiB") shift = 20;
  else if (unit == "GiB") shift = 30;
  else if (unit == "TiB") shift = 40;
  else if (!(unit == "B" || unit == "")) return false;
  if (!ok || n > (u64{0x7fffffffffffffff} >> shift)) return false;
  *out = static_cast<i64>(n << shift);
  return true;
}

void readSettings() {
  if (Str gogc = setting("GOGC", default_gogc); gogc.len != 0) {
    bool ok = false;
    u64 n = parseNumber(gogc, &ok);
    if (gogc == "off") heap.gc_percent = -1;
    else if (ok) heap.gc_percent = static_cast<i32>(min<u64>(n, 0x7fffffff));
  }
  if (Str limit = setting("GOMEMLIMIT", default_gomemlimit); limit.len != 0) {
    i64 n = 0;
    if (parseBytes(limit, &n)) heap.memory_limit = n;
    else if (!(limit == "off")) fatalPlain("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
  }
  setTriggerAtStart();
}

// The CPUs of the machine, or fewer if the control group says so; not below 2 for that reason.
u32 defaultProcs() {
  u64 n = sys::cpuCount();
  if (u64 limit = sys::cgroupCpuLimit(); limit != 0) n = min(n, max<u64>(limit, 2));
  return static_cast<u32>(min<u64>(n, kMaxProcs));
}

u32 wantedProcs() {
  if (Str s = setting("GOMAXPROCS", default_gomaxprocs); s.len != 0) {
    bool ok = false;
    u64 n = parseNumber(s, &ok);
    if (ok && n > 0) {
      sched.fixed_procs = true;
      return static_cast<u32>(min<u64>(n, kMaxProcs));
    }
  }
  return defaultProcs();
}

void readStack(uptr *sp) {
  process.argc = static_cast<i64>(sp[0]);
  process.argv = reinterpret_cast<char **>(sp + 1);
  process.envp = process.argv + process.argc + 1;
  char **p = process.envp;
  while (*p != nullptr) p++;
  process.auxv = reinterpret_cast<uptr *>(p + 1);
  uptr vdso = 0;
  uptr *a = process.auxv;
  for (; a[0] != 0; a += 2) {
    if (a[0] == 25) process.random = reinterpret_cast<u8 *>(a[1]);
    if (a[0] == 33) vdso = a[1];
    if (a[0] == 23) process.secure = a[1] != 0;
  }
  process.auxv_words = static_cast<u64>(a - process.auxv);
  sys::initVdso(vdso);
}

// newM needs a current M for its lock's owner and random seed; the very first has none yet.
[[noreturn]] void startOnOwnStack() {
  gc.times.process_start = sys::monotonicNs();
  initThreadSignals(first_m);
  initSignals();
  readDebug();
  const char *traceback = getEnv("GOTRACEBACK");
  initTraceback(process.secure ? Str("none") : traceback == nullptr ? Str("") : Str(traceback));  // traces would tell secrets
  initHeap();
  readSettings();
  resizeProcs(wantedProcs());
  describeModule();
  static constinit FuncVal main_fn{};
  main_fn.fn = reinterpret_cast<uptr>(go_main);
  startFirstGoroutine(&main_fn);
}

}  // namespace

M *firstM() { return first_m; }

// In sched.h's terms: what GOMAXPROCS is when nobody sets it.
u32 machineProcs() { return defaultProcs(); }

}  // namespace gannet::rt

using namespace gannet::rt;

extern "C" {

[[noreturn]] void gn_start(uptr *sp) {
  relocateSelf();
  readStack(sp);
  initSched();
  first_m = newM();
  sys::setFsBase(&first_m->fs_self);
  gn_onSystemStack(first_m->sys_sp, startOnOwnStack);
}

Ret2 gn_sysArgs() { return {static_cast<u64>(process.argc), reinterpret_cast<uptr>(process.argv)}; }
u64 gn_isSecure() { return process.secure; }
Ret2 gn_sysAuxv() { return {process.auxv_words, reinterpret_cast<uptr>(process.auxv)}; }
Ret2 gn_startupRandom() {
  static constinit u8 seed[16] = {};
  if (process.random != nullptr) {
    for (int i = 0; i < 16; i++) seed[i] = process.random[i];
  } else {
    sys::getRandom(seed, sizeof seed);
  }
  return {reinterpret_cast<uptr>(seed), sizeof seed};
}
i64 gn_getRandom(void *p, u64 n) { return sys::getRandom(p, n); }

i64 gn_nanotime() { return clockNs(); }
Ret2 gn_walltime() {
  sys::Timespec ts = clockWallTime();
  return {static_cast<u64>(ts.sec), static_cast<u64>(ts.nsec)};
}
i64 gn_cputicks() { return static_cast<i64>(__builtin_ia32_rdtsc()); }
uptr gn_vdsoGettimeofday() { return sys::vdsoGettimeofday(); }

i64 gn_write1(uptr fd, const void *p, i32 n) { return writeOutput(static_cast<i32>(fd), p, static_cast<uptr>(n)); }
i64 gn_read1(i32 fd, void *p, i32 n) { return sys::read(fd, p, static_cast<uptr>(n)); }
i64 gn_open1(const char *name, i32 flags, i32 perm) { return sys::open(name, flags, perm); }
i64 gn_close1(i32 fd) { return sys::close(fd); }
Ret2 gn_fcntl(i32 fd, i32 cmd, i32 arg) {
  i64 r = sys::raw(72, static_cast<u32>(fd), static_cast<u32>(cmd), static_cast<u64>(static_cast<i64>(arg)));
  if (r < 0) return {~u64{0}, static_cast<u64>(-r)};
  return {static_cast<u64>(r), 0};
}
[[noreturn]] void gn_exit(i32 code) { sys::exitProcess(code); }
void gn_usleep(u32 us) { sys::usleep(us); }
void gn_osyield() { sys::osYield(); }
void gn_procyield(u32 cycles) {
  for (u32 i = 0; i < cycles; i++) cpuRelax();
}
// Spinning for a mutex makes sense for a few rounds, with several CPUs, another P at work and nothing to run here.
u64 gn_canSpin(i64 i) {
  u32 n = sched.proc_count.loadRelaxed();  // relaxed: a guess
  if (i >= 4 || sched.cpu_count <= 1 || n <= sched.idle_p_count.loadRelaxed() + sched.spinning_ms.loadRelaxed() + 1) return 0;
  return currentM()->p->runq.empty();
}

}  // extern "C"
