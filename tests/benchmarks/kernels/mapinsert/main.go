// Mapinsert: maps that grow from nothing, with integer and string keys; then lookups, hits and misses.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func main() {
	n := 1000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	sum := 0
	for round := range 3 {
		ints := map[int]int{}
		x := uint32(round + 1)
		for i := range n {
			x = x*1664525 + 1013904223
			ints[int(x>>8)] += i
		}
		for i := range n {
			if v, ok := ints[i]; ok {
				sum += v & 15
			}
		}
		sum += len(ints)
	}
	words := map[string]int{}
	for i := range n {
		words["key"+strconv.Itoa(i%(n/4+1))]++
	}
	for i := range n {
		sum += words["key"+strconv.Itoa(i)]
	}
	fmt.Println(len(words), sum)
}
