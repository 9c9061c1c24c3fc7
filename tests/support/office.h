/*
 * A desk with its thread and a store in a file, for tests and measurements of the desk itself.
 */
#ifndef TESTS_SUPPORT_OFFICE_H
#define TESTS_SUPPORT_OFFICE_H

#include "gateway/desk/desk.h"

struct office {
    struct config config;
    const char *folder, *path;
    struct words *words;
    struct desk *desk;
};

/* Everything is allocated from mem; the folder goes with it. Fails the test when the desk does not start. */
struct office *office_open(void *mem);

/* Stops the desk, if it runs, and starts one on the same store: after a restart. */
void office_restart(struct office *office);

/* Before mem is freed. */
void office_close(struct office *office);

/* A text of this moment, from mem. */
struct event office_text(void *mem, const char *id, const char *from, const char *text);

/* One number of the store, asked with a connection of its own. */
long office_count(const struct office *office, const char *sql);

/* Anything else, the same way: to break something. */
void office_run(const struct office *office, const char *sql);

#endif
