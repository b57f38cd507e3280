package strutil_test

import (
	"fmt"
	"testing"

	"example.com/ws/lib/golden"
	"example.com/ws/lib/strutil"
)

// The helper depends on the package under test: both must see one and the same.
func TestOneCopy(t *testing.T) {
	before := strutil.Calls()
	golden.Check(t, "abc", "cba")
	if strutil.Calls() != before+1 {
		t.Fatal("the helper called another copy of the package")
	}
}

func ExampleReverse() {
	fmt.Println(strutil.Reverse("xyz"))
	// Output: zyx
}
