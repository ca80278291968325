/* inside.h -- what the files of src/http share among themselves; nobody else includes it. */
#pragma once
#include <gnutls/abstract.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>
#include "base/arena.h"
#include "base/buffer.h"
#include "base/str.h"
#include "http/server.h"
#include "ledger/account.h"
#include "ledger/found.h"
#include "ledger/search_keys.h"
#include "ledger/view.h"
#include "ledger/writer.h"

#define HTTP_THREADS_MIN     2
#define HTTP_THREADS_MAX     4
#define CONNECTIONS_MAX      16384
#define CONNECTION_BYTES_MAX KIB(8)   /* of its head, and of what is read and written at once */
#define BODIES_BYTES_MAX     MIB(64)  /* of all requests together */
#define IDLE_SECONDS_MAX     60       /* of a connection that says nothing */
#define REQUEST_SECONDS_MAX  90       /* from the answer before to a request's last byte */
#define ANSWER_SECONDS_MAX   900      /* to take the answer */
#define SESSION_MS           INT64_C(12 * 3600 * 1000)
#define ARGUMENTS_MAX        32
#define HEADERS_MAX          6        /* that a route adds */
#define STATUS_MAX           600
#define SETUP_CODE_BYTES     16
#define RANDOM_TEXT_BYTES    33

/* Errors of the door itself: name, status, and what is said. */
#define HTTP_ERRORS(X) \
	X(address_unknown, 404, "没有这个地址。", "There is nothing at this address.") \
	X(method_bad, 405, "此地址不接受这种方法。", "This address does not take that method.") \
	X(request_invalid, 400, "请求有误。", "The request is not valid.") \
	X(body_bytes_max, 413, "内容过大。", "The body is too large.") \
	X(not_signed_in, 401, "请先登录。", "Sign in first.") \
	X(sign_in_wrong, 401, "用户名或密码不对。", "The name or the password is wrong.") \
	X(sign_in_limit, 429, "尝试次数过多，请稍后再试。", "Too many attempts; try again later.") \
	X(token_wrong, 401, "令牌无效。", "The token is not valid.") \
	X(origin_foreign, 403, "请求来自其他网站，已拒绝。", \
	    "The request comes from another site.") \
	X(header_missing, 403, "缺少请求头 X-Redvest: 1。", "The header X-Redvest: 1 is missing.") \
	X(role_missing, 403, "没有权限。", "You have no right to this.") \
	X(console_only, 403, "只能在服务器终端上使用。", "This is for the server's own terminal.") \
	X(view_unknown, 404, "没有这个视图。", "There is no such view.") \
	X(command_unknown, 404, "没有这个命令。", "There is no such command.") \
	X(area_unknown, 404, "此处没有这个辖区。", "That area has no ledger here.") \
	X(stream_forked, 409, "流水已分叉，请重新登记。", "The stream has forked: enrol again.") \
	X(export_rows_max, 413, "行数超出表格的上限。", "More rows than such a sheet can hold.") \
	X(events_max, 429, "打开的页面过多。", "Too many pages are open.") \
	X(job_unknown, 404, "没有这个导入任务，可能已过期。", \
	    "There is no such import; it may be over a day old.") \
	X(job_foreign, 403, "这是别人上传的表。", "Somebody else brought this sheet.") \
	X(job_state, 409, "任务现在的状态不能这样做。", \
	    "Not in the state that this import is in now.") \
	X(imports_max, 429, "导入任务过多，请稍后再试。", "Too many imports; try again later.") \
	X(setup_first, 503, "请先完成初始设置。", "This server has to be set up first.") \
	X(setup_done, 409, "此服务器已完成设置。", "This server has been set up.") \
	X(setup_code_wrong, 403, "设置码不对，请看服务器的终端。", \
	    "The code is not right: the server's terminal shows it.") \
	X(server_busy, 503, "服务器繁忙，请稍后再试。", "The server is busy; try again later.") \
	X(database_fails, 503, "数据库出错，请稍后再试。", "The database fails; try again later.")

enum http_error {
#define X(name, status, zh, en) ERROR_##name,
	HTTP_ERRORS(X)
#undef X
};

