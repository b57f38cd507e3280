// A goroutine that is locked to its thread changes the thread: threads that it starts do not inherit that, nor those that are
// started when it ends.
package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"unsafe"
)

const prSetName = 15

// named counts the threads of this process that have a name.
func named(name string) int {
	tasks, err := filepath.Glob("/proc/self/task/*/comm")
	if err != nil {
		panic(err)
	}
	n := 0
	for _, task := range tasks {
		comm, err := os.ReadFile(task)
		if err == nil && string(bytes.TrimSpace(comm)) == name {
			n++
		}
	}
	return n
}

// The first threads for goroutines are started by the one that initializes.
func init() {
	runtime.LockOSThread()
	nameThread("locked")
}

func nameThread(name string) {
	text := append([]byte(name), 0)
	if _, _, err := syscall.RawSyscall(syscall.SYS_PRCTL, prSetName, uintptr(unsafe.Pointer(&text[0])), 0); err != 0 {
		panic(err)
	}
}

// With one P, the thread of a goroutine that ends has to start the thread for the next.
func endLocked() {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	named := make(chan bool, 1)
	go func() {
		runtime.LockOSThread()
		nameThread("ended")
		named <- true
	}()
	<-named
	found := make(chan string)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		comm, err := os.ReadFile("/proc/thread-self/comm")
		if err != nil {
			panic(err)
		}
		found <- string(bytes.TrimSpace(comm))
	}()
	if name := <-found; name == "ended" {
		fmt.Println("a thread has the name of one that ended")
	}
}

func main() {
	endLocked() // while no thread is idle that could take over
	// Each of these goroutines keeps a thread in a system call.
	const goroutines = 20
	var ends [2]int
	if err := syscall.Pipe(ends[:]); err != nil {
		panic(err)
	}
	begun, done := make(chan bool), make(chan bool)
	for range goroutines {
		go func() {
			begun <- true
			var b [1]byte
			if _, err := syscall.Read(ends[0], b[:]); err != nil {
				panic(err)
			}
			done <- true
		}()
	}
	for range goroutines {
		<-begun
	}
	fmt.Println("threads with the name:", named("locked"))
	if _, err := syscall.Write(ends[1], make([]byte, goroutines)); err != nil {
		panic(err)
	}
	for range goroutines {
		<-done
	}
	runtime.UnlockOSThread()
	fmt.Println("done")
}
