/*
 * Time-based codes of an authenticator (RFC 6238; SHA-1, 30 seconds, 6 digits).
 */
#ifndef GATEWAY_PAGE_TOTP_H
#define GATEWAY_PAGE_TOTP_H

#include <stdbool.h>
#include <stdint.h>

/* A fresh secret of 160 bits in base32, from mem. NULL: no random numbers. */
const char *totp_new(void *mem);

/*
 * Whether this is the code of now, of the step before or of the one after; *last_step, the last step that
 * counted, is moved on: each code counts once.
 */
bool totp_is_right(const char *secret, const char *code, int64_t now, int64_t *last_step);

/* otpauth://totp/... for an authenticator, from mem. */
const char *totp_url(void *mem, const char *issuer, const char *account, const char *secret);

#endif
