/*
 * http_hello.c -- reference: what bare libmicrohttpd does that only answers 200.
 *
 *   http_hello [BYTES [THREADS]]    a body of so many bytes (300); threads of its pool (2)
 *
 * It reads whatever is posted and answers every path alike. Prints "listening on http://…" when
 * ready, and ends on SIGINT or SIGTERM.
 */
#include <err.h>
#include <microhttpd.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum MHD_Result
answer(void *own, struct MHD_Connection *connection, const char *url, const char *method,
    const char *version, const char *upload, size_t *upload_bytes, void **request)
{
	struct MHD_Response *response = own;

	(void)url, (void)method, (void)version, (void)upload;
	if (*request == NULL) { /* the first call of a request has only its head */
		*request = response;
		return MHD_YES;
	}
	if (*upload_bytes > 0) {
		*upload_bytes = 0;
		return MHD_YES;
	}
	return MHD_queue_response(connection, MHD_HTTP_OK, response);
}

int
main(int argc, char *argv[])
{
	size_t               bytes = argc > 1 ? strtoul(argv[1], NULL, 10) : 300;
	unsigned             threads = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 2;
	char                *body = malloc(bytes + 1);
	struct MHD_Response *response;
	struct MHD_Daemon   *daemon;
	struct sockaddr_in   here = { .sin_family = AF_INET };
	sigset_t             ends;
	int                  ended;

	(void)sigemptyset(&ends);
	(void)sigaddset(&ends, SIGINT);
	(void)sigaddset(&ends, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &ends, NULL);
	if (body == NULL || threads == 0)
		errx(1, "usage: http_hello [BYTES [THREADS]]");
	memset(body, 'x', bytes);
	here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	response = MHD_create_response_from_buffer(bytes, body, MHD_RESPMEM_MUST_FREE);
	daemon = MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, NULL, NULL,
	    answer, response, MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
	    MHD_OPTION_THREAD_POOL_SIZE, threads, MHD_OPTION_CONNECTION_LIMIT, 20000u,
	    MHD_OPTION_END);
	if (response == NULL || daemon == NULL)
		errx(1, "cannot start");
	printf("listening on http://127.0.0.1:%u\n",
	    (unsigned)MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	(void)fflush(stdout);
	(void)sigwait(&ends, &ended);
	MHD_stop_daemon(daemon);
	MHD_destroy_response(response);
	return 0;
}
