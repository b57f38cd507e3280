#!/usr/bin/env bash
# Makes an SDK of the tools under test. Its library sources are files: go:embed takes no links.
# usage: make_sdk.sh DIR VERSION_FILE GANNET COMPILE ASM LINK CORE.a RUNTIME_FILE...
set -eu
sdk=$1 library=$(dirname "$(readlink -f "$2")")
tools=("$3" "$4" "$5" "$6" "$7")
shift 7
mkdir -p "$sdk/bin" "$sdk/pkg/tool/linux_amd64" "$sdk/pkg/runtime" "$sdk/pkg/include" "$sdk/pkg/list_format"
cp -L "${tools[0]}" "$sdk/bin/gannet"
ln -s gannet "$sdk/bin/go"
ln -s gannet "$sdk/bin/gofmt"
cp -L "${tools[1]}" "$sdk/pkg/tool/linux_amd64/compile"
cp -L "${tools[2]}" "$sdk/pkg/tool/linux_amd64/asm"
cp -L "${tools[3]}" "$sdk/pkg/tool/linux_amd64/link"
cp -L "${tools[4]}" "$sdk/pkg/runtime/core.a"
cp -rL "$library/src" "$sdk/src"
chmod -R u+w "$sdk/src"
[ ! -d "$library/lib" ] || ln -s "$(readlink -f "$library/lib")" "$sdk/lib"
find "$sdk/src/runtime" -maxdepth 1 \( -type f -o -type l \) -delete
for file in "$@"; do
  case $file in
  *.h) cp -L "$file" "$sdk/pkg/include/" ;;
  */list_format/*) cp -L "$file" "$sdk/pkg/list_format/" ;;
  */preprofile) cp -L "$file" "$sdk/pkg/tool/linux_amd64/" ;;
  *) cp -L "$file" "$sdk/src/runtime/" ;;
  esac
done
cp -Lr --remove-destination "$library/generated/." "$sdk/src/"
cp -L "$library/VERSION" "$sdk/VERSION"
