// Command list_format prints what `gannet list -f TEMPLATE` asks for: the packages or modules come as JSON on standard input, as
// `gannet list -json` writes them. It is built by Gannet when it is first needed.
//
// usage: list_format [-m] -root GOROOT TEMPLATE
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/template"
	"time"
)

// Module has the fields of a module that `go help list` names.
type Module struct {
	Path, Version, Query string
	Versions             []string
	Replace              *Module
	Time                 *time.Time
	Update               *Module
	Main, Indirect       bool
	Dir, GoMod           string
	GoVersion            string
	Retracted            []string
	Deprecated           string
	Error                *ModuleError
	Sum, GoModSum        string
}

// String is how `list -m` shows a module without a template.
func (m *Module) String() string {
	s := m.Path
	if m.Version != "" {
		s += " " + m.Version
	}
	if r := m.Replace; r != nil {
		s += " => " + r.Path
		if r.Version != "" {
			s += " " + r.Version
		}
	}
	return s
}

// ModuleError says why a module is not to be had.
type ModuleError struct{ Err string }

// PackageError says why a package could not be loaded.
type PackageError struct {
	ImportStack []string
	Pos, Err    string
}

func (e *PackageError) Error() string {
	if e.Pos != "" {
		return e.Pos + ": " + e.Err
	}
	return e.Err
}

// Package has the fields of a package that `go help list` names.
type Package struct {
	Dir, ImportPath, ImportComment, Name, Doc, Target, Shlib, Root, ConflictDir, ForTest, Export, BuildID string

	Module *Module
	Match  []string

	Goroot, Standard, DepOnly, BinaryOnly, Incomplete bool

	DefaultGODEBUG string
	Stale          bool
	StaleReason    string

	GoFiles, CgoFiles, CompiledGoFiles, IgnoredGoFiles, InvalidGoFiles, IgnoredOtherFiles []string

	CFiles, CXXFiles, MFiles, HFiles, FFiles, SFiles, SwigFiles, SwigCXXFiles, SysoFiles []string

	EmbedPatterns, EmbedFiles []string

	CgoCFLAGS, CgoCPPFLAGS, CgoCXXFLAGS, CgoFFLAGS, CgoLDFLAGS, CgoPkgConfig []string

	Imports   []string
	ImportMap map[string]string
	Deps      []string

	Error      *PackageError
	DepsErrors []*PackageError

	TestGoFiles, TestImports, TestEmbedPatterns, TestEmbedFiles     []string
	XTestGoFiles, XTestImports, XTestEmbedPatterns, XTestEmbedFiles []string
}

// Context is what the template function "context" gives.
type Context struct {
	GOARCH, GOOS, GOROOT, GOPATH string
	CgoEnabled, UseAllFiles      bool
	Compiler                     string
	BuildTags, ToolTags          []string
	ReleaseTags                  []string
	InstallSuffix                string
}

// lineWriter remembers whether the last byte written ended a line.
type lineWriter struct {
	w       io.Writer
	written bool
	last    byte
}

func (l *lineWriter) Write(b []byte) (int, error) {
	if len(b) > 0 {
		l.written, l.last = true, b[len(b)-1]
	}
	return l.w.Write(b)
}

func main() {
	modules := flag.Bool("m", false, "the input is modules")
	context := &Context{GOARCH: "amd64", GOOS: "linux", GOPATH: os.Getenv("GOPATH"), Compiler: "gc"}
	flag.StringVar(&context.GOROOT, "root", "", "GOROOT")
	flag.StringVar(&context.InstallSuffix, "installsuffix", "", "of package folders")
	flag.Parse()
	if err := run(flag.Arg(0), context, *modules); err != nil {
		fmt.Fprintf(os.Stderr, "go: %v\n", err)
		os.Exit(1)
	}
}

func run(format string, context *Context, modules bool) error {
	for i := 1; i <= 26; i++ {
		context.ReleaseTags = append(context.ReleaseTags, fmt.Sprintf("go1.%d", i))
	}
	parsed, err := template.New("main").Funcs(template.FuncMap{
		"join":    strings.Join,
		"context": func() *Context { return context },
		"module":  func(string) *Module { return nil },
	}).Parse(format)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	input := json.NewDecoder(os.Stdin)
	for {
		var item any = new(Package)
		if modules {
			item = new(Module)
		}
		if err := input.Decode(item); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		lines := &lineWriter{w: out}
		if err := parsed.Execute(lines, item); err != nil {
			out.Flush()
			return err
		}
		if lines.written && lines.last != '\n' {
			out.WriteByte('\n')
		}
	}
}
