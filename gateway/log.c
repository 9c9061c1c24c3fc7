#include "gateway/log.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>
#include <unistr.h>

enum { WORDS_MOST = 200 };

/* Priorities of syslog(3). */
enum { LOG_ERROR = 3, LOG_WARNING = 4, LOG_INFO = 6 };

static atomic_int least = LOG_INFO;
static _Atomic(const char *) journal_socket = "/run/systemd/journal/socket";

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

/* The journal's own protocol: fields, a line each, in a datagram. False: nobody took it. */
static bool send_fields(int priority, const char *id, const char *line)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    char text[1400];
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), n;
    bool is_sent;

    if (fd < 0)
        return false;
    snprintf(address.sun_path, sizeof address.sun_path, "%s", atomic_load(&journal_socket));
    n = snprintf(text, sizeof text, "MESSAGE=%s\nPRIORITY=%d\nMESSAGE_ID=%s\nSYSLOG_IDENTIFIER=xiangyin\n",
                 line, priority, id);
    is_sent = sendto(fd, text, (size_t)n, MSG_NOSIGNAL, (struct sockaddr *)&address, sizeof address) == n;
    close(fd);
    return is_sent;
}

static const struct {
    int priority;
    const char *level, *id;
} events[] = {
    [LOG_EVENT_READY] = { LOG_INFO, "", "d4c142da8edc46af98404e2bb885761b" },
    [LOG_EVENT_STOPPED] = { LOG_INFO, "", "6d3d7d55f23246de9664b40f65708d01" },
    [LOG_EVENT_RELOADED] = { LOG_INFO, "", "4b113d868b794b04b31236ea3c40c978" },
    [LOG_EVENT_LINE_UP] = { LOG_INFO, "", "590b04ff59f84c3caa3d6ea30553b53d" },
    [LOG_EVENT_LINE_DOWN] = { LOG_WARNING, "warning: ", "4d47c30575a344d3ae399c14de820dd4" },
    [LOG_EVENT_STORE_FAILS] = { LOG_ERROR, "error: ", "5d9e589d2d124435af2c98430988a777" },
    [LOG_EVENT_STORE_WORKS] = { LOG_INFO, "", "4afc60dae6044ec5842f8fd6f2b587ac" },
    [LOG_EVENT_DISK_LOW] = { LOG_WARNING, "warning: ", "be48ec7ed4a54cdfaab7fc4642005ccd" },
    [LOG_EVENT_CALENDAR_STOPPED] = { LOG_WARNING, "warning: ", "02b4b2b0f11143e0aa59e62ee2cb9bb5" },
    [LOG_EVENT_TEXT_FAILED] = { LOG_WARNING, "warning: ", "5d9a0cc82951472087db4b5ef1613c7c" },
};

static void tidy(char *line)
{
    line[length_of_whole(line, strlen(line))] = '\0';
    for (char *c = line; *c; c++)
        if ((unsigned char)*c < ' ')
            *c = ' ';
}

void log_event(enum log_event event, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    bool is_sent = false;

    if (events[event].priority > atomic_load(&least))
        return;
    if (is_journal()) {
        va_start(arguments, format);
        vsnprintf(line, sizeof line, format, arguments);
        va_end(arguments);
        tidy(line);
        is_sent = send_fields(events[event].priority, events[event].id, line);
    }
    if (is_sent)
        return;
    va_start(arguments, format);
    write_line(events[event].priority, events[event].level, format, arguments);
    va_end(arguments);
}

void log_journal(const char *socket)
{
    atomic_store(&journal_socket, socket);
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
