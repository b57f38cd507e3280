package add

import "testing"

func TestSum(t *testing.T) {
	if got := Twice(Sum(1, 2)); got != 6 {
		t.Fatalf("got %d, want 6", got)
	}
}
