// Package strutil is tested from inside and from outside.
package strutil

import "strings"

var calls int

func Reverse(s string) string {
	calls++
	var b strings.Builder
	for i := len(s) - 1; i >= 0; i-- {
		b.WriteByte(s[i])
	}
	return b.String()
}
