// Copyright 2026 The Gannet Authors.

// Interface tables: found at link time where both types are known, made at run time otherwise.

package runtime

import (
	"internal/abi"
	"internal/runtime/atomic"
	"unsafe"
)

// itabTable is an open-addressed hash table of itabs, probed quadratically. Readers take no lock: a slot changes once,
// from nil, and a full table is replaced by a larger copy. The entries are never freed.
type itabTableType struct {
	size    uintptr // a power of two
	count   uintptr
	entries unsafe.Pointer // [size]*itab
}

var (
	itabLock  gmutex
	itabTable *itabTableType // read with an atomic load
)

const itabInitialSize = 512

func itabHash(inter *interfacetype, typ *_type) uintptr {
	return uintptr(inter.Type.Hash ^ typ.Hash)
}

func newItabTable(size uintptr) *itabTableType {
	t := (*itabTableType)(persistentAlloc(unsafe.Sizeof(itabTableType{}), ptrSize))
	t.size = size
	t.count = 0
	t.entries = persistentAlloc(size*ptrSize, ptrSize)
	return t
}

// slot returns the address of the entry for (inter, typ), or of the empty entry where it belongs.
func (t *itabTableType) slot(inter *interfacetype, typ *_type) **itab {
	mask := t.size - 1
	h := itabHash(inter, typ) & mask
	for step := uintptr(1); ; step++ {
		p := (**itab)(add(t.entries, h*ptrSize))
		m := (*itab)(atomic.Loadp(unsafe.Pointer(p)))
		if m == nil || m.Inter == inter && m.Type == typ {
			return p
		}
		h = (h + step) & mask
	}
}

// insert adds m; the caller holds itabLock and made sure of room.
func (t *itabTableType) insert(m *itab) {
	p := t.slot(m.Inter, m.Type)
	if *p == nil {
		atomic.StorepNoWB(unsafe.Pointer(p), unsafe.Pointer(m))
		t.count++
	}
}

// addItab makes m known; the caller holds itabLock.
func addItab(m *itab) {
	t := itabTable
	if 4*t.count >= 3*t.size {
		bigger := newItabTable(2 * t.size)
		for i := uintptr(0); i < t.size; i++ {
			if old := *(**itab)(add(t.entries, i*ptrSize)); old != nil {
				bigger.insert(old)
			}
		}
		t = bigger
		atomic.StorepNoWB(unsafe.Pointer(&itabTable), unsafe.Pointer(t))
	}
	t.insert(m)
}

// itabsInit enters the itabs that the linker made.
func itabsInit() {
	itabTable = newItabTable(itabInitialSize)
	glock(&itabLock)
	links := unsafe.Slice((**itab)(unsafe.Pointer(linkinfo.itablinks)), int(linkinfo.itablinkCount))
	for _, m := range links {
		addItab(m)
	}
	gunlock(&itabLock)
}

// getitab returns the table of typ's methods for inter. If typ lacks one it returns nil or, unless canfail, panics.
func getitab(inter *interfacetype, typ *_type, canfail bool) *itab {
	if len(inter.Methods) == 0 {
		throw("internal error - misuse of itab")
	}
	if typ.TFlag&abi.TFlagUncommon == 0 {
		if canfail {
			return nil
		}
		panic(&TypeAssertionError{nil, typ, &inter.Type, resolveName(inter.Methods[0].Name).Name()})
	}
	t := (*itabTableType)(atomic.Loadp(unsafe.Pointer(&itabTable)))
	m := *t.slot(inter, typ)
	if m == nil {
		glock(&itabLock)
		m = *itabTable.slot(inter, typ)
		if m == nil {
			size := unsafe.Sizeof(itab{}) + uintptr(len(inter.Methods)-1)*ptrSize
			m = (*itab)(persistentAlloc(size, ptrSize))
			m.Inter = inter
			m.Type = typ
			m.Hash = 0 // it takes part in no compiled switch: those use the linker's itabs
			itabInit(m)
			addItab(m)
		}
		gunlock(&itabLock)
	}
	if m.Fun[0] != 0 {
		return m
	}
	if canfail {
		return nil
	}
	panic(&TypeAssertionError{nil, typ, &inter.Type, itabInit(m)})
}

