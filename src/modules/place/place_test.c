/* place_test.c -- the pure rules by table; the tree by property, against a database in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/str.h"
#include "ledger/execute.h"
#include "modules/place/place_inside.h"
#include "gen/place_sql.h"
#include "gen/schema.h"

static void
kinds_have_an_order(void **state)
{
	static const enum place_kind walked[] = { place_kind_GATE, place_kind_COMPOUND,
		place_kind_BUILDING, place_kind_STAIR, place_kind_FLOOR, place_kind_ROOM,
		place_kind_POINT, place_kind_STORE, place_kind_SHOP };

	(void)state;
	for (size_t i = 0; i < LEN(walked); i++)
		assert_int_equal(place_kind_rank(walked[i]), i);
	assert_int_equal(place_kind_rank(-1), LEN(walked));
	assert_int_equal(place_kind_rank(INT64_MAX), LEN(walked));
}

static void
kinds_fit(void **state)
{
	/* A row a kind, from COMPOUND; a column what it may lie in, from the top (-1) to SHOP. */
	static const char *const fits[] = {
		"1000000000", "1100000000", "0010000000", "0011000000", "0111100000",
		"1111100000", "1111100000", "1111100000", "1111100000",
	};

	(void)state;
	for (int64_t kind = 0; kind < (int64_t)LEN(fits); kind++)
		for (int64_t parent = -1; parent <= place_kind_SHOP; parent++)
			assert_int_equal(place_kind_fits(kind, parent),
			    fits[kind][parent + 1] == '1');
	assert_false(place_kind_fits(-1, 0));
	assert_false(place_kind_fits(9, 0));
	assert_false(place_kind_fits(place_kind_GATE, 9));
	assert_false(place_kind_fits(place_kind_GATE, -2));
}

static void
patterns_are_counted(void **state)
{
	(void)state;
	assert_int_equal(place_pattern_count(4, 2, 30, 6), 4 * (1 + 2 * (1 + 30 * (1 + 6))));
	assert_int_equal(place_pattern_count(1, 0, 0, 1), 2);
	assert_int_equal(place_pattern_count(2, 0, 3, 4), 2 * (1 + 3 * 5));
	assert_int_equal(place_pattern_count(2, 3, 0, 4), 2 * (1 + 3 * 5));
	assert_int_equal(place_pattern_count(0, 1, 1, 1), -1);
	assert_int_equal(place_pattern_count(1, 1, 1, 0), -1);
	assert_int_equal(place_pattern_count(1, -1, 1, 1), -1);
	assert_int_equal(place_pattern_count(INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX), -1);
}

struct house {
	struct tx    tx;
	struct arena arena;
	struct call  call;
};

static int
house_open(void **state)
{
	struct house *h = calloc(1, sizeof(*h));
	char          why[DB_ERROR_BYTES];

	h->tx = (struct tx){ .arena = &h->arena, .area = { 440304005012 } };
	h->call.at.ms = h->call.received.ms = 1646380800000;
	*state = h;
	return db_open(&h->tx.db, ":memory:", DB_CREATE, why) != 0 ||
	    db_script(h->tx.db, schema_sqlite) != 0 || db_begin(h->tx.db, true) != 0;
}

static int
house_close(void **state)
{
	struct house *h = *state;

	db_rollback(h->tx.db);
	db_close(h->tx.db);
	arena_done(&h->arena);
	free(h);
	return 0;
}

static int
add(struct house *h, int64_t id, int64_t parent, enum place_kind kind, const char *name)
{
	const struct place_add in = { .place = { id }, .parent = { parent }, .kind = kind,
		.name = str_of(name) };

	h->call.seq.v++;
	return place_add_apply(&h->tx, &h->call, &in);
}

/* Everything in walking order: its paths are those expected. */
static void
walk_is(struct house *h, const char *const *paths)
{
	static const struct sql walk = { .name = "walk", .params = "a", .columns = "s",
		.sqlite = "SELECT path FROM place_node WHERE area = :area ORDER BY sort" };
	struct stmt *s = sql_begin(&h->tx, &walk);

	for (; *paths != NULL; paths++) {
		struct str path;

		assert_int_equal(sql_next(&h->tx, s).n, 1);
		path = sql_column_str(s, 0);
		assert_int_equal(path.n, strlen(*paths));
		assert_memory_equal(path.p, *paths, path.n);
	}
	assert_int_equal(sql_next(&h->tx, s).n, 0);
	sql_end(s);
}

