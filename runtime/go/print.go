// Copyright 2026 The Gannet Authors.

// print and println: to standard error, without allocation.

package runtime

import (
	"internal/strconv"
	"unsafe"
)

type hex uint64

// printLock keeps the parts of one print together. The owner may take it again: a value's method may print.
var printLock struct {
	gmutex
	owner *g
	depth int
}

func printlock() {
	gp := getg()
	if printLock.owner != gp {
		glock(&printLock.gmutex)
		printLock.owner = gp
	}
	printLock.depth++
}

func printunlock() {
	printLock.depth--
	if printLock.depth == 0 {
		printLock.owner = nil
		gunlock(&printLock.gmutex)
	}
}

func printsp() { printstring(" ") }
func printnl() { printstring("\n") }

func printstring(s string) { printText(unsafe.StringData(s), len(s)) }
func printbytes(b []byte)  { printText(unsafe.SliceData(b), len(b)) }

// panicPrinter is the goroutine that says what the program dies of, if one does: debug.SetCrashOutput's file gets that too.
var panicPrinter *g

func printText(p *byte, n int) {
	write(2, unsafe.Pointer(p), int32(n))
	if panicPrinter != nil && panicPrinter == getg() {
		writeCrash(unsafe.Pointer(p), int32(n))
	}
}

func printbool(v bool) {
	if v {
		printstring("true")
	} else {
		printstring("false")
	}
}

func printfloat64(v float64) {
	var buf [24]byte
	printbytes(strconv.AppendFloat(buf[:0], v, 'g', -1, 64))
}

func printfloat32(v float32) {
	var buf [24]byte
	printbytes(strconv.AppendFloat(buf[:0], float64(v), 'g', -1, 32))
}

func printcomplex128(c complex128) {
	var buf [64]byte
	printbytes(strconv.AppendComplex(buf[:0], c, 'g', -1, 128))
}

func printcomplex64(c complex64) {
	var buf [64]byte
	printbytes(strconv.AppendComplex(buf[:0], complex128(c), 'g', -1, 64))
}

func printuint(v uint64) {
	var buf [20]byte
	printbytes(appendInt(buf[:0], int64(v), false))
}

func printint(v int64) {
	var buf [21]byte
	printbytes(appendInt(buf[:0], v, true))
}

func printhex(v uint64) {
	const digits = "0123456789abcdef"
	var buf [18]byte
	i := len(buf)
	for {
		i--
		buf[i] = digits[v%16]
		v /= 16
		if v == 0 {
			break
		}
	}
	i--
	buf[i] = 'x'
	i--
	buf[i] = '0'
	printbytes(buf[i:])
}

func printquoted(s string) {
	printstring(`"`)
	for _, r := range s {
		switch r {
		case '\n':
			printstring(`\n`)
		case '\r':
			printstring(`\r`)
		case '\t':
			printstring(`\t`)
		case '\\', '"':
			b := [2]byte{'\\', byte(r)}
			printbytes(b[:])
		default:
			var buf [4]byte
			printbytes(buf[:encoderune(buf[:], r)])
		}
	}
	printstring(`"`)
}

func printpointer(p unsafe.Pointer) { printhex(uint64(uintptr(p))) }
func printuintptr(p uintptr)        { printhex(uint64(p)) }

func printeface(e eface) {
	printstring("(")
	printpointer(unsafe.Pointer(e.typ))
	printstring(",")
	printpointer(e.data)
	printstring(")")
}

func printiface(i iface) {
	printstring("(")
	printpointer(unsafe.Pointer(i.tab))
	printstring(",")
	printpointer(i.data)
	printstring(")")
}

func printslice(s []byte) {
	printstring("[")
	printint(int64(len(s)))
	printstring("/")
	printint(int64(cap(s)))
	printstring("]")
	printpointer(unsafe.Pointer(unsafe.SliceData(s)))
}
