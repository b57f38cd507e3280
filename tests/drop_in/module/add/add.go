// Package add adds, in assembly.
package add

const Step = 3

// A Pair is two numbers.
type Pair struct{ A, B int64 }

// Sum returns a+b.
func Sum(a, b int64) int64

// Twice returns n+n.
func Twice(n int64) int64 { return Sum(n, n) }

// Total returns the sum of both numbers. Its assembly reads the fields by their names.
func Total(p *Pair) int64
