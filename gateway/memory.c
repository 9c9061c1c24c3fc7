/*
 * The law of memory: an allocation never returns NULL. When it fails, the program says so and ends at once;
 * nothing unacknowledged was promised, and the service manager starts the program again. So no code of ours
 * checks for NULL.
 *
 * The C library lets a program define malloc, calloc and realloc, and then everything in the process uses
 * them: our code, talloc, json-c, SQLite, libcurl, strdup and open_memstream. The memory itself still comes
 * from the C library, and free stays its own. Sanitizers bring allocators that end the program by themselves.
 */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __has_feature
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER
#endif

#ifndef HAS_SANITIZER

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

enum { EXIT_NO_MEMORY = 71 }; /* EX_OSERR of sysexits.h */

/* Neither the log's lock nor its buffers can be trusted here: one write, from the stack. */
static void *end(size_t size)
{
    char words[160];
    int length =
        snprintf(words, sizeof words,
                 "error: out of memory (%zu octets were asked for). The program ends; nothing that was "
                 "acknowledged is lost.\n",
                 size);
    ssize_t ignored = write(STDERR_FILENO, words, (size_t)length);

    (void)ignored;
    _exit(EXIT_NO_MEMORY);
}

void *malloc(size_t size)
{
    void *new = __libc_malloc(size);

    return new ? new : end(size);
}

void *calloc(size_t n, size_t size)
{
    void *new = __libc_calloc(n, size);
    size_t all;

    return new ? new : end(__builtin_mul_overflow(n, size, &all) ? (size_t)-1 : all);
}

/* realloc(old, 0) frees old and returns NULL: that is no failure. */
void *realloc(void *old, size_t size)
{
    void *new = __libc_realloc(old, size);

    return new || (old && size == 0) ? new : end(size);
}

#endif
