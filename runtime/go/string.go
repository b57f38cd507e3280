// Copyright 2026 The Gannet Authors.

// Strings: concatenation and conversion.

package runtime

import (
	"internal/bytealg"
	"unsafe"
)

// tmpBuf is the caller's stack buffer for a result that does not escape.
const tmpStringBytes = 32

type tmpBuf [tmpStringBytes]byte

// rawstring allocates a string of n bytes and gives its bytes to be filled before anyone else sees it.
func rawstring(n int) (string, []byte) {
	p := mallocgc(uintptr(n), nil, false)
	return unsafe.String((*byte)(p), n), unsafe.Slice((*byte)(p), n)
}

// rawbyteslice allocates n bytes without clearing those that the caller will fill.
func rawbyteslice(n int) []byte {
	p, c := mallocElems(uintptr(n), nil)
	memclrNoHeapPointers(add(p, uintptr(n)), uintptr(c-n))
	return unsafe.Slice((*byte)(p), c)[:n]
}

func rawruneslice(n int) []rune {
	if uintptr(n) > maxAlloc/4 {
		throw("out of memory")
	}
	p, bytes := mallocElems(uintptr(n)*4, nil)
	memclrNoHeapPointers(add(p, uintptr(n)*4), uintptr(bytes-n*4))
	return unsafe.Slice((*rune)(p), bytes/4)[:n]
}

// totalLen adds up the lengths of the parts; count is how many are not empty and last the index of the last such.
func totalLen(a []string) (total, count, last int) {
	for i, s := range a {
		n := len(s)
		if n == 0 {
			continue
		}
		if total+n < total {
			throw("string concatenation too long")
		}
		total += n
		count++
		last = i
	}
	return
}

func onStack(s string) bool {
	p := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	gp := getg()
	return gp.stack.lo <= p && p < gp.stack.hi
}

func concatstrings(buf *tmpBuf, a []string) string {
	total, count, last := totalLen(a)
	if count == 0 {
		return ""
	}
	// The one part is the result, unless it lies in a stack buffer that the result outlives.
	if count == 1 && (buf != nil || !onStack(a[last])) {
		return a[last]
	}
	var s string
	var b []byte
	if buf != nil && total <= len(buf) {
		b = buf[:total]
		s = unsafe.String(&buf[0], total)
	} else {
		s, b = rawstring(total)
	}
	for _, part := range a {
		n := copy(b, part)
		b = b[n:]
	}
	return s
}

func concatstring2(buf *tmpBuf, a0, a1 string) string {
	a := [2]string{a0, a1}
	return concatstrings(buf, a[:])
}

func concatstring3(buf *tmpBuf, a0, a1, a2 string) string {
	a := [3]string{a0, a1, a2}
	return concatstrings(buf, a[:])
}

func concatstring4(buf *tmpBuf, a0, a1, a2, a3 string) string {
	a := [4]string{a0, a1, a2, a3}
	return concatstrings(buf, a[:])
}

func concatstring5(buf *tmpBuf, a0, a1, a2, a3, a4 string) string {
	a := [5]string{a0, a1, a2, a3, a4}
	return concatstrings(buf, a[:])
}

func concatbytes(buf *tmpBuf, a []string) []byte {
	total, _, _ := totalLen(a)
	if total == 0 {
		return []byte{}
	}
	var b []byte
	if buf != nil && total <= len(buf) {
		*buf = tmpBuf{}
		b = buf[:total]
	} else {
		b = rawbyteslice(total)
	}
	at := 0
	for _, part := range a {
		at += copy(b[at:], part)
	}
	return b
}

func concatbyte2(buf *tmpBuf, a0, a1 string) []byte {
	a := [2]string{a0, a1}
	return concatbytes(buf, a[:])
}

func concatbyte3(buf *tmpBuf, a0, a1, a2 string) []byte {
	a := [3]string{a0, a1, a2}
	return concatbytes(buf, a[:])
}

func concatbyte4(buf *tmpBuf, a0, a1, a2, a3 string) []byte {
	a := [4]string{a0, a1, a2, a3}
	return concatbytes(buf, a[:])
}

func concatbyte5(buf *tmpBuf, a0, a1, a2, a3, a4 string) []byte {
	a := [5]string{a0, a1, a2, a3, a4}
	return concatbytes(buf, a[:])
}

