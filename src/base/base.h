/* base.h -- words every file may use. Freestanding: rules are compiled to WebAssembly with it. */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define static_assert _Static_assert
#define LEN(a)        (sizeof(a) / sizeof((a)[0]))
#define CAT_(a, b)    a##b
#define CAT(a, b)     CAT_(a, b)
#define STR_(a)       #a
#define STR(a)        STR_(a)

/* A view of bytes, mostly UTF-8; not NUL-terminated; who owns them is said where it is used. */
struct str {
	const char *p;
	size_t      n; /* bytes */
};

/* The str of a string literal. */
#define S(literal) ((struct str){ (literal), sizeof(literal) - 1 })

typedef struct { int64_t ms; } time_ms;  /* since 1970-01-01 UTC; 0: not given */
typedef struct { int64_t ymd; } date_ymd; /* 20220304: a day of some calendar on a wall; 0: none */
typedef struct { int64_t v; } area_id;   /* division code of the office, 12 digits */
typedef struct { int64_t v; } stream_id; /* one enrolment of (area, actor, store), 24 bits */
typedef struct { int64_t v; } user_id;   /* who acts; 0: the area's own clockwork */
typedef struct { int64_t v; } seq_id;    /* a row of the area's ledger; 0: none */

/* The end of an interval that has none yet: 9999-12-31T00:00:00Z. */
#define TIME_NEVER_MS INT64_C(253402214400000)

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)
