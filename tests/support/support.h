/*
 * What several tests need: the vectors beside the repository, and a directory that cleans up after itself.
 */
#ifndef TESTS_SUPPORT_SUPPORT_H
#define TESTS_SUPPORT_SUPPORT_H

#include <sys/resource.h>

/*
 * Path of a file in ../shared (or $XIANGYIN_SHARED), e.g. "vectors/pdu.jsonl", from mem.
 * NULL when it is not there: "# left out: NAME" is then printed, and the test returns.
 */
const char *shared_path(void *mem, const char *name);

/* Path of a new, empty directory; it and all in it go when the string is freed. */
const char *temporary_directory(void *mem);

/* From here on no file of this process grows beyond octets, as on a full disk: a write fails, and no signal
 * comes. RLIM_INFINITY ends it. */
void limit_file_size(rlim_t octets);

/* Prints a log as notes, each line behind "# ": why a program that a test ran did not do what it should. */
void show_log(const char *path);

#endif
