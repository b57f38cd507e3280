#!/usr/bin/env bash
# Sets up an SDK of the tools under test and runs random programs built by it.
# usage: random_programs.sh SCRIPT.py MAKE_SDK VERSION_FILE TOOL... RUNTIME_FILE... (from VERSION_FILE on as make_sdk.sh)
set -eu
sdk=${TEST_TMPDIR:?}/sdk
bash "$2" "$sdk" "${@:3}"
export HOME=$TEST_TMPDIR GANNET_CACHE=$TEST_TMPDIR/cache
exec python3 "$1" --sdk "$sdk" --count 30
