// Variables of optimized code: in registers, in spill slots, behind a pointer.
package main

var sink int

//go:noinline
func fill(n int) { sink += n }

//go:noinline
func walk(scale int, text string, items []int) (total int) {
	for i, v := range items {
		fill(i)
		total += v * scale
	}
	fill(len(text) + int(text[0]) + cap(items))
	return total
}

//go:noinline
func count(limit int) func() int {
	seen := limit
	next := func() int { seen--; return seen }
	fill(next())
	return next
}

func main() {
	println(walk(2, "text", []int{5, 6, 7}), count(4)())
}
