/* when.c -- see when.h. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "base/when.h"

/* `count` digits at *s; false when there are fewer. */
static bool
digits_take(struct str *s, size_t count, int64_t *ret_value)
{
	if (s->n < count || s->p[0] == '-' || !str_to_i64((struct str){ s->p, count }, ret_value))
		return false;
	*s = str_slice(*s, count, SIZE_MAX);
	return true;
}

static bool
char_take(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	*s = str_slice(*s, 1, SIZE_MAX);
	return true;
}

static bool
date_take(struct str *s, date_ymd *ret_date)
{
	int64_t  year, month, day;
	date_ymd d;
	bool     has_dash;

	if (!digits_take(s, 4, &year))
		return false;
	has_dash = char_take(s, '-');
	if (!digits_take(s, 2, &month) || (has_dash && !char_take(s, '-')) ||
	    !digits_take(s, 2, &day))
		return false;
	d.ymd = year * 10000 + month * 100 + day;
	if (!date_is_real(d))
		return false;
	*ret_date = d;
	return true;
}

bool
date_parse(struct str s, date_ymd *ret_date)
{
	return date_take(&s, ret_date) && s.n == 0;
}

static bool
fraction_take(struct str *s, int64_t *ret_ms)
{
	int64_t ms = 0, scale = 100;

	if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9')
		return false;
	for (; s->n > 0 && s->p[0] >= '0' && s->p[0] <= '9'; scale /= 10) {
		ms += (s->p[0] - '0') * scale;
		*s = str_slice(*s, 1, SIZE_MAX);
	}
	*ret_ms = ms;
	return true;
}

/* "Z", "+08:00" or "-0330", in minutes. */
static bool
offset_take(struct str *s, int64_t *ret_minutes)
{
	int64_t hours, minutes, sign = 1;

	if (char_take(s, 'Z') || char_take(s, 'z')) {
		*ret_minutes = 0;
		return true;
	}
	if (char_take(s, '-'))
		sign = -1;
	else if (!char_take(s, '+'))
		return false;
	if (!digits_take(s, 2, &hours))
		return false;
	(void)char_take(s, ':');
	if (!digits_take(s, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	*ret_minutes = sign * (hours * 60 + minutes);
	return true;
}

bool
time_parse(struct str s, time_ms *ret_time)
{
	int64_t  hour, minute, second = 0, ms = 0, offset;
	date_ymd d;

	if (s.n != 8 && str_to_i64(s, &ms)) {
		*ret_time = (time_ms){ ms };
		return true;
	}
	if (!date_take(&s, &d) ||
	    !(char_take(&s, 'T') || char_take(&s, 't') || char_take(&s, ' ')) ||
	    !digits_take(&s, 2, &hour) || !char_take(&s, ':') || !digits_take(&s, 2, &minute))
		return false;
	if (char_take(&s, ':') && !digits_take(&s, 2, &second))
		return false;
	if (char_take(&s, '.') && !fraction_take(&s, &ms))
		return false;
	if (!offset_take(&s, &offset) || s.n > 0 || hour > 23 || minute > 59 || second > 60)
		return false;
	*ret_time = (time_ms){ date_to_days(d) * DAY_MS +
		((hour * 60 + minute - offset) * 60 + second) * 1000 + ms };
	return true;
}

/* So many decimal digits of a number that is not negative; where the next character goes. */
static char *
digits_put(char *p, int64_t value, int count)
{
	for (int i = count; i-- > 0; value /= 10)
		p[i] = (char)('0' + value % 10);
	return p + count;
}

/* Of a year that has four digits, as all have that are in earnest; others as they are. */
static char *
date_put(char *p, int64_t ymd)
{
	if (ymd < 0 || ymd > 99999999)
		return p + snprintf(p, DATE_TEXT_BYTES, "%04" PRId64 "-%02" PRId64 "-%02" PRId64,
		    ymd / 10000, ymd / 100 % 100, ymd % 100);
	p = digits_put(p, ymd / 10000, 4);
	*p++ = '-';
	p = digits_put(p, ymd / 100 % 100, 2);
	*p++ = '-';
	return digits_put(p, ymd % 100, 2);
}

void
date_print(date_ymd d, char ret_text[static DATE_TEXT_BYTES])
{
	*date_put(ret_text, d.ymd) = '\0';
}

void
time_print(time_ms t, char ret_text[static TIME_TEXT_BYTES])
{
	int64_t days = t.ms / DAY_MS - (t.ms % DAY_MS < 0), ms = t.ms - days * DAY_MS;
	char   *p = date_put(ret_text, date_of_days(days).ymd);

	*p++ = 'T';
	p = digits_put(p, ms / 3600000, 2);
	*p++ = ':';
	p = digits_put(p, ms / 60000 % 60, 2);
	*p++ = ':';
	p = digits_put(p, ms / 1000 % 60, 2);
	if (ms % 1000 != 0) {
		*p++ = '.';
		p = digits_put(p, ms % 1000, 3);
	}
	memcpy(p, "Z", 2);
}
