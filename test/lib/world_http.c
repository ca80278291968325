/* world_http.c -- see world_http.h. */
#include <cjson/cJSON.h>
#include <curl/curl.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/str.h"
#include "lib/world_http.h"

struct remote {
	pid_t             pid;
	char              base[100];     /* http://127.0.0.1:… */
	char              clock_path[64];
	volatile int64_t *clock_ms;      /* read by build/fault/clock.so in the server */
	CURL             *curl;
};

static size_t
body_take(char *p, size_t size, size_t n, void *buffer)
{
	buffer_add(buffer, (struct str){ p, size * n });
	return size * n;
}

/* The child: the server with the clock of the test before it. */
static void
server_exec(const char *redvest, const char *url, const char *keys_path, const char *clock_path,
    int out)
{
	/* It does not outlive a test that fails; the sanitizers let the clock come before them. */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0);
	(void)dup2(out, STDOUT_FILENO);
	(void)setenv("FAULT_CLOCK", clock_path, 1);
	(void)setenv("LD_PRELOAD", "build/fault/clock.so", 1);
	(void)execl(redvest, redvest, "serve", "--db", url, "--keys", keys_path, "--listen",
	    "127.0.0.1:0", (char *)NULL);
	_exit(127);
}

struct remote *
remote_start(const char *redvest, const char *url, const char *keys_path)
{
	struct remote *r = memory_new(sizeof(*r));
	char           line[200] = "";
	int            fds[2], clock_fd;
	FILE          *out;

	snprintf(r->clock_path, sizeof(r->clock_path), "/tmp/redvest-clock-%d", (int)getpid());
	clock_fd = open(r->clock_path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (clock_fd < 0 || ftruncate(clock_fd, 8) != 0 || pipe(fds) != 0)
		abort();
	r->clock_ms = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, clock_fd, 0);
	close(clock_fd);
	*r->clock_ms = INT64_C(1640995200000);
	r->pid = fork();
	if (r->pid == 0)
		server_exec(redvest, url, keys_path, r->clock_path, fds[1]);
	close(fds[1]);
	out = fdopen(fds[0], "r");
	if (out == NULL || fgets(line, sizeof(line), out) == NULL ||
	    sscanf(line, "listening on %99s", r->base) != 1) {
		fprintf(stderr, "the server did not start: %s\n", line);
		abort();
	}
	r->curl = curl_easy_init();
	return r;
}

void
remote_stop(struct remote *r)
{
	if (r == NULL)
		return;
	(void)kill(r->pid, SIGTERM);
	(void)waitpid(r->pid, NULL, 0);
	curl_easy_cleanup(r->curl);
	(void)unlink(r->clock_path);
	free(r);
}

void
remote_clock_set(struct remote *r, time_ms now)
{
	*r->clock_ms = now.ms;
}

/* One request; its status. `post` NULL: GET. */
static long
request(struct remote *r, const char *url, const char *header, const char *post,
    struct buffer *ret_body)
{
	struct curl_slist *headers = curl_slist_append(NULL, header);
	long               status = 0;
	CURLcode           code;

	headers = curl_slist_append(headers, "X-Redvest: 1");
	headers = curl_slist_append(headers, "Content-Type: application/json");
	curl_easy_reset(r->curl);
	curl_easy_setopt(r->curl, CURLOPT_URL, url);
	curl_easy_setopt(r->curl, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(r->curl, CURLOPT_WRITEFUNCTION, body_take);
	curl_easy_setopt(r->curl, CURLOPT_WRITEDATA, ret_body);
	if (post != NULL)
		curl_easy_setopt(r->curl, CURLOPT_POSTFIELDS, post);
	code = curl_easy_perform(r->curl);
	if (code != CURLE_OK)
		fprintf(stderr, "%s: %s\n", url, curl_easy_strerror(code));
	curl_easy_getinfo(r->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_slist_free_all(headers);
	return status;
}

static void
outcome_read(const cJSON *o, struct came *ret_came)
{
	const cJSON *word = cJSON_GetObjectItem(o, "outcome"),
		    *fault = cJSON_GetObjectItem(o, "fault");
	const cJSON *flags = cJSON_GetObjectItem(o, "flags"), *flag;
	const cJSON *seq = cJSON_GetObjectItem(o, "seq");
	char        *out = ret_came->text;
	size_t       used;

	ret_came->seq = cJSON_IsString(seq) ? atoll(seq->valuestring) : 0;
	used = (size_t)snprintf(out, WORLD_OUTCOME_BYTES, "%s%s%s", cJSON_GetStringValue(word),
	    cJSON_IsString(fault) ? " " : "", cJSON_IsString(fault) ? fault->valuestring : "");
	cJSON_ArrayForEach(flag, flags)
		used += (size_t)snprintf(out + used, WORLD_OUTCOME_BYTES - used, ", flag %s",
		    flag->valuestring);
}

int
remote_send(struct remote *r, struct client *c, struct str body, time_ms now,
    struct came *ret_outcomes, size_t count)
{
	struct buffer answer = { 0 };
	char          url[200], header[220], *post = strndup(body.p, body.n);
	struct arena  arena = { 0 };
	const cJSON  *o;
	cJSON        *json;
	long          status;
	size_t        i = 0;

	remote_clock_set(r, now);
	snprintf(url, sizeof(url), "%s/api/commands", r->base);
	snprintf(header, sizeof(header), "Authorization: Stream %s", c->token);
	status = request(r, url, header, post, &answer);
	json = json_tree(&arena, buffer_str(&answer));
	cJSON_ArrayForEach(o, cJSON_GetObjectItem(json, "outcomes"))
		if (i < count)
			outcome_read(o, &ret_outcomes[i++]);
	if (status == 409 && i < count)
		snprintf(ret_outcomes[i].text, WORLD_OUTCOME_BYTES, "stream_forked");
	if (status != 200 && status != 409)
		fprintf(stderr, "%ld %.*s\n", status, (int)answer.n, answer.p);
	free(post);
	arena_done(&arena);
	buffer_done(&answer);
	return status == 200 || status == 409 ? 0 : (int)status;
}

int
remote_view(struct remote *r, struct client *c, struct str view, const struct view_arg *args,
    size_t count, time_ms now, struct buffer *ret_json)
{
	struct buffer url = { 0 };
	char          header[220];
	long          status;

	remote_clock_set(r, now);
	buffer_printf(
	    &url, "%s/api/views/%.*s?area=%" PRId64, r->base, (int)view.n, view.p, c->area.v);
	for (size_t i = 0; i < count; i++) {
		char *value = curl_easy_escape(r->curl, args[i].value.p, (int)args[i].value.n);

		buffer_printf(&url, "&%.*s=%s", (int)args[i].name.n, args[i].name.p, value);
		curl_free(value);
	}
	buffer_char(&url, '\0');
	snprintf(header, sizeof(header), "Cookie: redvest=%s", c->session);
	status = request(r, url.p, header, NULL, ret_json);
	buffer_done(&url);
	return (int)status;
}

void
remote_deliver_wait(struct remote *r)
{
	(void)r;
	usleep(300000); /* the server delivers by itself after each commit */
}
