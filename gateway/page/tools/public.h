/*
 * The public boards on the web: the month's 亮 at / and /show, the quarter's 晒 at /report, the year's 评 at
 * /evaluate, as printed. They have a listener of their own, page { public_listen }, on which nothing else
 * answers; no cookie is read or set.
 */
#ifndef GATEWAY_PAGE_TOOLS_PUBLIC_H
#define GATEWAY_PAGE_TOOLS_PUBLIC_H

#include "gateway/config.h"

struct public;

/* Listens; config outlives it. NULL: *error says why, from mem. */
struct public *public_start(void *mem, const struct config *config, const char **error);

/* The port it listens on, which the system chose if the configuration says 0. */
int public_port(const struct public *public);

void public_stop(struct public *public);

#endif
