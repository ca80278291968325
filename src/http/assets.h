/* assets.h -- the files of the web app inside the program; tools/assets.c writes the table. */
#pragma once
#include "base/base.h"

struct asset {
	const char *path;         /* "/assets/index-Bx12_d3Q.js" */
	const char *type, *etag;  /* the ETag is made of the content */
	struct str  bytes;
	struct str  packed;       /* the same in gzip; p == NULL: not worth it */
	bool        is_immutable; /* under this name it never changes */
};

/* Sorted by path. None: built without the web app. */
extern const struct asset assets[];
extern const size_t       asset_count;
