#!/usr/bin/env bash
# Runs Go's language tests with an SDK of the tools under test; the words of SUITE_FLAGS go to go_test_suite.py, too.
# usage: go_test_suite.sh SUITE.py TABLE MAKE_SDK VERSION_FILE TOOL_OR_RUNTIME_FILE...
set -eu
suite=$1 table=$2 make_sdk=$3 library=$(dirname "$(readlink -f "$4")")
shift 3
sdk=${TEST_TMPDIR:?}/sdk
bash "$make_sdk" "$sdk" "$@"
read -ra flags <<<"${SUITE_FLAGS:-}"
exec python3 "$suite" --sdk "$sdk" --tests "$(readlink -f "$library/test")" --table "$table" \
  --report "${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/failures.txt" "${flags[@]}"
