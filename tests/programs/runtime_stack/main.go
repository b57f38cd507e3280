// An error that the runtime finds on a thread's own stack shows that stack, then the goroutines.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime/debug"
)

//go:noinline
func endless(n int) int { return endless(n+1) + n }

func main() {
	if len(os.Args) > 1 {
		debug.SetMaxStack(64 << 10)
		endless(0)
	}
	var report bytes.Buffer
	child := exec.Command(os.Args[0], "overflow")
	child.Stderr = &report
	fmt.Println(child.Run())
	want := regexp.MustCompile(`(?s)^runtime: goroutine stack exceeds 65536-byte limit
.*
fatal error: stack overflow

runtime stack:
runtime\.newstack\(\.\.\.\)
	\+0x[0-9a-f]+ pc=0x[0-9a-f]+
runtime\.morestack_noctxt\(\.\.\.\)
	\+0x[0-9a-f]+ pc=0x[0-9a-f]+

goroutine 1 gp=0x[0-9a-f]+ m=\d+ mp=0x[0-9a-f]+ \[running\]:
main\.endless\(0x`)
	fmt.Println(want.Match(report.Bytes()))
	if !want.Match(report.Bytes()) {
		os.Stderr.Write(report.Bytes())
	}
}
