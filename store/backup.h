/*
 * Copies of a whole database, taken and put back while others may use it. SQLite's alone: PostgreSQL has
 * programs of its own for this.
 */
#ifndef STORE_BACKUP_H
#define STORE_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

/* What a copy holds, to be told and compared. */
struct backup_count {
    int64_t events, cases, steps, notices, people;
};

/*
 * Writes the state of one moment of the database into a new file (0600), which is checked from end to end and
 * against the rows of that moment before it gets its name; writers are not held up. False: *error, from mem,
 * says why, and there is no such file. A file that is there already is never replaced.
 */
bool backup_take(void *mem, const char *database, const char *file, struct backup_count *count,
                 const char **error);

/* Whether a file is a whole database that this program can use. */
bool backup_check(void *mem, const char *file, struct backup_count *count, const char **error);

struct backup_restore {
    const char *file, *database;
    const char *aside; /* where the old database goes; nothing may be there */
    int64_t now;
    struct backup_count count; /* result: of what is in force now */
    bool has_aside;            /* result: there was an old one */
    int64_t doubtful;          /* result: notices that may have gone out since */
};

/*
 * Puts a checked file in the database's place, in one transaction: after a crash the old one is in force, or
 * the new one. Refused while anybody else has the database open. Numbers already given are not given again.
 * What waited to be sent and was due may have gone out after the file was written: it becomes UNKNOWN, for a
 * person to decide.
 */
bool backup_restore(void *mem, struct backup_restore *restore, const char **error);

#endif
