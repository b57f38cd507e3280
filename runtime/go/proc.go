// Copyright 2026 The Gannet Authors.

// The life of the program as Go code sees it: initialization, main, the runtime's own goroutines, exit.

package runtime

import (
	"internal/chacha8rand"
	"internal/cpu"
	"internal/runtime/atomic"
	"internal/runtime/exithook"
	"internal/runtime/math"
	"unsafe"
)

// linkInfo is what the linker tells of the program; asm_amd64.s fills it.
type linkInfo struct {
	text          uintptr
	types         uintptr
	typelinks     uintptr // []int32, offsets of types, sorted by their strings
	etypelinks    uintptr
	itablinks     uintptr // []*itab
	eitablinks    uintptr
	runtimeTasks  *initTaskList
	mainTasks     *initTaskList
	typelinkCount uintptr
	itablinkCount uintptr
}

var linkinfo linkInfo

func linkInfoAddr() *linkInfo

// An initTask initializes one package; the addresses of its functions follow.
type initTask struct {
	state uint32 // 0 not begun, 1 running, 2 done
	nfns  uint32
}

// initTaskList is the linker's array of tasks in order of dependency, ended by nil.
type initTaskList struct {
	first *initTask
}

func runInitTasks(list *initTaskList) {
	traced := initTraced()
	for p := unsafe.Pointer(list); ; p = add(p, ptrSize) {
		t := *(**initTask)(p)
		if t == nil {
			return
		}
		if t.state != 0 {
			continue
		}
		t.state = 1
		if traced {
			initTaskBegins()
		}
		first := add(unsafe.Pointer(t), unsafe.Sizeof(initTask{}))
		fn := first
		for i := uint32(0); i < t.nfns; i++ {
			f := *(*func())(unsafe.Pointer(&fn))
			f()
			fn = add(fn, ptrSize)
		}
		if traced {
			initTaskEnds(*(*uintptr)(first))
		}
		t.state = 2
	}
}

//go:linkname main_main main.main
func main_main()

// Set before anything else runs, from the linker and the system.
var (
	buildVersion  string // set by the linker
	defaultGOROOT string // set by the linker
	modinfo       string // set by the linker
	argslice      []string
	envs          []string
	x86HasPOPCNT  bool
	x86HasSSE41   bool
	x86HasFMA     bool
	x86HasAVX     bool
	physPageSize  uintptr = 4096
	runningMain   bool
	mainGoid      uint64
)

// earlyInit sets up what Go code of the runtime stands on, before any package is initialized.
func earlyInit() {
	linkinfo = *linkInfoAddr()
	linkinfo.typelinkCount = (linkinfo.etypelinks - linkinfo.typelinks) / 4
	linkinfo.itablinkCount = (linkinfo.eitablinks - linkinfo.itablinks) / ptrSize
	loadArgs()
	cpu.Initialize(gogetenv("GODEBUG"))
	checkLevel()
	x86HasPOPCNT = cpu.X86.HasPOPCNT
	x86HasSSE41 = cpu.X86.HasSSE41
	x86HasFMA = cpu.X86.HasFMA
	x86HasAVX = cpu.X86.HasAVX
	seedRandom()
	itabsInit()
	initDebug()
	exithook.Gosched = Gosched
	exithook.Goid = func() uint64 { return getg().goid }
	exithook.Throw = throw
}

// main is the first goroutine.
func main() {
	earlyInit()
	mainGoid = getg().goid
	mainStarted()
	lockOSThread() // package initialization stays on the main thread
	runInitTasks(linkinfo.runtimeTasks)
	startSystemGoroutines()
	// A panic in an init function must not leave the thread locked behind its report; Goexit there ends only main.
	needUnlock := true
	defer func() {
		if needUnlock {
			unlockOSThread()
		}
	}()
	runInitTasks(linkinfo.mainTasks)
	initTraceOver()
	needUnlock = false
	unlockOSThread()
	runningMain = true
	main_main()
	exithook.Run(0)
	waitForPanics()
	exit(0)
}

// waitForPanics gives a goroutine that is dying of a panic the time to report it before main's return ends the program.
func waitForPanics() {
	for i := 0; i < 1000 && atomic.Load(&runningPanicDefers) != 0; i++ {
		Gosched()
	}
	if atomic.Load(&panicking) != 0 {
		parkForever(waitReasonPanicWait)
	}
}

