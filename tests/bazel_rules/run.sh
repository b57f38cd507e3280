#!/usr/bin/env bash
# Builds tests/bazel_workspace, as rules_go's users have theirs, with an SDK, in copies at two places:
#   1. all targets and tests, without a network;
#   2. what must be refused, with its message;
#   3. filter, report, stamping, settings; the flags of actions; attributes, as attributes.txt says that rules_go has them;
#   4. cut-off: the body of a function that is not inlined changes, and no dependent is compiled again;
#   5. the second copy, under another path, user and PATH, with an archive of the SDK: all comes from the first one's cache; without a cache the
#      bytes are the same, from a process for each action as from workers;
#   6. coverage;
#   7. profiles.
# $GANNET_GOROOT, if set, has the library's sources. $BAZEL is the Bazel to use: 4 takes WORKSPACE, later ones MODULE.bazel.
# usage: run.sh GANNET_TREE SDK WORK_FOLDER [BAZEL_FLAG...]
set -uo pipefail

tree=$1 sdk=$2 work=$3
shift 3
bazel=${BAZEL:-bazel}
failures=0

fail() {
  echo "FAILED: $*" >&2
  failures=$((failures + 1))
}

flags=(--color=no --curses=no --show_progress_rate_limit=60)
build_flags=("$@" --jobs="$(nproc)" --sandbox_default_allow_network=false) # query takes none of these
coverage_flags=()
strip_paths= # this Bazel can name outputs without their configuration
case $("$bazel" --version) in
*" 4."* | *no_version*) flags+=(--override_repository=io_bazel_rules_go="$tree") ;;
*)
  strip_paths=yes
  # It would fetch the program that makes one report of many, which is not used here.
  coverage_flags=(--coverage_report_generator=@io_bazel_rules_go//toolchain/testing:merge_lcov.sh)
  flags+=(--lockfile_mode=off --override_module=gannet="$tree")
  for module in "$tree"/third_party/offline/*/; do
    flags+=(--override_module="$(basename "$module")=${module%/}")
  done
  ;;
esac

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
  [ "$command" = query ] || set -- "${build_flags[@]}" "$@"
  (cd "$work/$copy/ws" && env -i HOME="$work/$copy/home" PATH="$PATH" GANNET_SDK="$sdk" GANNET_GOROOT="${GANNET_GOROOT:-}" \
    "${environment[@]}" "$bazel" --output_user_root="$work/$copy/user" --output_base="$work/$copy/base" "$command" \
    "${flags[@]}" "$@") 2>&1
}

finish() {
  for copy in first second; do
    [ -d "$work/$copy/ws" ] && (cd "$work/$copy/ws" && HOME=$work/$copy/home "$bazel" --output_user_root="$work/$copy/user" \
      --output_base="$work/$copy/base" shutdown >/dev/null 2>&1)
  done
}
trap finish EXIT

# The folder of a copy's outputs.
bin() {
  local root=$work/$1/base/execroot
  echo "$root/$(ls "$root" | grep -vE '^(_bazel|DO_NOT)' | head -n 1)/bazel-out/k8-fastbuild/bin"
}
# An output of one of the library's packages; its repository has another name in each Bazel.
library_output() { find "$(bin "$1")/external" -path "*/$2" | head -n 1; }
same() { # path of an output of the first copy, of the second, what it is
  [ -s "$1" ] && cmp "$1" "$2" || fail "$3: the bytes depend on the place"
}
# What the log says of a build that should have compiled nothing.
all_from_cache() {
  grep -E 'processes?:' "$work/log"
  grep -E 'processes?:' "$work/log" | grep -qE 'sandbox|local|worker' && fail "$1: not all was found in the first copy's cache"
}

for copy in first second; do
  mkdir -p "$work/$copy/home" "$work/$copy/ws"
  (cd "$tree/tests/bazel_workspace" && tar -c --exclude="./bazel-*" .) | tar -x -C "$work/$copy/ws"
done
first() { in_copy first USER=one -- "$@"; }
# The second one's SDK is an archive: that changes nothing.
tar -C "$sdk" -czf "$work/sdk.tar.gz" VERSION pkg
second() { in_copy second USER=two LANG=C PATH="$PATH:/nowhere" GANNET_SDK="$work/sdk.tar.gz" -- "$@"; }
cache=--disk_cache=$work/cache

echo "== 1. all targets and tests"
first test "$cache" --test_output=errors //... >"$work/log"
good=$?
grep -E 'PASSED|FAILED|ERROR|processes' "$work/log"
[ $good = 0 ] || { tail -n 60 "$work/log"; fail "bazel test //..."; }

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
refused build //bad:with_cgo 'pure = "off": cgo is not supported by Gannet'
refused build //bad:windows 'unsupported GOOS/GOARCH pair windows/amd64'
refused build //bad:profile 'preprofile: error parsing profile'
refused build //bad:two_profiles '//bad:two_profiles: pgoprofile: one file is a profile'
refused build //bad:self 'bad/self.go:3:10: import "example.com/ws/bad/self" while compiling that package (import cycle)'
refused build //bad:cycle1 'cycle in dependency graph'
refused build //bad:undeclared 'pattern secret.txt: no matching files found'
refused build //bad:undeclared_header 'secret.h'
refused build //bad:nogo 'nogo is not supported by Gannet'
refused build //bad:proto 'go_proto_library is not supported by Gannet'
refused build //names:importer '//names:tool is a program, not an importable package'
refused build //names:fips '//go/config:gofips140=latest is not supported by Gannet'
refused build //names:mocked '//names:mock: gomock is not supported by Gannet'
refused build //names:generated '//names:names_go_proto: go_proto_library is not supported by Gannet'
refused build //names:data 'go_embed_data is not supported by Gannet'
refused build //names:nogo 'nogo is not supported by Gannet'
first build --nobuild //names:reset >"$work/log" || { tail "$work/log"; fail "go_reset_target"; }
refused build --@io_bazel_rules_go//go/config:linkmode=plugin //app/small 'linkmode=plugin is not supported by Gannet'
refused build --platforms=@io_bazel_rules_go//go/toolchain:windows_amd64 //app/small 'toolchain'

echo "== 3. filter, report, stamping, settings"
first test "$cache" --test_filter=TestGood //tests/failing:failing_test >"$work/log" || { tail "$work/log"; fail "--test_filter=TestGood"; }
refused test "$cache" //tests/failing:failing_test 'this <is> bad'
report=$work/first/ws/bazel-testlogs/tests/failing/failing_test/test.xml
grep -q 'name="TestBad/sub".*<failure message="Failed">.*this &lt;is&gt; bad' "$report" || { cat "$report"; fail "the report"; }
first test "$cache" --test_arg=-test.run=TestGood --run_under="env UNDER=1" //tests/failing:failing_test >"$work/log" ||
  { tail "$work/log"; fail "--test_arg, --run_under"; }
printf '#!/bin/sh\necho STABLE_VERSION v1.2.3-stamped\n' >"$work/status.sh"
chmod +x "$work/status.sh"
first run "$cache" --stamp --workspace_status_command="$work/status.sh" //app/server >"$work/log" || fail "--stamp"
grep -q '^version v1.2.3-stamped$' "$work/log" || { tail "$work/log"; fail "the program is not stamped"; }
first run "$cache" --@io_bazel_rules_go//runtime:gogc=33 --@io_bazel_rules_go//go/config:strip //app/settings_by_flag >"$work/log" || fail "settings by flag"
grep -q '^33$' "$work/log" || { tail "$work/log"; fail "--//runtime:gogc"; }

first run "$cache" --@io_bazel_rules_go//go/config:linkmode=pie //app/pie:by_flag >"$work/log" || fail "linkmode=pie"
grep -q '^pie ET_DYN$' "$work/log" || { tail "$work/log"; fail "the program is not linked as pie"; }

# How programs are compiled and linked, without doing so.
flags_of() { # words of bazel: the flags of //app/small for compiler and linker, sorted
  first aquery "$@" --include_param_files 'mnemonic("GannetCompile|GannetLink", //app/small:small)' >"$work/log" || { tail "$work/log"; fail "aquery $*"; }
  sed -n "s/^ *'*-\(gcflag\|ldflag\|tag\)=\([^' ]*\).*/\1 \2/p" "$work/log" | sort | tr '\n' ' '
}
config=--@io_bazel_rules_go//go/config
expect() { [ "$2" = "$3" ] || fail "$1: flags $2; want $3"; }
expect "by default" "$(flags_of)" "ldflag -s ldflag -w "
expect "-c dbg" "$(flags_of -c dbg)" "gcflag -N gcflag -l "
expect "-c opt" "$(flags_of -c opt)" ""
expect "settings" "$(flags_of --strip=always $config:debug $config:gc_goopts=-m $config:gc_linkopts=-v $config:tags=a,b)" \
  "gcflag -N gcflag -l gcflag -m ldflag -s ldflag -v ldflag -w tag a tag b "

# Attributes: of each line of the table, the rule has one of that name, type and default.
first query --output=xml --xml:default_values //attributes:all >"$work/attributes.xml" || { tail "$work/attributes.xml"; fail "query"; }
sed -n 's/.*<rule class="\([a-z_]*\)".*/rule \1/p; s/^        <\([a-z]*\) name="\([a-z0-9_]*\)"\( value="\([^"]*\)"\)\{0,1\}.*/\2 \1 \4/p' "$work/attributes.xml" |
  awk '$1 == "rule" { rule = $2; next } { if ($2 == "label") $3 = ""; sub(/ +$/, ""); print rule, $0 }' | sort >"$work/attributes"
grep -v "^#" "$tree/tests/bazel_rules/attributes.txt" | sort | comm -23 - "$work/attributes" >"$work/missing"
[ -s "$work/missing" ] && { cat "$work/missing"; fail "attributes that are not as rules_go has them"; }

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
# Without a cache first: a package of the library with assembly, and, once the library is there, packages of the workspace.
second build --disk_cache= --strategy=GannetCompile=sandboxed @go_std//:internal/bytealg >"$work/log" || { tail "$work/log"; fail "a library package without a cache"; }
for file in pkg.o pkg.x asm0.o; do
  same "$(library_output first "internal/bytealg_/$file")" "$(library_output second "internal/bytealg_/$file")" "internal/bytealg $file"
done
second build "$cache" @go_std//:std >"$work/log" || { tail "$work/log"; fail "the library from the cache"; }
all_from_cache "the library"
second build --disk_cache= --strategy=GannetCompile=sandboxed //app/small >"$work/log" || { tail "$work/log"; fail "the second copy without a cache"; }
same "$(bin first)/app/small/small" "$(bin second)/app/small/small" "//app/small"
second build "$cache" //app/server >"$work/log" || { tail "$work/log"; fail "the second copy"; }
all_from_cache "//app/server"
same "$(bin first)/app/server/server_/server" "$(bin second)/app/server/server_/server" "//app/server"
if [ -n "$strip_paths" ]; then
  second build --disk_cache= --experimental_output_paths=strip //app/server >"$work/log" || { tail "$work/log"; fail "stripped paths"; }
  same "$(bin first)/app/server/server_/server" "$(bin second)/app/server/server_/server" "//app/server with stripped paths"
fi

echo "== 6. coverage"
# The function is called three times with three bytes.
cat >"$work/expected.lcov" <<LCOV
SF:lib/strutil/strutil.go
DA:8,3
DA:9,3
DA:10,3
DA:11,9
DA:12,9
DA:13,9
DA:14,3
LH:7
LF:7
end_of_record
LCOV
first coverage "$cache" ${coverage_flags[@]+"${coverage_flags[@]}"} //lib/strutil:strutil_test >"$work/log" || { tail "$work/log"; fail "bazel coverage"; }
diff "$work/expected.lcov" "$work/first/ws/bazel-testlogs/lib/strutil/strutil_test/coverage.dat" || fail "the coverage report"

echo "== 7. profiles"
# A program's own is summed up once, and nothing that it depends on has another configuration. One for all programs is a flag.
first aquery 'mnemonic("Gannet.*", deps(//app/profiled:with_library))' >"$work/log" || { tail "$work/log"; fail "aquery of a program with a profile"; }
summed_up=$(grep -c 'Mnemonic: GannetPreprofile' "$work/log")
configurations=$(grep '^ *Configuration:' "$work/log" | sort -u | wc -l)
[ "$summed_up $configurations" = "1 1" ] || fail "a program with a profile: it is summed up $summed_up times; $configurations configurations"
first run "$cache" --@io_bazel_rules_go//go/config:pgoprofile=//app/profiled:profile //app/profiled:plain >"$work/log" || { tail "$work/log"; fail "pgoprofile by flag"; }
[ "$(grep -cE '^(own|library) inlined$' "$work/log")" = 2 ] || { tail "$work/log"; fail "pgoprofile by flag: hot calls are not inlined"; }

[ "$failures" = 0 ] && echo "all passed"
exit $((failures != 0))
