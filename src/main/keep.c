/* keep.c -- redvest verify, backup and restore: that nothing is lost, and can be shown. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/backup.h"
#include "ledger/recovery.h"
#include "ledger/verify.h"
#include "main/options.h"

int
verify_main(const struct options *o, struct arena *arena)
{
	struct database     *database;
	struct verify_report report;
	struct timespec      begin, end;
	char                 why[DATABASE_WHY_BYTES] = "";
	double               seconds;
	int                  r;

	(void)arena;
	(void)clock_gettime(CLOCK_MONOTONIC, &begin);
	if (database_open_reader(o->db, o->keys, &database, why) != 0)
		return fail("%s", why);
	r = ledger_verify(database, o->is_full, &report);
	database_close(database);
	(void)clock_gettime(CLOCK_MONOTONIC, &end);
	if (r != 0)
		return fail("verify: %s", strerror(-r));
	seconds = (double)(end.tv_sec - begin.tv_sec) + (double)(end.tv_nsec - begin.tv_nsec) / 1e9;
	if (o->is_json)
		printf("{\"areas\":%" PRId64 ",\"rows\":%" PRId64 ",\"tables\":%zu,\"seconds\":%.3f,"
		    "\"is_right\":%s}\n", report.areas, report.rows, report.tables, seconds,
		    report.wrong[0] == '\0' ? "true" : "false");
	else
		printf("%" PRId64 " areas, %" PRId64 " rows, %zu tables, %.1f s\n", report.areas,
		    report.rows, report.tables, seconds);
	if (report.wrong[0] != '\0')
		return fail("%s", report.wrong);
	if (!o->is_json)
		puts(o->is_english ? "The chain is whole, and the ledger makes the same tables." :
		                     "哈希链完整，账本重演所得各表一致。");
	return 0;
}

int
backup_main(const struct options *o, struct arena *arena)
{
	struct database *database;
	char             why[DATABASE_WHY_BYTES] = "";
	int              r;

	(void)arena;
	if (database_open_reader(o->db, o->keys, &database, why) != 0)
		return fail("%s", why);
	r = backup_write(database, o->rest[0], why);
	database_close(database);
	if (r != 0)
		return fail("%s", why);
	printf("%s\n%s.keys\n", o->rest[0], o->rest[0]);
	return 0;
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
		                     "请输入恢复页上的词，然后按 Ctrl-D：");
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
