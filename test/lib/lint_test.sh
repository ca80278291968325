#!/bin/sh
# lint_test.sh -- that the linter can fail: `lint_test.sh build/lint`. Each sample breaks one rule,
# or none though it looks like it. Ends with "N passed, N failed".
set -eu

case $1 in
/*) lint=$1 ;;
*) lint=$PWD/$1 ;;
esac
root=$(mktemp -d)
results=$(mktemp)
trap 'rm -rf "$root" "$results"' EXIT
trap 'exit 1' INT TERM

# judge WANTED GOT: one result. In a file, because most run at the end of a pipe.
judge() {
	if [ "$1" = "$2" ]; then
		echo passed >>"$results"
		return 0
	fi
	echo failed >>"$results"
	echo "wanted \"$1\", got \"$2\""
	return 1
}

# expect "RULE:LINE …|" PATH: writes stdin to the path beside the frame, runs the linter, compares.
expect() {
	wanted=$1
	path=$2
	rm -rf "${root:?}"/*
	mkdir -p "$root/src/db" "$root/src/modules" "$root/$(dirname "$path")"
	printf '/* modules.def -- a frame. */\nMODULE(area)\nMODULE(gate)\n' \
		>"$root/src/modules.def"
	printf '/* sql.h -- a frame. */\nint db_begin(int x);\nint db_commit(int x);\n' \
		>"$root/src/db/sql.h"
	cat >"$root/$path"
	got=$("$lint" --root "$root" | sed -n 's/^[^:]*:\([0-9]*\): \([a-z]*\): .*/\2:\1/p' |
		paste -s -d ' ')
	judge "$wanted" "$got" || {
		echo "$path:"
		sed 's/^/    /' "$root/$path" | head -n 12
	}
}

# c RULES PATH 'TEXT': likewise, the opening comment added; the text begins in line 2.
c() {
	printf '/* %s -- a sample. */\n%b\n' "$(basename "$2")" "$3" | expect "$1" "$2"
}

c '' src/base/a.c '#include "base/a.h"'
c include:2 src/base/a.c '#include "text/a.h"'
c include:2 src/db/a.c '#include "ledger/a.h"'
c '' src/ledger/a.c '#include "db/a.h"\n#include "modules.def"\n#include "gen/ledger_sql.h"'
c include:2 src/db/a.c '#include "modules.def"'
c include:2 src/sheet/a.c '#include "db/sql.h"'
c include:2 src/sheet/a.c '#include "text/a.h"'
c include:2 src/text/a.c '#include "db/sql.h"'
c include:2 src/solve/a.c '#include "db/sql.h"'
c '' src/sheet/a.c '#include "base/str.h"'
c '' src/http/a.c '#include "ledger/view.h"\n#include "sheet/sheet.h"'
c include:2 src/http/a.c '#include "modules/gate/gate.h"'
c include:2 src/main/a.c '# include "modules/gate/gate.h"'
c include:2 src/ledger/a.c '#include "modules/area/area.h"'
c include:2 src/http/a.c '#include "main/a.h"'
c '' src/main/a.c '#include "http/a.h"'
c '' src/modules/gate/gate.c '#include "modules/area/area.h"\n#include "gen/gate_sql.h"'
c include:2 src/modules/gate/gate.c '#include "modules/area/inside.h"'
c include:2 src/modules/area/area.c '#include "modules/gate/gate.h"'
c include:2 src/modules/area/area.c '#include "gen/gate_sql.h"'
c include:2 src/modules/area/area.c '#include "http/listen.h"'
c include:2 src/modules/area/area.c '#include "area.h"'
c '' src/modules/area/area_test.c '#include "http/listen.h"'
c '' src/base/a.c '/*\n#include "main/a.h"\n*/'

long=$(printf '%0101d' 0)
c columns:2 src/base/a.c "// $long"
c columns:3 src/base/a.h "\n//\t\t\t\t\t\t\t\t\t\t\t\tx\t"
c '' src/base/a.c "// $(printf '%097d' 0)"
c '' src/base/a.c "// $(printf '%048d' 0 | sed 's/0/红/g')"
c columns:2 src/base/a.c "// $(printf '%049d' 0 | sed 's/0/红/g')"
c '' src/base/a.def "// $long"
yes '' | head -n 798 | sed '1i /* a.c -- a sample. */' | expect '' src/base/a.c
yes '' | head -n 799 | sed '1i /* a.c -- a sample. */' | expect lines:800 src/base/a.c
yes '' | head -n 900 | sed '1i /* a.h -- a sample. */' | expect '' src/base/a.h

body=$(yes '\tx++;' | head -n 68 | paste -s -d '~' | sed 's/~/\\n/g')
c '' src/base/a.c "static int\nf(int x)\n{\n$body\n}"
c function:2 src/base/a.c "static int\nf(int x)\n{\n\tx--;\n$body\n}"
c '' src/base/a.c "int\nf(int x)\n{\n$body\n}\nint\ng(int x)\n{\n$body\n}"
c function:3 tools/a.c "\nint f(int x) {\n$body\n\tx--;\n}"
c '' src/base/a.c "static const int f[] = {\n$body\n\tx--;\n};"

