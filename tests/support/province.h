/*
 * A county and its centre in one test: a desk with a journal, the link's thread, and a centre, in this
 * process or as the real program, which can be killed.
 */
#ifndef TESTS_SUPPORT_PROVINCE_H
#define TESTS_SUPPORT_PROVINCE_H

#include <sys/types.h>

#include "gateway/centre/link.h"
#include "gateway/centre/server.h"
#include "store/centre/centre.h"
#include "store/journal/seal.h"
#include "tests/support/office.h"

struct province {
    struct config config; /* of the centre */
    const char *folder, *path, *file, *token;
    struct centre *centre; /* in this process; NULL */
    pid_t pid;             /* the program; 0 */
    int port;
};

struct member {
    struct office *office;
    struct link *link;
    char public_key[SEAL_KEY_SIZE], private_key[SEAL_KEY_SIZE];
};

/* Nothing runs yet. url: of the centre's store; NULL: SQLite in the province's folder. */
struct province *province_new(void *mem, const char *url);
/* A county's token, from the province; it is added, or gets a new one. */
const char *province_add(struct province *province, const char *code, const char *operator_phone,
                         bool is_neighbour);
void province_start(struct province *province);
void province_stop(struct province *province);
/* The same with the real program, at the same port again and again. */
void province_spawn(struct province *province);
void province_kill(struct province *province);
/* A connection of the test's own. */
struct store *province_store(void *mem, struct province *province);
/* One number of it. */
long province_count(struct province *province, const char *sql);

/* A member: a county with a journal that sends to the province; the link does not run yet. */
struct member *member_new(void *mem, struct province *province, const char *token);
void member_link(struct member *county);
void member_unlink(struct member *county);
void member_text(struct member *county, const char *from, const char *words);
/* Waits until the number that the county's store gives is 1 or more. */
void member_wait_for(struct member *county, const char *sql);
/* Waits until the centre has every row, and compares the two journals row for row. */
void member_settle(struct member *county, struct province *province, const char *code);
/* Ends its link and desk. */
void member_end(struct member *county);

/* Another box takes the county's place, as centre takeover does it: its store is in this file. */
void province_take_over(struct province *province, const char *code, const struct member *county,
                        const char *path);
/* Another box of the county's, with its store at path; neither its desk nor its link runs. */
struct member *member_beside(void *mem, const struct member *county, const char *path);

/* That box, with its store in this file of the county's folder, and not linked yet: it has no text that could
 * still be sent. The old one's link and desk are not ended. */
struct member *member_replace(void *mem, const struct member *county, struct province *province,
                              const char *code, const char *file);

#endif
