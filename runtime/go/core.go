// Functions in C++ (runtime/core/entries.def; printed by runtime/core/gen_decls.py).

package runtime

import "unsafe"

//go:noescape
func mallocgc(size uintptr, typ *_type, needzero bool) unsafe.Pointer

//go:noescape
func newobject(typ *_type) unsafe.Pointer

//go:noescape
func mallocElems(bytes uintptr, elem *_type) (p unsafe.Pointer, count int)

func findObjectBase(p uintptr) (base, size uintptr)

//go:noescape
func bulkBarrierPreWrite(dst, src, size uintptr, typ *_type)

//go:noescape
func wbZero(typ *_type, dst unsafe.Pointer)

//go:noescape
func wbMove(typ *_type, dst, src unsafe.Pointer)

//go:noescape
func getGCMask(typ *_type) *byte

//go:noescape
func persistentAlloc(size, align uintptr) unsafe.Pointer

func gcWait()

func gcStopTheWorld()

func gcMarkStart()

func gcMarkWork() bool

func gcMarkDone() bool

func gcStartTheWorld()

func gcSweep() bool

func gcWakeHelpers() int

func gcHelperWait()

func gcDone()

func gcRequest()

func setGCPercent(percent int32) int32

func setMemoryLimit(limit int64) int64

func freeOSMemory()

//go:noescape
func readMemStats(stats *MemStats)

//go:noescape
func readRuntimeStats(stats *runtimeStats)

//go:noescape
func writeHeapDump(fd uintptr, stats *uint64, n int)

func sizeOfClass(class int) int

func mutexWaitNs() uint64

func stopTheWorld(reason uint8)

func startTheWorld()

func addFinalizer(obj unsafe.Pointer, fn *funcval, nret uintptr, fint *_type, ot *_type) bool

//go:noescape
func removeFinalizer(obj unsafe.Pointer)

func addCleanupSpecial(obj unsafe.Pointer, fn *funcval) uint64

func removeCleanupSpecial(obj uintptr, id uint64)

//go:noescape
func finqNext(rec *finRecord)

func finalizerQueueCounts() (queued, taken uint64)

func registerWeakPointer(p unsafe.Pointer) unsafe.Pointer

//go:noescape
func makeStrongFromWeak(handle unsafe.Pointer) unsafe.Pointer

func newproc(fn *funcval)

func newsystemproc(fn *funcval)

func gosched()

func goyield()

func goexit1()

func parkForever(reason uint8)

func gopark0(reason uint8)

func goready0(gp *g)

func mainStarted()

func gomaxprocs(n int) int

func maxProcsWait()

func machineProcs() int

func fixProcs(on bool)

func gcount() int

func ncpuCount() int

func lockOSThread()

func unlockOSThread()

func newcoroG(fn *funcval) *g

func coroLocks() (thread uintptr, n int)

//go:noescape
func coroSwitchTo(gp *g, thread uintptr, locks int)

//go:noescape
func coroExitTo(gp *g, thread uintptr, locks int)

func entersyscall()

func exitsyscall()

func setMaxThreads(n int) int

func setMaxStack(n int) int

//go:noescape
func bubbleNew() unsafe.Pointer

//go:noescape
func bubbleFree(b unsafe.Pointer)

//go:noescape
func bubbleNext(call *timerCall) int

//go:noescape
func bubbleTakeDue(b unsafe.Pointer, call *timerCall) bool

//go:noescape
func bubbleMainDone(b unsafe.Pointer)

func bubbleWait()

//go:noescape
func bubbleID(b unsafe.Pointer) uint64

//go:noescape
func bubbleNow(b unsafe.Pointer) int64

//go:noescape
func bubbleHold(b unsafe.Pointer, by int)

//go:noescape
func bubbleJoin(b unsafe.Pointer)

//go:noescape
func bubbleLeave(b unsafe.Pointer)

//go:noescape
func bubbleAssociate(p unsafe.Pointer, id uint64, add bool) int

//go:noescape
func bubbleDisassociate(p unsafe.Pointer)

//go:noescape
func makechan(t *chantype, size int) *hchan

func chansend1(c *hchan, elem unsafe.Pointer)

//go:noescape
func chanrecv1(c *hchan, elem unsafe.Pointer)

//go:noescape
func chanrecv2(c *hchan, elem unsafe.Pointer) bool

//go:noescape
func closechan(c *hchan)

//go:noescape
func chanlen(c *hchan) int

//go:noescape
func chancap(c *hchan) int

func selectnbsend(c *hchan, elem unsafe.Pointer) bool

//go:noescape
func selectnbrecv(elem unsafe.Pointer, c *hchan) (selected, received bool)

