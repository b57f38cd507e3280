// Variables of inlined calls, and parameters that nothing uses.
package main

var sink int

//go:noinline
func use(n int) { sink += n }

type pair struct{ x, y int }

func (p pair) scaled(by int) int {
	sum := p.x + p.y
	use(sum)
	return sum * by
}

func pick(list []int, at int) {
	for i, v := range list {
		if i := i * 2; i == at {
			sink = v + i
		}
	}
}

func twice(n int, text string) int {
	m := pair{n, n + 1}.scaled(3)
	use(m)
	return m + n
}

//go:noinline
func work(k int, list []int, unused float64) int {
	local := k + 1
	a := twice(local, "none")
	pick(list, k)
	return a + local
}

func main() {
	println(work(len("four"), []int{5, 6, 7, 8}, 1.5))
}
