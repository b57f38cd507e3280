package gen

import "testing"

func TestLast(t *testing.T) {
	if Last() != 17 {
		t.Fatal(Last())
	}
}
