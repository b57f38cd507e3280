#!/usr/bin/env bash
# Sets up an SDK of the tools under test and runs Go's language tests with it; the words of SUITE_FLAGS go to go_test_suite.py, too.
# usage: go_test_suite.sh SUITE.py TABLE VERSION_FILE GANNET COMPILE ASM LINK CORE.a -- RUNTIME_FILE...
set -eu
suite=$1 table=$2 library=$(dirname "$(readlink -f "$3")")
tools=("$4" "$5" "$6" "$7" "$8")
shift 9
sdk=${TEST_TMPDIR:?}/sdk
mkdir -p "$sdk/bin" "$sdk/pkg/tool/linux_amd64" "$sdk/pkg/runtime" "$sdk/pkg/include"
cp -L "${tools[0]}" "$sdk/bin/gannet"
cp -L "${tools[1]}" "$sdk/pkg/tool/linux_amd64/compile"
cp -L "${tools[2]}" "$sdk/pkg/tool/linux_amd64/asm"
cp -L "${tools[3]}" "$sdk/pkg/tool/linux_amd64/link"
cp -L "${tools[4]}" "$sdk/pkg/runtime/core.a"
cp -rs "$(readlink -f "$library/src")" "$sdk/src"
find "$sdk/src/runtime" -maxdepth 1 \( -type f -o -type l \) -delete
for file in "$@"; do
  case $file in
  *.h) cp -L "$file" "$sdk/pkg/include/" ;;
  *) cp -L "$file" "$sdk/src/runtime/" ;;
  esac
done
rm -f "$sdk/src/internal/runtime/sys/zversion.go" "$sdk/src/internal/buildcfg/zbootstrap.go"
cp "$library/generated/zversion.go" "$sdk/src/internal/runtime/sys/"
cp "$library/generated/zbootstrap.go" "$sdk/src/internal/buildcfg/"
cp -L "$library/VERSION" "$sdk/VERSION"
read -ra flags <<<"${SUITE_FLAGS:-}"
exec python3 "$suite" --sdk "$sdk" --tests "$(readlink -f "$library/test")" --table "$table" \
  --report "${TEST_UNDECLARED_OUTPUTS_DIR:-$TEST_TMPDIR}/failures.txt" "${flags[@]}"
