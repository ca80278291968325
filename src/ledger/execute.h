/* execute.h -- the one door: commands of streams, each applied exactly once. */
#pragma once
#include "base/buffer.h"
#include "ledger/authorize.h"
#include "ledger/decode.h"
#include "ledger/hash.h"
#include "ledger/keys.h"

#define REPEAT_WALK_MAX 1000      /* rows back, to answer what was sent again */
#define RESULT_BYTES_MAX 512

/* How a stream came to be. The numbers are stored; stream.def names them. */
enum sender_kind { STREAM_OWN, STREAM_CONSOLE, STREAM_STORE, STREAM_TOKEN, STREAM_AREA };

/* The first three are stored and use up the number; of the others nothing is stored. */
enum answer { DONE, REFUSED, ASIDE, EARLY, KNOWN, STREAM_FORKED };
extern const char *const answer_words[]; /* as in JSON and scenarios */

struct outcome {
	int64_t     n;
	seq_id      seq;
	enum answer answer;
	struct str  fault;         /* REFUSED: its name */
	struct str  flags;         /* names, separated by a space */
	struct str  result;        /* JSON object; empty: none */
};

struct batch {                    /* commands of one stream, as a request brought them */
	area_id          area;
	stream_id        stream;   /* 0: the area's own; its envelopes have n == 0 */
	bool             is_founding; /* the area is new: its own stream is `founder` */
	stream_id        founder;
	int64_t          made;
	time_ms          sent, received;
	struct envelope *envelopes;
	size_t           count;
	struct arena    *arena;    /* outcomes live here */
	struct outcome  *ret_outcomes;
	size_t           ret_count; /* fewer than count when the stream forked */
	bool             ret_is_forked;
	int64_t          ret_next;
	int              ret_result; /* 0, -ENOENT: no such stream or area, or -errno: send again */
	struct table_set ret_changed;
};

/* Fill in the digest, unless it is there: by whom the writer need not wait for. */
void envelope_digest(const struct keys *keys, struct envelope *e);

struct ledger {                   /* one writer's hold on a database; of one thread */
	struct db   *db;           /* borrowed */
	struct keys *keys;         /* borrowed */
	struct arena arena;        /* of the transaction */
};

struct call {                     /* what apply may know of the command beside its fields */
	user_id            user;
	stream_id          stream;
	enum sender_kind   stream_kind;
	int64_t            n;
	time_ms            at, received;
	seq_id             seq;    /* its row of the ledger, and the key of a fact */
	unsigned           roles;  /* those in force */
	struct keys       *keys;
	const struct flag *flags[FLAGS_MAX];
	size_t             flag_count;
	struct buffer      result; /* JSON object for the sender; apply may fill it */
	int64_t            numbered; /* rows keyed by (seq, number) that modules have written */
	bool               is_replay;
};

/* Somebody must settle this. For facts and decisions; the same flag once a command. */
void flag_raise(struct call *call, const struct flag *flag);

/*
 * A text as a table keeps it when it is an identity or a phone: sealed, with its last four
 * characters in clear before it. `column` is the name of the column. Empty stays empty. 0 or
 * -errno.
 */
int call_seal(struct tx *tx, struct call *call, enum class class, const char *column,
    struct str plain, struct str *ret_stored);

/* What call_seal stored: the tail alone, and the whole (-ENOKEY, -EBADMSG). */
struct str sealed_tail(struct str stored);
int        sealed_open(struct keys *keys, area_id area, const char *column, struct str stored,
    struct buffer *ret_plain);

/* The keyed hash of a value, in the transaction's arena, to find it by equality. */
struct str call_equality(struct tx *tx, const struct call *call, const char *kind,
    struct str value);

/*
 * A message to another area, in its outbox when this transaction commits: with all its fields,
 * those that are not open sealed with the keys of this area. 0 or -errno.
 */
int outbox_put(struct tx *tx, struct call *call, area_id to, const struct command *command,
    const void *in);

/*
 * What outbox_put has sealed of message n to an area, as JSON; empty when nothing was. -ENOKEY,
 * -EBADMSG.
 */
int outbox_open(struct keys *keys, area_id from, area_id to, int64_t n, struct str sealed,
    struct buffer *ret_json);

/*
 * Apply what went aside after all, on behalf of this call. 0, a fault of its module, -ENOENT
 * when the row is not aside, -EINVAL when it cannot be decoded.
 */
int aside_take(struct tx *tx, struct call *call, seq_id seq);

/*
 * Take batches in one transaction, one after another; each command stands alone: n == next is
 * applied; n < next is answered as it was, if it is the same command; n > next is early. What
 * fails for a reason of its own is set aside, and the rest is run again without it. Each batch
 * has its ret_result; when the machine fails (disk full), all have the same, and nothing is
 * written. Batches of several areas must come in the order of their areas.
 */
void ledger_execute(struct ledger *ledger, struct batch *const *batches, size_t count);

/* A new number for a stream, durable at once; holes between numbers are harmless. */
int stream_number_take(struct ledger *ledger, stream_id *ret_stream);

/*
 * Run one command of the area's own stream: sign-in, enrolment, what a timer does. ret_outcome's
 * texts live in the arena. Returns batch.ret_result.
 */
int ledger_do(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const struct command *command, const void *in, struct outcome *ret_outcome);

/*
 * Found an area: its own stream, an empty ledger, and the command area_open (`in`) as its first
 * row. When it is there already the command is refused as any other.
 */
int ledger_found(struct ledger *ledger, struct arena *arena, area_id area, time_ms now,
    const void *in, struct outcome *ret_outcome);

/* {"n":…,"seq":"…","outcome":"done","fault":null,"flags":[…],"result":{…}} */
void outcome_json(const struct outcome *outcome, struct buffer *ret_json);

/* The hash of a ledger row, chained to that of the row before. */
struct ledger_row {
	seq_id     seq, prev;
	stream_id  stream;
	int64_t    n, made, answer;
	time_ms    at, sent, received;
	struct str digest, command, open_fields, sealed, fault, flags, result;
};
void ledger_row_hash(const struct ledger_row *row, area_id area,
    const unsigned char prev[static HASH_BYTES], unsigned char ret_hash[static HASH_BYTES]);

/* A text sealed with the key of its class and of the week, in the transaction's arena. */
int text_seal(struct tx *tx, struct keys *keys, enum class class, time_ms received,
    struct str plain, int64_t number, struct str name, struct str *ret_sealed);

/*
 * A command's fields as the ledger keeps them: the open ones readable, the others sealed together;
 * their key is of the highest class among them. 0 or -errno.
 */
int fields_seal(struct tx *tx, struct keys *keys, const struct command *command, const void *in,
    time_ms received, int64_t number, struct str name, struct str *ret_open,
    struct str *ret_sealed);

/* Decode and apply one command inside a transaction; see apply.c. Not for modules. */
struct applied { enum answer answer; struct str fault, aside; };
int command_apply(struct tx *tx, struct call *call, const struct envelope *e,
    struct applied *ret_applied);
