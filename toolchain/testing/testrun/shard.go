package testrun

import (
	"os"
	"strconv"
	"testing"
)

// testingFlags makes the flags of package testing known before they are parsed.
func testingFlags() { testing.Init() }

// Sharder deals out tests to the processes among which Bazel divides a test target.
type Sharder struct {
	index, total, next int
}

// NewSharder reads Bazel's variables, and tells Bazel that they were read.
func NewSharder() *Sharder {
	s := &Sharder{total: 1}
	total, err := strconv.Atoi(os.Getenv("TEST_TOTAL_SHARDS"))
	if err != nil || total <= 1 {
		return s
	}
	index, err := strconv.Atoi(os.Getenv("TEST_SHARD_INDEX"))
	if err != nil || index < 0 || index >= total {
		return s
	}
	s.index, s.total = index, total
	if file := os.Getenv("TEST_SHARD_STATUS_FILE"); file != "" {
		if f, err := os.Create(file); err == nil {
			f.Close()
		}
	}
	return s
}

// Pick returns the part of the list that this process runs: every total-th, counted over all lists.
func Pick[T any](s *Sharder, list []T) []T {
	if s.total == 1 {
		return list
	}
	var out []T
	for _, item := range list {
		if s.next%s.total == s.index {
			out = append(out, item)
		}
		s.next++
	}
	return out
}