static void
places_are_walked_in_order(void **state)
{
	static const char *const before[] = { "益田花园", "益田花园 北门", "益田花园 3栋",
		"益田花园 3栋1单元", "益田花园 3栋1单元9层", "益田花园 3栋1单元902",
		"益田花园 3栋1单元10层", "益田花园 3栋1单元1001", "益田花园 3栋1单元10层设备间",
		"益田花园 10栋", "益田花园 商铺", NULL };
	static const char *const after[] = { "益田花园", "益田花园 北门", "益田花园 10栋",
		"益田花园 11栋", "益田花园 11栋1单元", "益田花园 11栋1单元9层",
		"益田花园 11栋1单元902", "益田花园 11栋1单元10层", "益田花园 11栋1单元1001",
		"益田花园 11栋1单元10层设备间", "益田花园 商铺", NULL };
	const struct place_rename rename = { .place = { 4 }, .name = S("十一栋") };
	struct house             *h = *state;

	assert_int_equal(add(h, 1, 0, place_kind_COMPOUND, "益田花园"), 0);
	assert_int_equal(add(h, 2, 1, place_kind_SHOP, "商铺"), 0);
	assert_int_equal(add(h, 3, 1, place_kind_BUILDING, "10栋"), 0);
	assert_int_equal(add(h, 4, 1, place_kind_BUILDING, "3号楼"), 0);
	assert_int_equal(add(h, 5, 4, place_kind_STAIR, "1"), 0);
	assert_int_equal(add(h, 6, 5, place_kind_FLOOR, "10"), 0);
	assert_int_equal(add(h, 7, 5, place_kind_FLOOR, "9楼"), 0);
	assert_int_equal(add(h, 8, 6, place_kind_ROOM, "1001室"), 0);
	assert_int_equal(add(h, 9, 6, place_kind_ROOM, "设备间"), 0);
	assert_int_equal(add(h, 10, 7, place_kind_ROOM, "0902"), 0);
	assert_int_equal(add(h, 11, 1, place_kind_GATE, "北门"), 0);
	assert_int_equal(add(h, 12, 4, place_kind_STAIR, "一单元"), FAULT_place_name_taken);
	walk_is(h, before);
	h->call.seq.v++;
	assert_int_equal(place_rename_apply(&h->tx, &h->call, &rename), 0);
	walk_is(h, after);
}

/* Whatever people write: no two nodes have one sort key, and what lies below sorts between. */
static void
any_tree_is_a_range(void **state)
{
	static const char *const names[] = { "1", "2", "一", "A", "a座", "东", "B1", "-1", "1-2",
		"3栋", "三号楼", "商铺+", "商铺", "·", "1 0", "10",
		"益田花园一期第二组团A区长长长长长长的名字",
		"益田花园一期第二组团A区长长长长长长的名字二" };
	struct house *h = *state;
	int64_t       parents[400] = { 0 };

	srand(7);
	for (int64_t id = 1; id < 400; id++) {
		int64_t            parent = rand() % 3 == 0 ? 0 : rand() % id;
		enum place_kind    kind = (enum place_kind)(rand() % 9);
		int                r;
		struct place_chain own, above;

		r = add(h, id, parent, kind, names[(size_t)rand() % LEN(names)]);
		assert_true(r == 0 || (r > FAULT_BASE_place && r <= FAULT_place_name_taken));
		parents[id] = r == 0 ? parent : -1;
		if (r != 0 || parent == 0)
			continue;
		assert_int_equal(place_find(&h->tx, (place_id){ id }, &own).n, 1);
		assert_int_equal(place_find(&h->tx, (place_id){ parent }, &above).n, 1);
		assert_true(str_starts(own.sort, above.sort));
		assert_true(own.sort.n > above.sort.n && own.sort.p[above.sort.n] == '!');
		arena_reset(&h->arena);
	}
	/* The range of a node holds what hangs on it, and nothing else. */
	for (int64_t id = 1; id < 400; id++) {
		struct place_chain chain;
		struct stmt       *s;
		struct rows        rows;
		place_id           below;
		int                found = 0, wanted = 0;

		if (parents[id] < 0)
			continue;
		assert_int_equal(place_find(&h->tx, (place_id){ id }, &chain).n, 1);
		s = q_place_below_begin(&h->tx, chain.sort);
		while ((rows = q_place_below_next(&h->tx, s, &below)).n == 1)
			found++;
		sql_end(s);
		for (int64_t other = 1; other < 400; other++)
			for (int64_t up = parents[other]; up > 0; up = parents[up])
				wanted += up == id;
		assert_int_equal(found, wanted);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_have_an_order),
		cmocka_unit_test(kinds_fit),
		cmocka_unit_test(patterns_are_counted),
		cmocka_unit_test_setup_teardown(
		    places_are_walked_in_order, house_open, house_close),
		cmocka_unit_test_setup_teardown(any_tree_is_a_range, house_open, house_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
