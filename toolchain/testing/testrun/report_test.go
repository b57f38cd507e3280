package testrun

import (
	"bytes"
	"strings"
	"testing"
)

const marked = "\x16=== RUN   TestA\n" +
	"no line end\x16--- PASS: TestA (0.01s)\n" +
	"\x16=== RUN   TestB\n" +
	"\x16=== RUN   TestB/sub\n" +
	"    b_test.go:3: <bad>\n" +
	"\x16    --- FAIL: TestB/sub (0.00s)\n" +
	"\x16--- FAIL: TestB (0.00s)\n" +
	"\x16=== RUN   TestC\n" +
	"\x16--- SKIP: TestC (0.00s)\n" +
	"\x16=== RUN   TestHangs\n"

func report(t *testing.T, chunk int) (string, string) {
	var out bytes.Buffer
	c := newConverter(&out)
	for text := marked; text != ""; {
		n := min(chunk, len(text))
		if k, err := c.Write([]byte(text[:n])); k != n || err != nil {
			t.Fatal(k, err)
		}
		text = text[n:]
	}
	c.close()
	return out.String(), c.xml("//a:b", 1)
}

func TestReport(t *testing.T) {
	passed, xml := report(t, 1000)
	if want := strings.ReplaceAll(marked, "\x16", ""); passed != want {
		t.Errorf("passed on %q, want %q", passed, want)
	}
	for _, want := range []string{
		`tests="5" failures="3" errors="0" skipped="1"`,
		`name="TestA" time="0.01"></testcase>`,
		`name="TestB/sub" time="0.00"><failure message="Failed">    b_test.go:3: &lt;bad&gt;` + "\n</failure>",
		`name="TestC" time="0.00"><skipped`,
		`name="TestHangs" time="0.00"><failure message="Interrupted">`,
	} {
		if !strings.Contains(xml, want) {
			t.Errorf("no %s in\n%s", want, xml)
		}
	}
	if _, again := report(t, 1); again != xml {
		t.Errorf("output in single bytes gives another report:\n%s", again)
	}
}

func TestShards(t *testing.T) {
	list := []int{0, 1, 2, 3, 4}
	seen := map[int]int{}
	for index := range 2 {
		s := &Sharder{index: index, total: 2}
		for _, part := range [][]int{Pick(s, list[:2]), Pick(s, list[2:])} {
			for _, x := range part {
				seen[x]++
			}
		}
	}
	for _, x := range list {
		if seen[x] != 1 {
			t.Errorf("item %d is run %d times", x, seen[x])
		}
	}
}
