// Constants folded, conversions and string concatenation spelt out.
package p

const base = 10

func format(u uint64, neg bool) string {
	var buf [24]byte
	i := len(buf)
	for u >= base {
		i--
		q := u / base
		buf[i] = byte('0' + u - q*base)
		u = q
	}
	i--
	buf[i] = byte('0' + u)
	if neg {
		return "-" + string(buf[i:]) + ""
	}
	return string(buf[i:])
}

func shift(x int32, n uint) (y int64) {
	y = int64(x) << n
	y |= 1 << 40
	return
}
