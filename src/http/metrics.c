/* metrics.c -- /healthz and /metrics: is it well, and how much does it do. */
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>
#include "http/inside.h"

enum MHD_Result
health_get(struct exchange *x)
{
	struct worker *w = worker_get(x->server);
	struct buffer  b = { 0 };
	area_id       *areas;
	size_t         count = 0;

	if (!x->server->is_open) {
		buffer_add(&b, S("{\"status\":\"new\",\"areas\":0}"));
		return reply_json(x, 200, &b);
	}
	if (w == NULL || areas_between(w->db, &x->arena, (area_id){ 0 }, (area_id){ INT64_MAX },
	    &areas, &count) != 0)
		return reply_error(x, ERROR_database_fails);
	buffer_printf(&b, "{\"status\":\"ok\",\"areas\":%zu}", count);
	return reply_json(x, 200, &b);
}

static int64_t
resident_bytes(void)
{
	FILE   *f = fopen("/proc/self/statm", "re");
	int64_t total = 0, resident = 0;

	if (f == NULL)
		return 0;
	if (fscanf(f, "%" SCNd64 " %" SCNd64, &total, &resident) != 2)
		resident = 0;
	(void)fclose(f);
	return resident * sysconf(_SC_PAGESIZE);
}

static void
metric(struct buffer *b, const char *type, const char *name, const char *help, int64_t value)
{
	buffer_printf(b, "# HELP redvest_%s %s\n# TYPE redvest_%s %s\n", name, help, name, type);
	buffer_printf(b, "redvest_%s %" PRId64 "\n", name, value);
}

static void
metrics_write(struct server *server, struct buffer *b)
{
	struct writer_stats s;

	writer_stats(server->writer, &s);
	metric(b, "counter", "requests_total", "Requests begun.", server->requests);
	buffer_add(b, S("# HELP redvest_answers_total Answers by class of status.\n"
	    "# TYPE redvest_answers_total counter\n"));
	for (size_t i = 1; i < LEN(server->statuses); i++)
		buffer_printf(b, "redvest_answers_total{status=\"%zuxx\"} %" PRId64 "\n", i,
		    (int64_t)server->statuses[i]);
	buffer_add(b, S("# HELP redvest_commands_total Commands answered, by outcome.\n"
	    "# TYPE redvest_commands_total counter\n"));
	for (size_t i = 0; i < LEN(s.answers); i++)
		buffer_printf(b, "redvest_commands_total{outcome=\"%s\"} %" PRId64 "\n",
		    answer_words[i], s.answers[i]);
	metric(b, "counter", "commits_total", "Transactions of commands.", s.groups);
	metric(b, "counter", "commit_commands_total", "Commands in them: their mean is the batch.",
	    s.commands);
	metric(b, "counter", "commit_failures_total", "Transactions that the database failed.",
	    s.failed_groups);
	metric(b, "counter", "messages_total", "Messages delivered between areas.", s.delivered);
	metric(b, "gauge", "queue_requests", "Requests that wait for a commit.", s.queue_jobs);
	metric(b, "gauge", "queue_commands", "Commands in them.", s.queue_commands);
	metric(b, "gauge", "wal_frames", "Pages in SQLite's log.", s.wal_frames);
	metric(b, "gauge", "connections", "Open connections.", (int64_t)guard_count(server->guard));
	metric(b, "gauge", "event_streams", "Clients that listen for changes.",
	    (int64_t)events_count(server->events));
	metric(b, "gauge", "bodies_bytes", "Of requests that are read now.", server->bodies_bytes);
	metric(b, "gauge", "resident_bytes", "Memory of the process.", resident_bytes());
	metric(b, "gauge", "uptime_seconds", "Since the start.",
	    (clock_monotonic_ms() - server->started_ms) / 1000);
}

/* For who runs the server: from this machine, and not passed on by a proxy. */
enum MHD_Result
metrics_get(struct exchange *x)
{
	struct buffer b = { 0 };

	if (!exchange_is_from_here(x))
		return reply_error(x, ERROR_console_only);
	metrics_write(x->server, &b);
	return reply(x, 200, "text/plain; version=0.0.4; charset=utf-8", &b);
}
