/* world_http.h -- a server of its own process, with a clock that the test sets; see world.h. */
#pragma once
#include "ledger/view.h"
#include "lib/world.h"

struct remote;

struct remote *remote_start(const char *redvest, const char *url, const char *keys_path);
void           remote_stop(struct remote *remote); /* NULL is fine */
void           remote_clock_set(struct remote *remote, time_ms now);
int  remote_send(struct remote *remote, struct client *client, struct str body, time_ms now,
     struct came *ret_outcomes, size_t count);
int  remote_view(struct remote *remote, struct client *client, struct str view,
     const struct view_arg *args, size_t count, time_ms now, struct buffer *ret_json);
void remote_deliver_wait(struct remote *remote);
