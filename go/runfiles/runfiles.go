// Package runfiles finds the files that a target lists as data, when its program runs.
// Source: Bazel, "Runfiles" and the layout of the runfiles manifest.
package runfiles

import (
	"bufio"
	"errors"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// ErrEmpty is what Rlocation returns for a file that has no contents of its own: an empty file of the runfiles tree.
var ErrEmpty = errors.New("empty runfile")

// Runfiles knows where the files are.
type Runfiles struct {
	dir      string            // the tree; "" if there is only a manifest
	manifest map[string]string // path in the tree: file
}

// New finds the runfiles of this process: by the variables that Bazel sets, or beside the program.
func New() (*Runfiles, error) {
	if file := os.Getenv("RUNFILES_MANIFEST_FILE"); file != "" {
		if manifest, err := readManifest(file); err == nil {
			return &Runfiles{dir: os.Getenv("RUNFILES_DIR"), manifest: manifest}, nil
		}
	}
	for _, name := range []string{"RUNFILES_DIR", "TEST_SRCDIR"} {
		if dir := os.Getenv(name); dir != "" {
			return &Runfiles{dir: dir}, nil
		}
	}
	program, err := os.Executable()
	if err == nil {
		program, err = filepath.Abs(program)
	}
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(program + ".runfiles"); err == nil && info.IsDir() {
		return &Runfiles{dir: program + ".runfiles"}, nil
	}
	if manifest, err := readManifest(program + ".runfiles_manifest"); err == nil {
		return &Runfiles{manifest: manifest}, nil
	}
	return nil, errors.New("runfiles: no runfiles found: neither variables nor a folder beside the program")
}

func readManifest(file string) (map[string]string, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	out := map[string]string{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		name, target, _ := strings.Cut(lines.Text(), " ")
		out[name] = target
	}
	return out, lines.Err()
}

// Rlocation returns the file at a path that begins with the name of a repository: "workspace/folder/file".
func (r *Runfiles) Rlocation(name string) (string, error) {
	if name == "" || path.IsAbs(name) || path.Clean(name) != name || strings.HasPrefix(name, "../") {
		return "", errors.New("runfiles: path is not clean or not relative: " + name)
	}
	if target, ok := r.manifest[name]; ok {
		if target == "" {
			return "", ErrEmpty
		}
		return target, nil
	}
	// A folder that the manifest has as one entry.
	for parent := path.Dir(name); parent != "."; parent = path.Dir(parent) {
		if target, ok := r.manifest[parent]; ok {
			return filepath.Join(target, strings.TrimPrefix(name, parent)), nil
		}
	}
	if r.dir == "" {
		return "", errors.New("runfiles: not in the manifest: " + name)
	}
	return filepath.Join(r.dir, filepath.FromSlash(name)), nil
}

// Env returns variables by which a child process finds the same runfiles.
func (r *Runfiles) Env() []string {
	if r.dir == "" {
		return []string{"RUNFILES_MANIFEST_FILE=" + os.Getenv("RUNFILES_MANIFEST_FILE")}
	}
	return []string{"RUNFILES_DIR=" + r.dir}
}

// Rlocation is Runfiles.Rlocation of this process's runfiles.
func Rlocation(name string) (string, error) {
	r, err := New()
	if err != nil {
		return "", err
	}
	return r.Rlocation(name)
}

// Env is Runfiles.Env of this process's runfiles.
func Env() ([]string, error) {
	r, err := New()
	if err != nil {
		return nil, err
	}
	return r.Env(), nil
}
