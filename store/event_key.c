#include "store/event_key.h"

#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "store/sql.h"

/* Neither setting ever changes, so each store reads them once. */
static bool read_settings(struct store *store)
{
    const char *secret, *plain;
    void *mem;
    bool is_done;

    if (store->event_secret)
        return true;
    mem = talloc_new(store);
    is_done =
        store_get(store, mem, "event key secret", &secret) && store_get(store, mem, "plain keys", &plain);
    if (is_done && (!secret || !plain))
        is_done = sql_fail(store, "the setting that seals keys of events is missing");
    if (is_done) {
        store->event_secret = talloc_strdup(store, secret);
        store->plain_keys = strtoll(plain, NULL, 10);
    }
    talloc_free(mem);
    return is_done;
}

bool event_key_seal(struct store *store, const char *key, char sealed[SEALED_KEY_SIZE])
{
    unsigned char digest[32];

    if (!read_settings(store))
        return false;
    if (gnutls_hmac_fast(GNUTLS_MAC_SHA256, store->event_secret, strlen(store->event_secret), key,
                         strlen(key), digest) < 0)
        return sql_fail(store, "the key of an event cannot be sealed");
    for (size_t i = 0; i < SEALED_KEY_SIZE / 2; i++)
        snprintf(sealed + 2 * i, 3, "%02x", digest[i]);
    return true;
}

bool event_key_is_old(struct store *store, const char *line, const char *key, bool *is_old)
{
    int64_t id = 0;

    *is_old = false;
    if (!read_settings(store))
        return false;
    if (store->plain_keys == 0)
        return true;
    if (!sql_number(store, "SELECT id FROM events WHERE line = $1 AND external_id = $2 AND id <= $3",
                    VALUES(as_text(line), as_text(key), as_number(store->plain_keys)), &id))
        return false;
    *is_old = id != 0;
    return true;
}