// itabInit fills in m.Fun and returns "", or the name of a method that the type lacks, with m.Fun[0] zero. Both method
// lists are sorted by name, so one pass over them is enough.
func itabInit(m *itab) string {
	inter := m.Inter
	typ := m.Type
	x := typ.Uncommon()
	methods := x.Methods()
	funs := unsafe.Slice((*uintptr)(unsafe.Pointer(&m.Fun)), len(inter.Methods))
	var first uintptr
	j := 0
	for k := range inter.Methods {
		want := &inter.Methods[k]
		wantType := resolveType(want.Typ)
		wantName := resolveName(want.Name)
		wantText := wantName.Name()
		wantPkg := pkgPathOf(wantName)
		if wantPkg == "" {
			wantPkg = inter.PkgPath.Name()
		}
		found := false
		for ; j < len(methods); j++ {
			have := &methods[j]
			haveName := resolveName(have.Name)
			if haveName.Name() != wantText || resolveType(have.Mtyp) != wantType {
				continue
			}
			havePkg := pkgPathOf(haveName)
			if havePkg == "" {
				havePkg = resolveName(x.PkgPath).Name()
			}
			if haveName.IsExported() || havePkg == wantPkg {
				code := uintptr(resolveText(have.Ifn))
				if k == 0 {
					first = code // Fun[0] is set last: until then the itab says "does not implement"
				} else {
					funs[k] = code
				}
				found = true
				j++
				break
			}
		}
		if !found {
			funs[0] = 0
			return wantText
		}
	}
	funs[0] = first
	return ""
}

// pkgPathOf is the package path stored with an unexported name, "" if none is.
func pkgPathOf(n abi.Name) string {
	if n.Bytes == nil || *n.Data(0)&(1<<2) == 0 {
		return ""
	}
	i, l := n.ReadVarint(1)
	off := 1 + i + l
	if n.HasTag() {
		i, l := n.ReadVarint(off)
		off += i + l
	}
	var nameOff int32
	copy((*[4]byte)(unsafe.Pointer(&nameOff))[:], (*[4]byte)(unsafe.Pointer(n.Data(off)))[:])
	return resolveName(abi.NameOff(nameOff)).Name()
}

func assertE2I(inter *interfacetype, t *_type) *itab {
	if t == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	return getitab(inter, t, false)
}

func assertE2I2(inter *interfacetype, t *_type) *itab {
	if t == nil {
		return nil
	}
	return getitab(inter, t, true)
}

// The caches of type assertions start here; each site has its own descriptor that points at one.
var (
	emptyTypeAssertCache      = abi.TypeAssertCache{Mask: 0}
	emptyInterfaceSwitchCache = abi.InterfaceSwitchCache{Mask: 0}
)

// typeAssert finds the itab for x.(I) at the site that s describes; t is nil for a nil interface.
func typeAssert(s *abi.TypeAssert, t *_type) *itab {
	if t == nil {
		if s.CanFail {
			return nil
		}
		panic(&TypeAssertionError{nil, nil, &s.Inter.Type, ""})
	}
	tab := getitab(s.Inter, t, s.CanFail)
	if cheaprand()&1023 == 0 {
		growAssertCache(s, t, tab)
	}
	return tab
}

// growAssertCache replaces the site's cache by one that also knows t, unless it is large enough already. Compiled code
// looks at one entry, so the table is made larger until each type has its own; where that takes too large a table, t
// stays out.
func growAssertCache(s *abi.TypeAssert, t *_type, tab *itab) {
	old := (*abi.TypeAssertCache)(atomic.Loadp(unsafe.Pointer(&s.Cache)))
	n := uintptr(1)
	entries := unsafe.Slice(&old.Entries[0], old.Mask+1)
	for i := range entries {
		switch entries[i].Typ {
		case 0:
		case uintptr(unsafe.Pointer(t)):
			return
		default:
			n++
		}
	}
	const maxTypes, maxSize = 256, 1024
	if n > maxTypes {
		return
	}
	fresh := abi.TypeAssertCacheEntry{Typ: uintptr(unsafe.Pointer(t)), Itab: uintptr(unsafe.Pointer(tab))}
	size := uintptr(4)
	for size < n {
		size *= 2
	}
	for !assertCacheFits(entries, fresh, size) {
		size *= 2
		if size > maxSize {
			return
		}
	}
	c := (*abi.TypeAssertCache)(persistentAlloc(ptrSize+size*unsafe.Sizeof(fresh), ptrSize))
	c.Mask = size - 1
	room := unsafe.Slice(&c.Entries[0], size)
	for i := range entries {
		if entries[i].Typ != 0 {
			room[assertCacheIndex(entries[i].Typ, size)] = entries[i]
		}
	}
	room[assertCacheIndex(fresh.Typ, size)] = fresh
	atomic.StorepNoWB(unsafe.Pointer(&s.Cache), unsafe.Pointer(c))
}

