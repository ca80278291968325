/*
 * declared.c -- what is written from the declarations: is it whole, valid, and as reviewed?
 *
 *   declared            checks the OpenAPI and TypeScript texts, and test/golden/roles
 *   declared --renew    writes test/golden/roles (make golden)
 *
 * It runs in the root of the tree and ends with "N passed, N failed".
 */
#include <cjson/cJSON.h>
#include <ctype.h>
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/str.h"
#include "http/inside.h"
#include "ledger/decode.h"
#include "ledger/describe.h"

#define GOLDEN     "test/golden/roles"
#define NAMES_MAX  8192
#define ROUTES_MAX 100

static int passed, failed;

static bool check(bool is_right, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool
check(bool is_right, const char *format, ...)
{
	va_list args;

	passed += is_right;
	failed += !is_right;
	if (is_right)
		return true;
	fputs("declared: ", stdout);
	va_start(args, format);
	(void)vprintf(format, args);
	va_end(args);
	putchar('\n');
	return false;
}

/* ---- names that must be there once ---- */

struct names { const char *list[NAMES_MAX]; size_t count; };

static bool
has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->list[i], name) == 0)
			return true;
	return false;
}

static void
add_once(struct names *names, const char *name, const char *where)
{
	check(!has(names, name), "%s: %s stands there twice", where, name);
	if (names->count == NAMES_MAX)
		errx(2, "more names than %d", NAMES_MAX);
	names->list[names->count++] = name;
}

/* ---- OpenAPI: any JSON ---- */

static const cJSON *
at(const cJSON *json, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(json, name);
}

/* "#/components/schemas/id"; NULL when it leads nowhere. */
static const cJSON *
resolve(const cJSON *root, const char *ref)
{
	struct str rest = str_of(ref), part;

	if (!str_split(&rest, '/', &part) || !str_equal(part, S("#")))
		return NULL;
	while (root != NULL && str_split(&rest, '/', &part)) {
		char name[200];

		root = str_copy(part, name, sizeof(name)) ? at(root, name) : NULL;
	}
	return root;
}

static void
json_check(const cJSON *root, const cJSON *json, struct names *refs)
{
	struct names *keys;

	if (cJSON_IsObject(json)) {
		keys = calloc(1, sizeof(*keys));
		for (const cJSON *v = json->child; v != NULL; v = v->next)
			add_once(keys, v->string,
			    json->string != NULL ? json->string : "an object");
		free(keys);
	}
	for (const cJSON *v = json->child; v != NULL; v = v->next) {
		if (v->string != NULL && strcmp(v->string, "$ref") == 0 && cJSON_IsString(v)) {
			check(resolve(root, v->valuestring) != NULL, "%s leads nowhere",
			    v->valuestring);
			if (!has(refs, v->valuestring))
				refs->list[refs->count++] = v->valuestring;
		}
		json_check(root, v, refs);
	}
}

/* ---- OpenAPI: schemas ---- */

