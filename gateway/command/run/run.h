/*
 * The running gateway, shared by run.c, which starts and stops it, and the two files that keep it company
 * meanwhile.
 */
#ifndef GATEWAY_COMMAND_RUN_RUN_H
#define GATEWAY_COMMAND_RUN_RUN_H

#include <pthread.h>
#include <stdatomic.h>

#include "gateway/centre/link.h"
#include "gateway/desk/desk.h"
#include "gateway/desk/learning.h"
#include "gateway/desk/timer.h"
#include "gateway/http/server.h"
#include "gateway/line/lines.h"
#include "gateway/page/page.h"
#include "gateway/page/tools/public.h"
#include "gateway/recording/keeper.h"
#include "gateway/recording/transcriber.h"
#include "gateway/voice/sip_line.h"

struct gateway {
    const struct config *config; /* as read at the start */
    struct desk *desk;
    struct lines *lines;
    struct timer *timer;
    struct adviser *adviser;         /* NULL: none is configured */
    struct transcriber *transcriber; /* NULL: none is configured */
    struct keeper *keeper;           /* NULL: no recording can be kept */
    struct sip_line *voice;          /* NULL: no calls are taken */
    struct http_server *http;        /* NULL: none is configured */
    struct page *page;               /* NULL: the same */
    struct public *boards;           /* the public ones; NULL: the same */
    struct learning *learning;
    struct link *link;        /* NULL: no centre is configured */
    pthread_mutex_t changing; /* held while the configuration is read again */
    bool is_stopping;         /* guarded by changing */
    atomic_long queued;       /* texts that wait to be sent */
    atomic_bool is_looking;   /* the desk was asked for that and has not answered */
};

/* run_wait.c: whether this process shall end with its terminal: not without one, nor under nohup. */
bool run_ends_with_terminal(void);
/*
 * run_wait.c: returns when the gateway shall stop. Meanwhile takes SIGHUP for a reload, and tells a service
 * manager how many lines are up and texts wait, and that the desk makes its rounds.
 */
void run_wait(struct gateway *gateway, bool is_bound);

/*
 * run_reload.c: reads the configuration again and takes from it what can change, and templates, people, units
 * and certificates as they are now. Returns what the log says of it, from mem: lines, the first of which
 * begins with "reloaded", "restart" (something wants one) or "refused" (nothing has changed). From any
 * thread.
 */
const char *run_reload(void *mem, struct gateway *gateway);
/* run_reload.c: before the gateway's parts are stopped. */
void run_reload_no_more(struct gateway *gateway);

#endif
