#!/usr/bin/env bash
# Builds the relocatable SDK: the gannet command, its tools, the runtime and the library sources.
# usage: tools/install.sh --prefix DIR
. "$(dirname "$0")/common.sh"

prefix=
while [ $# -gt 0 ]; do
  case $1 in
  --prefix) prefix=${2:?--prefix needs a folder}; shift 2 ;;
  --prefix=*) prefix=${1#--prefix=}; shift ;;
  *) die "usage: tools/install.sh --prefix DIR" ;;
  esac
done
[ -n "$prefix" ] || die "usage: tools/install.sh --prefix DIR"
mkdir -p "$prefix"
prefix=$(cd "$prefix" && pwd)

install_packages
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gannet/go-sources
say "looking for the Go 1.26 library sources"
goroot=$("$root/third_party/fetch_go_sources.sh" "$cache") || die "no library sources (see above)"
version=$(head -n 1 "$goroot/VERSION")
say "library: $version at $goroot"

targets=(//toolchain/command:gannet //compiler/driver:compile //compiler/asm:asm //link:link //toolchain/builder:builder
  //compiler/profile:preprofile //runtime/core:core)
say "building ${targets[*]}"
bazel_run build "${targets[@]}"
bin=$(bazel_run info bazel-bin 2>/dev/null)

say "installing to $prefix"
put() { # built file, place, mode
  mkdir -p "$(dirname "$prefix/$2")"
  cp -fL "$bin/$1" "$prefix/$2.new"
  chmod "$3" "$prefix/$2.new"
  mv -f "$prefix/$2.new" "$prefix/$2"
}
put toolchain/command/gannet bin/gannet 755
ln -sf gannet "$prefix/bin/go"    # for editors, scripts and tests that run a `go`
ln -sf gannet "$prefix/bin/gofmt" # it looks at the name
put compiler/driver/compile pkg/tool/linux_amd64/compile 755
put compiler/asm/asm pkg/tool/linux_amd64/asm 755
put compiler/profile/preprofile pkg/tool/linux_amd64/preprofile 755
put link/link pkg/tool/linux_amd64/link 755
put toolchain/builder/builder pkg/tool/linux_amd64/builder 755
put runtime/core/libcore.a pkg/runtime/core.a 644
mkdir -p "$prefix/pkg/include"
cp -f "$root"/runtime/go/include/*.h "$prefix/pkg/include/"

# A Go program of ours, which fills the templates of list.
mkdir -p "$prefix/pkg/list_format"
cp -f "$root"/toolchain/list_format/*.go "$prefix/pkg/list_format/"

# The library, package runtime replaced; the files that Go's own bootstrap would write are ours.
if [ "$(cat "$prefix/VERSION" 2>/dev/null)" != "$version" ] || [ ! -d "$prefix/src/fmt" ]; then
  rm -rf "$prefix/src" "$prefix/lib" "$prefix/VERSION"
  mkdir -p "$prefix/src"
  cp -aL "$goroot/src/." "$prefix/src/"
  [ ! -d "$goroot/lib" ] || cp -aL "$goroot/lib" "$prefix/lib" # time zones
  cat >"$prefix/go.env" <<'ENV'
# Defaults of the command's variables: the environment, then what `gannet env -w` wrote, come first.
GOPROXY=https://proxy.golang.org,direct
GOSUMDB=sum.golang.org
GOTOOLCHAIN=local
ENV
fi
find "$prefix/src/runtime" -maxdepth 1 -type f -delete
cp -f "$root"/runtime/go/*.go "$root"/runtime/go/*.s "$prefix/src/runtime/"
bash "$root/third_party/generated_go_files.sh" "$version" "$goroot" "$prefix/src"
echo "$version" >"$prefix/VERSION"
say "building Go's own programs, which the command runs"
"$root/tools/go_programs.sh" "$prefix"
say "installed: $("$prefix/bin/gannet" version)"
