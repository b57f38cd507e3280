// Package report has the mistake that vet is to find: Logf of another package prints like Printf.
package report

import "example.com/m/names"

// Show is called with a number for a string.
func Show(n int) { names.Logf("%s\n", n) }
