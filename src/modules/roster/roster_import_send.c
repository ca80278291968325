/*
 * roster_import_send.c -- the plan as commands: first the places, then the people in the order of
 * places, some hundred rows at a time, so that others get their turn between them.
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "ledger/decode.h"
#include "modules/roster/roster_import_inside.h"
#include "modules/roster/roster.h"

/* Of a command, well below COMMAND_BYTES_MAX: texts, and what JSON needs around them. */
#define CHUNK_BYTES_MAX KIB(640)
#define ROW_JSON_BYTES	900

static_assert(
    ROSTER_IMPORT_CHUNK_MAX <= ROSTER_ROWS_MAX && ROSTER_IMPORT_CHUNK_MAX <= PLACE_ROWS_MAX,
    "a chunk is one command");

static int
id_new(struct import *import, int64_t *ret_id)
{
	int64_t id = import->options->next_id(import->options->context);

	if (id <= 0)
		return id == 0 ? -EINVAL : (int)id;
	*ret_id = id;
	return 0;
}

static void
progress(struct import *import, enum roster_import_phase phase, uint64_t done, uint64_t total)
{
	if (import->options->progress != NULL)
		import->options->progress(import->options->context, phase, done, total);
}

static int
not_sent(struct import *import, int result)
{
	struct roster_import_report *report = import->report;

	snprintf(report->why, sizeof(report->why),
	    import->options->is_english ? "Not sent: %s." : "没有发送成功：%s。",
	    strerrordesc_np(-result));
	return result;
}

/* Was it taken? 0, or -EPROTO with report->why. */
static int
outcome_check(struct import *import, const char *name, const struct outcome *outcome)
{
	struct roster_import_report *report = import->report;
	const struct fault *fault;

	if (outcome->answer == DONE || outcome->answer == KNOWN)
		return 0;
	fault = fault_find(outcome->fault);
	snprintf(report->why, sizeof(report->why),
	    import->options->is_english ? "%s was not taken (%s): %s" : "%s 没有被接受（%s）：%s",
	    name, answer_words[outcome->answer],
	    fault == NULL		  ? ""
	    : import->options->is_english ? fault->en
					  : fault->zh);
	return -EPROTO;
}

/* One command, taken or not. 0, -EPROTO with report->why, or what send said. */
static int
command_send(struct import *import, const char *name, const void *in)
{
	struct outcome outcome = { .fault = S(""), .flags = S(""), .result = S("") };
	int r = import->options->send(
	    import->options->context, command_find(str_of(name)), in, &outcome);

	return r != 0 ? not_sent(import, r) : outcome_check(import, name, &outcome);
}

/* ---- places ---- */

static int
places_send(struct import *import, const uint32_t *order)
{
	struct place_tree *tree = &import->places;
	struct place_row rows[ROSTER_IMPORT_CHUNK_MAX];
	struct place_rows_put in = { .rows = rows };
	uint64_t done = 0;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < tree->count; i++) {
		struct place_leaf *leaf = &tree->leaves[order[i]];

		if (leaf->id == 0 && leaf->is_used) {
			r = id_new(import, &leaf->id);
			rows[in.rows_count++] = (struct place_row){ .place = { leaf->id },
				.parent = { tree->leaves[leaf->parent].id },
				.kind = (enum place_kind)leaf->kind,
				.name = leaf->name };
		}
		if (r != 0 || in.rows_count == 0 ||
		    (in.rows_count < ROSTER_IMPORT_CHUNK_MAX && i + 1 < tree->count))
			continue;
		r = command_send(import, "place_rows_put", &in);
		done += in.rows_count;
		in.rows_count = 0;
		progress(import, ROSTER_IMPORT_PLACES, done, import->report->place_count);
	}
	return r;
}

/* ---- grids ---- */

/* Those of a grid from *at on, at most a command's. */
static size_t
grid_refs(const struct import *import, uint32_t grid, bool is_drop, size_t *at,
    struct place_ref *ret_refs)
{
	const struct grids *grids = &import->grids;
	size_t count = 0;

	for (; *at < grids->change_count && count < ROSTER_IMPORT_CHUNK_MAX; (*at)++) {
		const struct grid_change *c = &grids->changes[*at];

		if (c->grid == grid && c->is_drop == is_drop)
			ret_refs[count++] = (struct place_ref){
				.place = { import->places.leaves[c->place].id }
			};
	}
	return count;
}

static int
grid_change_send(struct import *import, uint32_t grid, bool is_drop, size_t at)
{
	struct place_ref *refs = arena_alloc(
	    &import->row_arena, ROSTER_IMPORT_CHUNK_MAX * sizeof(*refs));
	size_t count;
	int r = 0;

	while (r == 0 && (count = grid_refs(import, grid, is_drop, &at, refs)) > 0) {
		struct place_set_change in = { .place_set = { import->grids.list[grid].id },
			.name = S("") };

		if (is_drop)
			in.nodes_drop = refs, in.nodes_drop_count = count;
		else
			in.nodes_add = refs, in.nodes_add_count = count;
		r = command_send(import, "place_set_change", &in);
	}
	return r;
}

