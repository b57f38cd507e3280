// Names that the chosen files take from test files that are not chosen.

package runtime_test

import "flag"

var flagQuick = flag.Bool("quick", false, "skip slow tests, for the second run in a build")

// stackGrowthRecursive needs about a kilobyte of stack a level.
func stackGrowthRecursive(n int) byte {
	var pad [1024]byte
	pad[n%len(pad)] = byte(n)
	if n > 0 {
		pad[0] += stackGrowthRecursive(n - 1)
	}
	return pad[n%len(pad)] + pad[0]
}

// The programs of a test that is not chosen.
func crashViaPanic() { panic("not chosen") }
func crashViaTrap()  { panic("not chosen") }
