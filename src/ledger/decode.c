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

#define INT_MAX_JSON INT64_C(9007199254740992) /* 2^53 */
#define NAME_MAX_BYTES 100

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

cJSON *
json_tree(struct arena *arena, struct str text)
{
	const char *end = NULL;
	cJSON      *json;

	if (!utf8_is_valid(text))
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
	if (!cJSON_IsNumber(v) || !(fabs(v->valuedouble) <= (double)INT_MAX_JSON) ||
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

static bool fields_read(struct arena *arena, const struct field *fields, const cJSON *object,
    char *in, struct str where, bool is_partial, struct problems *problems);

static const char *
list_read(struct arena *arena, const struct field *f, const cJSON *v, char *in, struct str where,
    struct problems *problems)
{
	size_t count, i = 0;
	char  *items;

	if (!cJSON_IsArray(v))
		return "应为列表\0a list is wanted";
	count = (size_t)cJSON_GetArraySize(v);
	if ((int64_t)count > f->hi)
		return "条目过多\0too many entries";
	items = arena_alloc(arena, count * f->item->bytes);
	for (const cJSON *e = v->child; e != NULL; e = e->next, i++)
		(void)fields_read(arena, f->item->fields, e, items + i * f->item->bytes,
		    arena_printf(arena, "%.*s[%zu].", (int)where.n, where.p, i), false, problems);
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
	int64_t value = 0;
	time_ms t;
	bool    is_read = false;

	if (f->kind == KIND_TIME) {
		is_read = json_time_read(v, &t);
		value = t.ms;
	} else if (f->kind == KIND_DATE && cJSON_IsString(v)) {
		is_read = date_parse(str_of(v->valuestring), &(date_ymd){ 0 });
		if (is_read)
			(void)date_parse(str_of(v->valuestring), (date_ymd *)&value);
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
value_read(struct arena *arena, const struct field *f, const cJSON *v, char *in, struct str where,
    struct problems *problems)
{
	int64_t option;
	int     number;
	bool    is_true;

	switch (f->kind) {
	case KIND_TEXT:
		return text_read(arena, f, v, in);
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
		return list_read(arena, f, v, in, where, problems);
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

/* Reads the known fields; is_partial: what is missing stands in another object. */
static bool
fields_read(struct arena *arena, const struct field *fields, const cJSON *object, char *in,
    struct str where, bool is_partial, struct problems *problems)
{
	size_t before = problems->count;

	if (!cJSON_IsObject(object)) {
		problem_add(problems, where, "应为一组字段", "an object with fields is wanted");
		return false;
	}
	for (const cJSON *v = object->child; v != NULL; v = v->next) {
		const struct field *f = fields;
		const char         *wrong;
		struct str          here;

		while (f->name != NULL && strcmp(f->name, v->string) != 0)
			f++;
		here = arena_printf(arena, "%.*s%s", (int)where.n, where.p, v->string);
		if (f->name == NULL) {
			problem_add(problems, here, "没有这个字段", "there is no such field");
			continue;
		}
		if (cJSON_IsNull(v))
			continue;
		wrong = value_read(arena, f, v, in, here, problems);
		if (wrong != NULL)
			problem_add(problems, here, wrong, wrong + strlen(wrong) + 1);
	}
	for (const struct field *f = fields; f->name != NULL && !is_partial; f++) {
		const cJSON *v = cJSON_GetObjectItemCaseSensitive(object, f->name);

		if (f->need == REQUIRED && (v == NULL || cJSON_IsNull(v)))
			problem_add(problems, arena_printf(arena, "%.*s%s", (int)where.n, where.p,
			    f->name), "必填", "is required");
	}
	return problems->count == before;
}

bool
decode_fields(struct arena *arena, const struct command *command, struct str json,
    const void **ret_in, struct problems *ret_problems)
{
	cJSON *object = json_tree(arena, json);
	char  *in = arena_alloc(arena, command->bytes);

	if (object == NULL) {
		problem_add(ret_problems, S(""), "不是有效的 JSON", "this is not JSON");
		return false;
	}
	*ret_in = in;
	return fields_read(arena, command->fields, object, in, S(""), false, ret_problems);
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
	cJSON *open = json_tree(arena, open_fields);
	cJSON *sealed = sealed_fields.n > 0 ? json_tree(arena, sealed_fields) : NULL;
	char  *in = arena_alloc(arena, command->bytes);

	*ret_in = in;
	return open != NULL && (sealed_fields.n == 0 || sealed != NULL) &&
	    fields_read(arena, command->fields, open, in, S(""), true, &problems) &&
	    (sealed == NULL ||
	    fields_read(arena, command->fields, sealed, in, S(""), true, &problems));
}

/* The bytes of each element of the array "commands": the body is JSON already, so it is enough
 * to follow strings and brackets. */
static struct str
value_span(const char **p, const char *end)
{
	const char *start = *p;
	int         depth = 0;

	for (; *p < end; (*p)++) {
		if (**p == '"') {
			for ((*p)++; *p < end && **p != '"'; (*p)++)
				*p += **p == '\\';
		} else if (**p == '{' || **p == '[') {
			depth++;
		} else if (**p == '}' || **p == ']') {
			if (depth == 0)
				break;
			depth--;
		} else if (**p == ',' && depth == 0) {
			break;
		}
	}
	return str_trim((struct str){ start, (size_t)(*p - start) });
}

/* Where the array of that name begins in the outermost object: behind its '['; NULL: nowhere. */
static const char *
array_begin(struct str body, struct str name)
{
	const char *p = body.p, *end = body.p + body.n;

	while (p < end && *p != '{')
		p++;
	for (p++; p < end; p++) {
		struct str key, member = value_span(&p, end);
		size_t     colon = 1;

		while (colon < member.n && member.p[colon] != '"')
			colon++;
		key = str_slice(member, 1, colon - 1);
		if (!str_equal(key, name))
			continue;
		while (colon < member.n && member.p[colon] != '[')
			colon++;
		return member.p + colon + 1;
	}
	return NULL;
}

static void
envelope_read(struct arena *arena, const cJSON *json, struct envelope *e)
{
	const cJSON    *n = cJSON_GetObjectItemCaseSensitive(json, "n");
	const cJSON    *name = cJSON_GetObjectItemCaseSensitive(json, "name");
	const cJSON    *at = cJSON_GetObjectItemCaseSensitive(json, "at");
	const cJSON    *fields = cJSON_GetObjectItemCaseSensitive(json, "fields");
	struct problems problems = { 0 };
	char           *in;

	if (!json_i64(n, &e->n))
		e->n = 0;
	e->name = cJSON_IsString(name) ? str_of(name->valuestring) : S("");
	if (e->name.n > NAME_MAX_BYTES)
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
	if (!fields_read(arena, e->command->fields, fields, in, S(""), false, &problems))
		e->command = NULL;
}

static bool
request_head_read(const cJSON *json, struct request *r, struct problems *problems)
{
	const cJSON *stream = cJSON_GetObjectItemCaseSensitive(json, "stream");
	const cJSON *made = cJSON_GetObjectItemCaseSensitive(json, "made");
	const cJSON *sent = cJSON_GetObjectItemCaseSensitive(json, "sent");

	if (stream != NULL && (!json_i64(stream, &r->stream) || r->stream < 1))
		problem_add(problems, S("stream"), "应为流水号",
		    "the number of a stream is wanted");
	if (made != NULL && (!json_i64(made, &r->made) || r->made < 0))
		problem_add(problems, S("made"), "应为整数", "a whole number is wanted");
	if (sent != NULL && !json_time_read(sent, &r->sent))
		problem_add(problems, S("sent"), "应为时间", "a time is wanted");
	return problems->count == 0;
}

bool
decode_request(struct arena *arena, struct str body, struct request *ret_request,
    struct problems *ret_problems)
{
	cJSON          *json = json_tree(arena, body), *commands;
	struct request  r = { 0 };
	const char     *p, *end = body.p + body.n;
	size_t          i = 0;

	if (json == NULL || !cJSON_IsObject(json)) {
		problem_add(ret_problems, S(""), "不是有效的 JSON", "this is not JSON");
		return false;
	}
	if (!request_head_read(json, &r, ret_problems))
		return false;
	commands = cJSON_GetObjectItemCaseSensitive(json, "commands");
	p = array_begin(body, S("commands"));
	if (!cJSON_IsArray(commands) || p == NULL) {
		problem_add(ret_problems, S("commands"), "应为命令列表",
		    "a list of commands is wanted");
		return false;
	}
	r.count = (size_t)cJSON_GetArraySize(commands);
	if (r.count > BATCH_COMMANDS_MAX) {
		problem_add(ret_problems, S("commands"), "一批至多 1000 条",
		    "at most 1000 in a batch");
		return false;
	}
	r.envelopes = arena_alloc(arena, r.count * sizeof(*r.envelopes));
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

static void value_write(struct buffer *b, const struct field *f, const char *in);

/* Is there a value, or what stands for none? */
static bool
is_given(const struct field *f, const char *in)
{
	struct str s;
	int64_t    value = 0;

	switch (f->kind) {
	case KIND_TEXT:
		memcpy(&s, in + f->offset, sizeof(s));
		return f->need == REQUIRED || s.n > 0;
	case KIND_LIST:
		memcpy(&value, in + f->count_offset, sizeof(value));
		break;
	case KIND_BOOL:
		memcpy(&value, in + f->offset, sizeof(bool));
		break;
	case KIND_CHOICE:
		memcpy(&value, in + f->offset, sizeof(int));
		break;
	default:
		memcpy(&value, in + f->offset, sizeof(value));
	}
	return f->need == REQUIRED || value != 0;
}

/* A list is sealed as a whole when something in it is. */
static bool
is_open_field(const struct field *f)
{
	if (f->kind == KIND_LIST)
		for (const struct field *g = f->item->fields; g->name != NULL; g++)
			if (!is_open_field(g))
				return false;
	return f->class == CLASS_OPEN;
}

static void
object_write(struct buffer *b, const struct field *fields, const char *in, bool is_all,
    bool is_open)
{
	buffer_char(b, '{');
	for (const struct field *f = fields; f->name != NULL; f++)
		if ((is_all || is_open_field(f) == is_open) && is_given(f, in)) {
			json_name(b, f->name);
			value_write(b, f, in);
		}
	buffer_char(b, '}');
}

static void
word_write(struct buffer *b, const char *name)
{
	buffer_char(b, '"');
	for (; *name != '\0'; name++)
		buffer_char(b, (char)tolower((unsigned char)*name));
	buffer_char(b, '"');
}

static void
value_write(struct buffer *b, const struct field *f, const char *in)
{
	const char *items;
	struct str  s;
	size_t      count;
	int64_t     value = 0;
	int         option;
	bool        is_true;

	if (f->kind == KIND_TEXT) {
		memcpy(&s, in + f->offset, sizeof(s));
		json_str(b, s);
	} else if (f->kind == KIND_BOOL) {
		memcpy(&is_true, in + f->offset, sizeof(is_true));
		buffer_add(b, is_true ? S("true") : S("false"));
	} else if (f->kind == KIND_CHOICE) {
		memcpy(&option, in + f->offset, sizeof(option));
		word_write(b, f->choice->options[option].name);
	} else if (f->kind == KIND_LIST) {
		memcpy(&items, in + f->offset, sizeof(items));
		memcpy(&count, in + f->count_offset, sizeof(count));
		buffer_char(b, '[');
		for (size_t i = 0; i < count; i++) {
			json_next(b);
			object_write(b, f->item->fields, items + i * f->item->bytes, true, true);
		}
		buffer_char(b, ']');
	} else {
		memcpy(&value, in + f->offset, sizeof(value));
		if (f->kind == KIND_ID || f->kind == KIND_AREA)
			json_id(b, value);
		else if (f->kind == KIND_DATE)
			json_date(b, (date_ymd){ value });
		else
			buffer_i64(b, value);
	}
}

void
encode_fields(const struct command *command, const void *in, bool is_open,
    struct buffer *ret_json)
{
	object_write(ret_json, command->fields, in, false, is_open);
}

struct str
encode_envelope(struct arena *arena, int64_t n, time_ms at, const struct command *command,
    const void *in)
{
	struct buffer b = { 0 };
	struct str    s;

	buffer_printf(&b, "{\"n\":%lld,\"name\":\"%s\",\"at\":%lld,\"fields\":", (long long)n,
	    command->name, (long long)at.ms);
	object_write(&b, command->fields, in, true, true);
	buffer_char(&b, '}');
	s = arena_copy(arena, buffer_str(&b));
	buffer_done(&b);
	return s;
}

bool
decode_value(const struct field *f, struct str text, struct buffer *ret_json)
{
	int64_t value;

	if (f->kind == KIND_BOOL) {
		bool is_yes = str_equal(text, S("true")) || str_equal(text, S("yes")) ||
		    str_equal(text, S("1")) || str_equal(text, S("是"));

		if (!is_yes && !str_equal(text, S("false")) && !str_equal(text, S("no")) &&
		    !str_equal(text, S("0")) && !str_equal(text, S("否")))
			return false;
		buffer_add(ret_json, is_yes ? S("true") : S("false"));
	} else if (f->kind == KIND_LIST) {
		buffer_add(ret_json, text);
	} else if (f->kind == KIND_INT || (f->kind == KIND_TIME && str_to_i64(text, &value))) {
		if (!str_to_i64(text, &value))
			return false;
		buffer_i64(ret_json, value);
	} else {
		json_str(ret_json, text);
	}
	return true;
}
