package p

// With a profile in which sum calls mix in its third line: there mix is inlined, dear as it is, and nowhere else.

func mix(a, b uint32) uint32 {
	a -= b
	a ^= b >> 3
	b += a << 7
	a ^= b*31 + a*17
	b -= a ^ a>>11
	a += b<<5 ^ a>>2 ^ b*3
	b ^= a*7 + b>>9 - a<<1
	a -= b ^ b>>13 ^ a*5
	b += a ^ a<<3 ^ b*11
	return a ^ b
}

func sum(list []uint32) (out uint32) {
	for _, x := range list {
		out = mix(out, x)
	}
	return mix(out, 1)
}
