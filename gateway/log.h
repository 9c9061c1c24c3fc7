/*
 * One line a happening, to standard error, with the time in the configured zone. Never a whole phone number,
 * never a text.
 */
#ifndef GATEWAY_LOG_H
#define GATEWAY_LOG_H

#include <stdbool.h>

void log_info(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warning(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Warnings and errors only. Set before threads start. */
void log_quiet(bool is_quiet);

/* "138****1234": what a log or a stranger may see of a number. At most 24 octets, in buffer, which is
 * returned. */
const char *log_number(const char *number, char buffer[24]);

#endif
