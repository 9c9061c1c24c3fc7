/*
 * A desk and the lines of a configuration, with the providers' process on the other side.
 */
#ifndef TESTS_SUPPORT_PROVIDER_WORLD_H
#define TESTS_SUPPORT_PROVIDER_WORLD_H

#include "gateway/line/lines.h"
#include "store/notices.h"
#include "tests/support/provider_server.h"

struct provider_world {
    const char *folder;
    struct provider_server *server;
    const struct config *config;
    struct words *words;
    struct desk *desk;
    struct lines *lines;
    struct store *store; /* a reader */
};

/* For a group of tests: starts the server alone. */
struct provider_world *provider_world_new(void);
/* Starts desk and lines; "@NAME@" in providers stands for the server's address with that behaviour. */
void provider_world_open(struct provider_world *world, const char *providers);
void provider_world_close(struct provider_world *world);
void provider_world_free(struct provider_world *world);

/* A notice for this line, and the line is woken. */
int64_t provider_world_send(struct provider_world *world, const char *line, const char *to, const char *text);

/* Waits until the notice is in this state; what it then is, from the world. Fails the test after 20 s. */
struct notice *provider_world_wait(struct provider_world *world, int64_t id, enum notice_state state);
struct notice *provider_world_notice(struct provider_world *world, int64_t id);

/* Waits until so many events are there. */
void provider_world_events(struct provider_world *world, size_t n);

#endif
