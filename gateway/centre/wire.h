/*
 * The messages between a county and its centre: POST /centre/v1/rows has a header line and rows, one JSON
 * text a line, and is answered with the last row that the centre has and, after a long batch, "rest_ms": how
 * long the county waits before the next; GET /centre/v1/wait is answered when there is an order, or after
 * WIRE_WAIT_SECONDS.
 *
 * A batch may end in the middle of a transaction; its header says up to which row the transactions are whole.
 */
#ifndef GATEWAY_CENTRE_WIRE_H
#define GATEWAY_CENTRE_WIRE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/journal/journal.h"

enum {
    WIRE_BATCH_MOST = 256 * 1024, /* octets */
    WIRE_ROWS_MOST =
        100, /* a county that catches up: other counties' rows wait for a batch to be committed */
    WIRE_WAIT_SECONDS = 50 /* until a wait without an order is answered; most proxies time out at 60 s */
};

/* The header line of a batch. */
struct wire_head {
    int64_t epoch;
    const char *session;
    const char *recovery_key;
    const char *operator_phone; /* "": none */
    bool has_gap;               /* the sender no longer has the row that the centre wants */
    int64_t rows;
    int64_t whole; /* the last row in the batch that ends a transaction; 0: none, INT64_MAX: not said */
};

struct wire_batch {
    struct wire_head head;
    struct journal_row *rows;
    size_t n;
};

/* A batch to which rows are added. wire_end writes its header. */
struct wire_text {
    char *rows;
    size_t length, room;
    int64_t n, last, whole;
};

/* False: the batch is full. The first row always fits. */
bool wire_add(void *mem, struct wire_text *text, const struct journal_row *row);
/* The whole batch, from mem. */
const char *wire_end(void *mem, const struct wire_text *text, struct wire_head head, size_t *length);

/*
 * Reads a batch, and checks the hashes of its rows and that each follows the one before. The first row's hash
 * is checked by wire_follows. NULL: *why says what is wrong; a truncated batch is refused.
 */
struct wire_batch *wire_read(void *mem, const char *octets, size_t length, const char **why);

/* Whether the row's hash follows from the hash of the row before it. */
bool wire_follows(const char *hash_before, const struct journal_row *row);

/* Members of an answer; 0 or "" if missing. The text lives as long as the object. */
int64_t wire_number(struct json_object *object, const char *name);
const char *wire_string(struct json_object *object, const char *name);

#endif