func assertCacheIndex(typ, size uintptr) uintptr {
	return uintptr((*_type)(unsafe.Pointer(typ)).Hash) & (size - 1)
}

// assertCacheFits says whether all types would stand in entries of their own.
func assertCacheFits(entries []abi.TypeAssertCacheEntry, fresh abi.TypeAssertCacheEntry, size uintptr) bool {
	var taken [16]uint64 // a bit an entry, for 1024
	index := assertCacheIndex(fresh.Typ, size)
	taken[index/64] |= 1 << (index % 64)
	for i := range entries {
		if entries[i].Typ == 0 {
			continue
		}
		index := assertCacheIndex(entries[i].Typ, size)
		if taken[index/64]&(1<<(index%64)) != 0 {
			return false
		}
		taken[index/64] |= 1 << (index % 64)
	}
	return true
}

// interfaceSwitch finds the first case that t implements, and its itab; the case count if none.
func interfaceSwitch(s *abi.InterfaceSwitch, t *_type) (int, *itab) {
	cases := unsafe.Slice(&s.Cases[0], s.NCases)
	for i, inter := range cases {
		if len(inter.Methods) == 0 {
			return i, nil
		}
		if tab := getitab(inter, t, true); tab != nil {
			return i, tab
		}
	}
	return s.NCases, nil
}

func panicdottypeE(have, want, iface *_type) { panic(&TypeAssertionError{iface, have, want, ""}) }

func panicdottypeI(have *itab, want, iface *_type) {
	var t *_type
	if have != nil {
		t = have.Type
	}
	panicdottypeE(t, want, iface)
}

func panicnildottype(want *_type) { panic(&TypeAssertionError{nil, nil, want, ""}) }

// The convT family boxes a value for an interface's data word.

func convT(t *_type, v unsafe.Pointer) unsafe.Pointer {
	x := mallocgc(t.Size_, t, false)
	typedmemmove(t, x, v)
	return x
}

func convTnoptr(t *_type, v unsafe.Pointer) unsafe.Pointer {
	x := mallocgc(t.Size_, t, false)
	memmove(x, v, t.Size_)
	return x
}

func convT16(v uint16) unsafe.Pointer {
	if v < uint16(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(2, nil, false)
	*(*uint16)(x) = v
	return x
}

func convT32(v uint32) unsafe.Pointer {
	if v < uint32(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(4, nil, false)
	*(*uint32)(x) = v
	return x
}

func convT64(v uint64) unsafe.Pointer {
	if v < uint64(len(staticuint64s)) {
		return unsafe.Pointer(&staticuint64s[v])
	}
	x := mallocgc(8, nil, false)
	*(*uint64)(x) = v
	return x
}

func convTstring(v string) unsafe.Pointer {
	if v == "" {
		return unsafe.Pointer(&zeroVal[0])
	}
	x := mallocgc(unsafe.Sizeof(v), stringType(), true)
	*(*string)(x) = v
	return x
}

func convTslice(v []byte) unsafe.Pointer {
	if v == nil {
		return unsafe.Pointer(&zeroVal[0])
	}
	x := mallocgc(unsafe.Sizeof(v), bytesType(), true)
	*(*[]byte)(x) = v
	return x
}

func stringType() *_type {
	var x any = ""
	return efaceOf(&x).typ
}

func bytesType() *_type {
	var x any = []byte(nil)
	return efaceOf(&x).typ
}

//go:linkname reflect_ifaceE2I reflect.ifaceE2I
func reflect_ifaceE2I(inter *interfacetype, e eface, dst *iface) {
	if e.typ == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	dst.tab = getitab(inter, e.typ, false)
	dst.data = e.data
}

//go:linkname reflectlite_ifaceE2I internal/reflectlite.ifaceE2I
func reflectlite_ifaceE2I(inter *interfacetype, e eface, dst *iface) {
	if e.typ == nil {
		panic(&TypeAssertionError{nil, nil, &inter.Type, ""})
	}
	dst.tab = getitab(inter, e.typ, false)
	dst.data = e.data
}
