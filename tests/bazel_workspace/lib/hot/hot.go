package hot

// Each hands on what it makes of the numbers up to n. It is too long to be inlined, but where a profile says that it is called often.
func Each(n uint32, f func(uint32) uint32) (out uint32) {
	for i := range n {
		a, b := i, out
		a -= b
		a ^= b >> 3
		b += a << 7
		a ^= b*31 + a*17
		b -= a ^ a>>11
		a += b<<5 ^ a>>2 ^ b*3
		b ^= a*7 + b>>9 - a<<1
		a -= b ^ b>>13 ^ a*5
		b += a ^ a<<3 ^ b*11
		out += f(a ^ b)
	}
	return out
}
