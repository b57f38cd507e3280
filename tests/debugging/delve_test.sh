#!/usr/bin/env bash
# What Delve says of the program at a line where variables of every kind live, but for addresses, thread numbers, lines of the
# runtime and its goroutines. Debian's Delve knows neither Go 1.26's interfaces nor its maps: those are not asked for.
# usage: delve_test.sh PROGRAM COMMANDS EXPECTED
set -uo pipefail
program=$1 commands=$2 expected=$3
export HOME=$TEST_TMPDIR XDG_CONFIG_HOME=$TEST_TMPDIR
timeout 120 dlv exec --check-go-version=false --allow-non-terminal-interactive=true --init "$commands" "$program" \
  >"$TEST_TMPDIR/raw" 2>"$TEST_TMPDIR/err"
sed -E -e 's/0x[0-9a-f]+/ADDR/g' -e 's/\(thread [0-9]+\)/(thread N)/' -e 's/ +$//' \
  -e '/GOROOT/s/:[0-9]+$/:N/' -e '/^  Goroutine [0-9]+ /,$d' "$TEST_TMPDIR/raw" >"$TEST_TMPDIR/out"
diff -u "$expected" "$TEST_TMPDIR/out" || { cat "$TEST_TMPDIR/err"; exit 1; }
