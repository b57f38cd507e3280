#!/usr/bin/env bash
# From a bare Debian 12 machine to Go programs that run: installs what is missing, builds Gannet and the examples with
# Bazel, and runs them.
. "$(dirname "$0")/common.sh"

install_packages
say "building Gannet, the library packages that the examples need, and the examples"
bazel_run build //examples/...
bin=$(bazel_run info bazel-bin 2>/dev/null)

say "hello"
"$bin/examples/hello/hello"
say "layout"
"$bin/examples/layout/layout"
say "largestack"
"$bin/examples/largestack/largestack"
say "buildinfo"
"$bin/examples/buildinfo/buildinfo"
say "pipeline"
"$bin/examples/pipeline/pipeline"
say "wordcount"
"$bin/examples/wordcount/wordcount" "$bin/examples/wordcount/text.txt"
say "server"
"$bin/examples/server/server" -address 127.0.0.1:8571 &
server=$!
curl -sS --retry 20 --retry-connrefused --retry-delay 1 -d '{"title":"demo","text":"stored by curl"}' http://127.0.0.1:8571/api/notes
curl -sS http://127.0.0.1:8571/ | grep -A 2 '<article'
kill -TERM $server
wait $server
say "panics index (exits with status 2)"
"$bin/examples/panics/panics" index || say "exit status $?"
say "done"
