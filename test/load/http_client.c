/* http_client.c -- see http_client.h. */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "http_client.h"

int
http_url_parse(const char *text, struct http_url *ret_url)
{
	struct str       rest = str_of(text), host, name, port = S("80");
	struct addrinfo *found, hints = { .ai_socktype = SOCK_STREAM };
	struct http_url  url = { 0 };
	char             name_text[256], port_text[8];
	ptrdiff_t        at;

	if (!str_starts(rest, S("http://")))
		return -EINVAL;
	rest = str_slice(rest, 7, rest.n);
	at = str_find(rest, S("/"));
	host = at < 0 ? rest : str_slice(rest, 0, (size_t)at);
	rest = at < 0 ? S("/") : str_slice(rest, (size_t)at, rest.n);
	name = host;
	at = str_find(host, S(":"));
	if (at >= 0) {
		name = str_slice(host, 0, (size_t)at);
		port = str_slice(host, (size_t)at + 1, host.n);
	}
	if (!str_copy(host, url.host, sizeof(url.host)) ||
	    !str_copy(rest, url.path, sizeof(url.path)) ||
	    !str_copy(name, name_text, sizeof(name_text)) ||
	    !str_copy(port, port_text, sizeof(port_text)))
		return -EINVAL;
	if (getaddrinfo(name_text, port_text, &hints, &found) != 0)
		return -EHOSTUNREACH;
	memcpy(&url.address, found->ai_addr, found->ai_addrlen);
	url.address_bytes = found->ai_addrlen;
	freeaddrinfo(found);
	*ret_url = url;
	return 0;
}

int
http_open(struct http_client *client, const struct http_url *url)
{
	int one = 1;
	int fd = socket(url->address.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (const struct sockaddr *)&url->address, url->address_bytes) != 0 &&
	    errno != EINPROGRESS) {
		int error = errno;

		(void)close(fd);
		return -error;
	}
	client->fd = fd;
	client->out_sent = 0;
	buffer_reset(&client->in);
	client->in_used = 0;
	http_next(client);
	return 0;
}

int
http_opened(const struct http_client *client)
{
	int       error = 0;
	socklen_t bytes = sizeof(error);

	if (getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &bytes) != 0)
		return -errno;
	return -error;
}

