/* server.c -- starting and stopping: sockets, threads, and what they share. */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "http/imports.h"
#include "gen/schema.h"

#define BACKLOG              1024
#define FILES_OF_OURS        128     /* descriptors that are no connections */
#define LOCAL_CONNECTIONS    64
#define PASSWORD_THREADS     2
#define PASSWORD_QUEUE_MAX   64
#define EXPORT_THREADS       2
#define EXPORT_QUEUE_MAX     16
#define VERIFY_QUEUE_MAX     4
#define NAME_TOKENS          10      /* attempts to sign in at once, ... */
#define NAME_REFILL_MS       30000   /* ... and then one in this time */
#define ADDRESS_TOKENS       30
#define ADDRESS_REFILL_MS    5000
#define ENROLMENT_TOKENS     2000
#define ENROLMENT_REFILL_MS  1000
#define DRAIN_MS             10000

static void
changed(void *context, area_id area, const struct table_set *tables)
{
	struct server *server = context;

	server->commits++;
	versions_bump(server->versions, area, tables);
	if (table_set_meets(tables, &server->access_tables))
		server->access_version++;
	events_changed(server->events, area, tables);
}

static void
tell(void *context, const char *line)
{
	(void)context;
	(void)fprintf(stderr, "redvest: %s\n", line);
}

static struct table_set
access_tables(void)
{
	struct table_set set = { 0 };

	for (size_t i = 0; i < TABLE_COUNT; i++)
		if (str_starts(str_of(schema_tables[i].name), S("access_")))
			set.bits[i / 64] |= UINT64_C(1) << i % 64;
	return set;
}

/* Sheets that a crash left behind hold personal data: away with them. */
static int
exports_folder(struct server *server, char *why)
{
	const char    *url = server->database->url;
	bool           is_postgres = database_is_postgres(url);
	DIR           *folder;
	struct dirent *entry;

	(void)snprintf(server->exports_path, sizeof(server->exports_path), "%.900s.exports",
	    is_postgres ? server->database->keys_path : url);
	if (mkdir(server->exports_path, 0700) != 0 && errno != EEXIST) {
		int r = -errno;

		(void)snprintf(why, DATABASE_WHY_BYTES, "%.400s: %s", server->exports_path,
		    strerror(-r));
		return r;
	}
	folder = opendir(server->exports_path);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.')
			(void)unlinkat(dirfd(folder), entry->d_name, 0);
	if (folder != NULL)
		(void)closedir(folder);
	return 0;
}

/* As many connections as the system lets us have. */
static unsigned
connections_max(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 512;
	if (limit.rlim_cur < CONNECTIONS_MAX + FILES_OF_OURS) {
		limit.rlim_cur = limit.rlim_max < CONNECTIONS_MAX + FILES_OF_OURS ? limit.rlim_max :
		    CONNECTIONS_MAX + FILES_OF_OURS;
		(void)setrlimit(RLIMIT_NOFILE, &limit);
		(void)getrlimit(RLIMIT_NOFILE, &limit);
	}
	if (limit.rlim_cur >= CONNECTIONS_MAX + FILES_OF_OURS)
		return CONNECTIONS_MAX;
	return limit.rlim_cur > 2 * FILES_OF_OURS ? (unsigned)limit.rlim_cur - FILES_OF_OURS :
	    FILES_OF_OURS;
}

/* "127.0.0.1:8080", "[::]:8080", ":8080"; port 0: any that is free */
static bool
listen_split(const char *listen, char ret_host[static 256], char ret_port[static 8])
{
	struct str s = str_of(listen);
	size_t     colon = s.n;
	int64_t    port;

	while (colon > 0 && s.p[colon - 1] != ':')
		colon--;
	if (colon == 0 || !str_copy(str_slice(s, colon, SIZE_MAX), ret_port, 8) ||
	    !str_to_i64(str_of(ret_port), &port) || port < 0 || port > UINT16_MAX)
		return false;
	s = str_slice(s, 0, colon - 1);
	if (s.n > 1 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_slice(s, 1, s.n - 2);
	return str_copy(s, ret_host, 256);
}

static int
socket_listen(const struct addrinfo *a)
{
	int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, a->ai_addr, a->ai_addrlen) != 0 || listen(fd, BACKLOG) != 0) {
		int r = -errno;

		(void)close(fd);
		return r;
	}
	return fd;
}

