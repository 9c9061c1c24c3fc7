/*
 * The log: one line an entry, on standard error, stamped in the configured time zone. Callers never log
 * a whole phone number or a text.
 */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

#include <stdbool.h>

/* Control characters become blanks; what exceeds 1,024 octets is cut between characters. From any thread. */
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* What a county's monitoring looks for. In systemd's journal each has a MESSAGE_ID of its own, which never
 * changes; xiangyin-gateway(1) lists them. */
enum log_event {
    LOG_EVENT_READY,
    LOG_EVENT_STOPPED,
    LOG_EVENT_RELOADED,
    LOG_EVENT_LINE_UP,
    LOG_EVENT_LINE_DOWN,
    LOG_EVENT_STORE_FAILS,
    LOG_EVENT_STORE_WORKS,
    LOG_EVENT_DISK_LOW,
    LOG_EVENT_CALENDAR_STOPPED,
    LOG_EVENT_TEXT_FAILED /* a text could not be handled, and is kept as failed */
};
/* An entry with the priority of its event. From any thread. */
void log_event(enum log_event event, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Where the journal takes entries with fields; for tests. */
void log_journal(const char *socket);

/* Warnings and errors only, or all. */
void log_quiet(bool is_quiet);

/* The least serious entries that are written: "info", "warning" or "error". From any thread. */
void log_from(const char *level);

/* A number as a log or a stranger may see it: "138****1234". Written to buffer, which is returned. */
const char *log_number(const char *number, char buffer[24]);

/* Another system's words for the log or a person: no control characters, no whole phone number, at most 200
 * octets. */
const char *log_words(void *mem, const char *why);

#endif
