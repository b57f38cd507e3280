#!/usr/bin/env bash
set -euo pipefail
[ "$("$1" 2>&1)" = true ]
