// Copyright 2026 The Gannet Authors.

// Hooks of os, syscall, os/signal and reflect that ask about or act on the process.

package runtime

import (
	"internal/runtime/exithook"
	"unsafe"
)

//go:linkname os_runtime_args os.runtime_args
func os_runtime_args() []string { return append([]string{}, argslice...) }

//go:linkname syscall_runtime_envs syscall.runtime_envs
func syscall_runtime_envs() []string { return append([]string{}, envs...) }

//go:linkname syscall_Getpagesize syscall.Getpagesize
func syscall_Getpagesize() int { return int(physPageSize) }

//go:linkname os_beforeExit os.runtime_beforeExit
func os_beforeExit(exitCode int) { exithook.Run(exitCode) }

//go:linkname syscall_Exit syscall.Exit
func syscall_Exit(code int) { exit(int32(code)) }

const (
	sigPIPE = 13
	sigSYS  = 31
)

//go:linkname os_sigpipe os.sigpipe
func os_sigpipe() {
	if !signalIgnored(sigPIPE) && !signalSend(sigPIPE) {
		dieFromSignal(sigPIPE)
	}
}

//go:linkname ignoreSIGSYS os.ignoreSIGSYS
func ignoreSIGSYS() { setSigsys(true) }

//go:linkname restoreSIGSYS os.restoreSIGSYS
func restoreSIGSYS() { setSigsys(false) }

//go:linkname syscall_runtime_BeforeFork syscall.runtime_BeforeFork
//go:nosplit
func syscall_runtime_BeforeFork() { beforeFork() }

//go:linkname syscall_runtime_AfterFork syscall.runtime_AfterFork
//go:nosplit
func syscall_runtime_AfterFork() { afterFork() }

//go:linkname syscall_runtime_AfterForkInChild syscall.runtime_AfterForkInChild
//go:nosplit
func syscall_runtime_AfterForkInChild() { afterForkInChild() }

//go:linkname syscall_runtime_BeforeExec syscall.runtime_BeforeExec
func syscall_runtime_BeforeExec() { beforeExec() }

//go:linkname syscall_runtime_AfterExec syscall.runtime_AfterExec
func syscall_runtime_AfterExec() { afterExec() }

//go:linkname syscall_runtimeSetenv syscall.runtimeSetenv
func syscall_runtimeSetenv(k, v string) {
	if k == "GODEBUG" {
		setDebugEnv(v)
	}
}

//go:linkname syscall_runtimeUnsetenv syscall.runtimeUnsetenv
func syscall_runtimeUnsetenv(k string) {
	if k == "GODEBUG" {
		setDebugEnv("")
	}
}

//go:linkname syscall_runtimeClearenv syscall.runtimeClearenv
func syscall_runtimeClearenv(env map[string]int) {
	if _, set := env["GODEBUG"]; set {
		setDebugEnv("")
	}
}

//go:linkname syscall_runtime_doAllThreadsSyscall syscall.runtime_doAllThreadsSyscall
//go:uintptrescapes
func syscall_runtime_doAllThreadsSyscall(trap, a1, a2, a3, a4, a5, a6 uintptr) (r1, r2, err uintptr) {
	io := [7]uintptr{trap, a1, a2, a3, a4, a5, a6}
	stopTheWorld(stopAllThreads)
	syscallOnAllThreads(&io)
	startTheWorld()
	return io[0], io[1], io[2]
}

//go:linkname syscall_cgocaller syscall.cgocaller
//go:uintptrescapes
func syscall_cgocaller(fn unsafe.Pointer, args ...uintptr) uintptr {
	fatal("syscall: call into C without cgo")
	return 0
}

//go:linkname signal_disable os/signal.signal_disable
func signal_disable(s uint32) { signalDisable(s) }

//go:linkname signal_enable os/signal.signal_enable
func signal_enable(s uint32) { signalEnable(s) }

//go:linkname signal_ignore os/signal.signal_ignore
func signal_ignore(s uint32) { signalIgnore(s) }

//go:linkname signal_ignored os/signal.signal_ignored
func signal_ignored(s uint32) bool { return signalIgnored(s) }

//go:linkname signal_recv os/signal.signal_recv
func signal_recv() uint32 { return signalRecv() }

//go:linkname signalWaitUntilIdle os/signal.signalWaitUntilIdle
func signalWaitUntilIdle() {
	for !signalsIdle() { // the loop of os/signal takes them, for which it must run
		Gosched()
	}
}

//go:linkname reflect_verifyNotInHeapPtr reflect.verifyNotInHeapPtr
func reflect_verifyNotInHeapPtr(p uintptr) bool {
	base, _ := findObjectBase(p)
	return base == 0 && p != ^uintptr(0)
}

// vdsoGettimeofdaySym is read by syscall.gettimeofday: the kernel's function in this process, or 0.
var vdsoGettimeofdaySym = vdsoGettimeofday()

// reflect_gcbits tells which words of what the pointer x points to the collector takes for pointers: a byte for each. It is
// for reflect's own tests.
//
//go:linkname reflect_gcbits reflect.gcbits
func reflect_gcbits(x any) []byte {
	e := efaceOf(&x)
	elem := (*ptrtype)(unsafe.Pointer(e.typ)).Elem
	words := elem.Size_ / unsafe.Sizeof(uintptr(0))
	mask := make([]byte, words+1)
	count := pointerMask(e.data, &mask[0], words)
	if count > words { // an array, of which x is the first element
		mask = make([]byte, count)
		pointerMask(e.data, &mask[0], count)
	}
	mask = mask[:min(count, uintptr(len(mask)))]
	for len(mask) > 0 && mask[len(mask)-1] == 0 {
		mask = mask[:len(mask)-1]
	}
	return mask
}