/* The port that it got, and how others say it. */
static void
url_fill(struct server *server, int fd, const char *host)
{
	struct sockaddr_storage address;
	socklen_t               bytes = sizeof(address);
	unsigned                port = 0;
	bool                    is_6 = strchr(host, ':') != NULL;

	if (getsockname(fd, (struct sockaddr *)&address, &bytes) == 0)
		port = ntohs(address.ss_family == AF_INET6 ?
		    ((struct sockaddr_in6 *)&address)->sin6_port :
		    ((struct sockaddr_in *)&address)->sin_port);
	(void)snprintf(server->url, sizeof(server->url), "http%s://%s%s%s:%u",
	    server->has_tls ? "s" : "", is_6 ? "[" : "", host[0] != '\0' ? host : "0.0.0.0",
	    is_6 ? "]" : "", port);
}

/* The listening socket, or -errno. */
static int
network_listen(struct server *server, const char *listen, char *why)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
		.ai_flags = AI_PASSIVE | AI_NUMERICSERV }, *list = NULL;
	char host[256], port[8];
	int  r, fd = -EINVAL;

	if (!listen_split(listen, host, port)) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.100s: 127.0.0.1:8080 is wanted, or such",
		    listen);
		return -EINVAL;
	}
	r = getaddrinfo(host[0] != '\0' ? host : NULL, port, &hints, &list);
	if (r != 0) {
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.100s: %s", listen, gai_strerror(r));
		return -EINVAL;
	}
	for (const struct addrinfo *a = list; a != NULL && fd < 0; a = a->ai_next)
		fd = socket_listen(a);
	freeaddrinfo(list);
	if (fd < 0)
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.100s: %s", listen, strerror(-fd));
	else
		url_fill(server, fd, host);
	return fd;
}

static unsigned
threads_count(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < HTTP_THREADS_MIN ? HTTP_THREADS_MIN :
	    cores > HTTP_THREADS_MAX    ? HTTP_THREADS_MAX : (unsigned)cores;
}

static int
network_start(struct server *server, char *why)
{
	unsigned threads = threads_count(), connections = connections_max() / threads;
	int      r = 0;

	for (unsigned i = 0; r == 0 && i < threads; i++)
		r = loop_new(server, server->listen_fd, false, connections, &server->loops[i]);
	if (r != 0)
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.100s: the HTTP server does not start",
		    server->url);
	return r;
}

/* The socket of the terminal: for the user that runs the server, and root. */
static int
local_start(struct server *server, char *why)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	mode_t             before;
	int                r = 0;

	if (!str_copy(str_of(server->socket_path), address.sun_path, sizeof(address.sun_path))) {
		tell(NULL, "the database's path is too long for a socket: no terminal meanwhile");
		return 0;
	}
	server->local_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	(void)unlink(server->socket_path); /* of a server before; the database's lock is ours */
	before = umask(0177);
	if (server->local_fd < 0 ||
	    bind(server->local_fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
	    listen(server->local_fd, BACKLOG) != 0)
		r = -errno;
	(void)umask(before);
	if (r == 0)
		r = loop_new(server, server->local_fd, true, LOCAL_CONNECTIONS, &server->local);
	if (r != 0)
		(void)snprintf(why, DATABASE_WHY_BYTES, "%.400s: %s", server->socket_path,
		    strerror(-r));
	return r;
}

/* The parts that a server has from its start, with a database or before it. */
static int
parts_start(struct server *server, const struct server_options *options, char *why)
{
	int r = 0;

	if (options->cert != NULL)
		r = certificate_new(options->cert, options->key, &server->certificate, why);
	if (r != 0)
		return r;
	server->has_tls = server->certificate != NULL;
	server->guard = guard_new(server->certificate);
	server->versions = versions_new();
	server->search_keys = search_keys_new();
	server->events = events_new();
	server->passwords = pool_new(PASSWORD_THREADS, PASSWORD_QUEUE_MAX);
	server->exporters = pool_new(EXPORT_THREADS, EXPORT_QUEUE_MAX);
	server->verifiers = pool_new(1, VERIFY_QUEUE_MAX);
	server->sign_in_names = buckets_new(NAME_TOKENS, NAME_REFILL_MS);
	server->sign_in_addresses = buckets_new(ADDRESS_TOKENS, ADDRESS_REFILL_MS);
	server->enrolments = buckets_new(ENROLMENT_TOKENS, ENROLMENT_REFILL_MS);
	server->listen_fd = network_listen(server, options->listen, why);
	return server->listen_fd < 0 ? server->listen_fd : 0;
}

/* Last of all, nobody may see half of it. */
static int
database_begin(struct server *server, struct database *database, char *why)
{
	struct writer_options writing = { .count = WRITERS_MAX, .now = clock_now, .context = server,
		.changed = changed, .tell = tell };
	int r;

	server->database = database;
	r = writer_new(server->database, &writing, &server->writer, why);
	if (r == 0)
		r = exports_folder(server, why);
	if (r != 0)
		return r;
	server->imports = imports_new();
	server->is_open = true;
	return 0;
}

