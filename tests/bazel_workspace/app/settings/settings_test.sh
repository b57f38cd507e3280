#!/usr/bin/env bash
set -euo pipefail
[ "$("$1")" = "3 47 67108864" ]
[ "$(GOMAXPROCS=2 GOGC=80 GOMEMLIMIT=1GiB "$1")" = "2 80 1073741824" ]
