#!/usr/bin/env bash
# Sets up an SDK of the tools under test and runs run.sh, or what $GANNET_RUN names, with it.
# usage: workspace_test.sh MODULE_FILE VERSION_FILE COMPILE ASM LINK BUILDER PREPROFILE CORE.a -- HEADER...
set -eu
tree=$(dirname "$(readlink -f "$1")")
version=$2
tools=("$3" "$4" "$5" "$6" "$7" "$8")
shift 9
sdk=${TEST_TMPDIR:?}/sdk
mkdir -p "$sdk/pkg/tool/linux_amd64" "$sdk/pkg/runtime" "$sdk/pkg/include"
cp -L "${tools[0]}" "$sdk/pkg/tool/linux_amd64/compile"
cp -L "${tools[1]}" "$sdk/pkg/tool/linux_amd64/asm"
cp -L "${tools[2]}" "$sdk/pkg/tool/linux_amd64/link"
cp -L "${tools[3]}" "$sdk/pkg/tool/linux_amd64/builder"
cp -L "${tools[4]}" "$sdk/pkg/tool/linux_amd64/preprofile"
cp -L "${tools[5]}" "$sdk/pkg/runtime/core.a"
cp -L "$@" "$sdk/pkg/include/"
cp -L "$version" "$sdk/VERSION"
library=$(dirname "$(readlink -f "$version")")
GANNET_GOROOT=$(dirname "$(readlink -f "$library/src")") exec "$tree/tests/bazel_rules/${GANNET_RUN:-run.sh}" "$tree" "$sdk" "$TEST_TMPDIR"
