#!/bin/sh
# docs_test.sh -- that the documents tell the truth where a program can see it: links lead
# somewhere, commands and views with their fields exist, limits have the values of the code, and
# the manual says the same in both languages. Ends with "N passed, N failed".
set -eu
cd "$(dirname "$0")/.."
exec python3 test/lib/docs.py build/redvest
