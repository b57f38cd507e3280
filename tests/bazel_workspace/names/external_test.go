package names_test

import (
	"testing"

	"example.com/ws/names"
)

var Got = "nothing"

func TestExternal(t *testing.T) {
	if Got != "a value" || names.Got != Got {
		t.Errorf("Got is %q, that of the package %q", Got, names.Got)
	}
}
