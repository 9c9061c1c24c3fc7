/*
 * What a county and its centre say to one another: POST /centre/v1/rows carries a header line and rows, one
 * JSON text a line; GET /centre/v1/wait is answered when there is an order, or after a while.
 */
#ifndef GATEWAY_CENTRE_WIRE_H
#define GATEWAY_CENTRE_WIRE_H

#include <json-c/json.h>
#include <stdbool.h>
#include <stddef.h>

#include "store/journal/journal.h"

enum {
    WIRE_BATCH_MOST = 256 * 1024, /* octets */
    WIRE_WAIT_SECONDS = 50        /* until a wait without an order is answered: below most proxies' minute */
};

/* In front of a batch. */
struct wire_head {
    int64_t epoch;
    const char *session;
    const char *recovery_key;
    const char *operator_phone; /* "" */
    bool has_gap;               /* the sender no longer has the row that the centre wants */
    int64_t rows;
};

struct wire_batch {
    struct wire_head head;
    struct journal_row *rows;
    size_t n;
};

/* A batch that grows. Its header is written by wire_end. */
struct wire_text {
    char *rows;
    size_t length, room;
    int64_t n, last;
};

/* False: the row does not fit any more. The first one always does. */
bool wire_add(void *mem, struct wire_text *text, const struct journal_row *row);
/* The whole batch, from mem. */
const char *wire_end(void *mem, const struct wire_text *text, struct wire_head head, size_t *length);

/*
 * Reads one, and checks the hashes of its rows and that they follow one another; the first row's own hash
 * needs the one before it (wire_follows). NULL: *why says what is wrong; what is cut off anywhere is wrong.
 */
struct wire_batch *wire_read(void *mem, const char *octets, size_t length, const char **why);

/* Whether the row's hash is right behind that of the row before. */
bool wire_follows(const char *hash_before, const struct journal_row *row);

/* Members of an answer; 0 and "" where they are missing. The text lives as long as the object. */
int64_t wire_number(struct json_object *object, const char *name);
const char *wire_string(struct json_object *object, const char *name);

#endif
