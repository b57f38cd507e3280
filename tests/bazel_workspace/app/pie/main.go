package main

import (
	"debug/elf"
	"fmt"
	"os"
	"runtime/debug"
)

func main() {
	program, err := elf.Open(os.Args[0])
	if err != nil {
		panic(err)
	}
	info, _ := debug.ReadBuildInfo()
	for _, s := range info.Settings {
		if s.Key == "-buildmode" {
			fmt.Println(s.Value, program.Type)
		}
	}
}
