package set

import (
	"os"
	"slices"
	"testing"
)

func check(t *testing.T) {
	if got := Of(3, 1, 2, 1).Sorted(); !slices.Equal(got, []int{1, 2, 3}) {
		t.Fatal(got)
	}
	if os.Getenv("TEST_TOTAL_SHARDS") != "3" {
		t.Skip("not divided")
	}
}

func TestA(t *testing.T) { check(t) }
func TestB(t *testing.T) { check(t) }
func TestC(t *testing.T) { check(t) }
func TestD(t *testing.T) { check(t) }
