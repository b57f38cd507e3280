#!/usr/bin/env bash
# Sets up an SDK of the tools under test and compares Go's own tools built by it in two ways.
# usage: go_programs.sh SCRIPT.py MAKE_SDK VERSION_FILE TOOL... RUNTIME_FILE... (from VERSION_FILE on as make_sdk.sh)
set -eu
sdk=${TEST_TMPDIR:?}/sdk library=$TEST_TMPDIR/library
bash "$2" "$sdk" "${@:3}"
# The same with Go's own package runtime, for Go's tools to work on.
cp -rs "$sdk" "$library"
rm -rf "$library/src/runtime"
cp -rs "$(readlink -f "$(dirname "$(readlink -f "$3")")/src")/runtime" "$library/src/runtime"
exec python3 "$1" --sdk "$sdk" --library "$library" --work "$TEST_TMPDIR/work"