int
http_send(struct http_client *client)
{
	while (client->out_sent < client->out.n) {
		ssize_t n = send(client->fd, client->out.p + client->out_sent,
		    client->out.n - client->out_sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		client->out_sent += (size_t)n;
	}
	return 1;
}

static bool
is_named(struct str header, const char *name)
{
	size_t n = strlen(name);

	return header.n > n && header.p[n] == ':' && strncasecmp(header.p, name, n) == 0;
}

static bool
is_word(struct str value, const char *word)
{
	return value.n == strlen(word) && strncasecmp(value.p, word, value.n) == 0;
}

/* One line of the head. */
static int
header_read(struct http_client *client, struct str line)
{
	ptrdiff_t  colon = str_find(line, S(":"));
	struct str value;
	int64_t    number;

	if (colon <= 0)
		return -EBADMSG;
	value = str_trim(str_slice(line, (size_t)colon + 1, line.n));
	if (is_named(line, "content-length")) {
		if (!str_to_i64(value, &number) || number < 0)
			return -EBADMSG;
		client->left = number;
		client->part = HTTP_BODY;
	} else if (is_named(line, "transfer-encoding")) {
		if (!is_word(value, "chunked"))
			return -EBADMSG;
		client->part = HTTP_CHUNK_SIZE;
	} else if (is_named(line, "connection")) {
		client->answer.closes = is_word(value, "close");
	} else if (is_named(line, "retry-after") && str_to_i64(value, &number)) {
		client->answer.retry_after_s = number;
	}
	return 0;
}

/* The whole head, its last empty line left out. Afterwards `part` is what follows. */
static int
head_read(struct http_client *client, struct str head)
{
	struct str line;
	int64_t    status;
	int        r = 0;

	(void)str_split(&head, '\n', &line);
	if (line.n < 12 || !str_starts(line, S("HTTP/1.")) ||
	    !str_to_i64(str_slice(line, 9, 3), &status) || status < 100)
		return -EBADMSG;
	client->answer = (struct http_answer){ .status = (int)status, .retry_after_s = -1 };
	client->answer.closes = line.p[7] == '0';
	client->part = HTTP_BODY_END;
	while (r == 0 && str_split(&head, '\n', &line))
		if (str_trim(line).n > 0)
			r = header_read(client, line);
	if (status < 200)
		client->part = HTTP_HEAD; /* 100 Continue: the real answer follows */
	else if (status == 204 || status == 304)
		client->part = HTTP_WHOLE;
	else if (client->part == HTTP_BODY && client->left == 0)
		client->part = HTTP_WHOLE;
	else if (client->part == HTTP_BODY_END)
		client->answer.closes = true;
	return r;
}

/* The bytes that are received and not used. */
static struct str
unread(const struct http_client *client)
{
	return str_slice(buffer_str(&client->in), client->in_used, client->in.n);
}

/* Takes one line. False: its end is not there yet. */
static bool
line_take(struct http_client *client, struct str *ret_line)
{
	struct str s = unread(client);
	ptrdiff_t  end = str_find(s, S("\n"));

	if (end < 0)
		return false;
	client->in_used += (size_t)end + 1;
	*ret_line = str_trim(str_slice(s, 0, (size_t)end));
	return true;
}

static int
head_take(struct http_client *client)
{
	struct str s = unread(client);
	ptrdiff_t  end = str_find(s, S("\r\n\r\n"));

	if (end < 0)
		return s.n > HTTP_HEAD_BYTES_MAX ? -EBADMSG : 0;
	client->in_used += (size_t)end + 4;
	return head_read(client, str_slice(s, 0, (size_t)end));
}

static int
body_take(struct http_client *client)
{
	struct str s = unread(client);

	if (client->part != HTTP_BODY_END && (int64_t)s.n > client->left)
		s.n = (size_t)client->left;
	client->in_used += s.n;
	client->left -= (int64_t)s.n;
	client->answer.body_bytes += (int64_t)s.n;
	if (client->keeps_body && client->body.n + s.n > HTTP_BODY_BYTES_MAX)
		return -EMSGSIZE;
	if (client->keeps_body)
		buffer_add(&client->body, s);
	if (client->left == 0 && client->part == HTTP_BODY)
		client->part = HTTP_WHOLE;
	else if (client->left == 0 && client->part == HTTP_CHUNK)
		client->part = HTTP_CHUNK_TAIL;
	return 0;
}

static int
chunk_size_read(struct http_client *client, struct str line)
{
	int64_t bytes = 0;
	size_t  i;

	for (i = 0; i < line.n && i < 12; i++) {
		char c = (char)(line.p[i] | 0x20);

		if (c >= '0' && c <= '9')
			bytes = bytes * 16 + (c - '0');
		else if (c >= 'a' && c <= 'f')
			bytes = bytes * 16 + (c - 'a' + 10);
		else
			break;
	}
	if (i == 0 || (i < line.n && line.p[i] != ';' && line.p[i] != ' '))
		return -EBADMSG;
	client->left = bytes;
	client->part = bytes == 0 ? HTTP_TRAILER : HTTP_CHUNK;
	return 0;
}

/* Understands one more piece of what was received. 1: did; 0: needs more bytes; -errno. */
static int
piece_take(struct http_client *client)
{
	size_t         used = client->in_used;
	enum http_part part = client->part;
	struct str     line;
	int            r = 0;

	switch (part) {
	case HTTP_HEAD:
		r = head_take(client);
		break;
	case HTTP_BODY:
	case HTTP_BODY_END:
	case HTTP_CHUNK:
		r = body_take(client);
		break;
	case HTTP_CHUNK_SIZE:
		if (line_take(client, &line))
			r = chunk_size_read(client, line);
		break;
	case HTTP_CHUNK_TAIL:
		if (line_take(client, &line))
			client->part = HTTP_CHUNK_SIZE;
		break;
	case HTTP_TRAILER:
		if (line_take(client, &line) && line.n == 0)
			client->part = HTTP_WHOLE;
		break;
	case HTTP_WHOLE:
		break;
	}
	return r < 0 ? r : client->in_used != used || client->part != part;
}

/* All that can be understood of what was received. 1: the answer is whole; 0; -errno. */
static int
answer_take(struct http_client *client)
{
	int r = 1;

	while (r == 1 && client->part != HTTP_WHOLE)
		r = piece_take(client);
	if (client->in_used == client->in.n) {
		buffer_reset(&client->in);
		client->in_used = 0;
	}
	if (r < 0 || client->part != HTTP_WHOLE)
		return r < 0 ? r : 0;
	client->answer.body = buffer_str(&client->body);
	return 1;
}

static int
closed(struct http_client *client)
{
	if (client->part == HTTP_BODY_END) {
		client->part = HTTP_WHOLE;
		return answer_take(client);
	}
	return client->part == HTTP_HEAD && client->in.n == client->in_used ? -EPIPE : -ECONNRESET;
}

int
http_receive(struct http_client *client)
{
	for (;;) {
		char   *room = buffer_reserve(&client->in, KIB(16));
		ssize_t n = recv(client->fd, room, KIB(16), 0);
		int     r;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? 0 : -errno;
		if (n == 0)
			return closed(client);
		client->in.n += (size_t)n;
		r = answer_take(client);
		if (r != 0)
			return r;
		if ((size_t)n < KIB(16))
			return 0; /* drained, most likely: polling says when there is more */
	}
}

void
http_next(struct http_client *client)
{
	client->answer = (struct http_answer){ .retry_after_s = -1 };
	client->part = HTTP_HEAD;
	client->left = 0;
	buffer_reset(&client->body);
}

void
http_close(struct http_client *client)
{
	if (client->fd >= 0)
		(void)close(client->fd);
	client->fd = -1;
}

void
http_done(struct http_client *client)
{
	http_close(client);
	buffer_done(&client->out);
	buffer_done(&client->in);
	buffer_done(&client->body);
}
