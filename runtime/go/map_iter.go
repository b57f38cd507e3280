// Copyright 2026 The Gannet Authors.

// Iterating over maps by the functions that reflect had before Go 1.24. Nothing in the library calls them; modules such as
// modern-go/reflect2 and goccy/go-json reach for them by linkname.

package runtime

import (
	"internal/abi"
	"internal/runtime/maps"
	"unsafe"
)

// oldIter is the beginning of what such modules allocate and look into: seven pointers and some words.
type oldIter struct {
	key, elem unsafe.Pointer // of the present entry; nil at the end
	typ       *abi.MapType   // not nil once the iteration has begun
	iter      *maps.Iter
}

func (it *oldIter) next() {
	it.iter.Next()
	it.key, it.elem = it.iter.Key(), it.iter.Elem()
}

//go:linkname mapiterinit
func mapiterinit(t *abi.MapType, m *maps.Map, it *oldIter) {
	it.typ = t
	it.iter = new(maps.Iter)
	it.iter.Init(t, m)
	it.next()
}

//go:linkname mapiternext
func mapiternext(it *oldIter) { it.next() }

//go:linkname reflect_mapiterinit reflect.mapiterinit
func reflect_mapiterinit(t *abi.MapType, m *maps.Map, it *oldIter) { mapiterinit(t, m, it) }

//go:linkname reflect_mapiternext reflect.mapiternext
func reflect_mapiternext(it *oldIter) { it.next() }

//go:linkname reflect_mapiterkey reflect.mapiterkey
func reflect_mapiterkey(it *oldIter) unsafe.Pointer { return it.iter.Key() }

//go:linkname reflect_mapiterelem reflect.mapiterelem
func reflect_mapiterelem(it *oldIter) unsafe.Pointer { return it.iter.Elem() }