#define CHARGES_MAX 50 /* of a command; as place.def has it */

/* Who is put in charge of a grid. */
static int
charges_send(struct import *import, uint32_t grid)
{
	const struct grids *grids = &import->grids;
	struct place_person people[CHARGES_MAX];
	struct place_set_change in = { .place_set = { grids->list[grid].id },
		.name = S(""),
		.people_add = people };
	int r = 0;

	for (size_t i = 0; r == 0 && i < grids->person_count; i++) {
		if (grids->people[i].grid != grid)
			continue;
		people[in.people_add_count++] = (struct place_person){
			.account = { grids->accounts[grids->people[i].account].id }
		};
		if (in.people_add_count < CHARGES_MAX)
			continue;
		r = command_send(import, "place_set_change", &in);
		in.people_add_count = 0;
	}
	if (r == 0 && in.people_add_count > 0)
		r = command_send(import, "place_set_change", &in);
	return r;
}

static int
grid_send(struct import *import, uint32_t at)
{
	struct grid *grid = &import->grids.list[at];
	struct place_ref *refs = arena_alloc(
	    &import->row_arena, ROSTER_IMPORT_CHUNK_MAX * sizeof(*refs));
	struct place_set_add in = { .kind = (enum place_set_kind)grid->kind,
		.name = grid->name,
		.nodes = refs };
	size_t next = 0;
	int r = 0;

	if (grid->id == 0) {
		in.nodes_count = grid_refs(import, at, false, &next, refs);
		if (in.nodes_count == 0)
			return 0; /* whoever said it was taken elsewhere */
		r = id_new(import, &grid->id);
		in.place_set.v = grid->id;
		if (r == 0)
			r = command_send(import, "place_set_add", &in);
	}
	if (r == 0)
		r = grid_change_send(import, at, false, next);
	if (r == 0)
		r = grid_change_send(import, at, true, 0);
	return r != 0 ? r : charges_send(import, at);
}

static int
grids_send(struct import *import)
{
	int r = 0;

	for (uint32_t i = 1; r == 0 && i < import->grids.count; i++) {
		r = grid_send(import, i);
		arena_reset(&import->row_arena);
	}
	return r;
}

/* ---- people ---- */

static int
planned_compare(const void *a, const void *b, void *context)
{
	const uint32_t *rank = context;
	const struct planned *x = *(struct planned *const *)a, *y = *(struct planned *const *)b;

	if (rank[x->place] != rank[y->place])
		return rank[x->place] < rank[y->place] ? -1 : 1;
	return x->row < y->row ? -1 : x->row > y->row;
}

/* In the order of places; of one place in that of the file. */
static void
planned_sort(struct import *import, const uint32_t *order)
{
	uint32_t *rank = memory_new(import->places.count * sizeof(*rank));

	for (uint32_t i = 0; i < import->places.count; i++)
		rank[order[i]] = i;
	if (import->planned_count > 0)
		qsort_r(import->planned, import->planned_count, sizeof(*import->planned),
		    planned_compare, rank);
	free(rank);
}

/* Who and what is new gets its id when it is sent. */
static int
ids_have(struct import *import, const struct planned *planned)
{
	struct person *person = &import->people.list[planned->person];
	struct household *household = &import->people.households[planned->household];
	int r = 0;

	if (person->id == 0)
		r = id_new(import, &person->id);
	if (r == 0 && planned->household != 0 && household->id == 0)
		r = id_new(import, &household->id);
	return r;
}

static struct roster_row
row_of(const struct import *import, const struct planned *p)
{
	const struct person *person = &import->people.list[p->person];

	return (struct roster_row){
		.person = { person->id },
		.place = { import->places.leaves[p->place].id },
		.kind = (enum roster_stay_kind)p->kind,
		.name = planned_text(p, PLANNED_NAME),
		.search = planned_text(p, PLANNED_SEARCH),
		.sex = (enum roster_sex)p->sex,
		.birth = { p->birth },
		.identity_kind = (enum roster_identity_kind)p->identity_kind,
		.identity = planned_text(p, PLANNED_IDENTITY),
		.is_identity_doubtful = p->is_identity_doubtful,
		.phone = planned_text(p, PLANNED_PHONE),
		.care = p->care,
		.is_immobile = p->is_immobile,
		.population = (enum roster_population)p->population,
		.household = { import->people.households[p->household].id },
		.household_code = planned_text(p, PLANNED_CODE),
		.relation = planned_text(p, PLANNED_RELATION),
		.housing = (enum roster_housing)p->housing,
		.landlord = planned_text(p, PLANNED_LANDLORD),
		.registered_address = planned_text(p, PLANNED_ADDRESS),
		.work = planned_text(p, PLANNED_WORK),
		.note = planned_text(p, PLANNED_NOTE),
		.since = { p->since },
		.until = { p->until },
		.seen_seq = { person->known != NULL ? person->known->changed_seq : 0 },
	};
}

