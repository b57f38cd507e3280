#!/usr/bin/env bash
# Builds tests/bazel_workspace, as rules_go's users have theirs, with an SDK, in copies at two places:
#   1. all targets and tests;
#   2. what must be refused, with its message;
#   3. filter, report, stamping;
#   4. cut-off: the body of a function that is not inlined changes, and no dependent is compiled again;
#   5. the second copy, under another path, user and PATH: all comes from the first one's cache; without a cache the
#      bytes are the same.
# $GANNET_GOROOT, if set, has the library's sources.
# usage: run.sh GANNET_TREE SDK WORK_FOLDER [BAZEL_FLAG...]
set -uo pipefail

tree=$1 sdk=$2 work=$3
shift 3
flags=("$@" --override_repository=io_bazel_rules_go="$tree" --color=no --curses=no
  --show_progress_rate_limit=60 --jobs="$(nproc)")
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

# copy, environment words..., --, bazel's words
in_copy() {
  local copy=$1 environment=()
  shift
  while [ "$1" != -- ]; do
    environment+=("$1")
    shift
  done
  shift
  local command=$1
  shift
  (cd "$work/$copy/ws" && env -i HOME="$work/$copy/home" PATH="$PATH" GANNET_SDK="$sdk" GANNET_GOROOT="${GANNET_GOROOT:-}" \
    "${environment[@]}" bazel --output_user_root="$work/$copy/user" --output_base="$work/$copy/base" "$command" "${flags[@]}" "$@") 2>&1
}

finish() {
  for copy in first second; do
    [ -d "$work/$copy/ws" ] && (cd "$work/$copy/ws" && HOME=$work/$copy/home bazel --output_user_root="$work/$copy/user" \
      --output_base="$work/$copy/base" shutdown >/dev/null 2>&1)
  done
}
trap finish EXIT

bin() { echo "$work/$1/base/execroot/$(ls "$work/$1/base/execroot" | grep -vE "^(_bazel|DO_NOT)" | head -n 1)/bazel-out/k8-fastbuild/bin"; }

for copy in first second; do
  mkdir -p "$work/$copy/home"
  mkdir -p "$work/$copy/ws"
  (cd "$tree/tests/bazel_workspace" && tar -c --exclude="./bazel-*" .) | tar -x -C "$work/$copy/ws"
done
first() { in_copy first USER=one -- "$@"; }
second() { in_copy second USER=two LANG=C PATH="/usr/bin:/bin:/nowhere" -- "$@"; }
cache=--disk_cache=$work/cache

echo "== 1. all targets and tests"
first test "$cache" --test_output=errors //... | tee "$work/log" | grep -E 'PASSED|FAILED|ERROR|processes' || true
grep -q 'Build completed successfully' "$work/log" || { tail -n 60 "$work/log"; fail "bazel test //..."; }

echo "== 2. what must be refused"
refused() { # words of bazel, then the text that must be there
  local text=${*: -1}
  if first "${@:1:$#-1}" >"$work/log"; then
    fail "${*:1:$#-1} was not refused"
  elif ! grep -qF -- "$text" "$work/log"; then
    tail -n 20 "$work/log"
    fail "${*:1:$#-1}: no message \"$text\""
  fi
}
refused build //bad:missing_dep 'bad/missing.go:4:4: import "example.com/ws/chain/p19": no dependency of //bad:missing_dep provides it; add "//chain/p19:p19" to its deps'
grep -qF 'add "//lib/set" to its deps' "$work/log" || fail "no label guessed for //lib/set"
grep -qF 'add "@com_github_pkg_errors//:errors" to its deps' "$work/log" || fail "no label guessed for github.com/pkg/errors"
refused build //bad:conflict 'package conflict error: example.com/dup: multiple copies of package passed to linker:'
refused build //bad:race '//go/config:race is not supported by Gannet'
refused build //bad:cgo 'cgo is not supported by Gannet'
refused build //bad:windows 'unsupported GOOS/GOARCH pair windows/amd64'
refused build //bad:undeclared 'pattern secret.txt: no matching files found'
refused build //bad:nogo 'nogo is not supported by Gannet'
refused build //bad:proto 'go_proto_library is not supported by Gannet'
refused build --@io_bazel_rules_go//go/config:linkmode=plugin //app/small 'linkmode=plugin is not supported by Gannet'
refused build --platforms=@io_bazel_rules_go//go/toolchain:windows_amd64 //app/small 'toolchain'

echo "== 3. filter, report, stamping, settings"
first test "$cache" --test_filter=TestGood //tests/failing:failing_test >"$work/log" || { tail "$work/log"; fail "--test_filter=TestGood"; }
refused test "$cache" //tests/failing:failing_test 'this <is> bad'
report=$work/first/ws/bazel-testlogs/tests/failing/failing_test/test.xml
grep -q 'name="TestBad/sub".*<failure message="Failed">.*this &lt;is&gt; bad' "$report" || { cat "$report"; fail "the report"; }
printf '#!/bin/sh\necho STABLE_VERSION v1.2.3-stamped\n' >"$work/status.sh"
chmod +x "$work/status.sh"
first build "$cache" --stamp --workspace_status_command="$work/status.sh" //app/server >"$work/log" || fail "--stamp"
grep -q 'v1.2.3-stamped' "$(bin first)/app/server/server_/server" || fail "the program is not stamped"
first run "$cache" --@io_bazel_rules_go//runtime:gogc=33 --@io_bazel_rules_go//go/config:strip //app/settings_by_flag >"$work/log" || fail "settings by flag"
grep -q '^33$' "$work/log" || { tail "$work/log"; fail "--//runtime:gogc"; }

echo "== 4. cut-off"
first build "$cache" //app/server >"$work/log" || fail "build before the edit"
sed -i 's/total > 1000/total > 2000/' "$work/first/ws/chain/p01/p.go"
first build -s //app/server >"$work/log" || fail "build after the edit"
compiled=$(grep -c "SUBCOMMAND: # .*Compiling Go package" "$work/log")
linked=$(grep -c "SUBCOMMAND: # .*Linking Go program" "$work/log")
[ "$compiled $linked" = "1 1" ] || { grep SUBCOMMAND: "$work/log"; fail "an edit of one body ran $compiled compilations and $linked links"; }
sed -i 's/total > 2000/total > 1000/' "$work/first/ws/chain/p01/p.go"
first build "$cache" //app/server //app/small >"$work/log" || fail "build after the edit was undone"

echo "== 5. another place"
second build --disk_cache= //app/small >"$work/log" || { tail "$work/log"; fail "build of the second copy without a cache"; }
cmp "$(bin first)/app/small/small" "$(bin second)/app/small/small" || fail "the bytes depend on the place"
second build "$cache" //app/server >"$work/log" || { tail "$work/log"; fail "build of the second copy"; }
grep -E 'processes?:' "$work/log"
grep -E 'processes?:' "$work/log" | grep -qE 'sandbox|local' && fail "the second copy did not find all in the first one's cache"
cmp "$(bin first)/app/server/server_/server" "$(bin second)/app/server/server_/server" || fail "the server differs"

[ "$failures" = 0 ] && echo "all passed"
exit $((failures != 0))
