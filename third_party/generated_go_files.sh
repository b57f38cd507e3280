#!/usr/bin/env bash
# Writes the files that are in no source package because Go's bootstrap makes them. usage: generated_go_files.sh VERSION SRC
# (third_party/go_std.bzl has the same contents for Bazel.)
set -euo pipefail
version=$1 src=$2

echo 'package sys' >"$src/internal/runtime/sys/zversion.go"
{
  echo 'package buildcfg'
  echo
  echo 'import "runtime"'
  echo
  echo 'const ('
  while read -r name value; do
    printf '\t%s = %s\n' "$name" "$value"
  done <<LIST
DefaultGO386 "sse2"
DefaultGOAMD64 "v1"
DefaultGOARM "7"
DefaultGOARM64 "v8.0"
DefaultGOMIPS "hardfloat"
DefaultGOMIPS64 "hardfloat"
DefaultGOPPC64 "power8"
DefaultGORISCV64 "rva20u64"
DefaultGOFIPS140 "off"
DefaultCGO_ENABLED "0"
defaultGOEXPERIMENT ""
defaultGO_EXTLINK_ENABLED ""
defaultGO_LDSO ""
version "$version"
defaultGOOS runtime.GOOS
defaultGOARCH runtime.GOARCH
LIST
  echo ')'
} >"$src/internal/buildcfg/zbootstrap.go"
