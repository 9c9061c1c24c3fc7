#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <curl/curl.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/config.h"
#include "tests/support/certificate.h"
#include "tests/support/http_support.h"
#include "tests/support/support.h"

struct world {
    const char *certificate, *key;
    struct http_world *http;
};

static void make_certificate(const char *certificate_path, const char *key_path,
                             void (*make)(const char *name, time_t from, time_t until,
                                          gnutls_datum_t *certificate, gnutls_datum_t *key))
{
    gnutls_datum_t certificate, key;

    make("localhost", time(NULL) - 3600, time(NULL) + 86400, &certificate, &key);
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
    make_certificate(world->certificate, world->key, certificate_make);
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

/* A handshake of GnuTLS with what it offers; 0, or its error. serial: of the certificate shown, unless NULL.
 */
static int handshake(struct world *world, const char *priorities, int *serial)
{
    gnutls_certificate_credentials_t credentials;
    const gnutls_datum_t *shown;
    gnutls_session_t session;
    int fd = http_connect(world->http), code;
    unsigned n;

    gnutls_certificate_allocate_credentials(&credentials);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    assert_int_equal(gnutls_priority_set_direct(session, priorities, NULL), 0);
    gnutls_transport_set_int(session, fd);
    do
        code = gnutls_handshake(session);
    while (code < 0 && !gnutls_error_is_fatal(code));
    shown = code == 0 ? gnutls_certificate_get_peers(session, &n) : NULL;
    if (serial && shown) {
        unsigned char octets[20];
        size_t length = sizeof octets;
        gnutls_x509_crt_t crt;

        gnutls_x509_crt_init(&crt);
        assert_int_equal(gnutls_x509_crt_import(crt, shown, GNUTLS_X509_FMT_DER), 0);
        assert_int_equal(gnutls_x509_crt_get_serial(crt, octets, &length), 0);
        *serial = octets[length - 1];
        gnutls_x509_crt_deinit(crt);
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    close(fd);
    return code;
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

/* Of TLS 1.2: authenticated encryption with forward secrecy, and nothing else. */
static void weak_ciphers_are_refused(void **state)
{
    static const struct {
        const char *priorities;
        bool is_good;
    } offers[] = {
        { "NORMAL:-VERS-ALL:+VERS-TLS1.2", true },
        { "NORMAL:-VERS-ALL:+VERS-TLS1.2:-KX-ALL:+RSA", false },
        { "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-CBC:+AES-256-CBC", false },
        { "NORMAL:-VERS-ALL:+VERS-TLS1.2:-CIPHER-ALL:+AES-128-GCM", true },
    };
    struct world *world = *state;

    assert_int_equal(unlink(world->certificate), 0);
    assert_int_equal(unlink(world->key), 0);
    make_certificate(world->certificate, world->key, certificate_make_rsa);
    assert_true(http_server_reload(world->http->server));
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
        int code = handshake(world, offers[i].priorities, NULL);

        if ((code == 0) != offers[i].is_good)
            fail_msg("%s: %s", offers[i].priorities, gnutls_strerror(code));
    }
}

/* The serial number of the certificate that a new connection is shown. */
static int shown_serial(struct world *world)
{
    int serial = -1;

    assert_int_equal(handshake(world, "NORMAL", &serial), 0);
    return serial;
}

static void the_certificate_is_read_again(void **state)
{
    struct world *world = *state;
    int before = shown_serial(world), idle = http_connect(world->http);
    char octet;

    assert_true(http_server_reload(world->http->server));
    assert_int_equal(shown_serial(world), before);
    assert_int_equal(unlink(world->certificate), 0);
    assert_int_equal(unlink(world->key), 0);
    make_certificate(world->certificate, world->key, certificate_make);
    assert_true(http_server_reload(world->http->server));
    assert_int_not_equal(shown_serial(world), before);
    assert_true(recv(idle, &octet, 1, 0) <= 0); /* those of the old one are closed */
    close(idle);
    /* what cannot be used changes nothing */
    before = shown_serial(world);
    assert_int_equal(truncate(world->key, 100), 0);
    assert_false(http_server_reload(world->http->server));
    assert_int_equal(shown_serial(world), before);
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
        TEST(a_configured_certificate_is_shown), TEST(old_versions_of_tls_are_refused),
        TEST(weak_ciphers_are_refused),          TEST(the_certificate_is_read_again),
        TEST(what_is_not_tls_gets_no_answer),
    };
    int failed;

    curl_global_init(CURL_GLOBAL_DEFAULT);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    curl_global_cleanup();
    return failed;
}
