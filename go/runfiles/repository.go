package runfiles

import (
	"os"
	"runtime"
	"strings"
)

// A repository mapping says what the name of a repository means in the code of a repository: with modules, the names that code
// uses are not those of the folders.
type mapping map[[2]string]string // code's repository or, with a star after it, how such begin; name in it: folder

// readMapping reads the file _repo_mapping of the runfiles; where there is none, names are folders.
// Source: Bazel, "Locating runfiles with Bzlmod": lines of repository, name, folder, with commas between.
func readMapping(file string) mapping {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil
	}
	out := mapping{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Split(strings.TrimSuffix(line, "\n"), ","); len(words) == 3 {
			out[[2]string{words[0], words[1]}] = words[2]
		}
	}
	return out
}

// folder replaces the first part of a path, if it is a name that the code of repository `source` uses.
func (m mapping) folder(name, source string) string {
	first, rest, deeper := strings.Cut(name, "/")
	if !deeper {
		return name
	}
	if target, ok := m[[2]string{source, first}]; ok {
		return target + "/" + rest
	}
	for end := len(source); end > 0; end-- { // the longest beginning
		if target, ok := m[[2]string{source[:end] + "*", first}]; ok {
			return target + "/" + rest
		}
	}
	return name
}

// CurrentRepository returns the canonical name of the repository of the code that calls it: "" for the main one.
func CurrentRepository() string { return callerRepository(2) }

// CallerRepository returns that of the code that calls the function that calls it.
func CallerRepository() string { return callerRepository(3) }

func callerRepository(skip int) string {
	_, file, _, ok := runtime.Caller(skip)
	if !ok {
		return ""
	}
	// Sources are named below the folder in which Bazel runs actions: external/REPOSITORY/..., or that below bazel-out/.../bin/.
	if _, below, generated := strings.Cut(file, "/bin/"); generated && strings.HasPrefix(file, "bazel-out/") {
		file = below
	}
	rest, ok := strings.CutPrefix(file, "external/")
	if !ok {
		return ""
	}
	repository, _, _ := strings.Cut(rest, "/")
	return repository
}
