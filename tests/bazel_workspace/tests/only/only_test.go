// Tests without a library, with data, environment, TestMain and an early look at the folder.
package only

import (
	"os"
	"strings"
	"testing"
)

var early, earlyErr = os.ReadFile("testdata/words.txt")

func TestMain(m *testing.M) {
	os.Setenv("IN_MAIN", "yes")
	os.Exit(m.Run())
}

func TestData(t *testing.T) {
	if earlyErr != nil || !strings.Contains(string(early), os.Getenv("WANTED")) || os.Getenv("WANTED") == "" {
		t.Fatalf("%q %v", early, earlyErr)
	}
	if os.Getenv("IN_MAIN") != "yes" {
		t.Fatal("TestMain did not run")
	}
}

func FuzzNothing(f *testing.F) {
	f.Add("x")
	f.Fuzz(func(t *testing.T, s string) {})
}
