#!/usr/bin/env bash
# remote_run.sh, where there is what it needs. Passes without a check elsewhere.
set -eu
export BAZEL=${GANNET_BAZEL7:-$(compgen -c bazel-7 | head -n 1)}
missing=
[ -n "$BAZEL" ] || missing="Bazel 7 (bazel-7* on PATH, or GANNET_BAZEL7)"
command -v buildbox-casd >/dev/null || missing+=" buildbox-casd"
python3 -c "import grpc" 2>/dev/null || missing+=" python3-grpcio"
if [ -n "$missing" ]; then
  echo "skipped: there is no $missing"
  exit
fi
GANNET_RUN=remote_run.sh exec "$(dirname "$0")/workspace_test.sh" "$@"
