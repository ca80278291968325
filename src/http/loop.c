/*
 * loop.c -- the threads that answer, each with a libmicrohttpd of its own before the same socket.
 *
 * libmicrohttpd could run them itself, but 0.9.75 waits for more events before it looks at the
 * ones it has when it gets exactly as many as it asks for at once (128): with 128 clients on a
 * thread, who all wait for their answers, everything stands still. So the waiting is done here,
 * and libmicrohttpd only asked to do what there is to do.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>
#include "http/inside.h"

#define WAIT_MS_MAX    5000
#define TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

enum loop_state { LOOP_ACCEPTS, LOOP_QUIESCES, LOOP_ENDS };

struct loop {
	struct server     *server;
	struct MHD_Daemon *daemon;    /* of the thread */
	pthread_t          thread;
	bool               has_thread, is_local;
	int                wake_fd;   /* an eventfd; -1: none */
	_Atomic bool       is_woken;  /* once is enough for many */
	_Atomic int        state;
};

static void
daemon_log(void *context, const char *format, va_list args)
{
	(void)context, (void)format, (void)args; /* of clients that went away, mostly */
}

static void *
loop_main(void *context)
{
	struct loop  *l = context;
	struct pollfd fds[] = { { .events = POLLIN }, { .fd = l->wake_fd, .events = POLLIN } };
	bool          is_quiet = false;
	eventfd_t     ignored;

	fds[0].fd = MHD_get_daemon_info(l->daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
	while (l->state != LOOP_ENDS) {
		MHD_UNSIGNED_LONG_LONG wait_ms = WAIT_MS_MAX;

		if (l->state == LOOP_QUIESCES && !is_quiet) {
			(void)MHD_quiesce_daemon(l->daemon);
			is_quiet = true;
		}
		if (MHD_get_timeout(l->daemon, &wait_ms) != MHD_YES || wait_ms > WAIT_MS_MAX)
			wait_ms = WAIT_MS_MAX;
		if (poll(fds, LEN(fds), 0) == 0 && wait_ms > 0) {
			worker_rest(l->server);
			(void)poll(fds, LEN(fds), (int)wait_ms);
		}
		if (fds[1].revents != 0) {
			(void)eventfd_read(l->wake_fd, &ignored);
			l->is_woken = false;
		}
		(void)MHD_run(l->daemon);
	}
	MHD_stop_daemon(l->daemon);
	return NULL;
}

static void
loop_wake(struct loop *l)
{
	if (!atomic_exchange(&l->is_woken, true))
		(void)eventfd_write(l->wake_fd, 1);
}

void
loop_resume(struct loop *l, struct MHD_Connection *connection)
{
	MHD_resume_connection(connection);
	loop_wake(l);
}

struct server *
loop_server(const struct loop *l)
{
	return l->server;
}

bool
loop_is_local(const struct loop *l)
{
	return l->is_local;
}

static struct MHD_Daemon *
daemon_new(struct loop *l, int fd, unsigned connections)
{
	bool                  has_tls = l->server->has_tls && !l->is_local;
	struct MHD_OptionItem tls[] = {
		{ MHD_OPTION_HTTPS_CERT_CALLBACK2, 0, (void *)(uintptr_t)certificate_give },
		{ MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)(uintptr_t)TLS_PRIORITIES },
		{ MHD_OPTION_END, 0, NULL },
	};
	struct MHD_OptionItem none[] = { { MHD_OPTION_END, 0, NULL } };

	return MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG |
	    (has_tls ? MHD_USE_TLS : 0), 0, NULL, NULL, exchange_handle, l,
	    MHD_OPTION_EXTERNAL_LOGGER, daemon_log, NULL,
	    MHD_OPTION_LISTEN_SOCKET, fd,
	    MHD_OPTION_CONNECTION_LIMIT, connections,
	    MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_BYTES_MAX,
	    MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS_MAX,
	    MHD_OPTION_NOTIFY_COMPLETED, exchange_completed, NULL,
	    MHD_OPTION_NOTIFY_CONNECTION, guard_notify, l->server->guard,
	    MHD_OPTION_ARRAY, has_tls ? tls : none, MHD_OPTION_END);
}

int
loop_new(struct server *server, int fd, bool is_local, unsigned connections,
    struct loop **ret_loop)
{
	struct loop *l = memory_new(sizeof(*l));
	int          r = 0;

	*ret_loop = l;
	l->server = server;
	l->is_local = is_local;
	l->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->wake_fd < 0)
		return -errno;
	l->daemon = daemon_new(l, fd, connections);
	if (l->daemon == NULL)
		return -EIO;
	r = -pthread_create(&l->thread, NULL, loop_main, l);
	l->has_thread = r == 0;
	if (r != 0)
		MHD_stop_daemon(l->daemon);
	return r;
}

void
loop_quiesce(struct loop *l)
{
	l->state = LOOP_QUIESCES;
	loop_wake(l);
}

void
loop_free(struct loop *l)
{
	if (l == NULL)
		return;
	l->state = LOOP_ENDS;
	if (l->has_thread) {
		loop_wake(l);
		(void)pthread_join(l->thread, NULL);
	}
	if (l->wake_fd >= 0)
		(void)close(l->wake_fd);
	free(l);
}
