/*
 * ahead.c -- rows read by a thread of their own while whoever asked works on those before.
 *
 * Blocks of rows go round: the reader fills one and hands it on, the other side empties it and
 * hands it back. A block is a copy of what sheet_row_read gave, merges included; so nothing but the
 * blocks is shared. What ends the reading, well or not, stands behind the last row.
 */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include "sheet/inside.h"

#define BLOCKS	       4
#define BLOCK_ROWS     256
#define BLOCK_BYTES    KIB(256) /* a block that holds so much is handed on */

struct ahead_row {
	struct sheet_row          row;
	const struct sheet_merge *merges; /* those that it meets; the block's arena's */
	size_t                    merge_count;
};

struct block {
	struct arena       arena;
	struct ahead_row   rows[BLOCK_ROWS];
	size_t             count, bytes;
	int                result; /* 1: more will come; 0: the end; else -errno with the fault */
	struct sheet_fault fault;
};

struct ahead {
	struct sheet   *sheet; /* the reader's until it has ended */
	pthread_t       thread;
	pthread_mutex_t mutex;
	pthread_cond_t  change;
	struct block    blocks[BLOCKS];
	uint64_t        filled, emptied; /* blocks so far; under the mutex */
	bool            is_stopping;     /* under the mutex */
	size_t          at;              /* the next row of the block at hand */
};

static void
row_copy(struct block *block, const struct sheet *sheet, const struct sheet_row *row)
{
	struct ahead_row  *copy = &block->rows[block->count++];
	size_t             bytes = row->cell_count * sizeof(*row->cells);
	struct sheet_cell *cells;
	char              *text;

	copy->row = *row;
	copy->merges = sheet_merges_copy(sheet, &block->arena, &copy->merge_count);
	for (size_t i = 0; i < row->cell_count; i++)
		bytes += row->cells[i].text.n;
	block->bytes += bytes;
	cells = arena_alloc(&block->arena, bytes);
	if (row->cell_count > 0)
		memcpy(cells, row->cells, row->cell_count * sizeof(*cells));
	text = (char *)(cells + row->cell_count);
	for (size_t i = 0; i < row->cell_count; i++) {
		if (cells[i].text.n > 0)
			memcpy(text, cells[i].text.p, cells[i].text.n);
		cells[i].text.p = text;
		text += cells[i].text.n;
	}
	copy->row.cells = cells;
}

static void
block_fill(struct block *block, struct sheet *sheet)
{
	struct sheet_row row;

	arena_reset(&block->arena);
	block->count = block->bytes = 0;
	do {
		block->result = sheet_row_read(sheet, &row, &block->fault);
		if (block->result == 1)
			row_copy(block, sheet, &row);
	} while (block->result == 1 && block->count < BLOCK_ROWS &&
	    block->bytes < BLOCK_BYTES);
}

static void *
reader_main(void *context)
{
	struct ahead *a = context;
	bool          goes_on = true;

	while (goes_on) {
		struct block *block;

		(void)pthread_mutex_lock(&a->mutex);
		while (a->filled - a->emptied == BLOCKS && !a->is_stopping)
			(void)pthread_cond_wait(&a->change, &a->mutex);
		goes_on = !a->is_stopping;
		block = &a->blocks[a->filled % BLOCKS];
		(void)pthread_mutex_unlock(&a->mutex);
		if (!goes_on)
			break;
		block_fill(block, a->sheet);
		goes_on = block->result == 1;
		(void)pthread_mutex_lock(&a->mutex);
		a->filled++;
		(void)pthread_cond_signal(&a->change);
		(void)pthread_mutex_unlock(&a->mutex);
	}
	return NULL;
}

struct ahead *
ahead_begin(struct sheet *sheet)
{
	struct ahead *a = memory_new(sizeof(*a));

	a->sheet = sheet;
	(void)pthread_mutex_init(&a->mutex, NULL);
	(void)pthread_cond_init(&a->change, NULL);
	if (pthread_create(&a->thread, NULL, reader_main, a) == 0)
		return a;
	(void)pthread_mutex_destroy(&a->mutex);
	(void)pthread_cond_destroy(&a->change);
	free(a);
	return NULL;
}

/* The block at hand, waited for. */
static struct block *
block_have(struct ahead *a)
{
	(void)pthread_mutex_lock(&a->mutex);
	while (a->filled == a->emptied)
		(void)pthread_cond_wait(&a->change, &a->mutex);
	(void)pthread_mutex_unlock(&a->mutex);
	return &a->blocks[a->emptied % BLOCKS];
}

int
ahead_next(struct ahead *a, struct sheet_row *ret_row, struct sheet_fault *ret_fault)
{
	struct block *block = block_have(a);

	if (a->at == block->count && block->result == 1) {
		(void)pthread_mutex_lock(&a->mutex);
		a->emptied++;
		(void)pthread_cond_signal(&a->change);
		(void)pthread_mutex_unlock(&a->mutex);
		a->at = 0;
		block = block_have(a);
	}
	if (a->at < block->count) {
		*ret_row = block->rows[a->at++].row;
		return 1;
	}
	if (block->result < 0)
		*ret_fault = block->fault;
	return block->result;
}

const struct sheet_merge *
ahead_merges(const struct ahead *a, size_t *ret_count)
{
	const struct block *block = &a->blocks[a->emptied % BLOCKS];

	*ret_count = a->at > 0 ? block->rows[a->at - 1].merge_count : 0;
	return a->at > 0 ? block->rows[a->at - 1].merges : NULL;
}

void
ahead_end(struct ahead *a)
{
	if (a == NULL)
		return;
	(void)pthread_mutex_lock(&a->mutex);
	a->is_stopping = true;
	(void)pthread_cond_signal(&a->change);
	(void)pthread_mutex_unlock(&a->mutex);
	(void)pthread_join(a->thread, NULL);
	for (size_t i = 0; i < BLOCKS; i++)
		arena_done(&a->blocks[i].arena);
	(void)pthread_mutex_destroy(&a->mutex);
	(void)pthread_cond_destroy(&a->change);
	free(a);
}
