// Copyright 2026 The Gannet Authors.

// Equality and hashing of values by type: what map headers, interface comparison and type descriptors point at.

package runtime

import (
	"internal/abi"
	"internal/runtime/sys"
	"unsafe"
)

// Odd multipliers that spread the hashes of parts over the word.
const (
	hashMul  = 0x9e3779b97f4a7c15
	hashSalt = 0xd6e8feb86659fd93
)

func memhash0(p unsafe.Pointer, h uintptr) uintptr   { return h }
func memhash8(p unsafe.Pointer, h uintptr) uintptr   { return memhash(p, h, 1) }
func memhash16(p unsafe.Pointer, h uintptr) uintptr  { return memhash(p, h, 2) }
func memhash128(p unsafe.Pointer, h uintptr) uintptr { return memhash(p, h, 16) }

// memhash_varlen is the hasher of plain memory types of other sizes: the size stands in the closure, after the code.
//
//go:noinline
func memhash_varlen(p unsafe.Pointer, h uintptr) uintptr {
	size := *(*uintptr)(unsafe.Pointer(sys.GetClosurePtr() + ptrSize))
	return memhash(p, h, size)
}

func strhash(p unsafe.Pointer, h uintptr) uintptr {
	s := (*stringStruct)(p)
	return memhash(s.str, h, uintptr(s.len))
}

func f32hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float32)(p)
	switch {
	case f == 0:
		return hashMul * (hashSalt ^ h) // +0 and -0 are equal
	case f != f:
		return hashMul * (hashSalt ^ h ^ uintptr(rand())) // a NaN equals nothing
	}
	return memhash(p, h, 4)
}

func f64hash(p unsafe.Pointer, h uintptr) uintptr {
	f := *(*float64)(p)
	switch {
	case f == 0:
		return hashMul * (hashSalt ^ h)
	case f != f:
		return hashMul * (hashSalt ^ h ^ uintptr(rand()))
	}
	return memhash(p, h, 8)
}

func c64hash(p unsafe.Pointer, h uintptr) uintptr  { return f32hash(add(p, 4), f32hash(p, h)) }
func c128hash(p unsafe.Pointer, h uintptr) uintptr { return f64hash(add(p, 8), f64hash(p, h)) }

func interhash(p unsafe.Pointer, h uintptr) uintptr {
	i := (*iface)(p)
	if i.tab == nil {
		return h
	}
	return dataWordHash(i.tab.Type, &i.data, h)
}

func nilinterhash(p unsafe.Pointer, h uintptr) uintptr {
	e := (*eface)(p)
	if e.typ == nil {
		return h
	}
	return dataWordHash(e.typ, &e.data, h)
}

// dataWordHash hashes the value of type t that the interface data word at `word` holds.
func dataWordHash(t *_type, word *unsafe.Pointer, h uintptr) uintptr {
	if t.Equal == nil {
		panic(errorString("hash of unhashable type " + toRType(t).string()))
	}
	p := *word
	if t.IsDirectIface() {
		p = unsafe.Pointer(word)
	}
	return hashMul * typehash(t, p, h^hashSalt)
}

// typehash hashes the value of type t at p. It agrees with the hash functions that the compiler makes for t.
func typehash(t *_type, p unsafe.Pointer, h uintptr) uintptr {
	if t.TFlag&abi.TFlagRegularMemory != 0 {
		switch t.Size_ {
		case 4:
			return memhash32(p, h)
		case 8:
			return memhash64(p, h)
		}
		return memhash(p, h, t.Size_)
	}
	switch t.Kind() {
	case abi.Float32:
		return f32hash(p, h)
	case abi.Float64:
		return f64hash(p, h)
	case abi.Complex64:
		return c64hash(p, h)
	case abi.Complex128:
		return c128hash(p, h)
	case abi.String:
		return strhash(p, h)
	case abi.Interface:
		if len((*interfacetype)(unsafe.Pointer(t)).Methods) == 0 {
			return nilinterhash(p, h)
		}
		return interhash(p, h)
	case abi.Array:
		a := (*arraytype)(unsafe.Pointer(t))
		for i := uintptr(0); i < a.Len; i++ {
			h = typehash(a.Elem, add(p, i*a.Elem.Size_), h)
		}
		return h
	case abi.Struct:
		s := (*structtype)(unsafe.Pointer(t))
		// Neighbouring fields of plain memory are hashed as one, as the compiler does it.
		start, end, next := uintptr(0), uintptr(0), 0
		for i := range s.Fields {
			f := &s.Fields[i]
			plain := f.Typ.TFlag&abi.TFlagRegularMemory != 0
			if f.Name.IsBlank() || plain && f.Typ.Size_ == 0 {
				continue
			}
			if end > start && (!plain || f.Offset != end || i != next) {
				h = memhash(add(p, start), h, end-start)
				start = end
			}
			if !plain {
				h = typehash(f.Typ, add(p, f.Offset), h)
				continue
			}
			if start == end {
				start = f.Offset
			}
			end = f.Offset + f.Typ.Size_
			next = i + 1
		}
		if end > start {
			h = memhash(add(p, start), h, end-start)
		}
		return h
	}
	panic(errorString("hash of unhashable type " + toRType(t).string()))
}

//go:linkname reflect_typehash reflect.typehash
func reflect_typehash(t *_type, p unsafe.Pointer, h uintptr) uintptr { return typehash(t, p, h) }

func memequal0(p, q unsafe.Pointer) bool   { return true }
func memequal8(p, q unsafe.Pointer) bool   { return *(*int8)(p) == *(*int8)(q) }
func memequal16(p, q unsafe.Pointer) bool  { return *(*int16)(p) == *(*int16)(q) }
func memequal32(p, q unsafe.Pointer) bool  { return *(*int32)(p) == *(*int32)(q) }
func memequal64(p, q unsafe.Pointer) bool  { return *(*int64)(p) == *(*int64)(q) }
func memequal128(p, q unsafe.Pointer) bool { return *(*[2]int64)(p) == *(*[2]int64)(q) }
func f32equal(p, q unsafe.Pointer) bool    { return *(*float32)(p) == *(*float32)(q) }
func f64equal(p, q unsafe.Pointer) bool    { return *(*float64)(p) == *(*float64)(q) }
func c64equal(p, q unsafe.Pointer) bool    { return *(*complex64)(p) == *(*complex64)(q) }
func c128equal(p, q unsafe.Pointer) bool   { return *(*complex128)(p) == *(*complex128)(q) }
func strequal(p, q unsafe.Pointer) bool    { return *(*string)(p) == *(*string)(q) }

func interequal(p, q unsafe.Pointer) bool {
	x, y := (*iface)(p), (*iface)(q)
	return x.tab == y.tab && ifaceeq(x.tab, x.data, y.data)
}

func nilinterequal(p, q unsafe.Pointer) bool {
	x, y := (*eface)(p), (*eface)(q)
	return x.typ == y.typ && efaceeq(x.typ, x.data, y.data)
}

// efaceeq compares two data words of interfaces whose dynamic type is t.
func efaceeq(t *_type, x, y unsafe.Pointer) bool {
	if t == nil {
		return true
	}
	if t.Equal == nil {
		panic(errorString("comparing uncomparable type " + toRType(t).string()))
	}
	if t.IsDirectIface() {
		return x == y
	}
	return t.Equal(x, y)
}

func ifaceeq(tab *itab, x, y unsafe.Pointer) bool {
	if tab == nil {
		return true
	}
	return efaceeq(tab.Type, x, y)
}
