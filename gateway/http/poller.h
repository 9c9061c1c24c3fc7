/*
 * The thread that runs one MHD_Daemon started without a polling thread of its own.
 *
 * That of libmicrohttpd 0.9.75 takes 128 events at a time, and after a full 128 it waits for more before it
 * serves them: with a multiple of 128 requests under way and no other event, all of them hang. This thread
 * waits by itself and calls MHD_run, which never waits.
 */
#ifndef GATEWAY_HTTP_POLLER_H
#define GATEWAY_HTTP_POLLER_H

#include <microhttpd.h>

struct poller;

/* The daemon must use epoll. NULL: no thread or descriptor could be had, and errno says why. */
struct poller *poller_start(void *mem, struct MHD_Daemon *daemon);

/* Makes it look for resumed connections: nothing else tells it. From any thread. NULL is fine. */
void poller_wake(struct poller *poller);

/* Serves what is ready, then ends the thread and frees the poller; before MHD_stop_daemon. NULL is fine. */
void poller_stop(struct poller *poller);

#endif
