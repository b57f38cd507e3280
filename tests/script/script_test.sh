#!/usr/bin/env bash
# Runs the scripts of this folder with an SDK of the tools under test.
# usage: script_test.sh RUN_SCRIPTS MAKE_SDK VERSION_FILE TOOL_OR_RUNTIME_FILE...
set -eu
run=$1 make_sdk=$2
shift 2
sdk=${TEST_TMPDIR:?}/sdk
bash "$make_sdk" "$sdk" "$@"
exec python3 "$run" --sdk "$sdk" "$(dirname "$run")"/*.txtar
