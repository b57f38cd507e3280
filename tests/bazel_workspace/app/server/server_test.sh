#!/usr/bin/env bash
set -euo pipefail
diff <("$1") app/server/expected.txt
