// Copyright 2026 The Gannet Authors.

// Type descriptors as the runtime reads them: names, offsets, kinds.

package runtime

import (
	"internal/abi"
	"internal/goarch"
	"unsafe"
)

type (
	_type         = abi.Type
	maptype       = abi.MapType
	chantype      = abi.ChanType
	slicetype     = abi.SliceType
	functype      = abi.FuncType
	ptrtype       = abi.PtrType
	arraytype     = abi.ArrayType
	structtype    = abi.StructType
	interfacetype = abi.InterfaceType
	uncommontype  = abi.UncommonType
	itab          = abi.ITab
	eface         struct {
		typ  *_type
		data unsafe.Pointer
	}
	iface struct {
		tab  *itab
		data unsafe.Pointer
	}
	slice struct {
		array unsafe.Pointer
		len   int
		cap   int
	}
	stringStruct struct {
		str unsafe.Pointer
		len int
	}
	funcval struct {
		fn uintptr
		// captured variables follow
	}
)

const maxUintptr = ^uintptr(0)

// add returns p+x. It is for addresses inside one object.
func add(p unsafe.Pointer, x uintptr) unsafe.Pointer {
	return unsafe.Pointer(uintptr(p) + x)
}

func efaceOf(e *any) *eface { return (*eface)(unsafe.Pointer(e)) }

// rtype gives a type descriptor the methods that need the module's sections.
type rtype struct{ *_type }

func toRType(t *_type) rtype { return rtype{t} }

func (t rtype) string() string {
	s := resolveName(t.Str).Name()
	if t.TFlag&abi.TFlagExtraStar != 0 {
		return s[1:]
	}
	return s
}

// name is the type's own name without its package, "" for an unnamed type.
func (t rtype) name() string {
	if t.TFlag&abi.TFlagNamed == 0 {
		return ""
	}
	s := t.string()
	depth := 0
	for i := len(s) - 1; i >= 0; i-- {
		switch s[i] {
		case ']':
			depth++
		case '[':
			depth--
		case '.':
			if depth == 0 {
				return s[i+1:]
			}
		}
	}
	return s
}

func (t rtype) pkgpath() string {
	if u := t.Uncommon(); u != nil {
		return resolveName(u.PkgPath).Name()
	}
	switch t.Kind() {
	case abi.Struct:
		return (*structtype)(unsafe.Pointer(t._type)).PkgPath.Name()
	case abi.Interface:
		return (*interfacetype)(unsafe.Pointer(t._type)).PkgPath.Name()
	}
	return ""
}

// The program is one module, so that an offset needs no search for its module. Offsets of types made by reflect are
// negative and index reflectOffs.

func resolveName(off abi.NameOff) abi.Name {
	if off == 0 {
		return abi.Name{}
	}
	if off < 0 {
		return abi.Name{Bytes: (*byte)(reflectOff(int32(off)))}
	}
	return abi.Name{Bytes: (*byte)(unsafe.Pointer(linkinfo.types + uintptr(off)))}
}

func resolveType(off abi.TypeOff) *_type {
	if off == 0 || off == -1 {
		return nil
	}
	if off < 0 {
		return (*_type)(reflectOff(int32(off)))
	}
	return (*_type)(unsafe.Pointer(linkinfo.types + uintptr(off)))
}

func resolveText(off abi.TextOff) unsafe.Pointer {
	if off == -1 {
		return unsafe.Pointer(abi.FuncPCABIInternal(unreachableMethod))
	}
	if off < 0 {
		return reflectOff(int32(off))
	}
	return unsafe.Pointer(linkinfo.text + uintptr(off))
}

// unreachableMethod stands for a method that the linker found no use of.
func unreachableMethod() {
	throw("unreachable method called. linker bug?")
}

// reflectOffs numbers pointers to names, types and code that reflect made at run time. Ids count down from -1000.
var reflectOffs struct {
	lock  gmutex
	next  int32
	byID  map[int32]unsafe.Pointer
	byPtr map[unsafe.Pointer]int32
}

func reflectOff(off int32) unsafe.Pointer {
	glock(&reflectOffs.lock)
	p := reflectOffs.byID[off]
	gunlock(&reflectOffs.lock)
	if p == nil {
		throw("runtime: offset of a run-time type is not known")
	}
	return p
}

//go:linkname reflect_addReflectOff reflect.addReflectOff
func reflect_addReflectOff(p unsafe.Pointer) int32 {
	glock(&reflectOffs.lock)
	if reflectOffs.byID == nil {
		reflectOffs.byID = make(map[int32]unsafe.Pointer)
		reflectOffs.byPtr = make(map[unsafe.Pointer]int32)
		reflectOffs.next = -1000
	}
	id, known := reflectOffs.byPtr[p]
	if !known {
		id = reflectOffs.next
		reflectOffs.next--
		reflectOffs.byID[id] = p
		reflectOffs.byPtr[p] = id
	}
	gunlock(&reflectOffs.lock)
	return id
}

//go:linkname reflect_resolveNameOff reflect.resolveNameOff
func reflect_resolveNameOff(ptrInModule unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(resolveName(abi.NameOff(off)).Bytes)
}

//go:linkname reflect_resolveTypeOff reflect.resolveTypeOff
func reflect_resolveTypeOff(rtype unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(resolveType(abi.TypeOff(off)))
}

//go:linkname reflect_resolveTextOff reflect.resolveTextOff
func reflect_resolveTextOff(rtype unsafe.Pointer, off int32) unsafe.Pointer {
	return resolveText(abi.TextOff(off))
}

//go:linkname reflectlite_resolveNameOff internal/reflectlite.resolveNameOff
func reflectlite_resolveNameOff(ptrInModule unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(resolveName(abi.NameOff(off)).Bytes)
}

//go:linkname reflectlite_resolveTypeOff internal/reflectlite.resolveTypeOff
func reflectlite_resolveTypeOff(rtype unsafe.Pointer, off int32) unsafe.Pointer {
	return unsafe.Pointer(resolveType(abi.TypeOff(off)))
}

//go:linkname reflect_typelinks reflect.typelinks
func reflect_typelinks() ([]unsafe.Pointer, [][]int32) {
	links := unsafe.Slice((*int32)(unsafe.Pointer(linkinfo.typelinks)), int(linkinfo.typelinkCount))
	return []unsafe.Pointer{unsafe.Pointer(linkinfo.types)}, [][]int32{links}
}

//go:linkname maps_typeString internal/runtime/maps.typeString
func maps_typeString(typ *abi.Type) string { return toRType(typ).string() }

// typesEqual reports whether two descriptors stand for identical types. Types made by reflect may repeat one of the
// program's, so that addresses alone do not tell.
func typesEqual(t, v *_type) bool {
	if t == v {
		return true
	}
	if t.Hash != v.Hash || t.Kind_ != v.Kind_ || t.TFlag&abi.TFlagNamed != v.TFlag&abi.TFlagNamed {
		return false
	}
	return toRType(t).string() == toRType(v).string() && toRType(t).pkgpath() == toRType(v).pkgpath()
}

const ptrSize = goarch.PtrSize
