// Package sum is partly in assembly.
package sum

type Pair struct {
	_ int32
	X int64
	Y int64
}
