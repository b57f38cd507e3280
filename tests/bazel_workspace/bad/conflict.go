package main

import (
	_ "example.com/dup"
	_ "example.com/ws/dup/useb"
)

func main() {}
