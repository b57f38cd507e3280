// Package golden helps tests.
package golden

import (
	"testing"

	"example.com/ws/lib/strutil"
)

func Check(t *testing.T, in, want string) {
	t.Helper()
	if got := strutil.Reverse(in); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
