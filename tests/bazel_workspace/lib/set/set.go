// Package set is generic.
package set

import (
	"cmp"
	"maps"
	"slices"
)

type Set[T cmp.Ordered] map[T]struct{}

func Of[T cmp.Ordered](items ...T) Set[T] {
	s := Set[T]{}
	for _, item := range items {
		s[item] = struct{}{}
	}
	return s
}

func (s Set[T]) Sorted() []T { return slices.Sorted(maps.Keys(s)) }
