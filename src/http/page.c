/* page.c -- GET / and GET /openapi.json: what this is, for people and for programs. */
#include <sodium.h>
#include <stdio.h>
#include "http/inside.h"
#include "ledger/describe.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define STYLE \
	"body{margin:0;font:16px/1.6 system-ui,sans-serif;color:#2b2320;background:#fbf7f4}" \
	"main{max-width:42em;margin:0 auto;padding:2em 1.2em}" \
	"h1{font-size:1.7em;border-left:.35em solid #c62828;padding-left:.5em}" \
	"a{color:#a61b1b}.demo{background:#c62828;color:#fff;padding:.6em 1em;font-weight:bold}" \
	"code{background:#f0e7e1;padding:.1em .3em}"

/* The page's one style is named by its hash; nothing else is loaded or run. */
static struct str
csp_make(struct exchange *x)
{
	static const char style[] = STYLE;
	unsigned char     hash[crypto_hash_sha256_BYTES];
	char              text[sodium_base64_ENCODED_LEN(sizeof(hash), BASE64)];

	(void)crypto_hash_sha256(hash, (const unsigned char *)style, sizeof(style) - 1);
	(void)sodium_bin2base64(text, sizeof(text), hash, sizeof(hash), BASE64);
	return arena_printf(&x->arena, "default-src 'none'; style-src 'sha256-%s'; "
	    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'", text);
}

static void
text_html(struct buffer *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '<')
			buffer_add(b, S("&lt;"));
		else if (s.p[i] == '&')
			buffer_add(b, S("&amp;"));
		else
			buffer_char(b, s.p[i]);
}

/* The names of the first few areas. True: one of them at least is made up. */
static bool
areas_html(struct exchange *x, struct worker *w, struct buffer *b)
{
	enum { SHOWN_MAX = 12 };
	area_id   *areas;
	size_t     count = 0;
	struct str name;
	bool       is_demonstration, is_any = false;

	if (areas_between(w->db, &x->arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas,
	    &count) != 0)
		return false;
	for (size_t i = 0; i < count && i < SHOWN_MAX; i++) {
		area_about(w, areas[i], &name, &is_demonstration);
		is_any |= is_demonstration;
		buffer_add(b, i > 0 ? S(" · ") : S(""));
		text_html(b, name);
	}
	if (count > SHOWN_MAX)
		buffer_add(b, S(" …"));
	return is_any;
}

enum MHD_Result
page_get(struct exchange *x)
{
	struct worker *w = worker_get(x->server);
	struct buffer  names = { 0 }, b = { 0 };
	bool           is_demonstration = false;

	if (w == NULL && x->server->is_open)
		return reply_error(x, ERROR_database_fails);
	if (w != NULL) {
		arena_reset(&w->arena);
		is_demonstration = areas_html(x, w, &names);
	} else {
		buffer_add(&names, S("此处还没有数据库：<code>POST /api/setup</code>。<br>"
		    "There is no database here yet: <code>POST /api/setup</code>."));
	}
	x->csp = csp_make(x).p;
	buffer_add(&b, S("<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
	    "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
	    "<title>红马甲 Redvest</title><style>" STYLE "</style></head><body>"));
	if (is_demonstration)
		buffer_add(&b, S("<div class=\"demo\">演示数据，均为虚构 · "
		    "Demonstration: all data are made up</div>"));
	buffer_add(&b, S("<main><h1>红马甲 Redvest</h1><p>"));
	buffer_add(&b, buffer_str(&names));
	buffer_add(&b, S("</p><p>疫情封控小区的居民名册与核酸轮次。<br>"
	    "For a neighbourhood closed by an outbreak: its residents and its rounds of testing."
	    "</p>"
	    "<p>登录：向 <code>POST /api/session</code> 提交 <code>{\"user\",\"password\"}</code>；"
	    "账号由管理员开设。<br>Sign in: <code>POST /api/session</code> with <code>{\"user\","
	    "\"password\"}</code>; accounts are given by the administrator.</p>"
	    "<p><a href=\"/openapi.json\">openapi.json</a> · <a href=\"/healthz\">healthz</a></p>"
	    "</main></body></html>\n"));
	buffer_done(&names);
	return reply(x, 200, "text/html; charset=utf-8", &b);
}

enum MHD_Result
openapi_get(struct exchange *x)
{
	struct buffer b = { 0 };

	describe_openapi(&b);
	reply_header(x, "Cache-Control", S("no-cache"));
	return reply_json(x, 200, &b);
}
