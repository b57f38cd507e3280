// Framemap: maps that do not outlive their function. They stand in its frame, and must be empty at each evaluation, grow out of
// the frame, keep what they point to alive, and move with the stack.
package main

import (
	"fmt"
	"strings"
)

type pair struct {
	name string
	next *int
}

// fresh makes a map in each round; none may see what the last one held.
func fresh(rounds int) (sum int) {
	for i := range rounds {
		m := map[string]int{"a": i, "b": 2 * i}
		m["c"] += i
		sum += m["a"] + m["b"] + m["c"] + 1000*(len(m)-3)
		if i%2 == 0 {
			delete(m, "a")
			m["z"]++
			sum += 1000 * (m["z"] - 1)
		}
	}
	return sum
}

func pointers(n int) int {
	m := make(map[int]*pair)
	for i := range n {
		v := new(int)
		*v = i
		m[i] = &pair{strings.Repeat("x", i%5), v}
	}
	garbage := 0
	for i := range 1000 {
		garbage += len(make([]byte, i))
	}
	sum := 0
	for _, p := range m {
		sum += *p.next + len(p.name)
	}
	return sum + garbage%2
}

func deep(n int, m map[int]string) int {
	if n == 0 {
		return len(m[1]) + len(m[2])
	}
	var pad [64]int
	pad[n%64] = n
	return deep(n-1, m) + pad[n%64] - n
}

func moved() int {
	m := map[int]string{1: "one"}
	before := deep(10, m)
	m[2] = "second"
	after := deep(5000, m) // the stack grows while m is in it
	m[3] = "third"
	return before + after + len(m)
}

func wide() int {
	m := make(map[[3]int]any, 4)
	for i := range 6 {
		m[[3]int{i, i, i}] = fmt.Sprint(i)
	}
	n := 0
	for k, v := range m {
		if fmt.Sprint(k[0]) == v {
			n++
		}
	}
	clear(m)
	return n + len(m)
}

func main() {
	fmt.Println(fresh(100), pointers(5), pointers(500), moved(), wide())
	done := make(chan int)
	for range 4 {
		go func() { done <- fresh(50) + moved() + pointers(20) }()
	}
	sum := 0
	for range 4 {
		sum += <-done
	}
	fmt.Println(sum)
}
