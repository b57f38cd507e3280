#!/usr/bin/env bash
# Sets up an SDK of the tools under test and has test_command_test.py try its gannet test.
# usage: test_command_test.sh TEST.py MODULE EXPECTED MAKE_SDK VERSION_FILE TOOL... RUNTIME_FILE... (as make_sdk.sh)
set -eu
sdk=${TEST_TMPDIR:?}/sdk
bash "$4" "$sdk" "${@:5}"
GANNET_CACHE=$TEST_TMPDIR/cache exec python3 "$1" --go "$sdk/bin/gannet" --module "$2" --expected "$3"
