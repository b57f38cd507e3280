// Names that hide others, and calls that are inlined in the blocks that declare them.
package main

var sink int

//go:noinline
func use(n int) { sink += n }

func twice(n int) int { return n + n }

func hide(x int, list []int, done chan int) int {
	use(x)
	if x := x * 10; x > 5 {
		use(x)
		for i, x := range list {
			x := twice(x) + i
			use(x)
		}
		use(x + 1)
	} else {
		x := "text"
		use(len(x))
	}
	switch x := any(x).(type) {
	case int:
		use(x + 2)
	case string:
		use(len(x))
	}
	select {
	case x := <-done:
		use(x)
	}
	return x
}

func main() {
	done := make(chan int, 1)
	done <- 9
	println(hide(1, []int{5}, done))
}
