/*
 * The tokenizer of the indexes of words (entries.h), for SQLite's FTS5: overlapping pairs of characters, and
 * the last character alone, so that a phrase of pairs is exactly a run of characters, and a pair's beginning
 * one character. ASCII letters are folded to lower case, as LIKE does. Used by store/sql/sqlite.c alone.
 */
#ifndef STORE_SEARCH_PAIRS_H
#define STORE_SEARCH_PAIRS_H

#include <sqlite3.h>

/* Makes the tokenizer "pairs" known to a connection. An SQLite error code; SQLITE_ERROR also where FTS5 is
 * missing.
 */
int pairs_register(sqlite3 *db);

/* The FTS5 expression that finds these words, one character or more; sqlite3_free. */
char *pairs_match(const char *words);

#endif
