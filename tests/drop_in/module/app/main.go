package main

import (
	_ "embed"
	"runtime/debug"

	"example.com/m/names"
)

//go:embed greeting.txt
var greeting string

var version = "unset"

func main() {
	s := names.Set[string]{"b": {A: 1}, "a": {B: 2}}
	pair := s["a"] // of a type whose package is not imported here
	info, ok := debug.ReadBuildInfo()
	names.Logf("%s %v %d %s %v %s\n", greeting, s.Keys(), pair.B, version, ok, info.Main.Path)
}
