// Binarytrees: many short-lived trees beside a long-lived one: allocation and collection of small objects with pointers.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type node struct{ left, right *node }

func build(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{build(depth - 1), build(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	depth := 17
	if len(os.Args) > 1 {
		depth, _ = strconv.Atoi(os.Args[1])
	}
	long := build(depth)
	fmt.Println("stretch", build(depth+1).count())
	for d := 4; d <= depth; d += 4 {
		n, sum := 1<<(depth-d+4), 0
		for range n {
			sum += build(d).count()
		}
		fmt.Println(n, "trees of depth", d, "check", sum)
	}
	fmt.Println("long", long.count())
}
