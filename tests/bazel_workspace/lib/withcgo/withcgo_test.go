package withcgo

import "testing"

func TestAnswer(t *testing.T) {
	if got := Answer(); got != 2 {
		t.Fatal(got)
	}
}
