/*
 * decode.h -- JSON to the structs of commands and back, by their FIELD lines.
 *
 * Decoding needs no database: it happens before a batch is queued. All memory is the arena's.
 */
#pragma once
#include "base/buffer.h"
#include "ledger/grammar.h"
#include "ledger/hash.h"

#define BATCH_COMMANDS_MAX 1000
#define BODY_BYTES_MAX     MIB(4)   /* of a request with commands */
#define COMMAND_BYTES_MAX  MIB(1)   /* of one command as sent */
#define PROBLEMS_MAX       50       /* bad fields told of at once */
#define JSON_INT_MAX       ((INT64_C(1) << 53) - 1) /* beyond it numbers of JSON look alike */

/* One command as it came in. */
struct envelope {
	int64_t               n;        /* the stream's number, from 1 without holes; 0: the next */
	time_ms               at;       /* when it happened, by the sender's clock; 0: not told */
	struct str            name;
	const struct command *command;  /* NULL: it could not be decoded */
	const void           *in;       /* the command's struct */
	struct str            raw;      /* the bytes as sent; what the digest is over */
	bool                  has_digest;
	unsigned char         digest[DIGEST_BYTES]; /* see envelope_digest */
	bool                  is_suspect; /* in hand when the server died: aside, unapplied */
};

struct request {
	int64_t          stream;        /* 0: not told */
	int64_t          made;          /* the highest n that the stream has; 0: not told */
	time_ms          sent;          /* the sender's clock; 0: not told */
	struct envelope *envelopes;
	size_t           count;
};

/* What is wrong with a request: for each bad field where it is and what is wrong. */
struct problems {
	size_t count;
	struct problem { struct str field; const char *zh, *en; } list[PROBLEMS_MAX];
};

void problem_add(struct problems *p, struct str field, const char *zh, const char *en);

/*
 * A body of POST /api/commands. An envelope that is readable (n, and some name) but whose
 * command or fields are not, comes with command == NULL. False: the body as a whole cannot be
 * taken, see ret_problems. `body` must outlive the request.
 */
bool decode_request(struct arena *arena, struct str body, struct request *ret_request,
    struct problems *ret_problems);

/* The fields of one command as a JSON object; false lists every bad field at once. */
bool decode_fields(struct arena *arena, const struct command *command, struct str json,
    const void **ret_in, struct problems *ret_problems);

/* Fields of two objects, as the ledger keeps them: open and sealed. False: altered, or a bug. */
bool decode_stored(struct arena *arena, const struct command *command, struct str open_fields,
    struct str sealed_fields, const void **ret_in);

/* The fields as a JSON object: the open ones, or those that are to be sealed. */
void encode_fields(const struct command *command, const void *in, bool is_open,
    struct buffer *ret_json);

/* The bytes of a command as a client would send it: {"n":…,"name":…,"at":…,"fields":{…}}. */
struct str encode_envelope(struct arena *arena, int64_t n, time_ms at,
    const struct command *command, const void *in);

/*
 * The struct of a command that the program itself sends, from JSON. What the command does not
 * take is a bug, and ends the program.
 */
const void *command_in(struct arena *arena, const struct command *command, struct str json);

/* A value of a field from its text, as in field=value: for the terminal and for parameters. */
bool decode_value(const struct field *f, struct str text, struct buffer *ret_json);

/* The number of an option, by its word in lower case; -1: none. */
int64_t choice_number(const struct choice *choice, struct str word);

/*
 * JSON as cJSON's tree, in the arena (do not delete it); NULL: it is none, or not UTF-8. Escapes
 * of what no text can hold (U+0000, half a pair of surrogates) are U+FFFD in it.
 */
struct cJSON *json_tree(struct arena *arena, struct str text);

/* A tree as text, without white space, in the arena. */
struct str json_print(struct arena *arena, const struct cJSON *json);

/* cJSON takes its memory from this arena while this thread decodes; NULL: from nowhere. */
void decode_setup(void); /* once, before the first thread */