// runningPanicDefers counts the goroutines that run deferred calls because of a panic.
var runningPanicDefers uint32

// panicking is set once a panic that nothing recovered is being reported.
var panicking uint32

// startSystemGoroutines starts the loops that serve the core.
func startSystemGoroutines() {
	startSystemGoroutine(gcLoop)
	startSystemGoroutine(timerLoop)
	startSystemGoroutine(runFinalizers)
	startSystemGoroutine(runCleanups)
	startSystemGoroutine(maxProcsLoop)
}

func startSystemGoroutine(f func()) { newsystemproc(*(**funcval)(unsafe.Pointer(&f))) }

// timerLoop runs the functions of timers; they must not block.
func timerLoop() {
	for {
		var c timerCall
		timerNext(&c)
		c.f(c.arg, c.seq, c.delta)
		timerDone(&c)
	}
}

// gopark has the caller wait for goready, which may come first; it does not wait if unlockf says false. Libraries reach it by
// linkname, and profiles show what every goroutine that waits stands in by this name.
//
//go:linkname gopark
func gopark(unlockf func(*g, unsafe.Pointer) bool, lock unsafe.Pointer, reason, traceReason uint8, traceskip int) {
	if unlockf == nil || unlockf(getg(), lock) {
		gopark0(reason)
	}
}

//go:linkname goready
func goready(gp *g, traceskip int) { goready0(gp) }

// Gosched lets other goroutines run; the caller goes on later.
func Gosched() { gosched() }

//go:linkname goschedguarded
func goschedguarded() { gosched() }

// GOMAXPROCS sets how many threads may run Go code at once and returns what it was; n < 1 only asks.
// Once set, it no longer follows the machine.
func GOMAXPROCS(n int) int {
	old := procCount()
	if n < 1 {
		return old
	}
	fixProcs(true)
	if n != old {
		stopTheWorld(stopGOMAXPROCS)
		newProcs = n
		startTheWorldGC()
	}
	return old
}

// newProcs is how many Ps there are to be when the world goes on, 0 if as many as before. Only who stopped the world looks at it.
var newProcs int

// startTheWorldGC does what startTheWorld does. It is the caller of that which execution traces show where GOMAXPROCS changes.
func startTheWorldGC() { startTheWorld() }

// startTheWorld lets the other goroutines go on.
func startTheWorld() {
	n := newProcs
	newProcs = 0
	startTheWorld0(n)
}

// followMachine makes as many Ps as the machine suggests.
func followMachine() {
	n := machineProcs()
	if n == procCount() {
		return
	}
	stopTheWorld(stopGOMAXPROCS)
	newProcs = n
	startTheWorldGC()
}

// SetDefaultGOMAXPROCS goes back to what the machine suggests, whatever the environment says.
func SetDefaultGOMAXPROCS() {
	fixProcs(false)
	followMachine()
}

// maxProcsLoop follows changes of the control group's limit and of the process's affinity.
func maxProcsLoop() {
	for {
		maxProcsWait()
		followMachine()
	}
}

// NumCPU is the number of processors that the process may use.
func NumCPU() int { return ncpuCount() }

// NumCgoCall is the number of calls into C so far.
func NumCgoCall() int64 { return 0 }

// NumGoroutine is the number of goroutines there are now.
func NumGoroutine() int { return gcount() }

// LockOSThread ties the goroutine to its thread until as many calls of UnlockOSThread.
func LockOSThread() { lockOSThread() }

// UnlockOSThread takes back one LockOSThread.
func UnlockOSThread() { unlockOSThread() }

// Breakpoint stops in the debugger.
func Breakpoint() { breakpoint() }

func breakpoint()

// KeepAlive is a use of x: up to here it is reachable.
//
//go:noinline
func KeepAlive(x any) {
	if keepAliveNever {
		println(x)
	}
}

var keepAliveNever bool

// Version names the Go version and the toolchain that built the program.
func Version() string { return buildVersion }

// Compiler names the kind of toolchain, by what it accepts.
const Compiler = "gc"

// GOOS is the target system.
const GOOS string = "linux"

// GOARCH is the target architecture.
const GOARCH string = "amd64"

// GOROOT is the root of the toolchain: the environment variable as it was at start-up, or the one of the build.
//
// Deprecated: a program that moved to another machine learns nothing useful from it.
func GOROOT() string {
	if s := gogetenv("GOROOT"); s != "" {
		return s
	}
	return defaultGOROOT
}

