#!/usr/bin/env bash
# workspace_test.sh with Bazel 7, which takes MODULE.bazel: $GANNET_BAZEL7, or a bazel-7* on PATH. Passes without a check where
# there is none.
set -eu
export BAZEL=${GANNET_BAZEL7:-$(compgen -c bazel-7 | head -n 1)}
if [ -z "$BAZEL" ]; then
  echo "skipped: there is no bazel-7* on PATH, and GANNET_BAZEL7 names none"
  exit
fi
exec "$(dirname "$0")/workspace_test.sh" "$@"
