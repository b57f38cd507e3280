#!/usr/bin/env bash
set -euo pipefail
diff <("$1" 2>&1) <(echo v1 3)
diff <("$2" 2>&1) <(echo v2 3)
grep -q GOAMD64=v1 "$1"
grep -q GOAMD64=v2 "$2"
