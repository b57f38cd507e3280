// The chain: each package imports the one before it.
package p01

import "os"

type T struct{ Depth int }

// N is not inlined: its body is no part of what dependents are compiled against.
//
//go:noinline
func N() int {
	total := 0
	for i, arg := range os.Args {
		for j := range len(arg) {
			if arg[j] == '?' && i > 0 {
				total += j
			}
			if total > 1000 {
				panic("too many")
			}
		}
		switch arg {
		case "one":
			total--
		case "two":
			total -= 2
		}
	}
	return total + 1
}
