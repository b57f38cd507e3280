// Command trim copies test files of Go's package runtime without the declarations that files.txt leaves out, and without the
// imports that nothing needs then.
//
// usage: trim files.txt FROM_FOLDER TO_FOLDER
package main

import (
	"bufio"
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

func main() {
	list, err := os.Open(os.Args[1])
	check(err)
	for lines := bufio.NewScanner(list); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) == 0 || strings.HasPrefix(words[0], "#") {
			continue
		}
		source, err := os.ReadFile(filepath.Join(os.Args[2], words[0]))
		check(err)
		if len(words) > 1 {
			source = trim(words[0], source, words[1:])
		}
		check(os.WriteFile(filepath.Join(os.Args[3], words[0]), source, 0o644))
	}
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "trim:", err)
		os.Exit(1)
	}
}

// trim cuts the functions, types and variables of these names out of a file.
func trim(name string, source []byte, names []string) []byte {
	left := map[string]bool{}
	for _, n := range names {
		left[n] = true
	}
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, source, parser.ParseComments)
	check(err)
	var kept []ast.Decl
	found := map[string]bool{}
	cut := func(n string) bool {
		found[n] = found[n] || left[n]
		return left[n]
	}
	var gone []ast.Node
	for _, d := range file.Decls {
		whole := false
		switch d := d.(type) {
		case *ast.FuncDecl:
			whole = cut(d.Name.Name)
		case *ast.GenDecl:
			if len(d.Specs) == 1 {
				switch s := d.Specs[0].(type) {
				case *ast.ValueSpec:
					whole = cut(s.Names[0].Name)
				case *ast.TypeSpec:
					whole = cut(s.Name.Name)
				}
			}
		}
		if whole {
			gone = append(gone, d)
		} else {
			kept = append(kept, d)
		}
	}
	for n := range left {
		if !found[n] {
			check(fmt.Errorf("%s declares no %s", name, n))
		}
	}
	file.Decls = kept
	dropComments(file, gone)
	dropImports(file)
	var out bytes.Buffer
	check(format.Node(&out, fset, file))
	return out.Bytes()
}

func dropComments(file *ast.File, gone []ast.Node) {
	var kept []*ast.CommentGroup
	for _, c := range file.Comments {
		inside := false
		for _, d := range gone {
			start := d.Pos()
			if f, ok := d.(*ast.FuncDecl); ok && f.Doc != nil {
				start = f.Doc.Pos()
			}
			if g, ok := d.(*ast.GenDecl); ok && g.Doc != nil {
				start = g.Doc.Pos()
			}
			inside = inside || (c.Pos() >= start && c.End() <= d.End())
		}
		if !inside {
			kept = append(kept, c)
		}
	}
	file.Comments = kept
}

func dropImports(file *ast.File) {
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok {
				used[x.Name] = true
			}
		}
		return true
	})
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.IMPORT {
			continue
		}
		var specs []ast.Spec
		for _, s := range g.Specs {
			i := s.(*ast.ImportSpec)
			path, _ := strconv.Unquote(i.Path.Value)
			name := filepath.Base(path)
			if i.Name != nil {
				name = i.Name.Name
			}
			if name == "." || name == "_" || used[name] {
				specs = append(specs, s)
			}
		}
		g.Specs = specs
	}
}
