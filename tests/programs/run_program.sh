#!/usr/bin/env bash
# usage: run_program.sh PROGRAM STATUS EXPECTED_STDOUT|- EXPECTED_STDERR|- ARGUMENT...
# STRESS_MODES: values of GODEBUG, apart by blanks; the program is run under each. If unset, it is run as it is.
set -u
program=$1 status=$2 stdout=$3 stderr=$4
shift 4
out=${TEST_TMPDIR:-/tmp}/out err=${TEST_TMPDIR:-/tmp}/err
bad=0

fault() {
  echo "${GODEBUG:+GODEBUG=$GODEBUG: }$1"
  faults=1
}

run_once() {
  local faults=0 got
  "$program" "$@" >"$out" 2>"$err" </dev/null
  got=$?
  [ "$got" = "$status" ] || fault "exit status $got, want $status"
  [ "$stdout" = - ] || diff -u "$stdout" "$out" || fault "standard output differs"
  if [ "$stderr" != - ]; then
    sed -E -f tests/programs/normalize_trace.sed "$err" >"$err.normal"
    diff -u "$stderr" "$err.normal" || fault "standard error differs"
  fi
  [ $faults = 0 ] && return
  echo "--- standard error was:"
  head -c 4000 "$err"
  bad=1
}

if [ -n "${STRESS_MODES:-}" ]; then
  for mode in $STRESS_MODES; do
    export GODEBUG=$mode
    run_once "$@"
  done
else
  run_once "$@"
fi
exit $bad
