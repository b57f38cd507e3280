// Package runfiles finds the files that a target lists as data, when its program runs.
// Source: Bazel, "Runfiles" and the layout of the runfiles manifest.
package runfiles

import (
	"bufio"
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// ErrEmpty is what Rlocation returns for a file that has no contents of its own: an empty file of the runfiles tree.
var ErrEmpty = errors.New("empty runfile")

// Error is what went wrong with a runfile.
type Error struct {
	Name string // path in the tree
	Err  error
}

func (e Error) Error() string { return "runfile " + e.Name + ": " + e.Err.Error() }

func (e Error) Unwrap() error { return e.Err }

// Runfiles knows where the files are.
type Runfiles struct {
	dir      string            // the tree; "" if there is only a manifest
	manifest map[string]string // path in the tree: file
	env      []string
	names    mapping
	source   string // canonical name of the repository whose code asks
}

// An Option of New says what it would otherwise find out.
type Option interface{ apply(*options) }

type (
	Directory    string // the tree
	ManifestFile string // the list of the files
	ProgramName  string // the program beside which they are
	SourceRepo   string // canonical name of the repository whose code asks
)

type options struct {
	directory, manifest, program, source string
	sourceGiven                          bool
}

func (d Directory) apply(o *options)    { o.directory = string(d) }
func (m ManifestFile) apply(o *options) { o.manifest = string(m) }
func (p ProgramName) apply(o *options)  { o.program = string(p) }
func (s SourceRepo) apply(o *options)   { o.source, o.sourceGiven = string(s), true }

// New finds the runfiles of this process: as the options say, by the variables that Bazel sets, or beside the program.
func New(opts ...Option) (*Runfiles, error) {
	var o options
	for _, opt := range opts {
		opt.apply(&o)
	}
	if !o.sourceGiven {
		o.source = CallerRepository()
	}
	return find(o)
}

func find(o options) (*Runfiles, error) {
	given := o.directory != "" || o.manifest != ""
	if !given && o.program == "" {
		o.manifest = os.Getenv("RUNFILES_MANIFEST_FILE")
		o.directory = os.Getenv("RUNFILES_DIR")
	}
	if o.manifest != "" {
		manifest, err := readManifest(o.manifest)
		if err == nil {
			return newRunfiles(o.directory, manifest, "RUNFILES_MANIFEST_FILE="+o.manifest, o.source), nil
		}
		if given {
			return nil, err
		}
	}
	if !given && o.directory == "" && o.program == "" {
		o.directory = os.Getenv("TEST_SRCDIR")
	}
	if o.directory != "" {
		return newRunfiles(o.directory, nil, "", o.source), nil
	}
	program := o.program
	if program == "" {
		program = os.Args[0] // it may be a link, beside which they are
	}
	if filepath.Base(program) == program && o.program == "" {
		found, err := os.Executable()
		if err != nil {
			return nil, err
		}
		program = found
	}
	if info, err := os.Stat(program + ".runfiles"); err == nil && info.IsDir() {
		return newRunfiles(program+".runfiles", nil, "", o.source), nil
	}
	file := program + ".runfiles_manifest"
	if manifest, err := readManifest(file); err == nil {
		return newRunfiles("", manifest, "RUNFILES_MANIFEST_FILE="+file, o.source), nil
	}
	return nil, errors.New("runfiles: no runfiles found: neither variables nor a folder beside the program")
}

func newRunfiles(dir string, manifest map[string]string, manifestVariable, source string) *Runfiles {
	r := &Runfiles{dir: dir, manifest: manifest, source: source}
	if manifestVariable != "" {
		r.env = append(r.env, manifestVariable)
	}
	if dir != "" {
		r.env = append(r.env, "RUNFILES_DIR="+dir)
	}
	if file, err := r.place("_repo_mapping"); err == nil {
		r.names = readMapping(file)
	}
	return r
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

// WithSourceRepo returns the same runfiles for the code of another repository.
func (r *Runfiles) WithSourceRepo(source string) *Runfiles {
	out := *r
	out.source = source
	return &out
}

// Rlocation returns the file at a path that begins with the name of a repository: "workspace/folder/file". The name is one that the
// code which called New may use for it. An absolute path is returned as it is.
func (r *Runfiles) Rlocation(name string) (string, error) {
	if path.IsAbs(name) {
		return name, nil
	}
	if name == "" || path.Clean(name) != name || name == ".." || strings.HasPrefix(name, "../") {
		return "", errors.New("runfiles: path is empty or not clean: " + name)
	}
	file, err := r.place(r.names.folder(name, r.source))
	if err != nil {
		return "", Error{name, err}
	}
	return file, nil
}

// place finds a path of the tree.
func (r *Runfiles) place(name string) (string, error) {
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
		return "", os.ErrNotExist
	}
	return filepath.Join(r.dir, filepath.FromSlash(name)), nil
}

// Open opens a file or, where there is a tree, a folder: Runfiles is an fs.FS.
func (r *Runfiles) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if name == "." && r.dir != "" {
		return os.Open(r.dir)
	}
	file, err := r.Rlocation(name)
	if errors.Is(err, ErrEmpty) {
		return os.Open(os.DevNull)
	}
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	return os.Open(file)
}

// Env returns variables by which a child process finds the same runfiles.
func (r *Runfiles) Env() []string { return slices.Clone(r.env) }

// Rlocation is Runfiles.Rlocation of this process's runfiles.
func Rlocation(name string) (string, error) {
	return RlocationFrom(name, CallerRepository())
}

// RlocationFrom is Rlocation for the code of the repository of a canonical name.
func RlocationFrom(name, source string) (string, error) {
	r, err := find(options{source: source})
	if err != nil {
		return "", err
	}
	return r.Rlocation(name)
}

// Env is Runfiles.Env of this process's runfiles.
func Env() ([]string, error) {
	r, err := find(options{})
	if err != nil {
		return nil, err
	}
	return r.Env(), nil
}
