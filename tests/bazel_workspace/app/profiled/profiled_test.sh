#!/usr/bin/env bash
set -euo pipefail
diff <("$1" 2>&1) <(printf '%s\n' "$("$2" 2>&1 | head -n 1)" "own inlined" "library inlined")
diff <("$2" 2>&1 | tail -n 2) <(printf '%s\n' "own called" "library called")
grep -q "pgo=cpu.pprof" "$1"
if grep -q "pgo=" "$2"; then exit 1; fi
