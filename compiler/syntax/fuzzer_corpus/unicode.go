//go:build a && !b || (c
package Φ
//go:embed "a
//go:linkname x
var ỳ int