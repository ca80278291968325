/*
 * upload.c -- a body that goes into a file as it comes: checked before its first byte is taken.
 *
 * The file lies in the folder of exports, where nothing survives a start.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "http/imports.h"

/* Whoever asks may import, and there is room. False: it was answered. */
static bool
is_welcome(struct exchange *x, struct upload *upload, enum MHD_Result *ret_result)
{
	struct str            area_text = exchange_argument(x, "area");
	struct problems       problems = { 0 };
	const struct command *command;
	area_id               area = { 0 };

	upload->form = importing_find(exchange_argument(x, "sheet"));
	if (area_text.n > 0 && !str_to_i64(area_text, &area.v))
		problem_add(&problems, S("area"), "应为区划代码", "a division code is wanted");
	if (!asker_find(x, worker_get(x->server), area, true, ret_result))
		return false;
	if (upload->form == NULL)
		problem_add(&problems, S("sheet"), "没有这种表", "there is no such sheet");
	if (problems.count > 0) {
		*ret_result = reply_problems(x, &problems);
		return false;
	}
	upload->area = area.v != 0 ? area : x->asker.home;
	command = command_find(str_of(upload->form->reads->command));
	if ((command->roles & x->asker.roles) == 0)
		*ret_result = reply_error(x, ERROR_role_missing);
	else if (x->server->uploads_bytes > (int64_t)UPLOADS_BYTES_MAX)
		*ret_result = reply_error(x, ERROR_imports_max);
	else
		return true;
	return false;
}

bool
upload_begin(struct exchange *x, enum MHD_Result *ret_result)
{
	struct upload *upload = arena_alloc(&x->arena, sizeof(*upload));
	char           random[RANDOM_TEXT_BYTES];

	*upload = (struct upload){ .fd = -1 };
	if (!is_welcome(x, upload, ret_result))
		return false;
	random_text(random);
	(void)snprintf(upload->path, sizeof(upload->path), "%s/%s", x->server->exports_path,
	    random);
	upload->fd = open(upload->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (upload->fd < 0) {
		*ret_result = reply_error(x, ERROR_database_fails);
		return false;
	}
	x->upload = upload;
	guard_due(x->connection, UPLOAD_SECONDS_MAX);
	return true;
}

bool
upload_take(struct exchange *x, struct str bytes)
{
	struct upload *upload = x->upload;

	while (bytes.n > 0 && upload->error == 0) {
		ssize_t n = write(upload->fd, bytes.p, bytes.n);

		if (n < 0 && errno != EINTR)
			upload->error = -errno;
		if (n > 0) {
			bytes = str_slice(bytes, (size_t)n, SIZE_MAX);
			upload->bytes += (uint64_t)n;
			x->server->uploads_bytes += n;
		}
	}
	if (upload->bytes > UPLOAD_BYTES_MAX)
		upload->error = -EFBIG;
	return upload->error == 0;
}

int
upload_close(struct exchange *x)
{
	struct upload *upload = x->upload;

	if (upload->fd >= 0 && close(upload->fd) != 0 && upload->error == 0)
		upload->error = -errno;
	upload->fd = -1;
	return upload->error;
}

void
upload_done(struct exchange *x)
{
	if (x->upload == NULL)
		return;
	(void)upload_close(x);
	if (x->upload->path[0] != '\0') {
		(void)unlink(x->upload->path);
		x->server->uploads_bytes -= (int64_t)x->upload->bytes;
	}
	x->upload = NULL;
}
