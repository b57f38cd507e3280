#!/bin/sh
# Joins the reports that the processes of a test left in the folder of coverage data: records in lcov's form may follow each other.
# Source: Bazel's tools/test/collect_coverage.sh, LCOV_MERGER.
for word; do
  case $word in
  --coverage_dir=*) folder=${word#*=} ;;
  --output_file=*) output=${word#*=} ;;
  esac
done
for part in "$folder"/go_coverage.*.dat; do
  [ ! -f "$part" ] || cat "$part"
done >"$output"
