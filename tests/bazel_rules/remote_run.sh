#!/usr/bin/env bash
# Builds and tests tests/bazel_workspace with an SDK on a remote execution server, every action and test there.
# With Debian's packages buildbox and python3-grpcio this starts one on two loopback ports: buildbox-casd with its runner
# buildbox-run-hosttools, and reapi_relay.py in front of it. $BAZEL is a Bazel 7; $EXECUTOR, if set, is a server that runs already.
# usage: remote_run.sh GANNET_TREE SDK WORK_FOLDER [BAZEL_FLAG...]
set -uo pipefail

tree=$1 sdk=$2 work=$3
shift 3
bazel=${BAZEL:-bazel}
server_port=50151 relay_port=50152
started=()
finish() {
  (cd "$work/ws" && "$bazel" --output_base="$work/base" shutdown >/dev/null 2>&1)
  [ ${#started[@]} = 0 ] || kill "${started[@]}" 2>/dev/null
}
trap finish EXIT

mkdir -p "$work/ws" "$work/home" "$work/store"
(cd "$tree/tests/bazel_workspace" && tar -c --exclude="./bazel-*" .) | tar -x -C "$work/ws"
if [ -z "${EXECUTOR:-}" ]; then
  buildbox-casd --bind 127.0.0.1:$server_port --buildbox-run "${BUILDBOX_RUN:-$(command -v buildbox-run-hosttools)}" \
    --jobs "$(nproc)" "$work/store" >"$work/server.log" 2>&1 &
  started+=($!)
  python3 "$tree/tests/bazel_rules/reapi_relay.py" 127.0.0.1:$relay_port 127.0.0.1:$server_port >"$work/relay.log" 2>&1 &
  started+=($!)
  for _ in $(seq 100); do
    grep -q listening "$work/relay.log" && break
    sleep 0.1
  done
  EXECUTOR=grpc://127.0.0.1:$relay_port
fi

modules=()
for module in "$tree"/third_party/offline/*/; do
  modules+=(--override_module="$(basename "$module")=${module%/}")
done
(cd "$work/ws" && env -i HOME="$work/home" PATH="$PATH" GANNET_SDK="$sdk" GANNET_GOROOT="${GANNET_GOROOT:-}" \
  "$bazel" --output_base="$work/base" test "$@" --lockfile_mode=off --override_module=gannet="$tree" "${modules[@]}" \
  --color=no --curses=no --show_progress_rate_limit=60 --remote_executor="$EXECUTOR" --spawn_strategy=remote \
  --strategy=TestRunner=remote //...) >"$work/log" 2>&1
good=$?
grep -E 'PASSED|FAILED|ERROR|processes' "$work/log"
[ $good = 0 ] || { tail -n 40 "$work/log"; exit 1; }
if grep -E 'processes?:' "$work/log" | grep -qE 'sandbox|local|worker' || ! grep -qE '[0-9]+ remote' "$work/log"; then
  echo "FAILED: not all actions ran remotely"
  exit 1
fi
echo "all ran remotely"
