package main

import "math/bits"

func main() { println(level, bits.OnesCount(uint(len(level)*3+1))) }
