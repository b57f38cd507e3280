#!/usr/bin/env bash
set -euo pipefail
diff "$1" tools/facts/expected.txt
