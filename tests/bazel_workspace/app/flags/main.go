package main

import (
	"fmt"
	"os"

	"example.com/ws/old/aliased"
)

var mode, place string

func main() {
	fmt.Println(aliased.Name, mode, place, len(os.Args))
}
