// Package coverdata knows the counters of the packages that were compiled for coverage: each of them registers its own when it is
// initialized (toolchain/builder/coverage.cc).
package coverdata

import (
	// The counting statements use it.
	_ "sync/atomic"
)

// A File is a source file with the counters of its runs of statements.
type File struct {
	Name       string   // from the root of the repository
	Counts     []uint32 // how often each run was entered
	Positions  []uint32 // of each: first line, last line, columns of the end and of the start in 16 bits each
	Statements []uint16 // how many each has
}

var files []File

// Register adds a file. The slices are the counters themselves; they are read when the program ends.
func Register(name string, counts, positions []uint32, statements []uint16) {
	files = append(files, File{name, counts, positions, statements})
}

// Files returns what is registered, in the order of initialization.
func Files() []File { return files }
