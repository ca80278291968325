/* search_keys.c -- see search_keys.h. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/search_keys.h"
#include "text/name.h"
#include "text/pinyin.h"

struct search_keys {
	pthread_mutex_t mutex; /* over pinyin */
	pthread_t       opener;
	bool            is_opening; /* the opener has pinyin until it is joined */
	struct pinyin  *pinyin;     /* owned; NULL: ICU's data are missing */
};

static void *
opener_main(void *context)
{
	struct search_keys *keys = context;

	keys->pinyin = pinyin_new();
	pinyin_warm(keys->pinyin);
	return NULL;
}

struct search_keys *
search_keys_new(void)
{
	struct search_keys *keys = memory_new(sizeof(*keys));

	(void)pthread_mutex_init(&keys->mutex, NULL);
	keys->is_opening = pthread_create(&keys->opener, NULL, opener_main, keys) == 0;
	return keys;
}

/* Under the mutex, or when nobody else is there. */
static void
opener_join(struct search_keys *keys)
{
	if (keys->is_opening)
		(void)pthread_join(keys->opener, NULL);
	keys->is_opening = false;
}

void
search_keys_free(struct search_keys *keys)
{
	if (keys == NULL)
		return;
	opener_join(keys);
	pinyin_free(keys->pinyin);
	(void)pthread_mutex_destroy(&keys->mutex);
	free(keys);
}

/* Is it the keys' field, with the name before it? */
static bool
is_keys_field(const struct field *fields, const struct field *f)
{
	return f > fields && f->kind == KIND_TEXT && strcmp(f->name, "search") == 0 &&
	    strcmp(f[-1].name, "name") == 0;
}

static bool
fields_have(const struct field *fields)
{
	for (const struct field *f = fields; f->name != NULL; f++)
		if (is_keys_field(fields, f) ||
		    (f->kind == KIND_LIST && fields_have(f->item->fields)))
			return true;
	return false;
}

bool
search_keys_has(const struct command *command)
{
	return command != NULL && fields_have(command->fields);
}

static void
key_fill(struct search_keys *keys, struct arena *arena, struct str name, struct str *search)
{
	struct name clean;

	if (name.n == 0 || search->n > 0)
		return;
	name_clean(arena, name, &clean);
	if (clean.text.n > 0)
		*search = pinyin_keys(keys->pinyin, arena, clean.text);
}

static void
fields_fill(struct search_keys *keys, struct arena *arena, const struct field *fields, char *in)
{
	for (const struct field *f = fields; f->name != NULL; f++) {
		if (is_keys_field(fields, f))
			key_fill(keys, arena, *(struct str *)(in + f[-1].offset),
			    (struct str *)(in + f->offset));
		if (f->kind != KIND_LIST || !fields_have(f->item->fields))
			continue;
		for (size_t i = 0; i < *(size_t *)(in + f->count_offset); i++)
			fields_fill(keys, arena, f->item->fields,
			    *(char **)(in + f->offset) + i * f->item->bytes);
	}
}

void
search_keys_fill(struct search_keys *keys, struct arena *arena, const struct command *command,
    const void *in)
{
	if (!search_keys_has(command))
		return;
	(void)pthread_mutex_lock(&keys->mutex);
	opener_join(keys);
	if (keys->pinyin != NULL)
		fields_fill(keys, arena, command->fields, (char *)(uintptr_t)in);
	(void)pthread_mutex_unlock(&keys->mutex);
}
