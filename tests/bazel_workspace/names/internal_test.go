package names

import "testing"

func TestInternal(t *testing.T) {
	if Got != "a value" {
		t.Errorf("Got is %q", Got)
	}
}
