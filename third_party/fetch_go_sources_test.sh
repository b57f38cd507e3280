#!/usr/bin/env bash
# Which library sources are taken, and what is said of those that cannot be. usage: fetch_go_sources_test.sh FETCH_SCRIPT
set -u
fetch=$1
work=${TEST_TMPDIR:?}/sources
bad=0

make_root() { # folder, version
  mkdir -p "$1/src/fmt"
  echo "$2" >"$1/VERSION"
}

# want STATUS PATTERN: of the output of the last try
try() {
  output=$(env -u GANNET_GOROOT -u GANNET_GO_ARCHIVE "$@" 2>&1)
  status=$?
}
want() {
  if [ "$status" != "$1" ] || ! grep -q -e "$2" <<<"$output"; then
    printf 'want status %s and "%s", got status %s:\n%s\n' "$1" "$2" "$status" "$output"
    bad=1
  fi
}

make_root "$work/good" go1.26.3
make_root "$work/old" go1.19.2
mkdir -p "$work/none"

try GANNET_GOROOT="$work/good" bash "$fetch" "$work/cache"
want 0 "^$work/good\$"
try GANNET_GOROOT="$work/old" bash "$fetch" "$work/cache"
want 1 "old holds the sources of go1.19.2; Gannet needs Go 1.26"
try GANNET_GOROOT="$work/none" bash "$fetch" "$work/cache"
want 1 "none holds no Go sources"
[ ! -e "$work/cache" ] || { echo "a named GOROOT fills the cache"; bad=1; }

# What an earlier run unpacked comes next; nothing is fetched.
make_root "$work/cache/go-1.26/usr/share/go-1.26" go1.26.1
try bash "$fetch" "$work/cache"
want 0 "cache/go-1.26/usr/share/go-1.26\$"

# An archive, where apt has none. Its sum must be right.
mkdir -p "$work/bin"
for program in bash cat dirname env flock grep head mkdir mv rm sed sha256sum tar gzip; do
  ln -s "$(command -v $program)" "$work/bin/$program"
done
(cd "$work" && cp -r good go && tar -czf go.tar.gz go)
sum=$(sha256sum "$work/go.tar.gz" | sed 's/ .*//')
try PATH="$work/bin" GANNET_GO_ARCHIVE="$work/go.tar.gz" GANNET_GO_ARCHIVE_SHA256="${sum/[0-9]/x}" bash "$fetch" "$work/cache2"
want 1 "sha256sum"
try PATH="$work/bin" GANNET_GO_ARCHIVE="$work/go.tar.gz" GANNET_GO_ARCHIVE_SHA256="$sum" bash "$fetch" "$work/cache2"
want 0 "cache2/go-1.26/usr/share/go-1.26\$"
try PATH="$work/bin" bash "$fetch" "$work/cache3"
want 1 "no Go 1.26 sources: set GANNET_GOROOT"
exit $bad