static int
socket_begin(struct server *server, char *why)
{
	if (!server->has_socket)
		return 0;
	database_socket_path(server->database->url, server->socket_path);
	return server->socket_path[0] != '\0' ? local_start(server, why) : 0;
}

int
server_open(struct server *server, struct database *database, char why[static DATABASE_WHY_BYTES])
{
	int r = database_begin(server, database, why);

	server->owns_database = true;
	return r == 0 ? socket_begin(server, why) : r;
}

static void
code_make(char ret_code[static SETUP_CODE_BYTES])
{
	static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789";

	for (size_t i = 0; i + 1 < SETUP_CODE_BYTES; i++)
		ret_code[i] = i % 4 == 3 ? '-' : letters[randombytes_uniform(sizeof(letters) - 1)];
	ret_code[SETUP_CODE_BYTES - 1] = '\0';
}

int
server_start(struct database *database, const struct server_options *options,
    struct server **ret_server, char why[static DATABASE_WHY_BYTES])
{
	struct server *server = memory_new(sizeof(*server));
	int            r;

	server->founding = options->founding;
	server->has_socket = options->has_socket;
	server->listen_fd = server->local_fd = -1;
	server->started_ms = clock_monotonic_ms();
	server->access_tables = access_tables();
	randombytes_buf(server->nonce, sizeof(server->nonce));
	code_make(server->setup_code);
	decode_setup();
	r = -pthread_key_create(&server->workers, worker_free);
	if (r != 0) {
		free(server);
		return r;
	}
	r = parts_start(server, options, why);
	if (r == 0 && database != NULL)
		r = database_begin(server, database, why);
	if (r == 0)
		r = network_start(server, why);
	if (r == 0 && database != NULL)
		r = socket_begin(server, why);
	if (r != 0)
		server_stop(server);
	else
		*ret_server = server;
	return r;
}

const char *
server_url(const struct server *server)
{
	return server->url;
}

int
server_reload(struct server *server, char why[static DATABASE_WHY_BYTES])
{
	return server->certificate == NULL ? 0 : certificate_reload(server->certificate, why);
}

/* What has been taken is answered; whoever only listens is told to come back. */
static void
drain(struct server *server)
{
	static const struct timespec pause = { 0, 5000000 };
	int64_t due_ms = clock_monotonic_ms() + DRAIN_MS;

	events_close(server->events);
	while (server->at_work > 0 && clock_monotonic_ms() < due_ms)
		(void)nanosleep(&pause, NULL);
}

/* Whoever waits is resumed by these, so that no connection is suspended afterwards. */
static void
waits_end(struct server *server)
{
	if (server->events != NULL)
		drain(server);
	if (server->passwords != NULL)
		pool_stop(server->passwords);
	if (server->exporters != NULL)
		pool_stop(server->exporters);
	if (server->verifiers != NULL)
		pool_stop(server->verifiers);
	imports_stop(server->imports);
	if (server->writer != NULL)
		writer_stop(server->writer);
}

static void
parts_free(struct server *server)
{
	pool_free(server->passwords);
	pool_free(server->exporters);
	pool_free(server->verifiers);
	imports_free(server->imports);
	writer_free(server->writer);
	events_free(server->events);
	guard_free(server->guard);
	versions_free(server->versions);
	search_keys_free(server->search_keys);
	buckets_free(server->sign_in_names);
	buckets_free(server->sign_in_addresses);
	buckets_free(server->enrolments);
	certificate_free(server->certificate);
}

void
server_stop(struct server *server)
{
	if (server == NULL)
		return;
	server->is_stopping = true;
	for (size_t i = 0; i < LEN(server->loops); i++)
		if (server->loops[i] != NULL)
			loop_quiesce(server->loops[i]);
	if (server->local != NULL)
		loop_quiesce(server->local);
	waits_end(server);
	for (size_t i = 0; i < LEN(server->loops); i++)
		loop_free(server->loops[i]);
	loop_free(server->local);
	if (server->listen_fd >= 0)
		(void)close(server->listen_fd);
	if (server->local_fd >= 0) {
		(void)close(server->local_fd);
		(void)unlink(server->socket_path);
	}
	parts_free(server);
	worker_free(pthread_getspecific(server->workers));
	(void)pthread_key_delete(server->workers);
	if (server->owns_database)
		database_close(server->database);
	free(server);
}
