/*
 * fixtures.c -- writes made-up residents' sheets into a folder, which is made.
 *
 *   fixtures FOLDER          the small ones: a clean one, and those with every fault
 *   fixtures FOLDER COUNT    residents-COUNT.xlsx, a clean one of so many people
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "lib/fixtures.h"

#define SEED 1

static const char *
path_in(const char *folder, const char *name)
{
	static char path[4096];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		errx(1, "%s: too long", folder);
	return path;
}

static void
check(int r, const char *what)
{
	if (r != 0) {
		errno = -r;
		err(1, "%s", what);
	}
}

static void
residents(const char *folder, uint32_t count)
{
	char name[64];

	snprintf(name, sizeof(name), "residents-%u.xlsx", count);
	check(fixture_residents(path_in(folder, name), count, SEED), name);
}

int
main(int argc, char *argv[])
{
	if (argc < 2 || argc > 3)
		errx(2, "usage: fixtures FOLDER [COUNT]");
	if (mkdir(argv[1], 0777) != 0 && errno != EEXIST)
		err(1, "%s", argv[1]);
	if (argc == 3) {
		residents(argv[1], (uint32_t)strtoul(argv[2], NULL, 10));
		return 0;
	}
	residents(argv[1], 200);
	check(fixture_xlsx(path_in(argv[1], "nasty.xlsx"), fixture_nasty), "nasty.xlsx");
	check(fixture_csv(
		  path_in(argv[1], "nasty-gb18030.csv"), fixture_nasty_rows, ',', FIXTURE_GB18030),
	    "nasty-gb18030.csv");
	check(fixture_csv(path_in(argv[1], "nasty-semicolon.csv"), fixture_nasty_rows, ';',
		  FIXTURE_UTF8_MARK),
	    "nasty-semicolon.csv");
	check(
	    fixture_csv(path_in(argv[1], "nasty-tab.csv"), fixture_nasty_rows, '\t', FIXTURE_UTF8),
	    "nasty-tab.csv");
	return 0;
}
