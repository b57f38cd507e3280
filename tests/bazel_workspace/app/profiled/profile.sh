#!/usr/bin/env bash
# Writes a CPU profile in which two calls are hot: that of hot.Each in main.numbers and that of strings.Map in main.upper, each on the line
# after the function's first. Source: pprof, profile.proto; all numbers and lengths are below 128.
set -euo pipefail

number() { printf "\\x$(printf %02x $(($1 << 3)))\\x$(printf %02x "$2")"; }
message() { # field, what it has, as escapes that printf undoes
  local size
  size=$(printf "$2" | wc -c)
  printf "\\x$(printf %02x $(($1 << 3 | 2)))\\x$(printf %02x "$size")$2"
}
# The same as escapes, to be part of a message.
escaped() { "$@" | od -An -v -tx1 | tr -d ' \n' | sed 's/../\\x&/g'; }

message 1 "$(escaped number 1 1)$(escaped number 2 2)" # samples are counted
id=0
for text in '' samples count main.numbers example.com/ws/lib/hot.Each main.upper strings.Map; do
  message 6 "$text"
  if [ "$id" -gt 2 ]; then # a function that starts on line 100, a place on the line after it
    message 5 "$(escaped number 1 "$id")$(escaped number 2 "$id")$(escaped number 5 100)"
    message 4 "$(escaped number 1 "$id")$(escaped message 4 "$(escaped number 1 "$id")$(escaped number 2 101)")"
  fi
  id=$((id + 1))
done
message 2 "$(escaped number 1 4)$(escaped number 1 3)$(escaped number 2 10)" # callee, caller, times
message 2 "$(escaped number 1 6)$(escaped number 1 5)$(escaped number 2 10)"
