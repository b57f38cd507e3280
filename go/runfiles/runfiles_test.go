package runfiles

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTree(t *testing.T) {
	file, err := Rlocation(os.Getenv("TEST_WORKSPACE") + "/go/runfiles/runfiles.go")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(file); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{"", "/a", "a/../b", "../a"} {
		if _, err := Rlocation(bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestManifest(t *testing.T) {
	file := filepath.Join(t.TempDir(), "MANIFEST")
	if err := os.WriteFile(file, []byte("w/a /x/a\nw/dir /y/dir\nw/empty \n"), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RUNFILES_MANIFEST_FILE", file)
	t.Setenv("RUNFILES_DIR", "")
	for name, want := range map[string]string{"w/a": "/x/a", "w/dir/deep/file": "/y/dir/deep/file"} {
		if got, err := Rlocation(name); got != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if _, err := Rlocation("w/empty"); err != ErrEmpty {
		t.Error(err)
	}
	if _, err := Rlocation("w/none"); err == nil {
		t.Error("w/none was found")
	}
}
