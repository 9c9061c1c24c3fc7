/*
 * A PostgreSQL 15 server of Debian's, for tests that want a real one: in a folder of its own, reached by a
 * socket in it, and ended with it. Where the test runs as root, the server runs as the user "postgres".
 */
#ifndef TESTS_SUPPORT_POSTGRES_H
#define TESTS_SUPPORT_POSTGRES_H

#include <stdbool.h>
#include <sys/types.h>

struct postgres {
    const char *folder; /* holds the socket, data/ and log */
    const char *url;    /* "postgresql:..." for sql_open */
    const char *small;  /* a folder for a table space, with room for 4 MB; NULL: none */
    pid_t pid;          /* 0: not running */
};

/* False: not installed; "# left out: PostgreSQL 15" is then printed. */
bool postgres_is_there(void);

/*
 * A new server that is ready, from mem. It does not wait for its disk (fsync = off), as nothing here cuts its
 * power. settings: further lines of postgresql.conf, or "". Fails the test when it does not start within a
 * minute.
 */
struct postgres *postgres_start(void *mem, const char *settings);

/* The same with ->small; NULL where the system lets us mount nothing: "# left out: a small disk" is then
 * printed. */
struct postgres *postgres_start_small(void *mem);

/* A synchronous standby of a server that is running. The primary is stopped for the copy and started again.
 */
struct postgres *postgres_start_standby(void *mem, struct postgres *primary);

/* Starts it again, and waits until it is ready. */
void postgres_run(struct postgres *server);

/* Ends the server as a power cut would: SIGKILL to all its processes. */
void postgres_kill(struct postgres *server);

/* All its processes stop, or go on. */
void postgres_freeze(struct postgres *server);
void postgres_thaw(struct postgres *server);

/* A standby becomes a primary; returns when it takes writes. */
void postgres_promote(struct postgres *server);

/* Keeps a copy of all that it has, and later puts it in the place of what it has then. It is stopped
 * meanwhile. */
void postgres_back_up(struct postgres *server);
void postgres_restore(struct postgres *server);

/* One number: SELECT ... Asked with a connection of its own; fails the test when it cannot. */
long postgres_number(const struct postgres *server, const char *sql);

#endif
