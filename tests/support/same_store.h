/* Whether two stores hold the same. */
#ifndef TESTS_SUPPORT_SAME_STORE_H
#define TESTS_SUPPORT_SAME_STORE_H

#include <stdbool.h>

/* Fails the test when a table that the journal holds has another row in the store at a than in that at b. */
void same_store(const char *a, const char *b);

/* The same, but for notices without an outcome and counters: b took the place of a. */
void same_store_but_notices(const char *a, const char *b);

/* Whether the words stand anywhere among the file's octets; false when there is no file. */
bool file_holds(const char *path, const char *words);

#endif
