/* door.c -- see door.h. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "base/str.h"
#include "ledger/account.h"
#include "main/door.h"
#include "main/house.h"

struct door {
	struct database *database;
	struct db       *reader;
	struct ledger    ledger;     /* without a server */
	CURL            *curl;       /* with one */
	char             socket_path[PATH_BYTES_MAX];
	char             token[200]; /* of the stream at the server */
	area_id          area;       /* of the stream; 0: none yet */
	stream_id        stream;
	int64_t          next_n, next_counter;
};

/* Does a server listen there? */
static bool
server_answers(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int                fd;
	bool               is_there;

	if (path[0] == '\0' || strlen(path) >= sizeof(address.sun_path))
		return false;
	(void)str_copy(str_of(path), address.sun_path, sizeof(address.sun_path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	is_there = connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0;
	(void)close(fd);
	return is_there;
}

static bool
writing_open(struct door *door, const struct options *o, char *why)
{
	database_socket_path(o->db, door->socket_path);
	if (server_answers(door->socket_path)) {
		door->curl = curl_easy_init();
		return door->curl != NULL &&
		    database_open_reader(o->db, o->keys, &door->database, why) == 0;
	}
	if (database_open(o->db, o->keys, &door->database, why) != 0 ||
	    database_connect(door->database, DB_WRITE, &door->ledger.db, why) != 0)
		return false;
	door->ledger.keys = door->database->keys;
	return true;
}

struct door *
door_open(const struct options *options, bool is_writing)
{
	struct door *door = memory_new(sizeof(*door));
	char         why[DATABASE_WHY_BYTES] = "no connection";
	bool         is_open;

	is_open = is_writing
		      ? writing_open(door, options, why)
		      : database_open_reader(options->db, options->keys, &door->database, why) == 0;
	if (is_open)
		is_open = database_connect(door->database, DB_READ, &door->reader, why) == 0;
	if (is_open)
		return door;
	(void)fail("%s", why);
	door_close(door);
	return NULL;
}

void
door_close(struct door *door)
{
	if (door == NULL)
		return;
	db_close(door->reader);
	db_close(door->ledger.db);
	arena_done(&door->ledger.arena);
	database_close(door->database);
	if (door->curl != NULL)
		curl_easy_cleanup(door->curl);
	free(door);
}

struct database *
door_database(struct door *door)
{
	return door->database;
}

struct db *
door_reader(struct door *door)
{
	return door->reader;
}

bool
door_area(struct door *door, const struct options *options, area_id *ret_area)
{
	struct arena arena = { 0 };
	area_id     *areas;
	size_t       count = 0;
	int          r;

	if (options->area != NULL) {
		if (str_to_i64(str_of(options->area), &ret_area->v))
			return true;
		return fail("--area: %s is no division code", options->area) == 0;
	}
	r = areas_between(
	    door->reader, &arena, (area_id){ 0 }, (area_id){ INT64_MAX }, &areas, &count);
	if (r == 0 && count > 0)
		*ret_area = areas[0];
	arena_done(&arena);
	if (r != 0)
		return fail("%s", db_error(door->reader)) == 0;
	if (count != 1)
		return fail("there are %zu areas in this database; name one with --area", count) ==
		       0;
	return true;
}

static size_t
body_take(char *p, size_t size, size_t n, void *buffer)
{
	buffer_add(buffer, (struct str){ p, size * n });
	return size * n;
}

/* One POST to the server's socket; its answer as a tree, NULL when there is none. */
static cJSON *
post(struct door *door, struct arena *arena, const char *path, const char *body, long *ret_status)
{
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	struct buffer      answer = { 0 };
	char               header[240], url[200];
	cJSON             *json = NULL;

	(void)snprintf(url, sizeof(url), "http://localhost%s", path);
	(void)snprintf(header, sizeof(header), "Authorization: Stream %s", door->token);
	if (door->token[0] != '\0')
		headers = curl_slist_append(headers, header);
	headers = curl_slist_append(headers, "X-Redvest: 1");
	curl_easy_reset(door->curl);
	curl_easy_setopt(door->curl, CURLOPT_UNIX_SOCKET_PATH, door->socket_path);
	curl_easy_setopt(door->curl, CURLOPT_URL, url);
	curl_easy_setopt(door->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(door->curl, CURLOPT_POSTFIELDS, body);
	curl_easy_setopt(door->curl, CURLOPT_WRITEFUNCTION, body_take);
	curl_easy_setopt(door->curl, CURLOPT_WRITEDATA, &answer);
	*ret_status = 0;
	if (curl_easy_perform(door->curl) == CURLE_OK) {
		curl_easy_getinfo(door->curl, CURLINFO_RESPONSE_CODE, ret_status);
		json = json_tree(arena, arena_copy(arena, buffer_str(&answer)));
	}
	curl_slist_free_all(headers);
	buffer_done(&answer);
	return json;
}

static int64_t
json_number(const cJSON *json, const char *name)
{
	const cJSON *v = cJSON_GetObjectItem(json, name);
	int64_t      value = 0;

	if (cJSON_IsString(v))
		(void)str_to_i64(str_of(v->valuestring), &value);
	else if (cJSON_IsNumber(v))
		value = (int64_t)v->valuedouble;
	return value;
}

static int
server_refused(const cJSON *json, long status)
{
	const cJSON *en = cJSON_GetObjectItem(json, "en");

	(void)fail("the server answered %ld: %s", status,
	    cJSON_IsString(en) ? en->valuestring : "no reason given");
	return -EPROTO;
}

/* A stream at the server, as a browser would get one. */
static int
remote_enrol(struct door *door, struct arena *arena, area_id area)
{
	struct str   body = arena_printf(arena, "{\"area\":\"%" PRId64 "\"}", area.v);
	long         status;
	const cJSON *json, *token;

	door->token[0] = '\0';
	json = post(door, arena, "/api/streams", body.p, &status);
	token = cJSON_GetObjectItem(json, "token");
	if (status != 200 || !cJSON_IsString(token))
		return server_refused(json, status);
	(void)str_copy(str_of(token->valuestring), door->token, sizeof(door->token));
	door->stream.v = json_number(json, "stream");
	door->next_n = json_number(json, "next");
	return 0;
}

static int
local_enrol(struct door *door, struct arena *arena, area_id area)
{
	const struct command *open = command_find(S("stream_open"));
	struct outcome        outcome;
	struct str            json;
	int                   r;

	r = stream_number_take(&door->ledger, &door->stream);
	json = arena_printf(arena, "{\"stream\":\"%" PRId64 "\",\"kind\":\"console\","
	    "\"store\":\"terminal\"}", door->stream.v);
	if (r == 0)
		r = ledger_do(&door->ledger, arena, area, now_ms(), open,
		    command_in(arena, open, json), &outcome);
	door->next_n = 1;
	if (r == -ENOENT)
		(void)fail("there is no area %" PRId64 " in this database", area.v);
	return r;
}

static int
enrol(struct door *door, struct arena *arena, area_id area)
{
	int r;

	if (door->area.v == area.v)
		return 0;
	r = door->curl != NULL ? remote_enrol(door, arena, area) : local_enrol(door, arena, area);
	if (r == 0)
		door->area = area;
	door->next_counter = 1;
	return r;
}

int64_t
door_next_id(struct door *door, area_id area)
{
	struct arena arena = { 0 };
	int          r = enrol(door, &arena, area);

	arena_done(&arena);
	return r != 0 ? 0 : door->stream.v << ID_STREAM_SHIFT | door->next_counter++;
}

static enum answer
answer_of(const char *word)
{
	for (int i = DONE; i <= STREAM_FORKED; i++)
		if (strcmp(answer_words[i], word) == 0)
			return (enum answer)i;
	return STREAM_FORKED;
}

static struct str
text_of(const cJSON *json)
{
	return cJSON_IsString(json) ? str_of(json->valuestring) : S("");
}

static void
outcome_read(struct arena *arena, const cJSON *o, struct outcome *ret)
{
	const cJSON  *word = cJSON_GetObjectItem(o, "outcome"), *flag;
	const cJSON  *result = cJSON_GetObjectItem(o, "result");
	struct buffer flags = { 0 };

	cJSON_ArrayForEach(flag, cJSON_GetObjectItem(o, "flags")) {
		if (flags.n > 0)
			buffer_char(&flags, ' ');
		buffer_add(&flags, text_of(flag));
	}
	*ret = (struct outcome){ .n = json_number(o, "n"),
		.seq = { json_number(o, "seq") },
		.answer = answer_of(text_of(word).p),
		.fault = text_of(cJSON_GetObjectItem(o, "fault")),
		.flags = arena_copy(arena, buffer_str(&flags)),
		.result = S("") };
	if (cJSON_IsObject(result))
		ret->result = json_print(arena, result);
	buffer_done(&flags);
}

static int
remote_do(struct door *door, struct arena *arena, struct str envelope, struct outcome *ret_outcome)
{
	struct str   body = arena_printf(arena, "{\"stream\":%" PRId64 ",\"made\":%" PRId64
	    ",\"sent\":%" PRId64 ",\"commands\":[%.*s]}", door->stream.v, door->next_n, now_ms().ms,
	    (int)envelope.n, envelope.p);
	long         status;
	const cJSON *json = post(door, arena, "/api/commands", body.p, &status);
	const cJSON *first = cJSON_GetArrayItem(cJSON_GetObjectItem(json, "outcomes"), 0);

	if (status != 200 || first == NULL)
		return server_refused(json, status);
	outcome_read(arena, first, ret_outcome);
	return 0;
}

/* One request after another, as long as they are answered. */
static int
remote_do_all(struct door *door, struct arena *arena, const struct envelope *envelopes,
    size_t count, struct outcome *ret_outcomes)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < count; i++) {
		r = remote_do(door, arena, envelopes[i].raw, &ret_outcomes[i]);
		door->next_n += r == 0;
	}
	return r;
}

int
door_area_open(struct door *door, struct arena *arena, const struct found_area *area)
{
	struct str          zone = area->time_zone.p != NULL ? area->time_zone : S(TIME_ZONE_USUAL);
	const struct fault *fault;
	struct buffer       b = { 0 };
	char                why[DATABASE_WHY_BYTES] = "";
	const cJSON        *json;
	long                status;

	if (door->curl == NULL)
		return found_area(&door->ledger, arena, now_ms(), area, &fault, why) == 0 ? 0 :
		    fail("%s", why);
	buffer_printf(&b, "{\"area\":\"%" PRId64 "\",\"name\":", area->area.v);
	json_str(&b, area->name);
	buffer_add(&b, S(",\"time_zone\":"));
	json_str(&b, zone);
	buffer_add(&b, S(",\"plan\":"));
	json_str(&b, area->plan);
	buffer_add(&b, (struct str){ "}", 2 }); /* with the end of the text */
	json = post(door, arena, "/api/areas", b.p, &status);
	buffer_done(&b);
	return status == 200 ? 0 : (server_refused(json, status), 1);
}

int
door_do_all(struct door *door, struct arena *arena, area_id area, const struct command *command,
    const void *const *ins, size_t count, struct outcome *ret_outcomes)
{
	time_ms          now = now_ms();
	int              r = enrol(door, arena, area);
	struct envelope *envelopes = arena_alloc(arena, count * sizeof(*envelopes));
	struct batch     b = { .area = area,
		    .received = now,
		    .sent = now,
		    .stream = door->stream,
		    .made = door->next_n + (int64_t)count - 1,
		    .envelopes = envelopes,
		    .count = count,
		    .arena = arena,
		    .ret_outcomes = ret_outcomes };
	struct batch    *batches[] = { &b };

	if (r != 0)
		return r;
	for (size_t i = 0; i < count; i++) {
		int64_t n = door->next_n + (int64_t)i;

		envelopes[i] = (struct envelope){ .at = now, .name = str_of(command->name),
			.command = command, .in = ins[i], .n = n,
			.raw = encode_envelope(arena, n, now, command, ins[i]) };
	}
	if (door->curl != NULL)
		return remote_do_all(door, arena, envelopes, count, ret_outcomes);
	ledger_execute(&door->ledger, batches, 1);
	if (b.ret_result != 0)
		(void)fail("%s", db_error(door->ledger.db));
	door->next_n = b.ret_next;
	return b.ret_result;
}

int
door_do(struct door *door, struct arena *arena, area_id area, const struct command *command,
    const void *in, struct outcome *ret_outcome)
{
	return door_do_all(door, arena, area, command, &in, 1, ret_outcome);
}
