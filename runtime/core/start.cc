// Start of the process: from the kernel's stack to the first goroutine, which runs runtime.main.
#include "runtime/core/ancestors.h"
#include "runtime/core/clock.h"
#include "runtime/core/debug_settings.h"
#include "runtime/core/fatal.h"
#include "runtime/core/gc.h"
#include "runtime/core/linux/sys.h"
#include "runtime/core/sched.h"
#include "runtime/core/settings_text.h"
#include "runtime/core/signals.h"
#include "runtime/core/traceback.h"

extern "C" void go_main() asm("runtime.main");

// Set when a program is linked (link -X): what holds if the environment does not say. Go strings, as Str is.
extern const gannet::rt::Str default_gogc asm("runtime.defaultGOGC");
extern const gannet::rt::Str default_gomaxprocs asm("runtime.defaultGOMAXPROCS");
extern const gannet::rt::Str default_gomemlimit asm("runtime.defaultGOMEMLIMIT");
extern const gannet::rt::Str default_godebug asm("runtime.godebugDefault");
extern "C" gannet::rt::i64 rt_mem_profile_rate asm("runtime.MemProfileRate");

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

Str envOr(Str name, Str otherwise) {
  const char *value = getEnv(name);
  return value != nullptr ? Str(value) : otherwise;
}

// The value of a setting: the environment's, else the one that the program was linked with; empty if neither is there.
Str setting(Str name, Str linked) {
  const Str value = envOr(name, "");
  return value.len != 0 ? value : linked;
}

// What GODEBUG asks of parts that keep it in a form of their own.
void applyDebugSettings() {
  if (debug.cgocheck > 1)
    fatalPlain("cgocheck > 1 mode is no longer supported at runtime. Use GOEXPERIMENT=cgocheck2 at build time instead.");
  if (debug.memprofilerate_given) rt_mem_profile_rate = debug.memprofilerate;
  sched.fixed_procs = debug.updatemaxprocs == 0;
  keepAncestors(static_cast<u32>(max(debug.tracebackancestors, 0)));
}

void readSettings() {
  if (Str gogc = setting("GOGC", default_gogc); gogc.len != 0) {
    i32 percent = 0;
    if (gogc == "off") heap.gc_percent = -1;
    else if (parseInt32(gogc, &percent)) heap.gc_percent = max(percent, -1);
  }
  if (Str limit = setting("GOMEMLIMIT", default_gomemlimit); limit.len != 0) {
    i64 bytes = 0;
    if (parseByteCount(limit, &bytes)) {
      heap.memory_limit = bytes;
    } else if (!(limit == "off")) {
      Printer() << "GOMEMLIMIT=" << limit << "\n";
      fatalPlain("malformed GOMEMLIMIT; see `go doc runtime/debug.SetMemoryLimit`");
    }
  }
  setTriggerAtStart();
}

// The CPUs of the machine, or fewer if the control group says so; not below 2 for that reason.
u64 withinContainer(u64 n) {
  const u64 limit = sys::cgroupCpuLimit();
  return limit == 0 ? n : min(n, max<u64>(limit, 2));
}

u32 defaultProcs() {
  u64 n = sys::cpuCount();
  if (debug.containermaxprocs > 0) n = withinContainer(n);
  return static_cast<u32>(min<u64>(n, kMaxProcs));
}

u32 wantedProcs() {
  if (Str s = setting("GOMAXPROCS", default_gomaxprocs); s.len != 0) {
    i32 n = 0;
    if (parseInt32(s, &n) && n > 0) {
      sched.fixed_procs = true;
      return min(static_cast<u32>(n), kMaxProcs);
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
  applyDebugSettings();
  initTraceback(process.secure ? Str("none") : envOr("GOTRACEBACK", ""));  // traces would tell secrets
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
  readDebugSettings(default_godebug, envOr("GODEBUG", ""));  // how memory is mapped is one of them
  initSched();
  first_m = newM();
  sys::setFsBase(&first_m->fs_self);
  gn_onSystemStack(first_m->sys_sp, startOnOwnStack);
}

// Not live ones, in the order of entries.def: they stay what they were.
void gn_debugEnvChanged(const char *program, uptr program_len, const char *env, uptr env_len) {
  rereadDebugSettings(Str(program, program_len), Str(env, env_len));
}
u64 gn_allowsNilPanic() { return debug.panicnil.loadRelaxed() == 1; }  // relaxed: a setting
i64 gn_tracePeriodNs() { return debug.traceadvanceperiod; }
// The default of GOMAXPROCS would be another one, had GODEBUG=containermaxprocs=0 not been said.
u64 gn_ignoresContainer() {
  const u64 n = sys::cpuCount();
  return debug.containermaxprocs <= 0 && withinContainer(n) != n;
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
