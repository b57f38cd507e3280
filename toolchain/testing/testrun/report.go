package testrun

import (
	"io"
	"strconv"
	"strings"
)

// A test as the report has it.
type testCase struct {
	name    string
	output  strings.Builder
	result  string // PASS, FAIL, SKIP; empty while it runs
	seconds string
}

// A converter reads the marked form of package testing's output (-test.v=test2json): lines about tests begin with a control
// character. It passes the lines on without the mark.
type converter struct {
	out     io.Writer
	line    []byte
	cases   []*testCase
	byName  map[string]*testCase
	current *testCase
}

const mark = 0x16

func newConverter(out io.Writer) *converter {
	return &converter{out: out, byName: map[string]*testCase{}}
}

// Write takes the output in pieces of any size.
func (c *converter) Write(p []byte) (int, error) {
	for _, b := range p {
		if b == mark {
			// A test may print without a line end before testing speaks again.
			c.flush()
			continue
		}
		c.line = append(c.line, b)
		if b == '\n' {
			c.flush()
		}
	}
	return len(p), nil
}

func (c *converter) close() { c.flush() }

func (c *converter) flush() {
	if len(c.line) == 0 {
		return
	}
	c.out.Write(c.line)
	c.take(string(c.line))
	c.line = c.line[:0]
}

// take reads one line, or the end of one.
func (c *converter) take(line string) {
	text := strings.TrimLeft(strings.TrimSuffix(line, "\n"), " ")
	for _, verb := range []string{"=== RUN   ", "=== CONT  ", "=== NAME  ", "=== PAUSE "} {
		if name, ok := strings.CutPrefix(text, verb); ok {
			c.current = c.test(strings.TrimSpace(name))
			return
		}
	}
	for _, result := range []string{"PASS", "FAIL", "SKIP"} {
		rest, ok := strings.CutPrefix(text, "--- "+result+": ")
		if !ok {
			continue
		}
		name, time, _ := strings.Cut(rest, " (")
		t := c.test(name)
		t.result, t.seconds = result, strings.TrimSuffix(time, "s)")
		c.current = t
		return
	}
	if c.current != nil {
		c.current.output.WriteString(line)
	}
}

func (c *converter) test(name string) *testCase {
	if name == "" {
		return nil
	}
	t := c.byName[name]
	if t == nil {
		t = &testCase{name: name}
		c.byName[name] = t
		c.cases = append(c.cases, t)
	}
	return t
}

// xml returns the report in JUnit's form. A test that did not end has failed.
func (c *converter) xml(target string, status int) string {
	failures, skipped := 0, 0
	for _, t := range c.cases {
		switch t.result {
		case "PASS":
		case "SKIP":
			skipped++
		default:
			failures++
		}
	}
	errors := 0
	if status != 0 && failures == 0 {
		errors = 1 // outside of any test
	}
	var b strings.Builder
	b.WriteString("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n")
	b.WriteString("\t<testsuite name=\"" + escaped(target) + "\" tests=\"" + strconv.Itoa(len(c.cases)) +
		"\" failures=\"" + strconv.Itoa(failures) + "\" errors=\"" + strconv.Itoa(errors) +
		"\" skipped=\"" + strconv.Itoa(skipped) + "\">\n")
	for _, t := range c.cases {
		seconds := t.seconds
		if seconds == "" {
			seconds = "0.00"
		}
		b.WriteString("\t\t<testcase classname=\"" + escaped(target) + "\" name=\"" + escaped(t.name) + "\" time=\"" + escaped(seconds) + "\">")
		switch t.result {
		case "PASS":
		case "SKIP":
			b.WriteString("<skipped message=\"\">" + escaped(t.output.String()) + "</skipped>")
		case "FAIL":
			b.WriteString("<failure message=\"Failed\">" + escaped(t.output.String()) + "</failure>")
		default:
			b.WriteString("<failure message=\"Interrupted\">" + escaped(t.output.String()) + "</failure>")
		}
		b.WriteString("</testcase>\n")
	}
	if errors != 0 {
		b.WriteString("\t\t<system-err>exit status " + strconv.Itoa(status) + "</system-err>\n")
	}
	b.WriteString("\t</testsuite>\n</testsuites>\n")
	return b.String()
}

// escaped returns the text as XML has it; what XML cannot hold becomes U+FFFD.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '"':
			b.WriteString("&quot;")
		case r == '\n' || r == '\t':
			b.WriteRune(r)
		case r < 0x20 || r == 0xFFFE || r == 0xFFFF:
			b.WriteRune('\uFFFD')
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
