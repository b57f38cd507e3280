# Shared by the scripts of this folder: what they say, and what the machine must have.
# Sourced, not run. Everything is a Debian package (docs/architecture.md, "Dependencies").

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '== %s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

packages=(
  bazel-bootstrap bazel-rules-cc bazel-rules-java bazel-rules-proto bazel-skylib bazel-platforms
  clang-19 lld-19 llvm-19-dev libgmp-dev libmpfr-dev libzstd-dev zlib1g-dev
  libgtest-dev libbenchmark-dev binutils gdb delve llvm-19
  curl openssl apache2-utils
)

# Installs the packages that are missing.
install_packages() {
  local missing=() p
  for p in "${packages[@]}"; do
    dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing+=("$p")
  done
  if [ ${#missing[@]} = 0 ]; then
    say "all packages are installed"
    return
  fi
  say "installing: ${missing[*]}"
  local sudo=()
  if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || die "not root and no sudo: install these packages first: ${missing[*]}"
    sudo=(sudo)
  fi
  "${sudo[@]}" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq "${missing[@]}" >/dev/null ||
    die "these packages could not be installed: ${missing[*]}"
}

# Bazel, from the workspace's root. Bazel before 6 configures what a toolchain names apart from the rest; one configuration for
# both spares building the tools twice.
bazel_run() {
  local command=$1 flags=()
  shift
  case $(bazel --version) in
  *" 4."* | *" 5."* | *no_version*) [ "$command" = info ] || flags=(--nodistinct_host_configuration) ;;
  esac
  (cd "$root" && bazel "$command" "${flags[@]}" "$@")
}