func loadArgs() {
	argc, argv := sysArgs()
	at := func(i int) *byte { return *(**byte)(add(unsafe.Pointer(argv), uintptr(i)*ptrSize)) }
	argslice = make([]string, argc)
	for i := range argslice {
		argslice[i] = gostringnocopy(at(i))
	}
	n := 0
	for at(argc+1+n) != nil {
		n++
	}
	envs = make([]string, n)
	for i := range envs {
		envs[i] = gostringnocopy(at(argc + 1 + i))
	}
	if isSecure() {
		hideTraces()
	}
}

// hideTraces has the processes that this one starts show no traces either.
func hideTraces() {
	const name, setting = "GOTRACEBACK=", "GOTRACEBACK=none"
	found := false
	for i, s := range envs {
		if len(s) >= len(name) && s[:len(name)] == name {
			envs[i] = setting
			found = true
		}
	}
	if !found {
		envs = append(envs, setting)
	}
}

// gogetenv is the value of an environment variable at start-up.
func gogetenv(key string) string {
	for _, s := range envs {
		if len(s) > len(key) && s[len(key)] == '=' && s[:len(key)] == key {
			return s[len(key)+1:]
		}
	}
	return ""
}

// Random numbers: a ChaCha8 generator for each P, so that no lock is needed while pinned to it.

const maxRandStates = 1024

var randStates [maxRandStates]struct {
	chacha8rand.State
	seeded bool
}

var randSeed [32]byte

// hashKeys are part of every hash of memory (memory_amd64.s). Nothing is hashed before they are set.
var hashKeys = [2]uint64{0xa0761d6478bd642f, 0xe7037ed1a0b428db}

func seedRandom() {
	p, n := startupRandom()
	copy(randSeed[:], unsafe.Slice(p, n))
	getRandom(&randSeed[16], 16)
	var keys [2]uint64
	getRandom((*byte)(unsafe.Pointer(&keys)), int(unsafe.Sizeof(keys)))
	hashKeys[0] ^= keys[0]
	hashKeys[1] ^= keys[1]
}

// rand returns a random 64-bit number.
//
//go:linkname rand
func rand() uint64 {
	id := procPin()
	s := &randStates[id%maxRandStates]
	if !s.seeded {
		seed := randSeed
		seed[0] ^= byte(id)
		seed[1] ^= byte(id >> 8)
		s.Init(seed)
		s.seeded = true
	}
	for {
		x, ok := s.Next()
		if ok {
			procUnpin()
			return x
		}
		s.Refill()
	}
}

func rand32() uint32 { return uint32(rand() >> 32) }

//go:linkname randn
func randn(n uint32) uint32 { return uint32((uint64(uint32(rand())) * uint64(n)) >> 32) }

// cheaprand64 is wyrand, per thread; not for secrets. Runtime code is not preempted, so the thread stays the same.
//
//go:nosplit
//go:noinline
func cheaprand64() uint64 {
	mp := getg().m
	mp.rng += 0xa0761d6478bd642f
	hi, lo := math.Mul64(mp.rng, mp.rng^0xe7037ed1a0b428db)
	return hi ^ lo
}

// procPin keeps the goroutine on its P until procUnpin, and returns the P's number. Neither is inlined: a copy in a
// function of another name could be preempted half-way.
//
//go:nosplit
//go:noinline
func procPin() int {
	mp := getg().m
	mp.locks++
	return int(mp.p.id)
}

//go:nosplit
//go:noinline
func procUnpin() {
	gp := getg()
	gp.m.locks--
	if gp.m.locks == 0 && gp.preempt != 0 {
		gp.stackguard0 = stackPreempt
	}
}

//go:linkname cheaprand
func cheaprand() uint32 { return uint32(cheaprand64()) }

//go:linkname cheaprandn
func cheaprandn(n uint32) uint32 { return uint32((uint64(cheaprand()) * uint64(n)) >> 32) }

// write is write(2) without notice to the scheduler.
//
//go:linkname write
func write(fd uintptr, p unsafe.Pointer, n int32) int32 { return write1(fd, p, n) }

//go:linkname getAuxv
func getAuxv() []uintptr {
	n, p := sysAuxv()
	return unsafe.Slice(p, n)
}

//go:linkname vgetrandom
func vgetrandom(p []byte, flags uint32) (ret int, supported bool) { return -1, false }

// haveHighResSleep is asked by the tests of package time.
var haveHighResSleep = true
