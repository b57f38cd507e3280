#!/usr/bin/env bash
# usage: run_program.sh PROGRAM STATUS EXPECTED_STDOUT|- EXPECTED_STDERR|- ARGUMENT...
set -u
program=$1 status=$2 stdout=$3 stderr=$4
shift 4
out=${TEST_TMPDIR:-/tmp}/out err=${TEST_TMPDIR:-/tmp}/err
"$program" "$@" >"$out" 2>"$err" </dev/null
got=$?
bad=0
if [ "$got" != "$status" ]; then
  echo "exit status $got, want $status"
  bad=1
fi
if [ "$stdout" != - ] && ! diff -u "$stdout" "$out"; then
  echo "standard output differs"
  bad=1
fi
if [ "$stderr" != - ]; then
  sed -E -f tests/programs/normalize_trace.sed "$err" >"$err.normal"
  if ! diff -u "$stderr" "$err.normal"; then
    echo "standard error differs"
    bad=1
  fi
fi
if [ $bad = 1 ]; then
  echo "--- standard error was:"
  head -c 4000 "$err"
fi
exit $bad
