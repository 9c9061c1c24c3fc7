/*
 * The public boards on the web, as they are printed: the month's 亮 at / and /show, the quarter's 晒 at
 * /report, the year's 评 at /evaluate. They have their own listener, page { public_listen }, which serves
 * nothing else and neither reads nor sets cookies.
 */
#ifndef GATEWAY_PAGE_TOOLS_PUBLIC_H
#define GATEWAY_PAGE_TOOLS_PUBLIC_H

#include "gateway/config.h"

struct public;

/* Starts the listener; config must outlive it. NULL: *error says why, from mem. */
struct public *public_start(void *mem, const struct config *config, const char **error);

/* The port it listens on; the system chooses one if the configuration says 0. */
int public_port(const struct public *public);

/* Waits for the requests under way; frees it. */
void public_stop(struct public *public);

#endif