printf '/* b.c -- a sample. */\n' | expect opening:1 src/base/a.c
printf '/* a.c: a sample. */\n' | expect opening:1 src/base/a.c
printf '\n/* a.c -- a sample. */\n' | expect opening:1 src/base/a.c
printf '/*\n * a.c -- a sample.\n */\n' | expect '' src/base/a.c
printf '#!/bin/sh\n# a.sh -- a sample.\n' | expect '' tools/a.sh
printf '#!/bin/sh\nset -e\n' | expect opening:1 tools/a.sh

word="TO""DO"
c leftover:2 src/base/a.c "/* $word */"
printf -- '-- %s: an index\n' "FIX""ME" | expect leftover:1 src/ledger/queries.sql
printf '// %s\n' "XX""X" | expect leftover:1 web/src/a.ts
c '' src/base/a.c '/* XXXXXX, FIXMES, fixme */'

c sql:2 src/http/a.c 'const char *const s = "SELECT 1";'
c 'sql:2 sql:3' src/http/a.c 'const char *const s = "  DELETE FROM x"\n\t"UPDATE x";'
c '' src/http/a.c 'const char *const s = "SELECTED", *const t = "select it"; // "INSERT INTO"'
c '' src/db/a.c 'const char *const s = "BEGIN IMMEDIATE";'
c '' test/a.c 'const char *const s = "BEGIN IMMEDIATE";'

c call:4 src/base/a.c 'void\nf(char *p)\n{ strcpy(p, p); }'
c call:2 src/base/a.c 'int f(char *p) { return system (p); }'
c '' src/base/a.c 'int f(char *p) { return p->system(p) + my_atoi(p) + p.atoi(p); } // gets(p)'
c '' test/a.c 'int f(char *p) { return system(p); }'
c clock:2 src/modules/area/area.c 'long f(void) { return time(0); }'
c clock:2 src/ledger/a.c 'long f(void) { return rand(); }'
c '' src/http/a.c 'long f(void) { return time(0); }'
c transaction:2 src/http/a.c 'int f(int x) { return db_commit(x); }'
c transaction:2 src/modules/area/area.c 'int f(int x) { return db_begin(x); }'
c transaction:2 src/main/a.c 'void f(int x) { db_rollback(x); }'
c '' src/ledger/a.c 'int f(int x) { return db_commit(x); }'
c '' src/http/a.c 'int f(int x) { return db_commit_count(x); }'

c global:2 src/base/a.c 'static int x;'
c global:2 src/base/a.c 'int x = 3;'
c global:2 src/base/a.c 'static _Thread_local struct arena *x;'
c global:2 src/base/a.c 'static const char *x = "";'
c global:2 src/base/a.c 'static const char *x[] = { "const" };'
c global:2 src/base/a.c 'extern int x;'
c global:2 src/base/a.c 'static int (*x)(int a);'
c global:2 src/base/a.c 'static struct {\n\tint a;\n} x[3];'
c global:4 src/base/a.c 'int\nf(void)\n{ static int x; return x++; }'
c global:2 src/base/a.c 'int f(void) { static struct { int a; } x; return x.a++; }'
c '' src/base/a.c 'static const char *const x[] = { "a" };\nstatic const int y = 1;'
c '' src/base/a.c 'static const struct {\n\tconst char *a;\n\tint b;\n} x[] = { { "a", 1 } };'
c '' src/base/a.c 'int f(void) { static const struct { char *a; } x = { 0 }; return !x.a; }'
c '' src/base/a.c 'struct x;\nstruct y {\n\tint a;\n};\nenum z { A, B = 1 };\ntypedef int w;'
c '' src/base/a.c 'static int f(int a);\nvoid *g(int (*h)(int),\n    int b);\nstatic_assert(1);'
c '' src/base/a.c 'MACRO(a, b)\nMACRO(c)\nstatic int f(int a);'
c global:4 src/base/a.c 'MACRO(a, b)\nMACRO(c)\nstatic int f;'
c '' src/base/a.c '#define A \\\\\n\tint x;\nint f(void) { int x = 1; return x; }'
c '' src/base/a_test.c 'static int x;'

# An exception is heeded, and must be needed.
mkdir -p "$root/tools"
allow() {
	printf '# why\n%s\n' "$2" >"$root/allow"
	rm -rf "${root:?}/src" "${root:?}/tools"
	mkdir -p "$root/src/base" "$root/tools"
	mv "$root/allow" "$root/tools/lint.allow"
	printf '/* a.c -- a sample. */\nstatic int x;\n' >"$root/src/base/a.c"
	got=$("$lint" --root "$root" | sed -n 's/.*:[0-9]*: \([a-z]*\): .*/\1/p' | paste -s -d ' ')
	judge "$1" "$got" || echo "exception: $2"
}
allow '' 'global src/base/a.c one counter, for a reason'
allow 'global allow' 'global src/base/b.c no such file'
allow 'global allow' 'sql src/base/a.c another rule'

failed=$(grep -c failed "$results" || true)
echo "$(grep -c passed "$results") passed, $failed failed"
[ "$failed" -eq 0 ]
