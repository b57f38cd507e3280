package runfiles

import (
	"errors"
	"io/fs"
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
	for _, bad := range []string{"", "a/../b", "../a", "./a", "a//b", ".."} {
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
	if got, err := Rlocation("/a"); got != "/a" || err != nil {
		t.Errorf("/a: %q, %v", got, err)
	}
	if _, err := Rlocation("w/empty"); !errors.Is(err, ErrEmpty) {
		t.Error(err)
	}
	if _, err := Rlocation("w/none"); err == nil {
		t.Error("w/none was found")
	}
}

func TestOptionsAndNamesOfRepositories(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("_repo_mapping", ",ws,_main\n,dep,dep+1\ndep+1,dep,other\next++*,dep,third\n")
	write("_main/a", "main")
	write("dep+1/a", "dep")
	r, err := New(Directory(dir), SourceRepo(""))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ source, name, want string }{
		{"", "ws/a", "_main/a"},
		{"", "dep/a", "dep+1/a"},
		{"", "dep+1/a", "dep+1/a"},
		{"dep+1", "dep/a", "other/a"},
		{"ext++x", "dep/a", "third/a"},
	} {
		if got, err := r.WithSourceRepo(c.source).Rlocation(c.name); got != filepath.Join(dir, c.want) || err != nil {
			t.Errorf("%s in %q: %q, %v, want %q", c.name, c.source, got, err, c.want)
		}
	}
	if text, err := fs.ReadFile(r, "ws/a"); string(text) != "main" || err != nil {
		t.Errorf("ws/a has %q, %v", text, err)
	}
	if _, err := r.Open("../a"); !errors.Is(err, fs.ErrInvalid) {
		t.Error(err)
	}
	if env := r.Env(); len(env) != 1 || env[0] != "RUNFILES_DIR="+dir {
		t.Error(env)
	}
	if _, err := New(ManifestFile(filepath.Join(dir, "none"))); err == nil {
		t.Error("a manifest that is not there was read")
	}
	if repository := CurrentRepository(); repository != "" {
		t.Errorf("this test is in %q", repository)
	}
}