//go:noescape
func selectgo(cas0 *scase, order0 *uint16, pc0 *uintptr, nsends, nrecvs int, block bool) (int, bool)

func block()

func chansend(c *hchan, elem unsafe.Pointer, block bool) bool

//go:noescape
func chanrecv(c *hchan, elem unsafe.Pointer, block bool) (selected, received bool)

//go:noescape
func lock(l *mutex)

//go:noescape
func unlock(l *mutex)

//go:noescape
func semacquire1(addr *uint32, lifo bool, reason uint8, skip int)

//go:noescape
func semrelease1(addr *uint32, handoff bool, skip int)

//go:noescape
func notifyListAdd(l *notifyList) uint32

//go:noescape
func notifyListWait(l *notifyList, t uint32)

//go:noescape
func notifyListNotifyAll(l *notifyList)

//go:noescape
func notifyListNotifyOne(l *notifyList)

func nanotime() int64

func walltime() (sec int64, nsec int32)

func cputicks() int64

func timeSleep(ns int64)

func newTimer(when, period int64, f func(any, uintptr, int64), arg any, cp unsafe.Pointer) unsafe.Pointer

//go:noescape
func stopTimer(t unsafe.Pointer) bool

//go:noescape
func resetTimer(t unsafe.Pointer, when, period int64) bool

//go:noescape
func timerNext(call *timerCall)

//go:noescape
func timerDone(call *timerCall)

func pollServerInit()

func pollOpen(fd uintptr) (ctx uintptr, errno int)

func pollClose(ctx uintptr)

func pollReset(ctx uintptr, mode int) int

func pollWait(ctx uintptr, mode int) int

func pollWaitCanceled(ctx uintptr, mode int)

func pollSetDeadline(ctx uintptr, deadline int64, mode int)

func pollUnblock(ctx uintptr)

func isPollDescriptor(fd uintptr) bool

//go:noescape
func write1(fd uintptr, p unsafe.Pointer, n int32) int32

//go:noescape
func read1(fd int32, p unsafe.Pointer, n int32) int32

//go:noescape
func open1(name *byte, flags, perm int32) int32

func close1(fd int32) int32

func fcntl(fd, cmd, arg int32) (ret int32, errno int32)

func exit(code int32)

func usleep(us uint32)

func osyield()

func procyield(cycles uint32)

func canSpin(i int) bool

//go:noescape
func sysArgs() (argc int, argv **byte)

//go:noescape
func sysAuxv() (words int, auxv *uintptr)

//go:noescape
func startupRandom() (p *byte, n int)

//go:noescape
func getRandom(p *byte, n int) int

func beforeFork()

func afterFork()

func afterForkInChild()

func beforeExec()

func afterExec()

//go:noescape
func syscallOnAllThreads(io *[7]uintptr)

func vdsoGettimeofday() uintptr

func signalEnable(sig uint32)

func signalDisable(sig uint32)

func signalIgnore(sig uint32)

func signalIgnored(sig uint32) bool

//go:noescape
func pointerMask(p unsafe.Pointer, mask *byte, words uintptr) uintptr

func signalRecv() uint32

func signalWaitIdle()

func dieFromSignal(sig uint32)

func setSigsys(ignore bool)

func setCPUProfileRate(hz int32)

//go:noescape
func readCPUProfile(buf *uint64, n int, tags *unsafe.Pointer, ntags int) (words int, lost uint64)

func profileLock()

func profileUnlock()

//go:noescape
func profileBuckets(kind int) *profBucket

func profilePublishAll()

func setProfileRates(block, mutex int64)

func threadCount() int

//go:noescape
func callers0(skip int, pcbuf *uintptr, n int) int

//go:noescape
func gcallers(gp *g, pcbuf *uintptr, n int) int

//go:noescape
func findFuncRaw(pc uintptr) unsafe.Pointer

//go:noescape
func funcNameRaw(f unsafe.Pointer) string

//go:noescape
func funcEntryRaw(f unsafe.Pointer) uintptr

//go:noescape
func expandPC(pc uintptr, out *pcFrame, n int) int

func pcdataValue(pc uintptr, table int) int32

//go:noescape
func stackTrace(buf *byte, n int, all bool) int

//go:noescape
func allGoroutines(buf **g, n int) int

//go:noescape
func panicNextFrame(lr, fp, limit uintptr, out *[3]uintptr) bool

func deferReturnPC(pc uintptr) uintptr

func resumeFrame(pc, sp, fp uintptr)

func isRecoverFrame(gopanicFP uintptr) bool

func throw0(s string)

func fatal0(s string)

func dieOfPanic()

func setTracebackLevel(level string)

func setCrashFD(fd uintptr) uintptr
