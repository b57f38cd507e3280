// Copyright 2026 The Gannet Authors.

// UTF-8, as range over a string and conversions need it.
// Source: The Unicode Standard, section 3.9, table 3-7 (well-formed byte sequences).

package runtime

const (
	runeError    = '\uFFFD'
	runeSelf     = 0x80
	maxRune      = '\U0010FFFF'
	surrogateMin = 0xD800
	surrogateMax = 0xDFFF
)

// countrunes is the number of runes in s.
func countrunes(s string) int {
	n := 0
	for range s {
		n++
	}
	return n
}

// decoderune decodes the multi-byte rune at s[k:] and returns it with the index after it. A malformed sequence gives
// the replacement character and advances one byte.
func decoderune(s string, k int) (r rune, pos int) {
	bad := k + 1
	s = s[k:]
	if len(s) < 2 {
		return runeError, bad
	}
	c0, c1 := s[0], s[1]
	if c1&0xC0 != 0x80 {
		return runeError, bad
	}
	switch {
	case 0xC2 <= c0 && c0 < 0xE0:
		return rune(c0&0x1F)<<6 | rune(c1&0x3F), k + 2
	case 0xE0 <= c0 && c0 < 0xF0:
		if len(s) > 2 && s[2]&0xC0 == 0x80 {
			r = rune(c0&0x0F)<<12 | rune(c1&0x3F)<<6 | rune(s[2]&0x3F)
			if r >= 0x800 && (r < surrogateMin || r > surrogateMax) {
				return r, k + 3
			}
		}
	case 0xF0 <= c0 && c0 < 0xF5:
		if len(s) > 3 && s[2]&0xC0 == 0x80 && s[3]&0xC0 == 0x80 {
			r = rune(c0&0x07)<<18 | rune(c1&0x3F)<<12 | rune(s[2]&0x3F)<<6 | rune(s[3]&0x3F)
			if 0x10000 <= r && r <= maxRune {
				return r, k + 4
			}
		}
	}
	return runeError, bad
}

// encoderune writes r to p, which has room for it, and returns the number of bytes.
func encoderune(p []byte, r rune) int {
	if uint32(r) > maxRune || surrogateMin <= r && r <= surrogateMax {
		r = runeError
	}
	switch {
	case r < runeSelf:
		p[0] = byte(r)
		return 1
	case r < 0x800:
		p[1] = 0x80 | byte(r)&0x3F
		p[0] = 0xC0 | byte(r>>6)
		return 2
	case r < 0x10000:
		p[2] = 0x80 | byte(r)&0x3F
		p[1] = 0x80 | byte(r>>6)&0x3F
		p[0] = 0xE0 | byte(r>>12)
		return 3
	}
	p[3] = 0x80 | byte(r)&0x3F
	p[2] = 0x80 | byte(r>>6)&0x3F
	p[1] = 0x80 | byte(r>>12)&0x3F
	p[0] = 0xF0 | byte(r>>18)
	return 4
}
