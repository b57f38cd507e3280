#!/usr/bin/env bash
# Sets up an SDK of the tools under test and runs tests of the library with it.
# usage: std_test_suite.sh SUITE.py TABLE PACKAGES MAKE_SDK VERSION_FILE TOOL... RUNTIME_FILE... (as make_sdk.sh)
set -eu
sdk=${TEST_TMPDIR:?}/sdk
bash "$4" "$sdk" "${@:5}"
GANNET_CACHE=$TEST_TMPDIR/cache exec python3 "$1" --sdk "$sdk" --table "$2" --packages "$3" \
  --report "${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/failures.txt"
