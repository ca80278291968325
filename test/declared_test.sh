#!/bin/sh
# declared_test.sh -- OpenAPI, TypeScript and the table of roles, as the declarations give them.
exec build/declared
