package main

import "example.com/ws/lib/tagged"

func main() { println(tagged.Special) }
