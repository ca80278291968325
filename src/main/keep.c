/* keep.c -- redvest verify, backup and restore: that nothing is lost, and can be shown. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "gen/schema.h"
#include "ledger/account.h"
#include "ledger/backup.h"
#include "ledger/recovery.h"
#include "ledger/verify.h"
#include "main/door.h"
#include "main/house.h"

int
verify_main(const struct options *o, struct arena *arena)
{
	struct database     *database;
	struct verify_report report;
	struct timespec      begin, end;
	char                 why[DATABASE_WHY_BYTES] = "", base[PATH_BYTES_MAX] = "";
	double               seconds;
	int                  r;

	(void)arena;
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	if (database_open_reader(o->db, o->keys, &database, why) != 0)
		return fail("%s", why);
	r = o->is_full ? 0 : verify_base_find(database, base);
	if (r == 0)
		r = ledger_verify(
		    database, base[0] != '\0' && access(base, R_OK) == 0 ? base : NULL, &report);
	database_close(database);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	if (r != 0)
		return fail("verify: %s", strerror(-r));
	seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	if (o->is_json)
		printf("{\"areas\":%" PRId64 ",\"rows\":%" PRId64
		       ",\"tables\":%zu,\"seconds\":%.3f,"
		       "\"is_right\":%s}\n",
		    report.areas, report.rows, report.tables, seconds,
		    report.wrong[0] == '\0' ? "true" : "false");
	else
		printf("%" PRId64 " areas (%" PRId64 " from a backup on), %" PRId64
		       " rows, %zu tables, %.1f s\n",
		    report.areas, report.areas_based, report.rows, report.tables, seconds);
	if (report.wrong[0] != '\0')
		return fail("%s", report.wrong);
	if (!o->is_json)
		puts(o->is_english ? "The chain is whole, and the ledger makes the same tables." :
		                     "哈希链完整，账本重演所得各表一致。");
	return 0;
}

/* The digests of an area's tables, as they are in the backup, into the ledger. */
static int
checkpoint_write(struct door *door, struct arena *arena, struct tx *tx, const char *path)
{
	const struct command *command = command_find(S("area_checkpoint"));
	struct buffer         json = { 0 };
	struct outcome        outcome;
	unsigned char         digest[HASH_BYTES];
	int64_t               seq = 0;
	int                   r;

	r = areas_heads_sum(tx->db, arena, tx->area, tx->area, &seq);
	buffer_printf(&json, "{\"seq\":\"%" PRId64 "\",\"path\":%s,\"tables\":[", seq,
	    json_text(arena, path).p);
	for (size_t t = 0; r == 0 && t < TABLE_COUNT; t++) {
		struct str hex;

		if (schema_tables[t].is_everywhere || !table_is_compared(&schema_tables[t]))
			continue;
		r = table_digest(tx, &schema_tables[t], digest);
		hex = hex_text(arena, (struct str){ (const char *)digest, sizeof(digest) });
		json_next(&json);
		buffer_printf(&json, "{\"table_name\":\"%s\",\"digest\":\"%s\"}",
		    schema_tables[t].name, hex.p);
	}
	buffer_add(&json, S("]}"));
	if (r == 0)
		r = door_do(door, arena, tx->area, command,
		    command_in(arena, command, buffer_str(&json)), &outcome);
	buffer_done(&json);
	return r;
}

/* Of every area in the backup. An exit status. */
static int
checkpoints_write(struct door *door, struct arena *arena, const char *path)
{
	struct tx tx = { .arena = arena };
	area_id  *areas;
	size_t    count = 0;
	char      why[DATABASE_WHY_BYTES] = "";
	int       r = db_open(&tx.db, path, DB_READ, why);

	if (r == 0)
		r = areas_between(
		    tx.db, arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas, &count);
	for (size_t i = 0; r == 0 && i < count; i++) {
		tx.area = areas[i];
		r = checkpoint_write(door, arena, &tx, path);
	}
	db_close(tx.db);
	return r == 0 ? 0 : fail("%s: %s", path, strerror(-r));
}

int
backup_main(const struct options *o, struct arena *arena)
{
	struct door *door = door_open(o, true);
	char         why[DATABASE_WHY_BYTES] = "", path[PATH_BYTES_MAX];
	int          status;

	if (door == NULL)
		return 1;
	status = backup_write(door_database(door), o->rest[0], why) == 0 ? 0 : fail("%s", why);
	/* Where verify finds it, from whatever folder it is called. */
	if (status == 0 && realpath(o->rest[0], path) != NULL)
		status = checkpoints_write(door, arena, path);
	if (status == 0)
		printf("%s\n%s.keys\n", o->rest[0], o->rest[0]);
	door_close(door);
	return status;
}

/* The words: from a file, else typed. */
static bool
words_read(const struct options *o, unsigned char ret_master[static KEY_BYTES])
{
	char                    text[RECOVERY_TYPED_BYTES_MAX + 1], line[RECOVERY_PROBLEM_BYTES];
	FILE                   *f = o->words == NULL ? stdin : fopen(o->words, "r");
	struct recovery_problem problem;
	size_t                  n;
	bool                    is_read;

	if (f == NULL)
		return fail("%s: %s", o->words, strerror(errno)) == 0;
	if (f == stdin && isatty(STDIN_FILENO))
		puts(o->is_english ? "The words of the recovery sheet, then Ctrl-D:" :
		                     "请输入恢复表上的词，然后按 Ctrl-D：");
	n = fread(text, 1, sizeof(text), f);
	if (f != stdin)
		(void)fclose(f);
	is_read = recovery_words_read((struct str){ text, n }, ret_master, &problem);
	if (!is_read) {
		recovery_problem_print(&problem, !o->is_english, line);
		(void)fail("%s", line);
	}
	explicit_bzero(text, sizeof(text));
	return is_read;
}

int
restore_main(const struct options *o, struct arena *arena)
{
	unsigned char master[KEY_BYTES];
	char          why[DATABASE_WHY_BYTES] = "";
	int           r;

	(void)arena;
	/* Before eighteen words are typed for nothing. */
	if (access(o->rest[0], R_OK) != 0)
		return fail("%s: %s", o->rest[0], strerror(errno));
	if (!words_read(o, master))
		return 1;
	r = backup_restore(o->rest[0], master, o->db, o->keys, why);
	explicit_bzero(master, sizeof(master));
	if (r != 0)
		return fail("%s", why);
	printf("%s %s\n", o->db, o->is_english ?
	    "is back. Phones send again what was acknowledged after the backup." :
	    "已恢复。手机会重新上传备份之后已确认的记录。");
	return 0;
}
