/* init.c -- redvest init: a new database, its area, its first administrator, the recovery sheet. */
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "base/when.h"
#include "ledger/recovery.h"
#include "main/door.h"
#include "main/house.h"
#include "main/options.h"
#include "main/plans.h"

#define CODE_DIGITS 12

/* As of area_open. */
#define NAME_BYTES_MAX      200
#define TIME_ZONE_BYTES_MAX 60

/* Beside the key file: a database on PostgreSQL has no file of its own. */
static void
sheet_path(const struct options *o, const struct database *database,
    char ret_path[static PATH_BYTES_MAX])
{
	struct str keys = str_of(database->keys_path);

	if (str_ends(keys, S(".keys")))
		keys.n -= sizeof(".keys") - 1;
	if (o->output != NULL)
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%s", o->output);
	else
		(void)snprintf(ret_path, PATH_BYTES_MAX, "%.*s.recovery.html", (int)keys.n, keys.p);
}

/* On the terminal, so that it is not lost whatever becomes of the file. */
static int
sheet_show(const struct recovery_sheet *sheet)
{
	struct buffer b = { 0 };
	int           r = recovery_sheet_text(sheet, &b);

	if (r == 0)
		printf("%.*s\n", (int)b.n, b.p);
	sodium_memzero(b.p, b.n);
	buffer_done(&b);
	return r == 0 ? 0 : fail("%s", strerror(-r));
}

static int
sheet_write(const struct options *o, const struct database *database,
    const struct recovery_sheet *sheet)
{
	struct buffer b = { 0 };
	char          path[PATH_BYTES_MAX];
	FILE         *f;
	bool          is_written;
	int           r = recovery_sheet_html(sheet, &b);

	sheet_path(o, database, path);
	f = r == 0 ? fopen(path, "wx") : NULL;
	is_written = f != NULL && fwrite(b.p, 1, b.n, f) == b.n;
	if (f != NULL && fclose(f) != 0)
		is_written = false;
	sodium_memzero(b.p, b.n);
	buffer_done(&b);
	if (!is_written)
		return fail("%s: %s", path, r == 0 ? strerror(errno) : strerror(-r));
	printf("%s %s\n", o->is_english ?
	    "Print this page, put it into the safe, delete the file:" :
	    "请打印此页，放入保险柜，然后删除文件：", path);
	return 0;
}

static bool
code_read(const char *text, area_id *ret_area)
{
	if (strlen(text) == CODE_DIGITS && str_to_i64(str_of(text), &ret_area->v))
		return true;
	return fail("a division code has %d digits, %s has not", CODE_DIGITS, text) == 0;
}

static bool
name_check(struct str name)
{
	if (name.n > 0 && name.n <= NAME_BYTES_MAX && utf8_is_valid(name))
		return true;
	return fail("the area's name is a text of 1 to %d bytes", NAME_BYTES_MAX) == 0;
}

/* As the terminal says it; what was not said is the usual. An exit status. */
static int
area_said(const struct options *o, struct arena *arena, const char *code, const char *name,
    struct found_area *ret_area)
{
	*ret_area = (struct found_area){ .name = str_of(name) };
	if (o->time_zone != NULL)
		ret_area->time_zone = str_of(o->time_zone);
	if (!code_read(code, &ret_area->area) || !name_check(ret_area->name))
		return 1;
	if (ret_area->time_zone.n > TIME_ZONE_BYTES_MAX)
		return fail("%s: no time zone is called so", o->time_zone);
	return plan_text(arena, o->plan, &ret_area->plan);
}

int
area_main(const struct options *o, struct arena *arena)
{
	struct found_area area;
	struct door      *door;
	int               status;

	if (area_said(o, arena, o->rest[0], o->rest[1], &area) != 0)
		return 1;
	door = door_open(o, true);
	if (door == NULL)
		return 1;
	status = door_area_open(door, arena, &area);
	door_close(door);
	return status;
}

/* What is told only now: first the sheet and the password, then the file, which may fail. */
static int
secrets_tell(const struct options *o, const struct database *database, area_id area,
    const char *password)
{
	struct recovery_sheet sheet = { .master = keys_master(database->keys),
		.database_id = keys_database_id(database->keys), .area = area,
		.area_name = str_of(o->name), .date = date_of_days(now_ms().ms / DAY_MS) };
	int                   status = sheet_show(&sheet);

	printf("%s\n  %s: " ADMIN_LOGIN "\n  %s: %s\n",
	    o->is_english ? "The first administrator (the password is shown only now):" :
	                    "第一位管理员（密码只显示这一次）：",
	    o->is_english ? "user" : "登录名", o->is_english ? "password" : "密码", password);
	return sheet_write(o, database, &sheet) == 0 ? status : 1;
}

int
init_main(const struct options *o, struct arena *arena)
{
	struct found_area    area;
	struct found_account account = { S(ADMIN_LOGIN), S(ADMIN_NAME), S(""), "admin" };
	struct founding     *founding = NULL;
	struct database     *database = NULL;
	const struct fault  *fault;
	char                 password[HOUSE_PASSWORD_BYTES], hash[PASSWORD_HASH_BYTES];
	char                 why[DATABASE_WHY_BYTES] = "";
	user_id              user;
	int                  status;

	if (o->area == NULL || o->name == NULL)
		return fail("init needs --area CODE (12 digits) and --name NAME");
	if (area_said(o, arena, o->area, o->name, &area) != 0 ||
	    house_password(password, hash) != 0)
		return 1;
	account.password_hash = str_of(hash);
	if (founding_begin(o->db, o->keys, &founding, why) != 0 ||
	    founding_make(founding, arena, now_ms(), &area, &account, &database, &user, &fault,
	    why) != 0)
		status = fail("%s", why);
	else
		status = secrets_tell(o, database, area.area, password);
	database_close(database);
	founding_end(founding);
	return status;
}