func slicebytetostring(buf *tmpBuf, ptr *byte, n int) string {
	if n == 0 {
		return ""
	}
	if n == 1 {
		p := unsafe.Pointer(&staticuint64s[*ptr])
		return unsafe.String((*byte)(p), 1)
	}
	var p unsafe.Pointer
	if buf != nil && n <= len(buf) {
		p = unsafe.Pointer(buf)
	} else {
		p = mallocgc(uintptr(n), nil, false)
	}
	memmove(p, unsafe.Pointer(ptr), uintptr(n))
	return unsafe.String((*byte)(p), n)
}

// slicebytetostringtmp gives a string that shares the bytes, for uses that end before the bytes can change.
func slicebytetostringtmp(ptr *byte, n int) string { return unsafe.String(ptr, n) }

func stringtoslicebyte(buf *tmpBuf, s string) []byte {
	var b []byte
	if buf != nil && len(s) <= len(buf) {
		*buf = tmpBuf{}
		b = buf[:len(s)]
	} else {
		b = rawbyteslice(len(s))
	}
	copy(b, s)
	return b
}

func stringtoslicerune(buf *[tmpStringBytes]rune, s string) []rune {
	n := countrunes(s)
	var a []rune
	if buf != nil && n <= len(buf) {
		*buf = [tmpStringBytes]rune{}
		a = buf[:n]
	} else {
		a = rawruneslice(n)
	}
	i := 0
	for _, r := range s {
		a[i] = r
		i++
	}
	return a
}

func slicerunetostring(buf *tmpBuf, a []rune) string {
	size := 0
	var dummy [4]byte
	for _, r := range a {
		size += encoderune(dummy[:], r)
	}
	var s string
	var b []byte
	if buf != nil && size <= len(buf) {
		b = buf[:size]
		s = unsafe.String(&buf[0], size)
	} else {
		s, b = rawstring(size + 3)
	}
	at := 0
	for _, r := range a {
		at += encoderune(b[at:], r)
	}
	return s[:at]
}

func intstring(buf *[4]byte, v int64) string {
	r := rune(v)
	if int64(r) != v {
		r = runeError
	}
	var b []byte
	if buf != nil {
		b = buf[:]
	} else {
		_, b = rawstring(4)
	}
	n := encoderune(b, r)
	return unsafe.String(&b[0], n)
}

// Equal tells whether two byte slices hold the same bytes.
func bytesEqual(a, b []byte) bool { return string(a) == string(b) }

// findnull is the length of the C string at s.
func findnull(s *byte) int {
	if s == nil {
		return 0
	}
	n := 0
	for *(*byte)(add(unsafe.Pointer(s), uintptr(n))) != 0 {
		n++
	}
	return n
}

// gostringnocopy makes a string of the C string at s, whose memory must stay.
func gostringnocopy(s *byte) string { return unsafe.String(s, findnull(s)) }

func gostring(s *byte) string {
	n := findnull(s)
	if n == 0 {
		return ""
	}
	str, b := rawstring(n)
	memmove(unsafe.Pointer(&b[0]), unsafe.Pointer(s), uintptr(n))
	return str
}

//go:linkname unix_gostring internal/syscall/unix.gostring
func unix_gostring(s *byte) string { return gostring(s) }

// parseInt reads a decimal number with an optional sign.
func parseInt(s string) (int64, bool) {
	neg := false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" {
		return 0, false
	}
	v := uint64(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < '0' || c > '9' || v > (1<<63)/10 {
			return 0, false
		}
		v = v*10 + uint64(c-'0')
		if v > 1<<63 {
			return 0, false
		}
	}
	if neg {
		return -int64(v), true
	}
	if v == 1<<63 {
		return 0, false
	}
	return int64(v), true
}

func hasPrefix(s, prefix string) bool { return len(s) >= len(prefix) && s[:len(prefix)] == prefix }

//go:linkname bytealg_MakeNoZero internal/bytealg.MakeNoZero
func bytealg_MakeNoZero(n int) []byte {
	if uintptr(n) > maxAlloc {
		panicmakeslicelen()
	}
	p, c := mallocElems(uintptr(n), nil)
	return unsafe.Slice((*byte)(p), c)[:n]
}

func indexByte(s string, c byte) int { return bytealg.IndexByteString(s, c) }
