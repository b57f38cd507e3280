#!/usr/bin/env bash
# usage: server_test.sh SERVER_TEST.PY ARGUMENT...
set -eu
exec python3 "$@"