struct server {
	struct database      *database;    /* once is_open */
	struct founding      *founding;    /* borrowed: where there will be one; else NULL */
	_Atomic bool          is_open;     /* there is a database; until then only setup.c works */
	_Atomic bool          is_founding, has_told_code;
	char                  setup_code[SETUP_CODE_BYTES]; /* for whoever is not at this machine */
	struct writer        *writer;
	struct loop          *loops[HTTP_THREADS_MAX]; /* before the network */
	struct loop          *local;       /* before the socket beside the database; NULL: none */
	int                   listen_fd, local_fd; /* -1: none */
	char                  url[300], socket_path[PATH_BYTES_MAX];
	char                  exports_path[PATH_BYTES_MAX]; /* a folder of ours */
	bool                  has_tls, has_socket, owns_database;
	pthread_key_t         workers;     /* struct worker of the thread */
	struct pool          *passwords, *exporters, *verifiers;
	struct buckets       *sign_in_names, *sign_in_addresses, *enrolments;
	struct versions      *versions;
	struct search_keys   *search_keys;
	struct events        *events;
	struct imports       *imports;     /* NULL until there is a database */
	struct guard         *guard;
	struct certificate   *certificate; /* NULL: plain HTTP */
	struct table_set      access_tables;
	_Atomic uint64_t      commits;        /* so many, or more: see db_share_reads */
	_Atomic uint64_t      access_version; /* of accounts, sessions, grants; in this process */
	_Atomic int64_t       requests, bodies_bytes, uploads_bytes;
	_Atomic int64_t       at_work;     /* requests that are not answered yet */
	_Atomic int64_t       statuses[STATUS_MAX / 100];
	int64_t               started_ms;  /* monotonic */
	unsigned char         nonce[16];   /* of this start */
	_Atomic bool          is_stopping;
};

/* ---- loop.c: the threads that answer ---- */

/* A thread that answers those who come to the listening socket. *ret_loop also on -errno. */
int  loop_new(struct server *server, int fd, bool is_local, unsigned connections,
     struct loop **ret_loop);
void loop_quiesce(struct loop *loop); /* accepts no more */
void loop_free(struct loop *loop);    /* nothing may wait any more; NULL is fine */

/* A suspended connection goes on. From any thread. */
void           loop_resume(struct loop *loop, struct MHD_Connection *connection);
struct server *loop_server(const struct loop *loop);
bool           loop_is_local(const struct loop *loop);

/* ---- worker.c: what a thread that answers has of its own ---- */

#define STREAM_SLOTS  1024
#define SESSION_SLOTS 256
#define SPARES_MAX    64

struct stream_slot {              /* of a token that was right; a stream's never changes */
	area_id       area;
	stream_id     stream;     /* 0: an empty slot */
	int64_t       kind;
	user_id       user;
	unsigned char token_hash[HASH_BYTES];
};

struct session_slot {
	unsigned char hash[HASH_BYTES];
	area_id       asked;       /* 0: an empty slot */
	user_id       user;
	time_ms       until;       /* the session's end */
	unsigned      roles;       /* in the area asked for, ... */
	time_ms       roles_from, roles_until; /* ... in this time */
	int64_t       loaded_ms;   /* monotonic */
	uint64_t      access_version;
};

struct worker {
	struct server      *server;
	struct db          *db;        /* owned; reads only */
	struct arena        arena;     /* of the answer at work */
	void               *deflater;  /* z_stream, owned; NULL until it is wanted */
	struct exchange     *spares;    /* to be used again */
	size_t              spare_count;
	struct stream_slot  streams[STREAM_SLOTS];
	struct session_slot sessions[SESSION_SLOTS];
};

/* The calling thread's, made at first; NULL: the database cannot be read, or is not there yet. */
struct worker *worker_get(struct server *server);
void           worker_free(void *worker);
void           worker_rest(struct server *server); /* before it goes to sleep */

time_ms clock_now(void);
int64_t clock_monotonic_ms(void);

/* ---- exchange.c: one request from its first byte to its answer ---- */

struct exchange;
typedef enum MHD_Result exchange_fn(struct exchange *x);

struct header { const char *name; struct str value; };

/* Who asks, as far as it was asked for. */
struct asker {
	user_id       user;
	area_id       home;        /* of the session or stream */
	unsigned      roles;       /* now, in the area asked for */
	unsigned char hash[HASH_BYTES]; /* of the session's token */
	time_ms       until;       /* the session's end */
	bool          is_console, is_session;
};

