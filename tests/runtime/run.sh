#!/usr/bin/env bash
# Runs the chosen tests of Go's own package runtime (files.txt) against this runtime.
# usage: tests/runtime/run.sh --sdk DIR [flags of "gannet test"]
#
# The SDK's library sources have Go's test files of package runtime only if Go's did; --tests DIR names them otherwise.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
sdk= tests=
while [ $# -gt 0 ]; do
  case $1 in
  --sdk) sdk=${2:?--sdk needs a folder}; shift 2 ;;
  --tests) tests=${2:?--tests needs a folder}; shift 2 ;;
  *) break ;;
  esac
done
[ -n "$sdk" ] && [ -n "$tests" ] || { echo "usage: run.sh --sdk DIR --tests GOROOT/src/runtime [flags of gannet test]" >&2; exit 2; }
sdk=$(cd "$sdk" && pwd)
tests=$(cd "$tests" && pwd)

# A tree like the SDK, but for package runtime's test files. The tests that build programs look for a command named go.
tree=$(mktemp -d)
trap 'rm -rf "$tree"' EXIT
mkdir -p "$tree/bin" "$tree/src/runtime"
cp "$sdk/bin/gannet" "$tree/bin/gannet"
cp "$sdk/bin/gannet" "$tree/bin/go"
ln -s "$sdk/pkg" "$tree/pkg"
cp "$sdk/VERSION" "$tree/VERSION"
for f in "$sdk"/src/*; do
  [ "${f##*/}" = runtime ] || ln -s "$f" "$tree/src/${f##*/}"
done
for f in "$sdk"/src/runtime/*; do
  ln -s "$f" "$tree/src/runtime/${f##*/}"
done
rm -rf "$tree/src/runtime/testdata"
cp -r "$tests/testdata" "$tree/src/runtime/testdata"
skip=
while read -r file names; do
  case $file in '' | '#'*) continue ;; esac
  cp "$tests/$file" "$tree/src/runtime/$file"
  for name in $names; do skip="$skip${skip:+|}^$name\$"; done
done <"$here/files.txt"
cp "$here/export_test.go" "$here/shim_test.go" "$tree/src/runtime/"
cd "$tree/src/runtime"
export GOROOT="$tree" PATH="$tree/bin:$PATH"
"$tree/bin/gannet" test -short ${skip:+-skip "$skip"} "$@" runtime
