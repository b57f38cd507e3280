// Package names has sets of named pairs.
package names

import (
	"fmt"
	"iter"
	"slices"

	"example.com/m/add"
)

// A Set is pairs by name. Importers name package add through it.
type Set[K ~string] map[K]add.Pair

// Keys returns the names in order.
func (s Set[K]) Keys() []K {
	return slices.Sorted(s.all())
}

func (s Set[K]) all() iter.Seq[K] {
	return func(yield func(K) bool) {
		for k := range s {
			if !yield(k) {
				return
			}
		}
	}
}

// Logf prints like fmt.Printf.
func Logf(format string, args ...any) {
	fmt.Printf(format, args...)
}
