/* inhand.c -- see inhand.h. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/arena.h"
#include "ledger/inhand.h"

#define MAGIC  "redvest inhand 2"
#define PLACES (2 * INHAND_SUSPECTS_MAX)

/* As in the file. In hand while begun and ended differ: a clean end clears all by one store. */
struct slot {
	_Atomic uint64_t  begun, ended;
	_Atomic uint32_t  died;       /* 1: by a signal of its own thread */
	uint32_t          count;
	struct inhand_key keys[INHAND_COMMANDS_MAX];
};

struct suspect {
	struct inhand_key key;
	uint32_t          is_used;    /* 0: an empty place */
	uint32_t          points;     /* 0: it was cleared */
};

struct contents {
	char           magic[16];
	struct slot    slots[INHAND_SLOTS];
	struct suspect places[PLACES]; /* open addressing, by key */
};

struct inhand {
	struct contents *contents;    /* mapped */
	int              fd;          /* open for its lock */
	pthread_mutex_t  mutex;       /* of the suspects */
	_Atomic uint32_t suspects_left;
};

/* The slot in which this thread is at work; NULL: none. */
static struct slot **
own_slot(void)
{
	static _Thread_local struct slot *slot;

	return &slot;
}

/* The place of a key, or the empty one where it would go: the table is never full. */
static struct suspect *
place_of(struct inhand *h, const struct inhand_key *key)
{
	struct suspect *places = h->contents->places;
	uint64_t        at;

	memcpy(&at, key->bytes, sizeof(at));
	for (at %= PLACES; places[at].is_used != 0; at = (at + 1) % PLACES)
		if (memcmp(&places[at].key, key, sizeof(*key)) == 0)
			break;
	return &places[at];
}

/* Full of what never came again: one suspicion less does no harm. */
static void
suspect_add(struct inhand *h, const struct inhand_key *key, uint32_t points)
{
	struct suspect *s = place_of(h, key);

	if (s->is_used == 0 && h->suspects_left == INHAND_SUSPECTS_MAX)
		return;
	h->suspects_left += s->points == 0;
	*s = (struct suspect){ *key, 1, s->points + points };
}

/* Those that were cleared leave gaps to walk over: begin the table anew without them. */
static void
suspects_pack(struct inhand *h)
{
	struct suspect *before = memory_new(sizeof(h->contents->places));

	memcpy(before, h->contents->places, sizeof(h->contents->places));
	memset(h->contents->places, 0, sizeof(h->contents->places));
	for (size_t i = 0; i < PLACES; i++)
		if (before[i].points > 0)
			suspect_add(h, &before[i].key, before[i].points);
	free(before);
}

/* What the process before this one had in hand when it died. */
static void
suspects_gather(struct inhand *h)
{
	suspects_pack(h);
	for (size_t i = 0; i < INHAND_SLOTS; i++) {
		struct slot *slot = &h->contents->slots[i];
		uint32_t     count = slot->count;

		if (slot->begun != slot->ended && count <= INHAND_COMMANDS_MAX)
			for (uint32_t k = 0; k < count; k++)
				suspect_add(h, &slot->keys[k], slot->died != 0 ? 2 : 1);
		slot->died = 0;
		slot->ended = slot->begun;
	}
}

static int
contents_map(int fd, struct contents **ret_contents)
{
	struct stat      st;
	struct contents *c;

	if (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &st) != 0)
		return -errno;
	if (st.st_size != sizeof(*c) &&
	    (ftruncate(fd, 0) != 0 || ftruncate(fd, sizeof(*c)) != 0))
		return -errno;
	c = mmap(NULL, sizeof(*c), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (c == MAP_FAILED)
		return -errno;
	if (memcmp(c->magic, MAGIC, sizeof(c->magic)) != 0) {
		memset(c, 0, sizeof(*c));
		memcpy(c->magic, MAGIC, sizeof(c->magic));
	}
	*ret_contents = c;
	return 0;
}

int
inhand_open(const char *path, struct inhand **ret_inhand, char why[static INHAND_WHY_BYTES])
{
	struct contents *contents = NULL;
	struct inhand   *h;
	int              fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	int              r = fd < 0 ? -errno : contents_map(fd, &contents);

	if (r != 0) {
		(void)snprintf(why, INHAND_WHY_BYTES, "%.500s: %s", path,
		    r == -EWOULDBLOCK ? "another server uses it" : strerror(-r));
		if (fd >= 0)
			(void)close(fd);
		return r;
	}
	h = memory_new(sizeof(*h));
	h->contents = contents;
	h->fd = fd;
	(void)pthread_mutex_init(&h->mutex, NULL);
	suspects_gather(h);
	*ret_inhand = h;
	return 0;
}

void
inhand_close(struct inhand *h)
{
	if (h == NULL)
		return;
	(void)munmap(h->contents, sizeof(*h->contents));
	(void)close(h->fd);
	(void)pthread_mutex_destroy(&h->mutex);
	free(h);
}

void
inhand_begin(struct inhand *h, unsigned slot, const struct inhand_key *keys, size_t count)
{
	struct slot *s = &h->contents->slots[slot];

	assert(slot < INHAND_SLOTS && count <= INHAND_COMMANDS_MAX && s->begun == s->ended);
	memcpy(s->keys, keys, count * sizeof(*keys));
	s->count = (uint32_t)count;
	s->begun++;
	*own_slot() = s;
}

void
inhand_end(struct inhand *h, unsigned slot)
{
	struct slot *s = &h->contents->slots[slot];

	*own_slot() = NULL;
	s->ended = s->begun;
}

bool
inhand_suspects(const struct inhand *h)
{
	return h->suspects_left > 0;
}

unsigned
inhand_points(struct inhand *h, const struct inhand_key *key)
{
	unsigned points;

	if (!inhand_suspects(h))
		return 0;
	(void)pthread_mutex_lock(&h->mutex);
	points = place_of(h, key)->points;
	(void)pthread_mutex_unlock(&h->mutex);
	return points;
}

void
inhand_clear(struct inhand *h, const struct inhand_key *key)
{
	struct suspect *s;

	(void)pthread_mutex_lock(&h->mutex);
	s = place_of(h, key);
	if (s->points > 0) {
		s->points = 0;
		h->suspects_left--;
	}
	(void)pthread_mutex_unlock(&h->mutex);
}

/* The signals of a program's own mistakes. */
static const int fatal_signals[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT };

static struct sigaction *
handlers_before(void)
{
	static struct sigaction before[LEN(fatal_signals)];

	return before;
}

/*
 * Notes the death and steps aside: on return the faulting instruction, or abort, raises the
 * signal again for whoever was to handle it.
 */
static void
fatal_signal(int number)
{
	struct slot *slot = *own_slot();

	if (slot != NULL)
		slot->died = 1;
	for (size_t i = 0; i < LEN(fatal_signals); i++)
		if (fatal_signals[i] == number)
			(void)sigaction(number, &handlers_before()[i], NULL);
}

void
inhand_watch_signals(void)
{
	struct sigaction action = { .sa_handler = fatal_signal, .sa_flags = SA_ONSTACK };

	for (size_t i = 0; i < LEN(fatal_signals); i++)
		(void)sigaction(fatal_signals[i], &action, &handlers_before()[i]);
}
