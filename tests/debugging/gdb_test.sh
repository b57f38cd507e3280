#!/usr/bin/env bash
# What gdb says of the program, addresses left out; and whether the debug
# information of the program, and of its optimized form, is well formed.
# usage: gdb_test.sh PROGRAM OPTIMIZED COMMANDS EXPECTED
set -uo pipefail
program=$1 optimized=$2 commands=$3 expected=$4
bad=0
for p in "$program" "$optimized"; do
  llvm-dwarfdump-19 --verify "$p" >"$TEST_TMPDIR/verify" 2>&1 || bad=1
  grep -qE '^(warning|error)' "$TEST_TMPDIR/verify" && bad=1
  [ "$bad" = 0 ] || { head -n 40 "$TEST_TMPDIR/verify"; echo "the debug information of $p is not well formed"; exit 1; }
done
# A goroutine that is preempted at the very instruction of a breakpoint would be shown there once more, on the thread that goes on with it.
export GODEBUG=asyncpreemptoff=1
HOME=$TEST_TMPDIR timeout 120 gdb -nx -batch -x "$commands" "$program" >"$TEST_TMPDIR/raw" 2>"$TEST_TMPDIR/err"
sed -E -e '/^\[(New LWP|Thread|Switching)/d' -e '/^$/d' -e '/^[0-9]+\t/d' -e '/^warning:/d' -e '/^Using host libthread_db/d' \
  -e 's/0x[0-9a-f]+/ADDR/g' -e 's/^Thread [0-9]+ /Thread /' "$TEST_TMPDIR/raw" >"$TEST_TMPDIR/out"
diff -u "$expected" "$TEST_TMPDIR/out" || { cat "$TEST_TMPDIR/err"; exit 1; }
