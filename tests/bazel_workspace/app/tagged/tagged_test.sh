#!/usr/bin/env bash
set -euo pipefail
[ "$("$1" 2>&1)" = true ]
[ "$("$(dirname "$1")/untagged" 2>&1)" = false ]
