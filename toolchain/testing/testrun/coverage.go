package testrun

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing/internal/testdeps"

	"gannet.dev/toolchain/testing/coverdata"
)

// The folder that Bazel collects reports from; read before the tests may change the environment.
var coverageDir = os.Getenv("COVERAGE_DIR")

// startCoverage has package testing call back when the tests are over, if any package was compiled for coverage.
func startCoverage() {
	if len(coverdata.Files()) == 0 {
		return
	}
	testdeps.CoverMode = "atomic"
	testdeps.CoverSnapshotFunc = func() float64 { return covered(coverdata.Files()) }
	testdeps.CoverMarkProfileEmittedFunc = func(bool) {}
	testdeps.CoverProcessTestDirFunc = func(_, _, _, _ string, out io.Writer, _ []string) error {
		fmt.Fprintf(out, "coverage: %.1f%% of statements\n", 100*covered(coverdata.Files()))
		if coverageDir == "" {
			return nil
		}
		name := "go_coverage." + strconv.Itoa(os.Getpid()) + ".dat"
		return os.WriteFile(filepath.Join(coverageDir, name), []byte(lcov(coverdata.Files())), 0o644)
	}
}

// covered is the part of the statements that were run.
func covered(files []coverdata.File) float64 {
	run, all := 0, 0
	for _, f := range files {
		for i := range f.Counts {
			n := int(f.Statements[i])
			all += n
			if atomic.LoadUint32(&f.Counts[i]) != 0 {
				run += n
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(run) / float64(all)
}

// lcov is the report: of each file the lines that have statements, each with the count of the run on it that was entered most.
// Source: geninfo(1), "Files".
func lcov(files []coverdata.File) string {
	files = slices.Clone(files)
	slices.SortStableFunc(files, func(a, b coverdata.File) int { return strings.Compare(a.Name, b.Name) })
	var b strings.Builder
	for _, f := range files {
		counts := map[uint32]uint32{}
		for i := range f.Counts {
			for line := f.Positions[3*i]; line <= f.Positions[3*i+1]; line++ {
				counts[line] = max(counts[line], atomic.LoadUint32(&f.Counts[i]))
			}
		}
		var lines []uint32
		for line := range counts {
			lines = append(lines, line)
		}
		slices.Sort(lines)
		hit := 0
		b.WriteString("SF:" + f.Name + "\n")
		for _, line := range lines {
			if counts[line] != 0 {
				hit++
			}
			fmt.Fprintf(&b, "DA:%d,%d\n", line, counts[line])
		}
		fmt.Fprintf(&b, "LH:%d\nLF:%d\nend_of_record\n", hit, len(lines))
	}
	return b.String()
}
