// Layout shows where an initialized global lies and how large some types are.
package main

import (
	"fmt"
	"unsafe"
)

type padded struct {
	a byte
	b int64
	c byte
}

var initialized = [4]int{1, 2, 3, 4}

func main() {
	local := 42
	fmt.Printf("global %p\n", &initialized)
	fmt.Printf("local %d\n", local)
	fmt.Printf("int %d\n", unsafe.Sizeof(local))
	fmt.Printf("padded %d\n", unsafe.Sizeof(padded{}))
}
