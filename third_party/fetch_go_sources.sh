#!/usr/bin/env bash
# Prints the path of a GOROOT with the Go 1.26 library sources and tests, fetching them if need be. From, in this order:
#   1. $GANNET_GOROOT, if set: refused if it is not Go 1.26;
#   2. the cache folder, if an earlier run put them there;
#   3. the Debian package golang-1.26-src, from whichever suite has it, through the mirror this machine is set up with;
#      it is unpacked into the cache folder, not installed;
#   4. the source archive named by $GANNET_GO_ARCHIVE (a file), whose SHA-256 must be $GANNET_GO_ARCHIVE_SHA256.
# Messages go to standard error. usage: fetch_go_sources.sh CACHE_FOLDER
set -euo pipefail

cache=${1:?usage: fetch_go_sources.sh CACHE_FOLDER}

check() { # folder, what it is called
  local version
  [ -f "$1/VERSION" ] && [ -d "$1/src/fmt" ] || { echo "$2 holds no Go sources (no VERSION and src/fmt)" >&2; return 1; }
  version=$(head -n 1 "$1/VERSION")
  case $version in
  go1.26 | go1.26.* | go1.26rc*) ;;
  *) echo "$2 holds the sources of $version; Gannet needs Go 1.26" >&2; return 1 ;;
  esac
}

if [ -n "${GANNET_GOROOT:-}" ]; then
  check "$GANNET_GOROOT" "GANNET_GOROOT=$GANNET_GOROOT" || exit 1
  echo "$GANNET_GOROOT"
  exit
fi

unpacked=$cache/go-1.26
goroot=$unpacked/usr/share/go-1.26
if [ -e "$goroot/VERSION" ]; then
  check "$goroot" "$goroot" || exit 1
  echo "$goroot"
  exit
fi

mkdir -p "$cache"
exec 9>"$cache/lock"
flock 9
if [ ! -e "$goroot/VERSION" ] && command -v apt-get >/dev/null && command -v dpkg >/dev/null; then
  apt=$cache/apt
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  mirror=$(apt-get indextargets --format '$(SITE)' | grep -m1 'debian$' || true)
  if [ -n "$mirror" ]; then
    echo "fetching golang-1.26-src from the Debian mirror of this machine" >&2
    printf 'deb %s %s main\n' "$mirror" trixie-backports "$mirror" sid >"$apt/sources.list"
    options=(-o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
      -o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root)
    if (cd "$apt" && apt-get -qq "${options[@]}" update >&2 && apt-get -qq "${options[@]}" download golang-1.26-src >&2); then
      rm -rf "$unpacked.new"
      package=$(ls "$apt"/golang-1.26-src_*.deb | tail -n 1)
      dpkg -x "$package" "$unpacked.new"
      # The package does not hold the file VERSION; its own version tells.
      dpkg-deb -f "$package" Version | sed 's/^/go/; s/~\(rc\|beta\)/\1/; s/-.*//' >"$unpacked.new/usr/share/go-1.26/VERSION"
      rm -rf "$unpacked"
      mv "$unpacked.new" "$unpacked"
    fi
  fi
fi
if [ ! -e "$goroot/VERSION" ] && [ -n "${GANNET_GO_ARCHIVE:-}" ]; then
  echo "${GANNET_GO_ARCHIVE_SHA256:?set GANNET_GO_ARCHIVE_SHA256 too}  $GANNET_GO_ARCHIVE" | sha256sum -c --quiet >&2
  rm -rf "$unpacked.new"
  mkdir -p "$unpacked.new/usr/share/go-1.26"
  tar -xzf "$GANNET_GO_ARCHIVE" -C "$unpacked.new/usr/share/go-1.26" --strip-components 1
  rm -rf "$unpacked"
  mv "$unpacked.new" "$unpacked"
fi
[ -e "$goroot/VERSION" ] || {
  echo "no Go 1.26 sources: set GANNET_GOROOT to a folder that has them, let apt reach a Debian mirror, or name the" \
    "source archive in GANNET_GO_ARCHIVE" >&2
  exit 1
}
check "$goroot" "$goroot" || exit 1
echo "$goroot"
