// Minimal does nothing: it is the smallest program there is.
package main

func main() {}
