/*
 * Other people's SIP programs, started for a test in a folder of their own and ended with it.
 */
#ifndef TESTS_CALL_PEER_H
#define TESTS_CALL_PEER_H

#include <stdbool.h>
#include <sys/types.h>

/* Whether a program of this name is installed. */
bool peer_is_there(const char *program);

/* Writes a file into the folder; its path, from mem. */
const char *peer_file(void *mem, const char *folder, const char *name, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Starts the program in the folder, which is its home too, with its output in FOLDER/PROGRAM.log; arguments
 * end with NULL. It reads what is written to *commands; NULL: nothing. It ends with the test at the latest.
 */
pid_t peer_start(void *mem, const char *folder, int *commands, const char *program, ...);
/* Waits until it ends by itself: its exit code; -1: a signal ended it, or it still runs after ms and is
 * ended. */
int peer_wait(pid_t pid, int ms);
/* Ends it. */
void peer_stop(pid_t pid);

#endif
