package main

import (
	"errors"

	"example.com/ws/lib/tagged"
)

func main() { println(errors.New("x").Error(), tagged.Special) }
