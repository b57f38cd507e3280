#!/usr/bin/env bash
# Sets up an SDK of the tools under test, with Go's programs in it, and runs Go's tests of its command with it.
# SUITE_FLAGS: further flags of the suite's.
# usage: go_command_suite.sh SUITE.py TABLE GO_PROGRAMS MAKE_SDK VERSION_FILE TOOL... RUNTIME_FILE... (as make_sdk.sh)
set -eu
sdk=${TEST_TMPDIR:?}/sdk
export GANNET_CACHE=$TEST_TMPDIR/cache
bash "$4" "$sdk" "${@:5}"
bash "$3" "$sdk"
exec python3 "$1" --sdk "$sdk" --table "$2" ${SUITE_FLAGS:-} --report "${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/failures.txt"
