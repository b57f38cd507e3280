#!/usr/bin/env bash
# Runs the chosen tests of Go's own package runtime (files.txt) against this runtime.
# usage: tests/runtime/run.sh --sdk DIR --tests GOROOT/src/runtime [--all] [flags of "gannet test"]
#
# Those of failing.txt are left out unless --all is given.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sdk= tests= all=
while [ $# -gt 0 ]; do
  case $1 in
  --sdk) sdk=${2:?--sdk needs a folder}; shift 2 ;;
  --tests) tests=${2:?--tests needs a folder}; shift 2 ;;
  --all) all=yes; shift ;;
  *) break ;;
  esac
done
[ -n "$sdk" ] && [ -n "$tests" ] || { echo "usage: run.sh --sdk DIR --tests GOROOT/src/runtime [--all] [flags of gannet test]" >&2; exit 2; }
sdk=$(cd "$sdk" && pwd)
tests=$(cd "$tests" && pwd)

# A tree like the SDK, but for package runtime's test files. The tests that build programs look for a command named go.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bin" "$tree/src/runtime"
cp "$sdk/bin/gannet" "$tree/bin/gannet"
ln -s gannet "$tree/bin/go"
ln -s "$sdk/pkg" "$tree/pkg"
[ ! -e "$sdk/lib" ] || ln -s "$sdk/lib" "$tree/lib"
cp "$sdk/VERSION" "$tree/VERSION"
for f in "$sdk"/src/*; do
  [ "${f##*/}" = runtime ] || ln -s "$f" "$tree/src/${f##*/}"
done
for f in "$sdk"/src/runtime/*; do
  ln -s "$f" "$tree/src/runtime/${f##*/}"
done
rm -rf "$tree/src/runtime/testdata"
cp -r "$tests/testdata" "$tree/src/runtime/testdata"
(cd "$here/trim" && GOFLAGS= "$sdk/bin/gannet" build -o "$tree/trim" main.go)
"$tree/trim" "$here/files.txt" "$tests" "$tree/src/runtime"
cp "$here/export_test.go" "$tree/src/runtime/"
skip=
if [ -z "$all" ]; then
  while read -r name _; do
    case $name in '' | '#'*) continue ;; esac
    skip="$skip${skip:+|}^$name\$"
  done <"$here/failing.txt"
fi
cd "$tree/src/runtime"
export GOROOT="$tree" GANNET_ROOT="$tree" PATH="$tree/bin:$PATH"
"$tree/bin/gannet" test -short ${skip:+-skip "$skip"} "$@" runtime
