/*
 * Takes and restores copies of a whole SQLite database. Taking one needs no pause of the gateway.
 */
#ifndef STORE_UPKEEP_BACKUP_H
#define STORE_UPKEEP_BACKUP_H

#include <stdbool.h>
#include <stdint.h>

/* How many rows a copy has of each table, to print and to compare. */
struct backup_count {
    int64_t events, cases, steps, notices, people;
};

/*
 * Writes the database as it is at one moment to a new file (mode 0600), without blocking writers. The file
 * gets its name only after SQLite has checked it and its rows are as many as the database had. Never replaces
 * an existing file. database and file are paths. False: *error, from mem, says why, and the file does not
 * exist.
 */
bool backup_take(void *mem, const char *database, const char *file, struct backup_count *count,
                 const char **error);

/* Whether a file is an undamaged database that this program can use. False: *error, from mem, says why. */
bool backup_check(void *mem, const char *file, struct backup_count *count, const char **error);

struct backup_restore {
    const char *file, *database; /* paths: the backup, and the database that it replaces */
    const char *aside;           /* where the old database is moved; must not exist */
    int64_t now;
    struct backup_count count; /* result: rows of the restored database */
    bool has_aside;            /* result: there was an old database */
    int64_t doubtful;          /* result: notices that became UNKNOWN */
};

/*
 * Replaces the database by a backup in one transaction: after a crash it is either the old one or the new
 * one. Fails while another program has the database open. Keeps the old database's counters, so that no
 * number is given twice. Notices that were due may have been sent after the backup was taken: they become
 * UNKNOWN, for a person to decide. False: *error, from mem, says why.
 */
bool backup_restore(void *mem, struct backup_restore *restore, const char **error);

#endif
