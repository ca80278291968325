#!/bin/sh
# rules_test.sh -- the pure rules decide alike in the server and in the field app.
exec node test/rules.mjs build/rules.wasm build/rules
