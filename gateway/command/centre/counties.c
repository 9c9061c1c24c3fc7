/*
 * At a county: the other counties as the centre lists them, and which of their keys hold here.
 */
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include "gateway/command/centre/centre_command.h"
#include "gateway/command/command.h"
#include "gateway/command/print/table.h"
#include "gateway/command/words.h"
#include "gateway/turn/transfer.h"
#include "store/county/counties.h"

enum { GROUPS = 5 };

const char *centre_fingerprint(void *mem, const char *key)
{
    char *text = talloc_strdup(mem, "");
    unsigned char digest[32];

    if (!*key)
        return text;
    gnutls_hash_fast(GNUTLS_DIG_SHA256, key, strlen(key), digest);
    for (size_t i = 0; i < GROUPS; i++)
        text = talloc_asprintf_append(text, "%s%02x%02x", i ? " " : "", digest[2 * i], digest[2 * i + 1]);
    return text;
}

static const char *state_of(void *mem, const struct county *county)
{
    if (!*county->key)
        return words("not linked yet");
    if (!county_has_changed(county))
        return "";
    return talloc_asprintf(mem, words("to confirm: %s, %s"),
                           *county->new_name ? county->new_name : county->name,
                           centre_fingerprint(mem, *county->new_key ? county->new_key : county->key));
}

int centre_list_counties(void *mem, int argc, char **argv)
{
    static const struct column columns[] = {
        { "CODE", 8, false }, { "NAME", 16, false }, { "FINGERPRINT", 24, false }, { "STATE", 70, false }
    };
    const char *own = NULL;
    const struct config *config;
    struct county *counties;
    struct store *store;
    size_t n;
    int status;

    if (argc > 1)
        return command_wrong_use("counties takes no argument %s", argv[1]);
    status = command_open(mem, false, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!store_get(store, mem, TRANSFER_PUBLIC_KEY, &own) || !store_counties(store, mem, &counties, &n))
        return command_failed("%s", store_error(store));
    table_heading(stdout, columns, 4);
    table_row(
        stdout, columns,
        (const char *[]){ "", config->county, centre_fingerprint(mem, own ? own : ""), words("this county") },
        4);
    for (size_t i = 0; i < n; i++)
        table_row(stdout, columns,
                  (const char *[]){ counties[i].code, counties[i].name,
                                    centre_fingerprint(mem, counties[i].key), state_of(mem, &counties[i]) },
                  4);
    return EXIT_SUCCESS;
}

int centre_trust(void *mem, int argc, char **argv)
{
    const struct config *config;
    struct county *county;
    struct store *store;
    int status;

    if (argc != 2)
        return command_wrong_use("trust takes the county's code");
    status = command_open(mem, true, &config, &store);
    if (status != EXIT_SUCCESS)
        return status;
    if (!command_begin(store))
        return EXIT_FAILURE;
    if (!store_trust_county(store, mem, argv[1], &county) || !store_commit(store)) {
        store_rollback(store);
        return command_failed("%s", store_error(store));
    }
    if (!county)
        return command_failed("the centre has listed no county %s", argv[1]);
    printf("%s %s %s\n", county->code, county->name, centre_fingerprint(mem, county->key));
    return EXIT_SUCCESS;
}
