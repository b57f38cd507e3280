#!/usr/bin/env bash
# usage: pie_test.sh PROGRAM_AT_A_FIXED_ADDRESS PROGRAM
[ "$("$1")" = "exe ET_EXEC" ] && [ "$("$2")" = "pie ET_DYN" ]
