#!/usr/bin/env bash
# Lets Go's own go command work with the tools under test (README.md).
# usage: drop_in_test.sh MODULE/go.mod MAKE_SDK VERSION_FILE TOOL_OR_RUNTIME_FILE...
set -eu
module=$(dirname "$(readlink -f "$1")") make_sdk=$2
shift 2
work=${TEST_TMPDIR:?} sdk=$TEST_TMPDIR/sdk
bash "$make_sdk" "$sdk" "$@"

fail() {
  echo "FAIL: $*" >&2
  exit 1
}
# same NAME GOT WANTED
same() { [ "$2" = "$3" ] || fail "$1: got '$2', want '$3'"; }

export HOME=$work GANNET_CACHE=$work/gannet-cache
export GOENV=off GOFLAGS= GOPROXY=off GOTOOLCHAIN=local GOCACHE=$work/cache GOTELEMETRY=off CGO_ENABLED=0
unset GOROOT GOPATH
"$sdk/bin/gannet" build -o "$sdk/bin/go" cmd/go
"$sdk/bin/gannet" build -o "$sdk/pkg/tool/linux_amd64/vet" cmd/vet
export PATH=$sdk/bin:$PATH
cp -rL "$module" "$work/module"
cd "$work/module"

same GOROOT "$(go env GOROOT)" "$sdk"
case $(go version) in
"go version go1.26"*"-gannet linux/amd64") ;;
*) fail "go version: $(go version)" ;;
esac

# A program of several packages; the same bytes from an empty cache in another folder.
go build -ldflags "-X main.version=v1" -o app.exe ./app
same app "$(./app.exe)" "good day [a b] 2 v1 true example.com/m"
go build -trimpath -o "$work/one" ./app
cp -r "$work/module" "$work/elsewhere"
(cd "$work/elsewhere" && GOCACHE=$work/other-cache go build -trimpath -o "$work/two" ./app)
cmp "$work/one" "$work/two"
same run "$(go run ./app)" "good day [a b] 2 unset true example.com/m"
go build -buildmode=pie -o pie.exe ./app
same pie "$(./pie.exe)" "good day [a b] 2 unset true example.com/m"
same unoptimized "$(go run -gcflags='all=-N -l' ./app)" "good day [a b] 2 unset true example.com/m"

# Nothing is compiled again.
if go build -x -trimpath -o "$work/one" ./app 2>&1 | grep -q '/compile \|/link '; then fail "the cache was not used"; fi

# Tests, with vet; vet finds through the archive of package names that Logf is like Printf.
go test ./add >test.out || fail "go test: $(cat test.out)"
grep -q '^ok' test.out || fail "go test: $(cat test.out)"
go test -short sort | grep -q '^ok' || fail "go test sort"
if go vet ./report 2>vet.out; then fail "vet found nothing"; fi
grep -q 'report.go:7:.*Logf format %s has arg n of wrong type int' vet.out || fail "vet: $(cat vet.out)"

# Go's other tools read what ours write.
archive=$(go list -export -f '{{.Export}}' ./add)
same pack "$(go tool pack t "$archive" | tr '\n' ' ')" "__.PKGDEF _go_.o add_amd64.o "
go tool nm "$archive" | grep " T example.com/m/add.Twice$" >nm.out || fail "nm of an archive"
go tool nm app.exe | grep ' T main.main$' >nm.out || fail "nm of a program"
go version -m app.exe | grep -q 'mod.*example.com/m' || fail "version -m"
for file in "$archive" app.exe; do
  case $(go tool buildid "$file") in
  *?/?*) ;;
  *) fail "build ID of $file: $(go tool buildid "$file")" ;;
  esac
done

# By hand: direct imports are enough for the compiler; -linkobj parts what importers read from what is linked.
mkdir "$work/hand" && cd "$work/hand"
printf 'package a\n\ntype T struct{ N int }\n' >a.go
printf 'package b\n\nimport "a"\n\nfunc New() *a.T { return &a.T{N: 7} }\n' >b.go
printf 'package main\n\nimport "b"\n\nfunc main() { println(b.New().N) }\n' >main.go
go tool compile -p a -o a.o a.go
echo "packagefile a=a.o" >b.cfg
go tool compile -p b -importcfg b.cfg -o b.x -linkobj b.o b.go
echo "packagefile b=b.x" >main.cfg
go tool compile -p main -importcfg main.cfg -buildid by/hand main.go
same "build ID" "$(go tool buildid main.o)" by/hand
go list -export -deps -f '{{if .Export}}packagefile {{.ImportPath}}={{.Export}}{{end}}' runtime >link.cfg
printf 'packagefile a=a.o\npackagefile b=b.o\n' >>link.cfg
go tool link -importcfg link.cfg -o hand main.o
same "by hand" "$(./hand 2>&1)" 7
for flag in -race -msan -dynlink; do
  if go tool compile $flag -p a a.go 2>flag.out; then fail "$flag was taken"; fi
  grep -q -- "$flag is not supported" flag.out || fail "$flag: $(cat flag.out)"
done
echo PASS
