package platform

import "testing"

func TestName(t *testing.T) {
	if Name != "linux" {
		t.Fatal(Name)
	}
}
