// Package bazel is the older of rules_go's two ways to find the files that a target lists as data, when its program runs: paths are
// those of the workspace, "folder/file". New code uses package runfiles.
package bazel

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// The variables that Bazel sets.
const (
	RUNFILES_MANIFEST_FILE = "RUNFILES_MANIFEST_FILE"
	RUNFILES_DIR           = "RUNFILES_DIR"
	TEST_SRCDIR            = "TEST_SRCDIR"
	TEST_TMPDIR            = "TEST_TMPDIR"
	TEST_WORKSPACE         = "TEST_WORKSPACE"
)

// RunfilesPath returns the folder of the runfiles tree.
func RunfilesPath() (string, error) {
	for _, name := range []string{TEST_SRCDIR, RUNFILES_DIR} {
		if dir := os.Getenv(name); dir != "" {
			return dir, nil
		}
	}
	program := os.Args[0]
	if filepath.Base(program) == program {
		found, err := os.Executable()
		if err != nil {
			return "", err
		}
		program = found
	}
	// A program that is itself a runfile: the tree is above it.
	if at := strings.LastIndex(program, ".runfiles/"); at >= 0 {
		return program[:at] + ".runfiles", nil
	}
	if info, err := os.Stat(program + ".runfiles"); err == nil && info.IsDir() {
		return filepath.Abs(program + ".runfiles")
	}
	return "", errors.New("bazel: no runfiles found: neither variables nor a folder beside the program")
}

// TestWorkspace returns the name of the main repository.
func TestWorkspace() (string, error) {
	if name := os.Getenv(TEST_WORKSPACE); name != "" {
		return name, nil
	}
	root, err := RunfilesPath()
	if err != nil {
		return "", err
	}
	if info, err := os.Stat(filepath.Join(root, "_main")); err == nil && info.IsDir() {
		return "_main", nil
	}
	return "", errors.New("bazel: TEST_WORKSPACE is not set")
}

// Runfile returns the file at a path of the main repository or, with the repository's name before it, of another: as it is if it
// is there, else below the runfiles.
func Runfile(name string) (string, error) {
	if _, err := os.Stat(name); err == nil {
		return name, nil
	}
	root, err := RunfilesPath()
	if err != nil {
		return "", err
	}
	clean := strings.TrimPrefix(filepath.ToSlash(name), "external/")
	places := []string{filepath.Join(root, clean)}
	if workspace, err := TestWorkspace(); err == nil {
		places = append([]string{filepath.Join(root, workspace, clean)}, places...)
	}
	for _, place := range places {
		if _, err := os.Stat(place); err == nil {
			return place, nil
		}
	}
	return "", fmt.Errorf("bazel: could not locate file %q", name)
}

// A RunfileEntry is a file of the runfiles tree.
type RunfileEntry struct {
	Workspace string // its repository
	ShortPath string // its path there, for other repositories after "external/NAME/"
	Path      string // where it is
}

// ListRunfiles returns all of them, in the order of their paths.
func ListRunfiles() ([]RunfileEntry, error) {
	root, err := RunfilesPath()
	if err != nil {
		return nil, err
	}
	main, _ := TestWorkspace()
	var out []RunfileEntry
	err = filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || file == root {
			return err
		}
		if info, err := os.Stat(file); err != nil || info.IsDir() {
			return err
		}
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return err
		}
		workspace, short, deeper := strings.Cut(filepath.ToSlash(rel), "/")
		if !deeper {
			return nil // MANIFEST, _repo_mapping
		}
		if workspace != main {
			short = path.Join("external", workspace, short)
		}
		out = append(out, RunfileEntry{workspace, short, file})
		return nil
	})
	return out, err
}

// FindBinary returns the program of target `name` in package `pkg` of the main repository, if it is a runfile.
func FindBinary(pkg, name string) (string, bool) {
	// Alone or, as the rules place programs, in a folder of its own.
	for _, rel := range []string{name, name + "_/" + name} {
		file, err := Runfile(path.Join(pkg, rel))
		if err != nil {
			continue
		}
		if info, err := os.Stat(file); err == nil && info.Mode().IsRegular() && info.Mode()&0o111 != 0 {
			return file, true
		}
	}
	return "", false
}

// TestTmpDir returns the folder for a test's temporary files, "" outside of a test.
func TestTmpDir() string { return os.Getenv(TEST_TMPDIR) }

// NewTmpDir makes a folder for temporary files, in that of the test if there is one.
func NewTmpDir(prefix string) (string, error) { return os.MkdirTemp(TestTmpDir(), prefix) }
