#!/usr/bin/env bash
# Runs Go's type-checker tests. usage: run.sh RUNNER TABLE [--update | test name...]; GANNET_GOROOT names the Go sources.
set -euo pipefail
runner=$1 table=$2
shift 2
: "${GANNET_GOROOT:?set it to a GOROOT with the Go 1.26 sources (third_party/fetch_go_sources.sh prints one)}"
exec "$runner" --goroot="$GANNET_GOROOT" --table="$table" "$@"
