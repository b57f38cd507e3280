// Package withcgo has a part in C and one that does without.
package withcgo

// Answer is 2 in a build without cgo.
func Answer() int { return answer() }
