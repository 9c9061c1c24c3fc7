/*
 * Time-based codes of an authenticator (RFC 6238; SHA-1, 30 seconds, 6 digits).
 */
#ifndef GATEWAY_PAGE_TOTP_H
#define GATEWAY_PAGE_TOTP_H

#include <stdbool.h>
#include <stdint.h>

/* A new 160-bit secret in base32, from mem. NULL: the system gave no random numbers. */
const char *totp_new(void *mem);

/*
 * Whether this is the code of the 30-second step of now (seconds), the one before or the one after.
 * *last_step, the last step accepted, is moved forward, so that each code is accepted once.
 */
bool totp_is_right(const char *secret, const char *code, int64_t now, int64_t *last_step);

/* otpauth://totp/... for an authenticator, from mem. */
const char *totp_url(void *mem, const char *issuer, const char *account, const char *secret);

#endif