struct exchange {
	struct server         *server;
	struct loop           *loop;
	struct MHD_Connection *connection;
	const struct route    *route;
	struct str             rest;       /* of the path, behind the route's */
	struct arena           arena;
	struct buffer          body;
	struct upload         *upload;     /* where the body goes instead; in the arena */
	size_t                 body_counted; /* in server->bodies_bytes */
	enum MHD_Result      (*then)(struct exchange *x); /* what goes on after a wait */
	void                 (*work)(struct exchange *x); /* on a pool's thread */
	struct job             job;
	struct header          headers[HEADERS_MAX];
	size_t                 header_count;
	const char            *csp;        /* NULL: the one for data */
	int                    result;     /* of work: 0 or -errno */
	bool                   is_local, is_head, is_answered, is_body_refused;
	bool                   is_endless; /* its answer has no end */
	struct asker           asker;
	void                  *own;        /* the route's, in the arena */
	void                 (*own_done)(void *own); /* NULL, or what its own needs at the end */
	struct exchange        *next_spare;
};

struct route {
	const char *method, *path; /* a path that ends with '/' has something behind it */
	exchange_fn *fn;
	bool         is_always;    /* also before there is a database */
	bool         takes_file;   /* its body goes into a file; see upload_begin */
};

extern const struct route routes[]; /* ends with fn == NULL */

enum MHD_Result exchange_handle(void *loop, struct MHD_Connection *connection, const char *url,
    const char *method, const char *version, const char *data, size_t *data_bytes, void **own);
void exchange_completed(void *unused, struct MHD_Connection *connection, void **own,
    enum MHD_RequestTerminationCode how);

/* Hand x->job to the writer and go on with `then` after the commit. */
enum MHD_Result exchange_submit(struct exchange *x, exchange_fn *then);

/* Let a pool's thread do `work`, which ends with exchange_resume or exchange_submit_again. */
enum MHD_Result exchange_work(struct exchange *x, struct pool *pool,
    void (*work)(struct exchange *x), exchange_fn *then);
void exchange_resume(struct exchange *x);
void exchange_submit_again(struct exchange *x);

/*
 * A batch with one command of the area's own stream, its fields given as a JSON object. False:
 * what a client brought into it cannot be a field.
 */
bool own_batch(struct arena *arena, area_id area, const char *name, struct str json,
    struct batch *ret_batch);

/* A header of the request, NULL: none; an argument, p == NULL: none. */
const char *exchange_header(struct exchange *x, const char *name);
struct str  exchange_argument(struct exchange *x, const char *name);

int exchange_socket(struct exchange *x); /* of its connection */

/* Where it comes from, for the record and for limits: "192.168.1.7", "terminal". */
struct str exchange_address(struct exchange *x);
bool       exchange_is_secure(struct exchange *x);
bool       exchange_is_from_here(struct exchange *x); /* this machine, no proxy between */

/* ---- reply.c ---- */

/* Takes the body's bytes. */
enum MHD_Result reply(struct exchange *x, unsigned status, const char *type, struct buffer *body);
enum MHD_Result reply_json(struct exchange *x, unsigned status, struct buffer *body);
enum MHD_Result reply_error(struct exchange *x, enum http_error error);
enum MHD_Result reply_problems(struct exchange *x, const struct problems *problems);
enum MHD_Result reply_failure(struct exchange *x, int r); /* of the database or the queue */
/* Likewise; not packed, and wiped when it was sent. */
enum MHD_Result reply_json_secret(struct exchange *x, unsigned status, struct buffer *body);
enum MHD_Result reply_prepared(struct exchange *x, unsigned status,
    struct MHD_Response *response);
void            reply_header(struct exchange *x, const char *name, struct str value);
bool            reply_may_gzip(struct exchange *x);

/* ---- pool.c: a few threads for what takes long ---- */

struct pool *pool_new(unsigned threads, size_t queue_max);
void         pool_stop(struct pool *pool); /* after what is queued; takes no more */
void         pool_free(struct pool *pool); /* NULL is fine */

/* -EBUSY: the queue is full. */
int pool_submit(struct pool *pool, struct exchange *x);

