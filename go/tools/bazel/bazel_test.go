package bazel

import (
	"os"
	"path/filepath"
	"testing"
)

// A tree with a file and a program of the main repository, a file of another, and Bazel's own list.
func makeTree(t *testing.T) string {
	root := t.TempDir()
	for name, mode := range map[string]os.FileMode{"ws/a/data": 0o644, "ws/b/tool_/tool": 0o755, "other/c": 0o644, "MANIFEST": 0o644} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, nil, mode); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(TEST_SRCDIR, root)
	t.Setenv(TEST_WORKSPACE, "ws")
	return root
}

func TestFilesAreFound(t *testing.T) {
	root := makeTree(t)
	for name, want := range map[string]string{"a/data": "ws/a/data", "other/c": "other/c", "external/other/c": "other/c"} {
		if got, err := Runfile(name); got != filepath.Join(root, want) || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	if got, err := Runfile("a/none"); err == nil {
		t.Errorf("a/none was found: %s", got)
	}
	if got, ok := FindBinary("b", "tool"); got != filepath.Join(root, "ws/b/tool_/tool") || !ok {
		t.Errorf("tool: %q, %v", got, ok)
	}
	if got, ok := FindBinary("a", "data"); ok {
		t.Errorf("a file that is no program was found: %s", got)
	}
}

func TestFilesAreListed(t *testing.T) {
	makeTree(t)
	entries, err := ListRunfiles()
	if err != nil {
		t.Fatal(err)
	}
	var got string
	for _, e := range entries {
		got += e.Workspace + " " + e.ShortPath + "\n"
	}
	if want := "other external/other/c\nws a/data\nws b/tool_/tool\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestTemporaryFolder(t *testing.T) {
	t.Setenv(TEST_TMPDIR, t.TempDir())
	if dir, err := NewTmpDir("x"); err != nil || filepath.Dir(dir) != TestTmpDir() {
		t.Error(dir, err)
	}
}
