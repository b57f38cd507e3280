#!/usr/bin/env bash
# Runs every test. Ends with a line "N passed, N failed, N skipped" and the exit status that goes with it.
. "$(dirname "$0")/common.sh"

install_packages
say "running all tests"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
bazel_run test --keep_going --test_summary=short //... 2>&1 | tee "$log" || status=$?
passed=$(grep -cE '^//.* (\(cached\) )?PASSED' "$log" || true)
failed=$(grep -cE '^//.* (FAILED|TIMEOUT|NO STATUS|FLAKY)' "$log" || true)
skipped=$(grep -cE '^//.* SKIPPED' "$log" || true)
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
  failed=1 # the build itself failed
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$status" = 0 ]
