#include "gateway/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>
#include <unistr.h>

enum { WORDS_MOST = 200 };

/* Priorities of syslog(3). */
enum { LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFO = 6 };

static atomic_int least = LOG_INFO;

/* The length without an incomplete character at the end. */
static size_t length_of_whole(const char *text, size_t length)
{
    const uint8_t *bad = u8_check((const uint8_t *)text, length);

    return bad ? (size_t)(bad - (const uint8_t *)text) : length;
}

/* Whether standard error is the journal's socket, which JOURNAL_STREAM names as DEVICE:INODE. */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    unsigned long long device, inode;
    struct stat status;

    return stream && sscanf(stream, "%llu:%llu", &device, &inode) == 2 &&
           fstat(STDERR_FILENO, &status) == 0 && status.st_dev == device && status.st_ino == inode;
}

/* The journal keeps time and priority by itself: it gets "<PRIORITY>" in the place of both. */
static size_t begin_line(char *line, size_t size, int priority)
{
    time_t now = time(NULL);
    struct tm local;

    if (is_journal())
        return (size_t)snprintf(line, size, "<%d>", priority);
    return strftime(line, size, "%Y-%m-%d %H:%M:%S ", localtime_r(&now, &local));
}

static void write_line(int priority, const char *level, const char *format, va_list arguments)
{
    char line[1024];
    size_t at = begin_line(line, sizeof line, priority);
    int n;

    at += (size_t)snprintf(line + at, sizeof line - at, "%s", level);
    n = vsnprintf(line + at, sizeof line - at - 1, format, arguments);
    if (n > 0 && (size_t)n < sizeof line - at - 1)
        at += (size_t)n;
    else if (n > 0)
        at = length_of_whole(line, sizeof line - 2);
    for (char *c = line; c < line + at; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
    line[at++] = '\n';
    /* one write a line, so that threads do not cut into each other */
    if (write(STDERR_FILENO, line, at) < 0)
        return;
}

#define LOG(priority, level)                        \
    va_list arguments;                              \
    if ((priority) > atomic_load(&least))           \
        return;                                     \
    va_start(arguments, format);                    \
    write_line(priority, level, format, arguments); \
    va_end(arguments)

void log_info(const char *format, ...)
{
    LOG(LOG_INFO, "");
}

void log_warning(const char *format, ...)
{
    LOG(LOG_WARNING, "warning: ");
}

void log_error(const char *format, ...)
{
    LOG(LOG_ERROR, "error: ");
}

void log_quiet(bool is_quiet)
{
    atomic_store(&least, is_quiet ? LOG_WARNING : LOG_INFO);
}

void log_from(const char *level)
{
    atomic_store(&least, strcmp(level, "error") == 0     ? LOG_ERROR
                         : strcmp(level, "warning") == 0 ? LOG_WARNING
                                                         : LOG_INFO);
}

const char *log_number(const char *number, char buffer[24])
{
    size_t n = strlen(number), ends = n >= 11 ? 4 : n / 4;

    if (n < 4)
        snprintf(buffer, 24, "****");
    else
        snprintf(buffer, 24, "%.*s****%s", n >= 11 ? (int)(n - 8 > 6 ? 6 : n - 8) : (int)ends, number,
                 number + n - ends);
    return buffer;
}

const char *log_words(void *mem, const char *why)
{
    char *words = talloc_strndup(mem, why, WORDS_MOST);

    words[length_of_whole(words, strlen(words))] = '\0';
    for (char *c = words; *c;) {
        size_t digits = strspn(c, "0123456789");

        if ((unsigned char)*c < ' ' || *c == 0x7f)
            *c = ' ';
        if (digits >= 8)
            memset(c + 3, '*', digits - 7);
        c += digits ? digits : 1;
    }
    return words;
}
