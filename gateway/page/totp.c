#include "gateway/page/totp.h"

#include <gnutls/crypto.h>
#include <liboath/oath.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

enum { SECRET_OCTETS = 20, STEP_SECONDS = 30, WINDOW = 1, DIGITS = 6 };

const char *totp_new(void *mem)
{
    unsigned char octets[SECRET_OCTETS];
    const char *kept = NULL;
    char *text;

    if (gnutls_rnd(GNUTLS_RND_KEY, octets, sizeof octets) == 0 &&
        oath_base32_encode((const char *)octets, sizeof octets, &text, NULL) == OATH_OK) {
        kept = talloc_strdup(mem, text);
        free(text);
    }
    explicit_bzero(octets, sizeof octets);
    return kept;
}

bool totp_is_right(const char *secret, const char *code, int64_t now, int64_t *last_step)
{
    char *octets;
    size_t length;
    int64_t step = 0;

    if (strlen(code) != DIGITS || oath_base32_decode(secret, strlen(secret), &octets, &length) != OATH_OK)
        return false;
    for (int64_t i = now / STEP_SECONDS - WINDOW; i <= now / STEP_SECONDS + WINDOW; i++) {
        char made[DIGITS + 1];

        if (oath_totp_generate(octets, length, (time_t)(i * STEP_SECONDS), STEP_SECONDS, 0, DIGITS, made) ==
                OATH_OK &&
            i > *last_step && gnutls_memcmp(made, code, DIGITS) == 0)
            step = i;
    }
    free(octets);
    if (step)
        *last_step = step;
    return step != 0;
}

static char *escaped(void *mem, const char *text)
{
    char *all = talloc_strdup(mem, "");

    for (; *text; text++)
        all =
            (*text >= '0' && *text <= '9') || (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z')
                ? talloc_asprintf_append(all, "%c", *text)
                : talloc_asprintf_append(all, "%%%02X", (unsigned char)*text);
    return all;
}

const char *totp_url(void *mem, const char *issuer, const char *account, const char *secret)
{
    return talloc_asprintf(mem, "otpauth://totp/%s:%s?secret=%s&issuer=%s", escaped(mem, issuer),
                           escaped(mem, account), secret, escaped(mem, issuer));
}
