// Sorts: sort.Ints, slices.SortFunc over structs, and sort.Slice by strings.
package main

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"sort"
	"strconv"
)

type item struct {
	key  int
	name string
}

func main() {
	n := 1000000
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	ints, items := make([]int, n), make([]item, n)
	x := uint32(1)
	for i := range n {
		x = x*1664525 + 1013904223
		ints[i] = int(x >> 4)
		items[i] = item{int(x >> 12), strconv.Itoa(int(x >> 8))}
	}
	sum := 0
	for range 3 {
		c := slices.Clone(ints)
		sort.Ints(c)
		sum += c[n/2]
	}
	byKey := slices.Clone(items)
	slices.SortFunc(byKey, func(a, b item) int { return cmp.Compare(a.key, b.key) })
	sort.Slice(items, func(i, j int) bool { return items[i].name < items[j].name })
	fmt.Println(sum, byKey[n/2].key, items[n/3].name)
}
