// Package testrun keeps Bazel's side of the agreement with a test program: filters, shards, time limits, the XML report, and
// coverage.
// Source: Bazel's "Test encyclopedia".
package testrun

import (
	"errors"
	"flag"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"syscall"
)

// The program runs itself to watch what the tests print; this variable tells the two apart.
const childVariable = "GANNET_TEST_CHILD"

// Start is called before anything of the tests runs. If Bazel wants a report, the tests run in a child process, and Start does
// not return.
func Start() {
	if os.Getenv(childVariable) != "" {
		os.Unsetenv(childVariable)
		setFlags()
		startCoverage()
		return
	}
	report := os.Getenv("XML_OUTPUT_FILE")
	if report == "" {
		setFlags()
		startCoverage()
		return
	}
	os.Exit(watch(report))
}

// setFlags gives the testing package the flags that Bazel asks for by variables. Arguments are parsed later: they win.
func setFlags() {
	set := func(name, value string) {
		if value == "" {
			return
		}
		if f := flag.Lookup(name); f != nil {
			f.Value.Set(value)
		}
	}
	testingFlags()
	set("test.run", os.Getenv("TESTBRIDGE_TEST_ONLY"))
	if os.Getenv("TESTBRIDGE_TEST_RUNNER_FAIL_FAST") == "1" {
		set("test.failfast", "true")
	}
	// Package testing then says which test hangs, a moment before Bazel ends the process.
	if seconds, err := strconv.Atoi(os.Getenv("TEST_TIMEOUT")); err == nil && seconds > 1 {
		set("test.timeout", strconv.Itoa(seconds-1)+"s")
	}
}

// watch runs the tests in a child, passes on what they print, and writes the report. It returns the child's exit status.
func watch(report string) int {
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	converter := newConverter(os.Stdout)
	child := exec.Command(self, append([]string{"-test.v=test2json"}, os.Args[1:]...)...)
	child.Args[0] = os.Args[0]
	child.Env = append(os.Environ(), childVariable+"=1")
	child.Stdin = os.Stdin
	child.Stdout = converter
	child.Stderr = os.Stderr
	// When the time is over Bazel asks the process to end: the tests are told, and the report is still written.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	if err := child.Start(); err != nil {
		os.Stderr.WriteString("testrun: " + err.Error() + "\n")
		return 1
	}
	go func() {
		for s := range signals {
			child.Process.Signal(s)
		}
	}()
	status := exitStatus(child.Wait())
	converter.close()
	text := converter.xml(os.Getenv("TEST_TARGET"), status)
	if err := os.WriteFile(report, []byte(text), 0o644); err != nil {
		os.Stderr.WriteString("testrun: " + err.Error() + "\n")
	}
	return status
}

// exitStatus is what a shell would make of the end of a process.
func exitStatus(err error) int {
	if err == nil {
		return 0
	}
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return 1
	}
	if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return exit.ExitCode()
}
