/*
 * Hashes, MACs and their spellings, and comparing secrets; GnuTLS does the work. Results are allocated from
 * mem.
 */
#ifndef GATEWAY_PROVIDER_DIGEST_H
#define GATEWAY_PROVIDER_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

enum { DIGEST_MOST = 64 }; /* octets of the longest */

/* Lower-case hex. algorithm is a name that GnuTLS knows ("md5", "sha256"), in any case; else NULL. */
const char *digest_hex(void *mem, const char *algorithm, const void *data, size_t length);

/* HMAC in lower-case hex; algorithm as above. */
const char *hmac_hex(void *mem, const char *algorithm, const char *secret, const void *data, size_t length);
/* Writes the HMAC itself and returns its octets; 0 when the algorithm is not known. */
size_t hmac_octets(const char *algorithm, const void *secret, size_t n_secret, const void *data,
                   size_t length, unsigned char digest[DIGEST_MOST]);

/* RFC 4648, section 4, padded, on one line. */
const char *base64_encode(void *mem, const void *data, size_t length);

/* A key for what carries no id of its own: 32 hex digits of a hash over the texts; NULL counts as "". An
 * event with such a key sets is_key_derived, and the store seals it. */
const char *key_of(void *mem, const char *const *texts, size_t n);

/* Takes equally long wherever two texts of one length differ; the length is no secret. NULL equals nothing.
 */
bool is_same_secret(const char *given, const char *expected);

#endif
