#include "gateway/line/line.h"

#include <gnutls/crypto.h>

#include "gateway/hex.h"

enum { BACKOFF_MS = 1000, BACKOFF_MOST_MS = 300000 };

int line_backoff_ms(int failures)
{
    int most = BACKOFF_MS;
    unsigned short jitter = 0;

    for (int i = 1; i < failures && most < BACKOFF_MOST_MS; i++)
        most *= 2;
    if (most > BACKOFF_MOST_MS)
        most = BACKOFF_MOST_MS;
    gnutls_rnd(GNUTLS_RND_NONCE, &jitter, sizeof jitter);
    return most / 2 + (int)((int64_t)most / 2 * jitter / 65536);
}

const char *line_nonce(void *mem)
{
    unsigned char octets[16];

    return gnutls_rnd(GNUTLS_RND_NONCE, octets, sizeof octets) < 0 ? NULL
                                                                   : hex_encode(mem, octets, sizeof octets);
}
