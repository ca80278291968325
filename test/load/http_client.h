/*
 * http_client.h -- one HTTP/1.1 connection of a client that never waits: for load and fault tests.
 *
 * The caller polls `fd` and calls http_send and http_receive when it is ready. Nothing is retried.
 */
#pragma once
#include <sys/socket.h>
#include "base/buffer.h"

#define HTTP_HEAD_BYTES_MAX KIB(64)
#define HTTP_BODY_BYTES_MAX MIB(256)

struct http_url {
	struct sockaddr_storage address;
	socklen_t               address_bytes;
	char                    host[300]; /* with the port, as in the header Host */
	char                    path[2000];
};

struct http_answer {
	int        status;
	int64_t    body_bytes;
	int64_t    retry_after_s; /* -1: not said */
	bool       closes;        /* the server closes after it */
	struct str body;          /* borrowed until http_next; empty unless keeps_body */
};

enum http_part {
	HTTP_HEAD,
	HTTP_BODY,       /* of a known length */
	HTTP_BODY_END,   /* until the server closes */
	HTTP_CHUNK_SIZE,
	HTTP_CHUNK,
	HTTP_CHUNK_TAIL, /* the line end after a chunk */
	HTTP_TRAILER,
	HTTP_WHOLE,
};

struct http_client {
	int                fd; /* -1: none */
	bool               keeps_body;
	struct buffer      out;      /* the request; whoever fills it resets it first */
	size_t             out_sent; /* bytes of it */
	struct buffer      in;       /* what was received and not yet understood */
	size_t             in_used;  /* bytes of it that were */
	struct buffer      body;
	enum http_part     part;
	int64_t            left; /* bytes of this body or chunk */
	struct http_answer answer;
};

/* "http://host[:port][/path]", its host looked up. 0; -EINVAL; -EHOSTUNREACH: no such host. */
int http_url_parse(const char *text, struct http_url *ret_url);

/* Begins to connect; the socket is writable once that has worked or failed. 0 or -errno. */
int http_open(struct http_client *client, const struct http_url *url);

/* What came of connecting, when the socket has become writable. 0 or -errno. */
int http_opened(const struct http_client *client);

/* Sends what is left of `out`. 1: all of it is sent; 0: not yet; -errno. */
int http_send(struct http_client *client);

/*
 * Reads what is there. 1: a whole answer is in `answer`; 0: not yet; -ECONNRESET: closed in the
 * middle of one; -EPIPE: closed before any byte of one; -EBADMSG: not HTTP; other -errno.
 */
int http_receive(struct http_client *client);

/* Forgets the answer, to receive the next one on the same connection. */
void http_next(struct http_client *client);

/* Closes the connection; `out` stays, to be sent again on another. */
void http_close(struct http_client *client);

/* Closes and frees everything. */
void http_done(struct http_client *client);
