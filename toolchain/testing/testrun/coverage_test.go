package testrun

import (
	"testing"

	"gannet.dev/toolchain/testing/coverdata"
)

func TestLcov(t *testing.T) {
	files := []coverdata.File{
		{Name: "b.go", Counts: []uint32{0}, Positions: []uint32{7, 7, 0}, Statements: []uint16{1}},
		// Two runs meet on line 3.
		{Name: "a.go", Counts: []uint32{0, 5}, Positions: []uint32{2, 3, 0, 3, 4, 0}, Statements: []uint16{1, 2}},
	}
	want := "SF:a.go\nDA:2,0\nDA:3,5\nDA:4,5\nLH:2\nLF:3\nend_of_record\nSF:b.go\nDA:7,0\nLH:0\nLF:1\nend_of_record\n"
	if got := lcov(files); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if got := covered(files); got != 0.5 {
		t.Errorf("%v of the statements are covered, want 0.5", got)
	}
}
