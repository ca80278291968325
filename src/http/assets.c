/*
 * assets.c -- GET of what is no /api: the files of the web app.
 *
 * An address without a file, whose last part has no dot, is one of the app's own pages: it gets
 * index.html, and the app's router reads the address. A program built without the web app has one
 * plain page.
 */
#include <stdlib.h>
#include <string.h>
#include "http/assets.h"
#include "http/inside.h"

#define INDEX     "/index.html"
#define FOR_EVER  "public, max-age=31536000, immutable"

/* The rules of the house are WebAssembly; Quasar sets sizes as styles of elements. */
#define CSP_APP \
	"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; " \
	"style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; " \
	"font-src 'self' data:; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; " \
	"form-action 'self'; frame-ancestors 'none'"

static int
asset_compare(const void *key, const void *asset)
{
	const struct str   *path = key;
	const struct asset *a = asset;

	return str_compare(*path, str_of(a->path));
}

static const struct asset *
asset_find(struct str path)
{
	return bsearch(&path, assets, asset_count, sizeof(assets[0]), asset_compare);
}

static bool
is_file_name(struct str path)
{
	size_t at = path.n;

	while (at > 0 && path.p[at - 1] != '/')
		at--;
	return str_find(str_slice(path, at, SIZE_MAX), S(".")) >= 0;
}

static enum MHD_Result
asset_reply(struct exchange *x, const struct asset *a)
{
	const char          *known = exchange_header(x, "If-None-Match");
	bool                 is_packed = a->packed.p != NULL && reply_may_gzip(x);
	bool                 is_known = known != NULL && strstr(known, a->etag + 2) != NULL;
	struct str           body = is_known ? S("") : is_packed ? a->packed : a->bytes;
	struct MHD_Response *response;

	x->csp = CSP_APP;
	reply_header(x, "ETag", str_of(a->etag));
	reply_header(x, "Cache-Control", a->is_immutable ? S(FOR_EVER) : S("no-cache"));
	if (a->packed.p != NULL)
		reply_header(x, "Vary", S("Accept-Encoding"));
	if (is_packed && !is_known)
		reply_header(x, "Content-Encoding", S("gzip"));
	response = MHD_create_response_from_buffer(body.n, (void *)(uintptr_t)body.p,
	    MHD_RESPMEM_PERSISTENT);
	if (response == NULL)
		return MHD_NO;
	if (!is_known)
		(void)MHD_add_response_header(response, "Content-Type", a->type);
	return reply_prepared(x, is_known ? 304 : 200, response);
}

enum MHD_Result
asset_get(struct exchange *x)
{
	const struct asset *a = asset_find(x->rest);

	if (a == NULL && !is_file_name(x->rest))
		a = asset_find(S(INDEX));
	if (a != NULL)
		return asset_reply(x, a);
	return str_equal(x->rest, S("/")) ? page_get(x) : reply_error(x, ERROR_address_unknown);
}
