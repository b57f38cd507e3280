package assets

import (
	"io/fs"
	"strings"
	"testing"
)

func count(t *testing.T, files fs.FS) (n int) {
	fs.WalkDir(files, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			t.Fatal(err)
		}
		if !d.IsDir() {
			n++
		}
		return nil
	})
	return n
}

func TestEmbedded(t *testing.T) {
	if got := count(t, Static); got != 2 {
		t.Error("static:", got)
	}
	if got := count(t, All); got != 3 {
		t.Error("all:static:", got)
	}
	if strings.TrimSpace(Version) != "1.2.3" {
		t.Errorf("%q", Version)
	}
	if text, err := made.ReadFile("made.txt"); err != nil || string(text) != "made\n" {
		t.Errorf("%q %v", text, err)
	}
}