/* ---- bucket.c: how often somebody may try ---- */

struct buckets *buckets_new(unsigned tokens, int64_t refill_ms); /* one token each refill_ms */
void            buckets_free(struct buckets *buckets);

/* Takes a token; or how many seconds until there is one. */
int  bucket_take(struct buckets *buckets, struct str key, int64_t now_ms);
void bucket_give(struct buckets *buckets, struct str key, int64_t now_ms); /* back: it was right */

/* ---- server.c ---- */

/* The parts that need a database, which is the server's own from now on. 0 or -errno. */
int server_open(struct server *server, struct database *database,
    char why[static DATABASE_WHY_BYTES]);

/* ---- setup.c: a server whose database is not there yet ---- */

enum MHD_Result setup_get(struct exchange *x);
enum MHD_Result setup_post(struct exchange *x);

/* ---- session.c ---- */

struct signing {                  /* x->own while somebody signs in */
	struct account account;   /* home 0: no such name */
	area_id        record;    /* the area whose ledger tells of it */
	struct str     login, password, address;
	bool           is_right;
	char           token[RANDOM_TEXT_BYTES + 20];
	time_ms        until;
	const char    *recovery_sheet; /* of a new database, in the arena; else NULL */
};

/* On a thread for passwords: how it went goes into the ledger, then x->then answers. */
void signing_record(struct exchange *x, struct signing *s);

/* Says who it is, with the cookie. */
enum MHD_Result session_answer(struct exchange *x);

enum MHD_Result session_post(struct exchange *x);
enum MHD_Result session_get(struct exchange *x);
enum MHD_Result session_delete(struct exchange *x);
enum MHD_Result password_post(struct exchange *x);
enum MHD_Result verify_post(struct exchange *x);
enum MHD_Result areas_post(struct exchange *x);

/*
 * Who asks, with the roles in the area (0: the home area). False: an error was answered, see
 * ret_result. What changes something needs is_change: then another site's page cannot ask.
 */
bool asker_find(struct exchange *x, struct worker *w, area_id area, bool is_change,
    enum MHD_Result *ret_result);

/* Likewise, answering nothing. */
bool asker_read(struct exchange *x, struct worker *w, area_id area, bool is_change,
    enum http_error *ret_error);

/* Does the page that asks, if it is one, come from this server? */
bool origin_is_ours(struct exchange *x);

/* 24 random bytes as text. */
void random_text(char ret_text[static RANDOM_TEXT_BYTES]);

/* Who somebody is and what may be looked at, as JSON without the closing brace. 0 or -errno. */
int self_json(struct exchange *x, struct worker *w, const struct account *account, unsigned roles,
    time_ms until, struct buffer *b);

/* The hash that is stored of a token. */
void token_hash(struct server *server, struct str token, unsigned char ret_hash[static HASH_BYTES]);

/* ---- stream.c: enrolment, and whose a token is ---- */

struct enrolling {                /* x->own of an enrolment */
	area_id    area;
	stream_id  stream;
	user_id    user;
	struct str store;
	const char *kind;         /* a word of stream_kind */
	char       token[RANDOM_TEXT_BYTES + 40];
};

enum MHD_Result streams_post(struct exchange *x);
enum MHD_Result enrolment_submit(struct exchange *x, struct enrolling *e);

/* ---- invitation.c ---- */

enum MHD_Result invitation_post(struct exchange *x);

/* An account for whoever has the token; then it is enrolled. */
enum MHD_Result invitation_use(struct exchange *x, struct str token, struct str name,
    struct enrolling *e);

/* The stream of "Authorization: Stream …"; 0, -ENOENT, or another -errno. */
int stream_of_token(struct exchange *x, struct worker *w, struct stream_slot *ret_stream);

/* ---- commands.c ---- */

enum MHD_Result commands_post(struct exchange *x);
enum MHD_Result command_post(struct exchange *x);
enum MHD_Result fault_reply(struct exchange *x, const struct fault *fault);

/* ---- views.c, download.c ---- */

