/*
 * What is logged, in a file for a while, to be counted.
 */
#ifndef TESTS_SUPPORT_LOGGED_H
#define TESTS_SUPPORT_LOGGED_H

struct logged {
    char *path; /* from mem */
    int kept, file;
};

/* From now on standard error goes to a file, and everything is logged. */
struct logged logged_begin(void *mem);

/* Standard error is as it was before, and nothing is logged any more. The file stays, to be counted. */
void logged_end(const struct logged *logged);

/* How many lines have these words, so far. */
int logged_count(const struct logged *logged, const char *words);

#endif
