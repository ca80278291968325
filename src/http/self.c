/* self.c -- who somebody is: account, area, roles, and where else they may look. */
#include <errno.h>
#include "http/inside.h"

static void
roles_write(struct buffer *b, unsigned roles)
{
	json_name(b, "roles");
	buffer_char(b, '[');
	for (const struct role_text *r = role_texts; r->name != NULL; r++)
		if ((r->bit & roles) != 0) {
			json_next(b);
			buffer_char(b, '"');
			for (const char *p = r->name; *p != '\0'; p++)
				buffer_char(b, (char)(*p | 0x20));
			buffer_char(b, '"');
		}
	buffer_char(b, ']');
}

static void
area_write(struct buffer *b, area_id area, const struct area_self *self, int64_t epoch)
{
	json_name(b, "area");
	json_id(b, area.v);
	json_name_str(b, "area_name", self->name);
	json_name_str(b, "time_zone", self->time_zone);
	json_name_str(b, "plan", self->plan);
	json_name_bool(b, "is_demonstration", self->is_demonstration);
	json_name_bool(b, "has_second_administrator", self->administrators > 1);
	json_name(b, "epoch");
	buffer_i64(b, epoch);
}

int
self_json(struct exchange *x, struct worker *w, const struct account *account, unsigned roles,
    time_ms until, struct buffer *b)
{
	time_ms            now = clock_now();
	struct area_self   self;
	struct area_named *areas;
	size_t             count = 0;
	int                r = area_self_read(w->db, &x->arena, account->home, now, &self);

	if (r == 0)
		r = account_areas(w->db, &x->arena, account->user, now, &areas, &count);
	if (r != 0)
		return r;
	buffer_char(b, '{');
	area_write(b, account->home, &self, x->server->database->epoch);
	json_name(b, "account");
	json_id(b, account->user.v);
	json_name_str(b, "login", account->login);
	json_name_str(b, "name", account->name);
	roles_write(b, roles);
	json_name(b, "until");
	json_time(b, until);
	json_name(b, "areas");
	buffer_char(b, '[');
	for (size_t i = 0; i < count; i++) {
		json_next(b);
		buffer_char(b, '{');
		json_name(b, "area");
		json_id(b, areas[i].area.v);
		json_name_str(b, "name", areas[i].name);
		buffer_char(b, '}');
	}
	buffer_char(b, ']');
	return 0;
}
