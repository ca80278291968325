/*
 * sheet_read.c -- reference of imports: the sheet read through and nothing done with it.
 *
 *   sheet_read FILE.xlsx|csv    seconds
 */
#include <stdio.h>
#include <time.h>
#include "sheet/sheet.h"

static double
now_seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int
main(int argc, char *argv[])
{
	struct sheet      *sheet;
	struct sheet_row   row;
	struct sheet_fault fault;
	double             begin = now_seconds();
	int                r;

	if (argc != 2 || sheet_open(argv[1], NULL, &sheet, &fault) != 0)
		return 1;
	do
		r = sheet_next(sheet, &row, &fault);
	while (r == 1);
	sheet_close(sheet);
	printf("%.3f\n", now_seconds() - begin);
	return r != 0;
}
