#!/usr/bin/env bash
# usage: layout_test.sh PROGRAM
set -eu
out=$("$1")
address=$((16#$(sed -n 's/^global 0x//p' <<<"$out")))
want=$'local 42\nint 8\npadded 24'
if [ "$(tail -n 3 <<<"$out")" != "$want" ]; then
  echo "printed: $out"
  exit 1
fi
found=no
while read -r name start size; do
  start=$((16#$start)) size=$((16#$size))
  if [ "$address" -ge "$start" ] && [ "$address" -lt $((start + size)) ]; then
    found=$name
  fi
done < <(readelf -SW "$1" | sed -nE 's/^ *\[ *[0-9]+\] +(\.[a-z]+) +[A-Z]+ +([0-9a-f]+) +[0-9a-f]+ +([0-9a-f]+).*/\1 \2 \3/p')
case $found in
.data | .noptrdata) echo "in $found" ;;
*)
  echo "address $address lies in section: $found"
  exit 1
  ;;
esac
