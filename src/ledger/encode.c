/* encode.c -- the structs of commands to JSON, see decode.h. */
#include <ctype.h>
#include <string.h>
#include "base/str.h"
#include "ledger/decode.h"

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

/* Whole numbers that JSON's readers may not tell apart are strings. */
static void
integer_write(struct buffer *b, int64_t value)
{
	if (value > JSON_INT_MAX || value < -JSON_INT_MAX)
		json_id(b, value);
	else
		buffer_i64(b, value);
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
			integer_write(b, value);
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
		integer_write(ret_json, value);
	} else {
		json_str(ret_json, text);
	}
	return true;
}
