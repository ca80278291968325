/* decode.c -- see decode.h. */
#include <assert.h>
#include <ctype.h>
#include <cjson/cJSON.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/decode.h"

#define NAME_BYTES_MAX    100 /* of a command; of a field's name where it is told of */
#define FIELDS_MAX        64  /* of one object */
#define ESCAPE_BYTES      6   /* \uXXXX */

/* Where this thread's cJSON allocates: trees live as long as the request's arena. */
static _Thread_local struct arena *json_arena;

static void *
json_alloc(size_t bytes)
{
	assert(json_arena != NULL);
	return arena_alloc(json_arena, bytes);
}

static void
json_free(void *p)
{
	(void)p; /* the arena gives it back */
}

void
decode_setup(void)
{
	cJSON_InitHooks(&(cJSON_Hooks){ json_alloc, json_free });
}

/* The code of "\uXXXX" where p stands; -1: no such thing there. */
static int32_t
escape_code(const char *p, const char *end)
{
	int32_t code = 0;

	if (end - p < ESCAPE_BYTES || p[0] != '\\' || p[1] != 'u')
		return -1;
	for (int i = 2; i < ESCAPE_BYTES; i++) {
		int c = tolower((unsigned char)p[i]);

		if (!isxdigit(c))
			return -1;
		code = code * 16 + (c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return code;
}

/*
 * How many bytes the escape at p has, a pair of surrogates being one; 0: it is wrong. *ret_is_text:
 * a text can hold it. Neither NUL nor half a pair is a character, but browsers send both:
 * JavaScript's strings have them, as when a length limit cuts a picture character in two.
 */
static size_t
escape_bytes(const char *p, const char *end, bool *ret_is_text)
{
	int32_t code = escape_code(p, end), low;

	*ret_is_text = true;
	if (code < 0)
		return p + 1 < end && p[1] == 'u' ? 0 : 2;
	*ret_is_text = code != 0 && (code < 0xd800 || code > 0xdfff);
	if (code < 0xd800 || code > 0xdbff)
		return ESCAPE_BYTES;
	low = escape_code(p + ESCAPE_BYTES, end);
	if (low < 0xdc00 || low > 0xdfff)
		return ESCAPE_BYTES;
	*ret_is_text = true;
	return 2 * ESCAPE_BYTES;
}

/*
 * The same JSON, where needed as a copy of the same length with U+FFFD for what is no text. False:
 * an escape is wrong, which cJSON does not always see.
 */
static bool
json_mend(struct arena *arena, struct str *text)
{
	const char *end = text->p + text->n, *p = memchr(text->p, '\\', text->n);
	char       *copy = NULL;
	bool        is_text;

	/* Outside of strings a backslash is no JSON: it need not be told apart. */
	while (p != NULL && p < end) {
		size_t n = escape_bytes(p, end, &is_text);

		if (n == 0)
			return false;
		if (!is_text && copy == NULL)
			copy = arena_cstr(arena, *text);
		if (!is_text)
			memcpy(copy + (p - text->p), "\\ufffd", ESCAPE_BYTES);
		p += n;
		p = p < end ? memchr(p, '\\', (size_t)(end - p)) : NULL;
	}
	if (copy != NULL)
		text->p = copy;
	return true;
}

cJSON *
json_tree(struct arena *arena, struct str text)
{
	const char *end = NULL;
	cJSON      *json;

	/* cJSON takes a NUL for white space, or for the end of a string. */
	if (text.n == 0 || memchr(text.p, '\0', text.n) != NULL || !utf8_is_valid(text) ||
	    !json_mend(arena, &text))
		return NULL;
	json_arena = arena;
	json = cJSON_ParseWithLengthOpts(text.p, text.n, &end, false);
	json_arena = NULL;
	if (json != NULL && str_trim((struct str){ end, (size_t)(text.p + text.n - end) }).n > 0)
		return NULL;
	return json;
}

struct str
json_print(struct arena *arena, const cJSON *json)
{
	const char *text;

	json_arena = arena;
	text = cJSON_PrintUnformatted(json);
	json_arena = NULL;
	return str_of(text);
}

void
problem_add(struct problems *p, struct str field, const char *zh, const char *en)
{
	if (p->count < PROBLEMS_MAX)
		p->list[p->count++] = (struct problem){ field, zh, en };
}

int64_t
choice_number(const struct choice *choice, struct str word)
{
	for (int64_t i = 0; i < choice->count; i++) {
		const char *name = choice->options[i].name;
		size_t      n = name == NULL ? 0 : strlen(name);

		if (n > 0 && n == word.n && strncasecmp(name, word.p, n) == 0)
			return i;
	}
	return -1;
}

/* An integer that JSON carries exactly, or a string of digits. */
static bool
json_i64(const cJSON *v, int64_t *ret_value)
{
	if (cJSON_IsString(v))
		return str_to_i64(str_of(v->valuestring), ret_value);
	if (!cJSON_IsNumber(v) || !(fabs(v->valuedouble) <= (double)JSON_INT_MAX) ||
	    v->valuedouble != floor(v->valuedouble))
		return false;
	*ret_value = (int64_t)v->valuedouble;
	return true;
}

static bool
json_time_read(const cJSON *v, time_ms *ret_time)
{
	if (cJSON_IsString(v))
		return time_parse(str_of(v->valuestring), ret_time);
	return json_i64(v, &ret_time->ms);
}

/* Where an object stands within lists, to tell of it only when something is wrong. */
struct place { const struct place *outer; const char *list; size_t index; };

struct reading {
	struct arena    *arena;
	struct problems *problems;
	bool             is_partial; /* what is missing stands in another object */
};

/* "rows[3].name" */
static struct str
place_print(struct arena *arena, const struct place *place, struct str name)
{
	struct str s;

	if (place == NULL)
		return arena_copy(arena, name);
	s = arena_printf(arena, "%s[%zu]%s%.*s", place->list, place->index, name.n > 0 ? "." : "",
	    (int)name.n, name.p);
	return place_print(arena, place->outer, s);
}

static void
problem_put(const struct reading *r, const struct place *place, const char *name, const char *zh,
    const char *en)
{
	struct str s = str_slice(str_of(name), 0, NAME_BYTES_MAX);

	if (r->problems->count < PROBLEMS_MAX)
		problem_add(r->problems, place_print(r->arena, place, s), zh, en);
}

static bool fields_read(const struct reading *r, const struct place *place,
    const struct field *fields, const cJSON *object, char *in);

static const char *
list_read(const struct reading *r, const struct place *place, const struct field *f,
    const cJSON *v, char *in)
{
	struct place here = { .outer = place, .list = f->name };
	size_t       count;
	char        *items;

	if (!cJSON_IsArray(v))
		return "应为列表\0a list is wanted";
	count = (size_t)cJSON_GetArraySize(v);
	if ((int64_t)count > f->hi)
		return "条目过多\0too many entries";
	items = arena_alloc(r->arena, count * f->item->bytes);
	for (const cJSON *e = v->child; e != NULL; e = e->next, here.index++)
		(void)fields_read(r, &here, f->item->fields, e,
		    items + here.index * f->item->bytes);
	memcpy(in + f->offset, &items, sizeof(items));
	memcpy(in + f->count_offset, &count, sizeof(count));
	return NULL;
}

/* NULL, or what is wrong: Chinese and English, with a NUL between. */
static const char *
text_read(struct arena *arena, const struct field *f, const cJSON *v, char *in)
{
	struct str s;

	if (!cJSON_IsString(v))
		return "应为文字\0a text is wanted";
	s = str_of(v->valuestring);
	if ((int64_t)s.n > f->hi)
		return "文字过长\0too long";
	if ((int64_t)s.n < f->lo)
		return "文字过短\0too short";
	s = arena_copy(arena, s);
	memcpy(in + f->offset, &s, sizeof(s));
	return NULL;
}

static const char *
number_read(const struct field *f, const cJSON *v, char *in)
{
	int64_t  value = 0;
	time_ms  t = { 0 };
	date_ymd d = { 0 };
	bool     is_read = false;

	if (f->kind == KIND_TIME) {
		is_read = json_time_read(v, &t);
		value = t.ms;
	} else if (f->kind == KIND_DATE && cJSON_IsString(v)) {
		is_read = date_parse(str_of(v->valuestring), &d);
		value = d.ymd;
	} else if (f->kind != KIND_DATE) {
		is_read = json_i64(v, &value);
	}
	if (!is_read && f->kind == KIND_TIME)
		return "应为时间\0a time is wanted";
	if (!is_read && f->kind == KIND_DATE)
		return "应为日期\0a date is wanted";
	if (!is_read)
		return "应为整数\0a whole number is wanted";
	if (value < f->lo || value > f->hi)
		return "超出范围\0out of range";
	memcpy(in + f->offset, &value, sizeof(value));
	return NULL;
}

static const char *
value_read(const struct reading *r, const struct place *place, const struct field *f,
    const cJSON *v, char *in)
{
	int64_t option;
	int     number;
	bool    is_true;

	switch (f->kind) {
	case KIND_TEXT:
		return text_read(r->arena, f, v, in);
	case KIND_BOOL:
		if (!cJSON_IsBool(v))
			return "应为 true 或 false\0true or false is wanted";
		is_true = cJSON_IsTrue(v);
		memcpy(in + f->offset, &is_true, sizeof(is_true));
		return NULL;
	case KIND_CHOICE:
		option = cJSON_IsString(v) ? choice_number(f->choice, str_of(v->valuestring)) : -1;
		if (option < 0)
			return "不是可选的值\0not one of the choices";
		number = (int)option;
		memcpy(in + f->offset, &number, sizeof(number));
		return NULL;
	case KIND_LIST:
		return list_read(r, place, f, v, in);
	case KIND_ID:
	case KIND_AREA:
	case KIND_INT:
	case KIND_TIME:
	case KIND_DATE:
		return number_read(f, v, in);
	case KIND_COUNT:
	case KIND_SEALED:
		break;
	}
	abort(); /* kinds of columns only: no FIELD has them */
}

/* By its name; senders mostly keep the order, so the search begins where the last one ended. */
static size_t
field_index(const struct field *fields, size_t count, size_t first, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(fields[(first + i) % count].name, name) == 0)
			return (first + i) % count;
	return count;
}

/* False when it is null, which is as good as left out. */
static bool
member_read(const struct reading *r, const struct place *place, const struct field *f,
    const cJSON *v, char *in)
{
	const char *wrong;

	if (cJSON_IsNull(v))
		return false;
	wrong = value_read(r, place, f, v, in);
	if (wrong != NULL)
		problem_put(r, place, f->name, wrong, wrong + strlen(wrong) + 1);
	return true;
}

static bool
fields_read(const struct reading *r, const struct place *place, const struct field *fields,
    const cJSON *object, char *in)
{
	size_t   before = r->problems->count, count = 0, next = 0;
	uint64_t seen = 0, given = 0;

	while (fields[count].name != NULL)
		count++;
	assert(count <= FIELDS_MAX);
	if (!cJSON_IsObject(object)) {
		problem_put(r, place, "", "应为一组字段", "an object with fields is wanted");
		return false;
	}
	for (const cJSON *v = object->child; v != NULL; v = v->next) {
		size_t   i = field_index(fields, count, next, v->string);
		uint64_t bit = i < count ? UINT64_C(1) << i : 0;

		if (i == count)
			problem_put(r, place, v->string, "没有这个字段", "there is no such field");
		else if ((seen & bit) != 0)
			problem_put(r, place, v->string, "字段重复", "is given twice");
		else if (member_read(r, place, &fields[i], v, in))
			given |= bit;
		seen |= bit;
		next = i + 1;
	}
	for (size_t i = 0; i < count && !r->is_partial; i++)
		if (fields[i].need == REQUIRED && (given >> i & 1) == 0)
			problem_put(r, place, fields[i].name, "必填", "is required");
	return r->problems->count == before && before < PROBLEMS_MAX;
}

bool
decode_fields(struct arena *arena, const struct command *command, struct str json,
    const void **ret_in, struct problems *ret_problems)
{
	struct reading reading = { .arena = arena, .problems = ret_problems };
	cJSON         *object = json_tree(arena, json);
	char          *in = arena_alloc(arena, command->bytes);

	if (object == NULL) {
		problem_add(ret_problems, S(""), "不是有效的 JSON", "this is not JSON");
		return false;
	}
	*ret_in = in;
	return fields_read(&reading, NULL, command->fields, object, in);
}

const void *
command_in(struct arena *arena, const struct command *command, struct str json)
{
	struct problems problems = { 0 };
	const void     *in = NULL;
	bool            is_read = decode_fields(arena, command, json, &in, &problems);

	assert(is_read);
	return in;
}

bool
decode_stored(struct arena *arena, const struct command *command, struct str open_fields,
    struct str sealed_fields, const void **ret_in)
{
	struct problems problems = { 0 };
	struct reading  reading = { arena, &problems, true };
	cJSON          *open = json_tree(arena, open_fields);
	cJSON          *sealed = sealed_fields.n > 0 ? json_tree(arena, sealed_fields) : NULL;
	char           *in = arena_alloc(arena, command->bytes);

	*ret_in = in;
	return open != NULL && (sealed_fields.n == 0 || sealed != NULL) &&
	    fields_read(&reading, NULL, command->fields, open, in) &&
	    (sealed == NULL || fields_read(&reading, NULL, command->fields, sealed, in));
}

/* ---- the bytes of commands: the body is JSON already, so strings and brackets are enough ---- */

/* Behind the string that begins at p. */
static const char *
string_skip(const char *p, const char *end)
{
	for (p++; p < end && *p != '"'; p++)
		p += *p == '\\';
	return p < end ? p + 1 : end;
}

/* What stands before the next ',' or the closing bracket, without white space around it. */
static struct str
value_span(const char **p, const char *end)
{
	const char *start = *p;
	int         depth = 0;

	while (*p < end) {
		if (**p == '"') {
			*p = string_skip(*p, end);
			continue;
		}
		if (depth == 0 && (**p == ',' || **p == '}' || **p == ']'))
			break;
		depth += **p == '{' || **p == '[';
		depth -= **p == '}' || **p == ']';
		(*p)++;
	}
	return str_trim((struct str){ start, (size_t)(*p - start) });
}

/* Where the array that is the outermost object's member of that number begins: behind its '['. */
static const char *
array_begin(struct str body, int number)
{
	const char *end = body.p + body.n, *p = memchr(body.p, '{', body.n);

	for (p++; number > 0; number--, p++)
		(void)value_span(&p, end);
	p = memchr(p, '"', (size_t)(end - p));
	p = string_skip(p, end);
	return (const char *)memchr(p, '[', (size_t)(end - p)) + 1;
}

/* The member of that name, NULL: none; and how many stand before it. Twice is none. */
static const cJSON *
member(const cJSON *object, const char *name, int *ret_number)
{
	const cJSON *found = NULL;
	int          number = 0;

	for (const cJSON *v = object->child; v != NULL; v = v->next, number++) {
		if (v->string == NULL || strcmp(v->string, name) != 0)
			continue;
		if (found != NULL)
			return NULL;
		found = v;
		*ret_number = number;
	}
	return found;
}

static void
envelope_read(struct arena *arena, const cJSON *json, struct envelope *e)
{
	int             number;
	const cJSON    *n = member(json, "n", &number), *name = member(json, "name", &number);
	const cJSON    *at = member(json, "at", &number), *fields = member(json, "fields", &number);
	struct problems problems; /* 2 KB: not worth clearing for every command */
	struct reading  reading = { .arena = arena, .problems = &problems };
	char           *in;

	problems.count = 0;
	if (!json_i64(n, &e->n))
		e->n = 0;
	e->name = cJSON_IsString(name) ? str_of(name->valuestring) : S("");
	if (e->name.n > NAME_BYTES_MAX)
		e->name = S("");
	if (!json_time_read(at, &e->at) || e->at.ms < 0 || e->at.ms > TIME_NEVER_MS) {
		e->at = (time_ms){ 0 };
		return;
	}
	e->command = command_find(e->name);
	if (e->command == NULL)
		return;
	in = arena_alloc(arena, e->command->bytes);
	e->in = in;
	if (!fields_read(&reading, NULL, e->command->fields, fields, in))
		e->command = NULL;
}

static void
request_head_read(const cJSON *json, struct request *r, struct problems *problems)
{
	int          number;
	const cJSON *stream = member(json, "stream", &number);
	const cJSON *made = member(json, "made", &number);
	const cJSON *sent = member(json, "sent", &number);

	if (stream != NULL && (!json_i64(stream, &r->stream) || r->stream < 1))
		problem_add(problems, S("stream"), "应为流水号",
		    "the number of a stream is wanted");
	if (made != NULL && (!json_i64(made, &r->made) || r->made < 0))
		problem_add(problems, S("made"), "应为整数", "a whole number is wanted");
	if (sent != NULL && !json_time_read(sent, &r->sent))
		problem_add(problems, S("sent"), "应为时间", "a time is wanted");
}

bool
decode_request(struct arena *arena, struct str body, struct request *ret_request,
    struct problems *ret_problems)
{
	cJSON          *json = json_tree(arena, body);
	const cJSON    *commands;
	struct request  r = { 0 };
	const char     *p, *end = body.p + body.n;
	size_t          i = 0;
	int             number = 0;

	if (json == NULL || !cJSON_IsObject(json)) {
		problem_add(ret_problems, S(""), "不是有效的 JSON", "this is not JSON");
		return false;
	}
	request_head_read(json, &r, ret_problems);
	commands = member(json, "commands", &number);
	r.count = cJSON_IsArray(commands) ? (size_t)cJSON_GetArraySize(commands) : 0;
	if (!cJSON_IsArray(commands))
		problem_add(ret_problems, S("commands"), "应为命令列表",
		    "a list of commands is wanted");
	else if (r.count > BATCH_COMMANDS_MAX)
		problem_add(ret_problems, S("commands"), "一批至多 1000 条",
		    "at most 1000 in a batch");
	if (ret_problems->count > 0)
		return false;
	r.envelopes = arena_alloc(arena, r.count * sizeof(*r.envelopes));
	p = array_begin(body, number);
	for (const cJSON *c = commands->child; c != NULL; c = c->next, i++, p++) {
		r.envelopes[i].raw = value_span(&p, end);
		envelope_read(arena, c, &r.envelopes[i]);
		if (r.envelopes[i].n < 1 || r.envelopes[i].raw.n > COMMAND_BYTES_MAX)
			problem_add(ret_problems, arena_printf(arena, "commands[%zu]", i),
			    "没有可读的编号 n，或过长", "no readable number n, or too long");
	}
	*ret_request = r;
	return ret_problems->count == 0;
}
