package only_test

import (
	"os"
	"testing"
)

func TestRunDir(t *testing.T) {
	if _, err := os.Stat("words.txt"); err != nil {
		t.Fatal(err)
	}
}
