#!/usr/bin/env bash
# Runs Go's type-checker tests. usage: run.sh RUNNER TABLE VERSION_FILE [--update | test name...]
# VERSION_FILE is the file VERSION of a GOROOT with the Go 1.26 sources.
set -euo pipefail
runner=$1 table=$2 goroot=$(dirname "$(readlink -f "$3")")
shift 3
exec "$runner" --goroot="$goroot" --table="$table" "$@"