static bool
is_one_of(const char *word, const char *const *words)
{
	for (; *words != NULL; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

static void
type_check(const cJSON *type, const char *where)
{
	static const char *const types[] = { "object", "array", "string", "integer", "boolean",
		"null", NULL };

	if (cJSON_IsArray(type))
		for (const cJSON *t = type->child; t != NULL; t = t->next)
			type_check(t, where);
	else
		check(cJSON_IsString(type) && is_one_of(type->valuestring, types), "%s: type",
		    where);
}

static void
enum_check(const cJSON *words, const char *where)
{
	struct names *seen = calloc(1, sizeof(*seen));

	check(cJSON_GetArraySize(words) > 0, "%s: an empty enum", where);
	for (const cJSON *w = words->child; w != NULL; w = w->next)
		add_once(seen, w->valuestring, where);
	free(seen);
}

static void
schema_check(const cJSON *schema, const char *where)
{
	static const char *const numbers[] = { "minimum", "maximum", "minLength", "maxLength",
		"maxItems", "default", "x-min", "x-max", "x-bytes-min", "x-bytes-max", NULL };
	static const char *const texts[] = { "$ref", "format", "pattern", "description", "const",
		"x-class", NULL };
	static const char *const lists[] = { "anyOf", "oneOf", "allOf", NULL };
	static const char *const others[] = { "additionalProperties", "x-roles", "x-texts",
		"x-counts", NULL };
	const cJSON *properties = at(schema, "properties");

	for (const cJSON *v = schema->child; v != NULL; v = v->next) {
		if (strcmp(v->string, "type") == 0)
			type_check(v, where);
		else if (strcmp(v->string, "enum") == 0)
			enum_check(v, where);
		else if (strcmp(v->string, "items") == 0)
			schema_check(v, where);
		else if (strcmp(v->string, "properties") == 0)
			for (const cJSON *p = v->child; p != NULL; p = p->next)
				schema_check(p, p->string);
		else if (strcmp(v->string, "required") == 0)
			for (const cJSON *n = v->child; n != NULL; n = n->next)
				check(at(properties, n->valuestring) != NULL,
				    "%s: %s is required, but no property", where, n->valuestring);
		else if (is_one_of(v->string, lists))
			for (const cJSON *s = v->child; s != NULL; s = s->next)
				schema_check(s, where);
		else if (strcmp(v->string, "default") == 0 && cJSON_IsString(v))
			continue;
		else
			check((is_one_of(v->string, numbers) && cJSON_IsNumber(v)) ||
			    (is_one_of(v->string, texts) && cJSON_IsString(v)) ||
			    is_one_of(v->string, others), "%s: the keyword %s", where, v->string);
	}
	check(cJSON_IsObject(schema), "%s: no schema", where);
}

static void
content_check(const cJSON *content, const char *where)
{
	for (const cJSON *c = content != NULL ? content->child : NULL; c != NULL; c = c->next)
		if (at(c, "schema") != NULL)
			schema_check(at(c, "schema"), where);
}

/* ---- OpenAPI: operations ---- */

static void
parameters_check(const cJSON *root, const cJSON *operation, const char *where)
{
	struct names *names = calloc(1, sizeof(*names));

	for (const cJSON *p = at(operation, "parameters") != NULL ?
	    at(operation, "parameters")->child : NULL; p != NULL; p = p->next) {
		const cJSON *ref = at(p, "$ref"), *real = p, *name;

		if (ref != NULL)
			real = resolve(root, ref->valuestring);
		name = at(real, "name");
		if (!check(cJSON_IsString(name) && at(real, "in") != NULL &&
		    at(real, "schema") != NULL, "%s: a parameter is not whole", where))
			continue;
		add_once(names, name->valuestring, where);
		schema_check(at(real, "schema"), name->valuestring);
	}
	free(names);
}

static void
security_check(const cJSON *root, const cJSON *operation, const char *where)
{
	const cJSON *schemes = at(at(root, "components"), "securitySchemes");
	const cJSON *security = at(operation, "security");

	for (const cJSON *s = security != NULL ? security->child : NULL; s != NULL; s = s->next)
		for (const cJSON *name = s->child; name != NULL; name = name->next)
			check(at(schemes, name->string) != NULL, "%s: no scheme %s", where,
			    name->string);
}

static void
operation_check(const cJSON *root, const cJSON *operation, const char *where, struct names *ids)
{
	const cJSON *id = at(operation, "operationId"), *responses = at(operation, "responses");
	const cJSON *tags = at(operation, "tags");

	if (check(cJSON_IsString(id), "%s: no operationId", where))
		add_once(ids, id->valuestring, "operationId");
	check(cJSON_GetArraySize(tags) == 1, "%s: no tag", where);
	check(cJSON_IsString(at(operation, "summary")), "%s: no summary", where);
	parameters_check(root, operation, where);
	security_check(root, operation, where);
	content_check(at(at(operation, "requestBody"), "content"), where);
	check(cJSON_GetArraySize(responses) > 0, "%s: no responses", where);
	for (const cJSON *r = responses != NULL ? responses->child : NULL; r != NULL; r = r->next) {
		int status = atoi(r->string);

		check(status >= 200 && status < 600, "%s: the status %s", where, r->string);
		check(at(r, "$ref") != NULL || cJSON_IsString(at(r, "description")),
		    "%s %s: no description", where, r->string);
		content_check(at(r, "content"), where);
	}
}

static void
paths_check(const cJSON *root)
{
	static const char *const methods[] = { "get", "post", "put", "delete", NULL };
	struct names *ids = calloc(1, sizeof(*ids));

	for (const cJSON *p = at(root, "paths")->child; p != NULL; p = p->next) {
		check(p->string[0] == '/', "the path %s", p->string);
		for (const cJSON *o = p->child; o != NULL; o = o->next) {
			check(is_one_of(o->string, methods), "%s: the method %s", p->string,
			    o->string);
			operation_check(root, o, p->string, ids);
		}
	}
	free(ids);
}

/* ---- OpenAPI: the routes of the server, no more and no fewer ---- */

/* Does the route serve this path of the document? */
static bool
route_serves(const struct route *r, const char *method, const char *path)
{
	size_t n = strlen(r->path);

	return strcasecmp(r->method, method) == 0 && strncmp(path, r->path, n) == 0 &&
	    (r->path[n - 1] == '/' ? path[n] != '\0' : path[n] == '\0');
}

static void
routes_check(const cJSON *root)
{
	bool is_told[ROUTES_MAX] = { 0 };

	for (const cJSON *p = at(root, "paths")->child; p != NULL; p = p->next)
		for (const cJSON *o = p->child; o != NULL; o = o->next) {
			bool is_served = false;

			for (size_t i = 0; routes[i].fn != NULL && i < ROUTES_MAX; i++)
				if (route_serves(&routes[i], o->string, p->string))
					is_told[i] = is_served = true;
			check(is_served, "%s %s: no route", o->string, p->string);
		}
	for (size_t i = 0; routes[i].fn != NULL; i++)
		check(i < ROUTES_MAX && is_told[i], "the route %s %s is not in OpenAPI",
		    routes[i].method, routes[i].path);
}

/* ---- OpenAPI: what is declared is there, what is there is used ---- */

static void
components_check(const cJSON *root, const struct names *refs)
{
	static const char *const kinds[] = { "schemas", "parameters", "responses", NULL };
	/* The modules may have none of these; and a choice may only name the bits of a number. */
	static const char *const spare[] = { "date", "as_of", NULL };
	const cJSON *components = at(root, "components");
	char         ref[200];

	for (int i = 0; kinds[i] != NULL; i++)
		for (const cJSON *c = at(components, kinds[i])->child; c != NULL; c = c->next) {
			snprintf(ref, sizeof(ref), "#/components/%s/%s", kinds[i], c->string);
			check(has(refs, ref) || is_one_of(c->string, spare) ||
			    strncmp(c->string, "choice.", 7) == 0, "%s is not used", ref);
			for (const char *p = c->string; *p != '\0'; p++)
				check(isalnum((unsigned char)*p) || strchr("._-", *p) != NULL,
				    "the component's name %s", c->string);
			if (i == 0)
				schema_check(c, c->string);
			content_check(at(c, "content"), c->string);
		}
}

static void
fields_check(const cJSON *schema, const struct field *fields, const char *where)
{
	int count = 0;

	for (const struct field *f = fields; f->name != NULL; f++, count++)
		check(at(at(schema, "properties"), f->name) != NULL, "%s: no %s", where, f->name);
	check(cJSON_GetArraySize(at(schema, "properties")) == count, "%s: other fields", where);
}

/* A figure opens a view that there is, with columns that there are. */
static void
counts_check(const cJSON *root, const cJSON *row, const char *where)
{
	for (const cJSON *c = at(row, "properties")->child; c != NULL; c = c->next) {
		const cJSON *counts = at(c, "x-counts"), *column;
		char         path[200];

		if (counts == NULL)
			continue;
		snprintf(path, sizeof(path), "/api/views/%s", at(counts, "view")->valuestring);
		check(at(at(root, "paths"), path) != NULL, "%s.%s: no view", where, c->string);
		cJSON_ArrayForEach(column, at(counts, "with"))
			check(at(at(row, "properties"), column->valuestring) != NULL,
			    "%s.%s: %s is no column", where, c->string, column->valuestring);
	}
}

static void
module_check(const cJSON *root, const struct module *m)
{
	const cJSON *paths = at(root, "paths"), *schemas = at(at(root, "components"), "schemas");
	char         name[200];

	for (size_t i = 0; i < m->command_count; i++) {
		snprintf(name, sizeof(name), "/api/commands/%s", m->commands[i].name);
		check(at(at(paths, name), "post") != NULL, "no %s", name);
		snprintf(name, sizeof(name), "fields.%s", m->commands[i].name);
		fields_check(at(schemas, name), m->commands[i].fields, name);
	}
	for (size_t i = 0; i < m->view_count; i++) {
		int columns = 1; /* area */

		snprintf(name, sizeof(name), "/api/views/%s", m->views[i]->name);
		check(at(at(paths, name), "get") != NULL, "no %s", name);
		snprintf(name, sizeof(name), "row.%s", m->views[i]->name);
		for (const struct column *c = m->views[i]->columns; c->name != NULL; c++, columns++)
			check(at(at(at(schemas, name), "properties"), c->name) != NULL,
			    "%s: no %s", name, c->name);
		check(cJSON_GetArraySize(at(at(schemas, name), "properties")) == columns,
		    "%s: other columns", name);
		counts_check(root, at(schemas, name), name);
	}
	for (size_t i = 0; i < m->fault_count; i++)
		check(at(at(root, "x-faults"), m->faults[i].name) != NULL, "no %s",
		    m->faults[i].name);
	for (size_t i = 0; i < m->flag_count; i++)
		check(at(at(root, "x-flags"), m->flags[i]->name) != NULL, "no %s",
		    m->flags[i]->name);
}

static void
openapi_check(void)
{
	struct names *refs = calloc(1, sizeof(*refs));
	struct buffer text = { 0 };
	struct arena  arena = { 0 };
	cJSON        *root;

	describe_openapi(&text);
	root = json_tree(&arena, buffer_str(&text));
	if (check(root != NULL, "OpenAPI: this is not JSON")) {
		check(strncmp(at(root, "openapi")->valuestring, "3.1.", 4) == 0, "not OpenAPI 3.1");
		check(at(at(root, "info"), "title") != NULL, "no title");
		check(at(at(root, "info"), "version") != NULL, "no version");
		json_check(root, root, refs);
		paths_check(root);
		routes_check(root);
		components_check(root, refs);
		for (size_t m = 0; modules[m] != NULL; m++)
			module_check(root, modules[m]);
	}
	arena_done(&arena);
	buffer_done(&text);
	free(refs);
}

/* ---- TypeScript ---- */

/* Comments and the insides of strings become blanks; false when one does not end. */
static bool
blanked(char *p)
{
	while (*p != '\0') {
		const char *end;
		size_t      n;

		if (strncmp(p, "/*", 2) == 0) {
			end = "*/";
		} else if (strncmp(p, "//", 2) == 0) {
			end = "\n";
		} else if (*p == '"') {
			end = "\"";
		} else {
			p++;
			continue;
		}
		n = strlen(end);
		*p++ = ' ';
		while (*p != '\0' && strncmp(p, end, n) != 0) {
			if (*end == '"' && *p == '\n')
				return false;
			if (*end == '"' && *p == '\\')
				*p++ = ' ';
			*p++ = ' ';
		}
		if (*p == '\0')
			return false;
		memset(p, ' ', *p == '\n' ? 0 : n);
	}
	return true;
}

static void
brackets_check(const char *text)
{
	char   open[100];
	size_t depth = 0;
	bool   is_right = true;

	for (; *text != '\0' && is_right; text++) {
		const char *closing = strchr("}])", *text), *opening = strchr("{[(", *text);

		if (opening != NULL && depth < sizeof(open))
			open[depth++] = "}])"[opening - "{[("];
		else if (closing != NULL)
			is_right = depth > 0 && open[--depth] == *text;
	}
	check(is_right && depth == 0, "TypeScript: brackets");
}

static size_t
word_length(const char *p)
{
	size_t n = 0;

	while (isalnum((unsigned char)p[n]) || p[n] == '_')
		n++;
	return n;
}

/* The types in a member's or alias's type are declared, or the language's own. */
static void
types_check(struct arena *arena, const char *p, const char *end, const struct names *declared)
{
	static const char *const own[] = { "string", "number", "boolean", "null", "never", "keyof",
		NULL };

	while (p < end) {
		size_t      n = word_length(p);
		const char *name = arena_printf(arena, "%.*s", (int)n, p).p;
		bool        is_key = p[n] == ':';

		if (n > 0 && !is_key && !isdigit((unsigned char)*p))
			check(has(declared, name) || is_one_of(name, own), "TypeScript: no type %s",
			    name);
		p += n > 0 ? n : 1;
	}
}

/* `export type NAME = …`, `export interface NAME {`, `export const NAME = {`. */
static void
exports_find(struct arena *arena, const char *text, struct names *declared)
{
	static const char *const heads[] = { "\nexport type ", "\nexport interface ",
		"\nexport const " };

	for (size_t i = 0; i < LEN(heads); i++) {
		const char *p = text;

		while ((p = strstr(p, heads[i])) != NULL) {
			p += strlen(heads[i]);
			add_once(declared, arena_printf(arena, "%.*s", (int)word_length(p), p).p,
			    "TypeScript");
		}
	}
}

static void
lines_check(struct arena *arena, char *text, const struct names *declared)
{
	char *save = NULL;
	bool  is_interface = false, is_catalogue = false;

	for (char *l = strtok_r(text, "\n", &save); l != NULL; l = strtok_r(NULL, "\n", &save)) {
		const char *end = l + strlen(l), *colon = strchr(l, ':'), *equals = strchr(l, '=');

		is_catalogue |= strncmp(l, "export const ", 13) == 0;
		if (is_catalogue)
			continue;
		if (strncmp(l, "export type ", 12) == 0 &&
		    check(equals != NULL, "TypeScript: %s", l))
			types_check(arena, equals, end, declared);
		else if (strncmp(l, "export interface ", 17) == 0)
			is_interface = strchr(l, '}') == NULL;
		else if (*l == '}')
			is_interface = false;
		else if (is_interface && *str_trim(str_of(l)).p != '\0' &&
		    check(colon != NULL, "TypeScript: %s", l))
			types_check(arena, colon, end, declared);
		else
			check(str_trim(str_of(l)).n == 0, "TypeScript: %s", l);
	}
}

static void
typescript_check(void)
{
	struct names *declared = calloc(1, sizeof(*declared));
	struct buffer text = { 0 };
	struct arena  arena = { 0 };
	char         *code;

	describe_typescript(&text);
	code = arena_cstr(&arena, buffer_str(&text));
	if (check(blanked(code), "TypeScript: a comment or string does not end")) {
		brackets_check(code);
		exports_find(&arena, code, declared);
		for (size_t m = 0; modules[m] != NULL; m++) {
			for (size_t i = 0; i < modules[m]->command_count; i++)
				check(has(declared, modules[m]->commands[i].name),
				    "TypeScript: no %s", modules[m]->commands[i].name);
			for (size_t i = 0; i < modules[m]->view_count; i++)
				check(has(declared, arena_printf(&arena, "%s_row",
				    modules[m]->views[i]->name).p), "TypeScript: no %s",
				    modules[m]->views[i]->name);
		}
		lines_check(&arena, code, declared);
	}
	arena_done(&arena);
	buffer_done(&text);
	free(declared);
}

/* ---- the plain text ---- */

static void
text_check(bool is_english)
{
	struct buffer text = { 0 };

	describe_text(&text, is_english);
	check(utf8_is_valid(buffer_str(&text)), "the list is not UTF-8");
	for (size_t m = 0; modules[m] != NULL; m++)
		for (size_t i = 0; i < modules[m]->command_count; i++) {
			const struct command *c = &modules[m]->commands[i];

			check(str_find(buffer_str(&text), str_of(is_english ? c->en : c->zh)) >= 0,
			    "the list has no %s", c->name);
		}
	buffer_done(&text);
}

/* ---- who may do and see what ---- */

static struct str
file_read(struct arena *arena, const char *path)
{
	FILE         *f = fopen(path, "r");
	struct buffer b = { 0 };
	struct str    s;
	int           c;

	if (f == NULL)
		return S("");
	while ((c = getc(f)) != EOF)
		buffer_char(&b, (char)c);
	(void)fclose(f);
	s = arena_copy(arena, buffer_str(&b));
	buffer_done(&b);
	return s;
}

static bool
has_line(struct str text, struct str wanted)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (str_equal(line, wanted))
			return true;
	return false;
}

static void
lines_without(const char *sign, struct str text, struct str other)
{
	struct str line;

	while (str_split(&text, '\n', &line))
		if (!has_line(other, line))
			printf("  %s%.*s\n", sign, (int)line.n, line.p);
}

static void
roles_check(bool is_renewing)
{
	struct arena  arena = { 0 };
	struct buffer text = { 0 };
	struct str    golden = file_read(&arena, GOLDEN);
	FILE         *f;

	describe_roles(&text);
	if (is_renewing) {
		f = fopen(GOLDEN, "w");
		if (f == NULL || fwrite(text.p, 1, text.n, f) != text.n || fclose(f) != 0)
			err(1, GOLDEN);
	} else if (!check(str_equal(golden, buffer_str(&text)),
	    "who may do and see what is not as " GOLDEN " says.\n"
	    "  If it is meant to change: make golden, and show the diff in review.")) {
		lines_without("- ", golden, buffer_str(&text));
		lines_without("+ ", buffer_str(&text), golden);
	}
	buffer_done(&text);
	arena_done(&arena);
}

int
main(int argc, char *argv[])
{
	bool is_renewing = argc == 2 && strcmp(argv[1], "--renew") == 0;

	if (argc > 1 && !is_renewing)
		errx(2, "usage: declared [--renew]");
	decode_setup();
	roles_check(is_renewing);
	if (is_renewing)
		return 0;
	openapi_check();
	typescript_check();
	text_check(false);
	text_check(true);
	printf("%d passed, %d failed\n", passed, failed);
	return failed > 0;
}
