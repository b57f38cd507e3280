package names

import (
	"os"
	"os/exec"
	"testing"

	"github.com/bazelbuild/rules_go/go/runfiles"
	"github.com/bazelbuild/rules_go/go/tools/bazel"
)

func TestToolIsFound(t *testing.T) {
	tool, ok := bazel.FindBinary("names", "tool")
	if !ok {
		t.Fatal("no tool")
	}
	if out, err := exec.Command(tool).Output(); string(out) != "the tool ran\n" || err != nil {
		t.Errorf("%q, %v", out, err)
	}
	// Under the name of its folder, and under that which this code's module gives its repository.
	for _, repository := range []string{os.Getenv("TEST_WORKSPACE"), "gannet_bazel_workspace"} {
		file, err := runfiles.Rlocation(repository + "/" + os.Getenv("TOOL"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(file); err != nil {
			t.Error(err)
		}
	}
	if os.Getenv("GO_TEST_RUN_FROM_BAZEL") != "1" {
		t.Error("a variable is missing by which tests ask whether Bazel runs them")
	}
}
