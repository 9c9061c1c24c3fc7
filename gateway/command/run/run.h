/*
 * The running gateway, shared by run.c, which starts and stops it, run_wait.c and run_reload.c.
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
    const struct words *words;   /* the same */
    struct desk *desk;
    struct lines *lines;
    struct timer *timer;
    struct adviser *adviser;         /* NULL: none is configured */
    struct transcriber *transcriber; /* NULL: none is configured */
    struct keeper *keeper;           /* NULL: no recording can be kept */
    struct sip_line *voice;          /* NULL: no calls are taken */
    struct http_server *http;        /* NULL: none is configured */
    struct page *page;               /* NULL: none is configured */
    struct public *boards;           /* the public boards; NULL: none are configured */
    struct learning *learning;
    struct link *link;        /* NULL: no centre is configured */
    pthread_mutex_t changing; /* held while the configuration is read again */
    bool is_stopping;         /* guarded by changing */
    atomic_long queued;       /* texts waiting to be sent */
    atomic_bool is_looking;   /* the desk has been asked for queued and has not answered yet */
    unsigned long requests;   /* of the desk, ours included; the desk's thread alone */
    int64_t clock_lead;       /* of the clock before the ticks, as last looked at; the desk's thread alone */
};

/* run_wait.c: whether this process ends when its terminal closes: not if it has none, nor under nohup. */
bool run_ends_with_terminal(void);
/*
 * run_wait.c: returns when the gateway is told to stop. Until then SIGHUP reloads, and the service manager
 * hears how many lines are up, how many texts wait, and that the desk is alive.
 */
void run_wait(struct gateway *gateway, bool is_bound);

/*
 * run_reload.c: reads the configuration again and applies the options that can change, and reads templates,
 * the page's, people, units and certificates anew. Returns the lines that it also logs, from mem; the first
 * begins with "reloaded", "restart" (some options need one) or "refused" (nothing has changed). May be called
 * on any thread.
 */
const char *run_reload(void *mem, struct gateway *gateway);
/* run_reload.c: refuses reloads from now on. Call it before the gateway's parts are stopped. */
void run_reload_no_more(struct gateway *gateway);

#endif
