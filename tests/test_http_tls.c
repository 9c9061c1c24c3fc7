#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>

#include "gateway/config.h"
#include "tests/support/certificate.h"
#include "tests/support/http_support.h"
#include "tests/support/support.h"

struct world {
    const char *certificate, *key;
    struct http_world *http;
};

static void make_certificate(const char *certificate_path, const char *key_path)
{
    gnutls_datum_t certificate, key;

    certificate_make("localhost", time(NULL) - 3600, time(NULL) + 86400, &certificate, &key);
    certificate_append(certificate_path, &certificate);
    certificate_append(key_path, &key);
    gnutls_free(certificate.data);
    gnutls_free(key.data);
}

static int open_world(void **state)
{
    struct world *world = talloc_zero(NULL, struct world);
    const char *folder = temporary_directory(world);

    world->certificate = talloc_asprintf(world, "%s/certificate.pem", folder);
    world->key = talloc_asprintf(world, "%s/key.pem", folder);
    make_certificate(world->certificate, world->key);
    world->http = http_world_open(
        talloc_asprintf(world, "certificate = \"%s\"\nkey = \"%s\"\n", world->certificate, world->key), "");
    *state = world;
    return 0;
}

static int close_world(void **state)
{
    struct world *world = *state;

    http_world_close(world->http);
    talloc_free(world);
    return 0;
}

static size_t keep(char *data, size_t size, size_t n, void *arg)
{
    char **text = arg;

    *text = talloc_strndup_append(*text, data, size * n);
    return size * n;
}

static CURLcode ask(struct world *world, const char *ca, long version, char **body)
{
    CURL *curl = curl_easy_init();
    CURLcode result;

    *body = talloc_strdup(world, "");
    curl_easy_setopt(curl, CURLOPT_URL,
                     talloc_asprintf(world, "https://localhost:%d/healthz", world->http->port));
    curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, version);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, body);
    result = curl_easy_perform(curl);
    curl_easy_cleanup(curl);
    return result;
}

static void a_configured_certificate_is_shown(void **state)
{
    struct world *world = *state;
    char *body;

    assert_int_equal(ask(world, world->certificate, CURL_SSLVERSION_DEFAULT, &body), CURLE_OK);
    assert_string_equal(body, "alive\n");
}

static void old_versions_of_tls_are_refused(void **state)
{
    struct world *world = *state;
    char *body;

    assert_int_not_equal(
        ask(world, world->certificate, CURL_SSLVERSION_TLSv1_0 | CURL_SSLVERSION_MAX_TLSv1_1, &body),
        CURLE_OK);
    assert_string_equal(body, "");
}

static void what_is_not_tls_gets_no_answer(void **state)
{
    struct world *world = *state;

    assert_int_equal(http_ask(world->http, world, "GET", "/healthz", NULL, NULL).status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_configured_certificate_is_shown),
        TEST(old_versions_of_tls_are_refused),
        TEST(what_is_not_tls_gets_no_answer),
    };
    int failed;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
