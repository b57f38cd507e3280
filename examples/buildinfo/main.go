// Buildinfo tells what the program knows of its build and of the machine.
package main

import (
	"fmt"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

func main() {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		fmt.Println("no build information")
		os.Exit(1)
	}
	fmt.Println("go version:", info.GoVersion)
	fmt.Println("path:", info.Path)
	for _, s := range info.Settings {
		fmt.Printf("setting %s=%s\n", s.Key, s.Value)
	}
	fmt.Println("runtime version is go1.26:", strings.HasPrefix(runtime.Version(), "go1.26"))
	fmt.Println("compiler:", runtime.Compiler, runtime.GOOS, runtime.GOARCH)
	fmt.Println("GOMAXPROCS at least 1:", runtime.GOMAXPROCS(0) >= 1)
	fmt.Println("NumCPU at least 1:", runtime.NumCPU() >= 1)
	fmt.Println("goroutines:", runtime.NumGoroutine())
}
