/*
 * Character sets that texts arrive in; libunistring and iconv do the work.
 */
#ifndef GATEWAY_PROVIDER_CHARSET_H
#define GATEWAY_PROVIDER_CHARSET_H

#include <stdbool.h>
#include <stddef.h>

/* iconv's name of one of the usual character sets, whose other names and case are accepted; NULL for any
 * other. */
const char *charset_find(const char *name);

/* The charset of a Content-Type (text/plain; charset="GBK"), from mem; NULL when it names none. */
const char *charset_of_type(void *mem, const char *content_type);

/*
 * Octets in a charset of charset_find as UTF-8, from mem. What is malformed becomes "?" or U+FFFD if
 * is_lenient. NULL: malformed, or a NUL in the text. "": nobody said which charset; it is UTF-8, or else the
 * one in which the octets make a Chinese text.
 */
const char *charset_to_utf8(void *mem, const char *octets, size_t n, const char *charset, bool is_lenient);

#endif
