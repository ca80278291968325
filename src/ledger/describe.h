/*
 * describe.h -- what exists, for people and for programs: written from the declarations alone.
 *
 * Each function appends to *out, reads no clock and no database, and may run on any thread. The
 * same modules give the same bytes, so that a change shows in review.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/grammar.h"

/* OpenAPI 3.1, as JSON: every command, every view, and the door itself. */
void describe_openapi(struct buffer *out);

/* Types and a catalogue for the web client: no libraries, no runtime but one constant. */
void describe_typescript(struct buffer *out);

/* The list that `redvest schema` prints. */
void describe_text(struct buffer *out, bool is_english);

/* Who may send, see, and see unmasked, a line each: test/golden/roles is this text. */
void describe_roles(struct buffer *out);

/* ---- what the files of describe share ---- */

/* A name in small letters, as JSON has the words of roles, classes and choices. */
void describe_word(struct buffer *out, struct str name);

/* The names of the roles in the set, each behind `before`, small letters or not. */
void describe_role_words(struct buffer *out, unsigned roles, const char *before, bool is_small);

/* "text", "id", "choice" … */
const char *describe_kind(enum kind kind);

/* Calls fn once for every item that a LIST holds, however many lists do. */
typedef void item_fn(struct buffer *out, const struct item *item);
void describe_items(struct buffer *out, item_fn *fn);

/*
 * The parameters by which a COUNT opens its rows, one at a time from *rest (at first opens_with):
 * `param` of the view that it opens, filled by the column `from` of its own row or, is_option, with
 * the option of that name. False: that was all.
 */
struct opening { struct str param, from; bool is_option; };
bool describe_opens(const struct column *count, struct str *rest, struct opening *ret_opening);
