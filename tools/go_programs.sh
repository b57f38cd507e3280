#!/usr/bin/env bash
# Builds those of Go's own programs that the command runs, and ours that fills templates, into an SDK by its own tools.
# usage: go_programs.sh SDK
set -eu
sdk=$1
mkdir -p "$sdk/pkg/bin"
build() { # place, what
  local place=$sdk/pkg/$1
  shift
  (cd / && GOENV=off GOFLAGS='' GO111MODULE='' "$sdk/bin/gannet" build -trimpath -buildvcs=false -o "$place.new" "$@")
  mv -f "$place.new" "$place"
}
for program in go gofmt; do build bin/$program cmd/$program; done
for program in vet fix cover covdata; do build tool/linux_amd64/$program cmd/$program; done
build bin/list_format "$sdk"/pkg/list_format/*.go
