#!/usr/bin/env bash
set -euo pipefail
diff <("$1") <(echo "aliased fastbuild app/flags/main.go 1")
