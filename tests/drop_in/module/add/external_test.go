package add_test

import (
	"testing"

	"example.com/m/add"
	"example.com/m/names"
)

// Package names imports the package under test.
func TestTotal(t *testing.T) {
	s := names.Set[string]{"a": {A: 1, B: 2}}
	for _, p := range s {
		if got := add.Total(&p); got != add.Step {
			t.Errorf("got %d, want %d", got, add.Step)
		}
	}
}
