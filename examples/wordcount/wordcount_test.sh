#!/usr/bin/env bash
# usage: wordcount_test.sh PROGRAM TEXT
# Compares with the same count made by other means.
set -eu
export LC_ALL=C
size=$(stat -Lc %s "$2")
[ "$size" -ge 10000000 ] || { echo "the text has $size bytes only"; exit 1; }
tr -cs 'A-Za-z' '\n' <"$2" | tr 'A-Z' 'a-z' | sed '/^$/d' | sort | uniq -c | sort -k1,1nr -k2,2 >"$TEST_TMPDIR/counts"
{
  awk '{ n += $1 } END { printf "%d words, %d distinct\n", n, NR }' "$TEST_TMPDIR/counts"
  head -n 20 "$TEST_TMPDIR/counts" | awk '{ printf "%8d %s\n", $1, $2 }'
} >"$TEST_TMPDIR/want"
"$1" "$2" >"$TEST_TMPDIR/got"
diff -u "$TEST_TMPDIR/want" "$TEST_TMPDIR/got"
