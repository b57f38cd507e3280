// Copyright 2026 The Gannet Authors.

package runtime

import "unsafe"

// complex128div divides complex numbers. The quotient is computed with the divisor scaled by its larger part; where that
// gives NaNs although a limit exists, infinities and zeros are put right (C99, Annex G.5.1).
func complex128div(n, m complex128) complex128 {
	a, b, c, d := real(n), imag(n), real(m), imag(m)
	var re, im float64
	if magnitude(c) >= magnitude(d) {
		ratio := d / c
		denom := c + ratio*d
		re = (a + b*ratio) / denom
		im = (b - a*ratio) / denom
	} else {
		ratio := c / d
		denom := d + ratio*c
		re = (a*ratio + b) / denom
		im = (b*ratio - a) / denom
	}
	if re == re || im == im {
		return complex(re, im)
	}
	inf := floatOf(infBits)
	switch {
	case c == 0 && d == 0 && (a == a || b == b):
		inf = withSign(inf, c)
		re, im = inf*a, inf*b
	case (infinite(a) || infinite(b)) && finite(c) && finite(d):
		a, b = unitIfInfinite(a), unitIfInfinite(b)
		re, im = inf*(a*c+b*d), inf*(b*c-a*d)
	case (infinite(c) || infinite(d)) && finite(a) && finite(b):
		c, d = unitIfInfinite(c), unitIfInfinite(d)
		re, im = 0*(a*c+b*d), 0*(b*c-a*d)
	}
	return complex(re, im)
}

const (
	signBit = 1 << 63
	infBits = 0x7ff << 52
)

func bitsOf(f float64) uint64  { return *(*uint64)(unsafe.Pointer(&f)) }
func floatOf(b uint64) float64 { return *(*float64)(unsafe.Pointer(&b)) }

func magnitude(f float64) float64      { return floatOf(bitsOf(f) &^ signBit) }
func infinite(f float64) bool          { return bitsOf(f)&^signBit == infBits }
func finite(f float64) bool            { return f-f == 0 }
func withSign(f, sign float64) float64 { return floatOf(bitsOf(f)&^signBit | bitsOf(sign)&signBit) }

// unitIfInfinite gives 1 for an infinity and 0 for anything else, with the sign of f.
func unitIfInfinite(f float64) float64 {
	if infinite(f) {
		return withSign(1, f)
	}
	return withSign(0, f)
}