struct asked {                    /* x->own of a view's request */
	struct view_query query;
	struct str        reveal;  /* the reason; empty: masked */
	struct str        format;  /* "json", "csv" or "xlsx" */
	bool              is_zh;
	struct str        parameters; /* the view's, as name=value&…, for the record */
	struct str        whole;      /* likewise with all others */
	int               fd;      /* of the sheet that was made; -1: none */
	uint64_t          bytes;
};

enum MHD_Result view_get(struct exchange *x);
enum MHD_Result download_begin(struct exchange *x);

/* Fill x->job with the record that a view is unmasked or taken away. False: it cannot be one. */
bool view_record(struct exchange *x, const char *command, struct str format);

/* Name of the area, and whether it is a demonstration; texts in the worker's arena. */
void area_about(struct worker *w, area_id area, struct str *ret_name, bool *ret_is_demonstration);

/* ---- upload.c, import_pages.c, import_sheet.c ---- */

struct sheet_form;
struct import_job;

struct upload {
	const struct sheet_form *form;
	area_id                  area;
	int                      fd;         /* -1: closed */
	uint64_t                 bytes;
	int                      error;      /* -errno; -EFBIG: too large */
	char                     path[PATH_BYTES_MAX + 64]; /* "": somebody took it over */
};

/* With the head: may whoever asks send a file? False: it was answered. */
bool upload_begin(struct exchange *x, enum MHD_Result *ret_result);
bool upload_take(struct exchange *x, struct str bytes); /* false: no more is wanted */
int  upload_close(struct exchange *x);                  /* 0, -EFBIG, or -errno */
void upload_done(struct exchange *x);

enum MHD_Result import_post(struct exchange *x);
enum MHD_Result imports_get(struct exchange *x);
enum MHD_Result import_get(struct exchange *x);
enum MHD_Result import_change(struct exchange *x);
enum MHD_Result import_delete(struct exchange *x);
enum MHD_Result import_sheet_get(struct exchange *x, struct import_job *job);

/* ---- versions.c: what has changed since the start ---- */

struct versions *versions_new(void);
void             versions_free(struct versions *versions);
void versions_bump(struct versions *versions, area_id area, const struct table_set *tables);

/* A number that grows when one of the tables changes in an area from first to last. */
uint64_t versions_sum(struct versions *versions, area_id first, area_id last,
    const struct table_set *tables);

/* ---- events.c ---- */

enum MHD_Result events_get(struct exchange *x);

struct events *events_new(void);
void           events_changed(struct events *events, area_id area, const struct table_set *tables);
void           events_close(struct events *events); /* ends all streams of events */
void           events_free(struct events *events);
size_t         events_count(struct events *events);

/* ---- guard.c: connections that never come to the point are cut ---- */

struct guard *guard_new(struct certificate *certificate); /* borrowed; NULL: plain HTTP */
void          guard_free(struct guard *guard);
void          guard_notify(void *guard, struct MHD_Connection *connection, void **own,
    enum MHD_ConnectionNotificationCode code);

/* What it is doing must be over in so many seconds; 0: it waits for us. */
void   guard_due(struct MHD_Connection *connection, int64_t seconds);
size_t guard_count(struct guard *guard);

/* The certificate for a connection; NULL: none. */
struct certificate *guard_certificate(struct MHD_Connection *connection);

/* ---- certificate.c ---- */

int  certificate_new(const char *cert_path, const char *key_path,
    struct certificate **ret_certificate, char why[static DATABASE_WHY_BYTES]);
int  certificate_reload(struct certificate *certificate, char why[static DATABASE_WHY_BYTES]);
void certificate_free(struct certificate *certificate);

/* For MHD_OPTION_HTTPS_CERT_CALLBACK2: a gnutls_certificate_retrieve_function3. */
int certificate_give(gnutls_session_t session, const struct gnutls_cert_retr_st *info,
    gnutls_pcert_st **ret_chain, unsigned *ret_count, gnutls_ocsp_data_st **ret_ocsp,
    unsigned *ret_ocsp_count, gnutls_privkey_t *ret_key, unsigned *flags);

/* ---- assets.c, page.c, metrics.c ---- */

enum MHD_Result asset_get(struct exchange *x);
enum MHD_Result page_get(struct exchange *x);
enum MHD_Result openapi_get(struct exchange *x);
enum MHD_Result health_get(struct exchange *x);
enum MHD_Result metrics_get(struct exchange *x);