/* People who were changed by somebody else meanwhile: {"skipped":["id",…]}. */
static size_t
skipped_tell(struct import *import, struct str result, size_t first, size_t count)
{
	cJSON *tree = result.n > 0 ? json_tree(&import->row_arena, result) : NULL, *one;
	size_t skipped = 0;

	cJSON_ArrayForEach(one, cJSON_GetObjectItemCaseSensitive(tree, "skipped"))
	{
		int64_t id;

		if (!cJSON_IsString(one) || !str_to_i64(str_of(one->valuestring), &id))
			continue;
		for (size_t i = first; i < first + count; i++) {
			const struct planned *planned = import->planned[i];

			if (import->people.list[planned->person].id != id)
				continue;
			skipped++;
			row_verdict_set(import, planned->row, ROSTER_IMPORT_REFUSED);
			remark_row(import, planned->row, planned_text(planned, PLANNED_NAME),
			    REMARK_changed_since);
		}
	}
	return skipped;
}

static size_t
row_bytes(const struct planned *planned)
{
	size_t bytes = ROW_JSON_BYTES;

	for (size_t i = 0; i < PLANNED_TEXTS; i++)
		bytes += planned->bytes[i];
	return bytes;
}

/* Commands that are sent together, each of the planned rows from its first on. */
struct group {
	struct roster_row *rows; /* owned; ROSTER_IMPORT_CHUNK_MAX for each command */
	struct roster_rows_put ins[ROSTER_IMPORT_TOGETHER_MAX];
	size_t firsts[ROSTER_IMPORT_TOGETHER_MAX], count;
};

static int
group_do(struct import *import, struct group *group, struct outcome *ret_outcomes)
{
	const struct roster_import_options *options = import->options;
	const struct command *command = command_find(S("roster_rows_put"));
	const void *ins[ROSTER_IMPORT_TOGETHER_MAX];

	for (size_t i = 0; i < group->count; i++) {
		ins[i] = &group->ins[i];
		ret_outcomes[i] =
		    (struct outcome){ .fault = S(""), .flags = S(""), .result = S("") };
	}
	return group->count > 1 ? options->send_all(options->context, command, ins, group->count,
				      ret_outcomes)
				: options->send(options->context, command, ins[0], ret_outcomes);
}

/* What was taken is counted, though another of them was not. */
static int
group_send(struct import *import, struct group *group)
{
	struct outcome outcomes[ROSTER_IMPORT_TOGETHER_MAX];
	int r = group_do(import, group, outcomes), first_bad = 0;

	if (r != 0)
		return not_sent(import, r);
	for (size_t i = 0; i < group->count; i++) {
		size_t count = group->ins[i].rows_count;
		int bad = outcome_check(import, "roster_rows_put", &outcomes[i]);

		if (bad == 0)
			import->report->sent_count += count - skipped_tell(import,
			    outcomes[i].result, group->firsts[i], count);
		else if (first_bad == 0)
			first_bad = bad;
		arena_reset(&import->row_arena);
	}
	group->count = 0;
	return first_bad;
}

static int
people_send(struct import *import)
{
	struct group group = { .rows = memory_new(ROSTER_IMPORT_TOGETHER_MAX *
				   ROSTER_IMPORT_CHUNK_MAX * sizeof(struct roster_row)) };
	size_t together = import->options->send_all != NULL ? ROSTER_IMPORT_TOGETHER_MAX : 1;
	size_t count = 0, bytes = 0;
	int r = 0;

	for (size_t i = 0; r == 0 && i < import->planned_count; i++) {
		struct roster_row *rows = &group.rows[group.count * ROSTER_IMPORT_CHUNK_MAX];
		bool is_last = i + 1 == import->planned_count;

		r = ids_have(import, import->planned[i]);
		if (r != 0)
			break;
		rows[count++] = row_of(import, import->planned[i]);
		bytes += row_bytes(import->planned[i]);
		if (count < ROSTER_IMPORT_CHUNK_MAX && !is_last &&
		    bytes + row_bytes(import->planned[i + 1]) < CHUNK_BYTES_MAX)
			continue;
		group.ins[group.count] = (struct roster_rows_put){ rows, count };
		group.firsts[group.count++] = i + 1 - count;
		count = bytes = 0;
		if (group.count < together && !is_last)
			continue;
		r = group_send(import, &group);
		progress(import, ROSTER_IMPORT_PEOPLE, i + 1, import->planned_count);
	}
	free(group.rows);
	return r;
}

/* What the user has explained of this file's headings is known from now on. */
static int
columns_send(struct import *import)
{
	struct roster_column columns[TOLD_MAX];
	struct roster_columns_put in = { .columns = columns, .columns_count = import->told_count };

	for (size_t i = 0; i < import->told_count; i++)
		columns[i] = (struct roster_column){ .heading = import->told[i].heading,
			.meaning = import->told[i].meaning };
	return in.columns_count == 0 ? 0
				     : command_send(import, "roster_columns_put", &in);
}

int
plan_send(struct import *import)
{
	uint32_t *order = places_in_order(&import->places);
	int r = columns_send(import);

	if (r == 0)
		r = places_send(import, order);
	if (r == 0)
		r = grids_send(import);

	planned_sort(import, order);
	free(order);
	if (r == 0)
		r = people_send(import);
	import->report->is_done = r == 0;
	return r;
}
