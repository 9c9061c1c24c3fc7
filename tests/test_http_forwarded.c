#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>
#include <time.h>
#include <unistd.h>

#include "gateway/http/address.h"
#include "gateway/http/forwarded.h"
#include "gateway/http/peers.h"
#include "tests/support/http_support.h"

#define KEY "0123456789abcdef0123456789abcdef0123456789abcdef"

static struct sockaddr_storage address_of(const char *host)
{
    struct sockaddr_storage address;

    assert_true(address_parse_host(host, strlen(host), &address));
    return address;
}

/* Proxies are 10.0.0.0/8 and 2001:db8:1::/48. */
static const char *client(const char *peer, const char *name, const char *first, const char *second)
{
    static const char *networks[] = { "10.0.0.0/8", "2001:db8:1::/48" };
    static char text[64];
    const struct config config = { .http_proxies = networks, .n_http_proxies = 2, .http_proxy_header = name };
    const struct pair headers[] = { { "X-Forwarded-For", strcmp(name, "Forwarded") == 0 ? "1.1.1.1" : first },
                                    { "Forwarded", strcmp(name, "Forwarded") == 0 ? first : "for=1.1.1.1" },
                                    { name, second } };
    struct sockaddr_storage from = address_of(peer), found;

    forwarded_client(&config, (struct sockaddr *)&from, headers, second ? 3 : first ? 2 : 0, &found);
    return address_text((struct sockaddr *)&found, text, sizeof text);
}

static void only_what_a_proxy_of_ours_wrote_is_believed(void **state)
{
    static const struct {
        const char *peer, *first, *second, *client;
    } table[] = {
        { "203.0.113.9", "198.51.100.7", NULL, "203.0.113.9" },
        { "10.0.0.1", NULL, NULL, "10.0.0.1" },
        { "10.0.0.1", "198.51.100.7", NULL, "198.51.100.7" },
        { "10.0.0.1", "192.0.2.1, 198.51.100.7", NULL, "198.51.100.7" },
        { "10.0.0.1", "192.0.2.1,198.51.100.7 ,\t10.2.0.1", NULL, "198.51.100.7" },
        { "10.0.0.1", "192.0.2.1", "198.51.100.7,10.2.0.1", "198.51.100.7" },
        { "10.0.0.1", "198.51.100.7", "10.2.0.1", "198.51.100.7" },
        { "10.0.0.1", "10.9.9.9", "10.2.0.1", "10.9.9.9" },
        { "10.0.0.1", "198.51.100.7:51234", NULL, "198.51.100.7" },
        { "10.0.0.1", "2001:db8::7", NULL, "2001:db8::7" },
        { "10.0.0.1", "[2001:db8::7]:443", NULL, "2001:db8::7" },
        { "2001:db8:1::5", "198.51.100.7", NULL, "198.51.100.7" },
        { "10.0.0.1", "unknown", NULL, "?" },
        { "10.0.0.1", "198.51.100.7, unknown", NULL, "?" },
        { "10.0.0.1", "198.51.100.7,", "10.2.0.1", "198.51.100.7" },
        { "10.0.0.1", "198.51.100.7, ", NULL, "?" },
        { "10.0.0.1", "198.51.100.7:0123456789", NULL, "198.51.100.7" },
        { "10.0.0.1", "198.51.100.7:1/", NULL, "?" },
        { "10.0.0.1", "[2001:db8::7]:1:", NULL, "?" },
        { "10.0.0.1", "198.51.100.7:x", NULL, "?" },
        { "10.0.0.1", "[2001:db8::7", NULL, "?" },
        { "10.0.0.1", "[2001:db8::7]443", NULL, "?" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *found = client(table[i].peer, "X-Forwarded-For", table[i].first, table[i].second);

        if (strcmp(found, table[i].client) != 0)
            fail_msg("%zu: %s, not %s", i, found, table[i].client);
    }
}

static void the_standards_header_is_read_where_it_is_configured(void **state)
{
    static const struct {
        const char *text, *client;
    } table[] = {
        { "for=198.51.100.7", "198.51.100.7" },
        { "For=198.51.100.7;proto=https;by=10.0.0.1", "198.51.100.7" },
        { "proto=https; for=\"[2001:db8::17]:4711\"", "2001:db8::17" },
        { "for=192.0.2.1, for=\"198.51.100.7:80\"", "198.51.100.7" },
        { "for=198.51.100.7, for=10.1.1.1;host=a", "198.51.100.7" },
        { "for=198.51.100.7;host=\"a,for=10.0.0.9;b\"", "198.51.100.7" },
        { "for=198.51.100.7;host=\"a\\\",for=10.0.0.9\"", "198.51.100.7" },
        /* the quote at the end is escaped, so nothing closes the one before */
        { "for=198.51.100.7;host=\"a\\\"", "?" },
        { "for=198.51.100.7;host=\"a\\", "?" },
        { "for=198.51.100.7;host=\"a\\\\\"", "198.51.100.7" },
        /* a quote that the client opened swallows what the proxy wrote, and is caught */
        { "for=\"192.0.2.1, for=198.51.100.7", "?" },
        { "for=\"192.0.2.1, for=198.51.100.7;host=\"a\"", "?" },
        { "for=_hidden", "?" },
        { "for=unknown", "?" },
        { "proto=https", "?" },
        { "for=", "?" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const char *found = client("10.0.0.1", "Forwarded", table[i].text, NULL);

        if (strcmp(found, table[i].client) != 0)
            fail_msg("%s: %s, not %s", table[i].text, found, table[i].client);
    }
}

/* Prefixes that end within an octet: the last address inside, and the next one. */
static void a_network_ends_where_its_bits_do(void **state)
{
    static const struct {
        const char *network, *inside, *outside;
    } table[] = {
        { "172.16.0.0/12", "172.31.255.255", "172.32.0.0" },
        { "172.16.0.0/12", "172.16.0.0", "172.15.255.255" },
        { "192.168.128.0/17", "192.168.128.0", "192.168.127.255" },
        { "10.0.0.0/31", "10.0.0.1", "10.0.0.2" },
        { "10.0.0.1/32", "10.0.0.1", "10.0.0.0" },
        { "10.0.0.1", "10.0.0.1", "10.0.0.3" },
        { "0.0.0.0/1", "127.255.255.255", "128.0.0.0" },
        { "2001:db8:8000::/33", "2001:db8:ffff::1", "2001:db8:7fff::1" },
        { "2001:db8::/127", "2001:db8::1", "2001:db8::2" },
        { "10.0.0.0/8", "::ffff:10.1.2.3", "::ffff:11.1.2.3" },
    };

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct sockaddr_storage inside = address_of(table[i].inside), outside = address_of(table[i].outside);

        if (!address_is_in((struct sockaddr *)&inside, table[i].network) ||
            address_is_in((struct sockaddr *)&outside, table[i].network))
            fail_msg("%s: %s, %s", table[i].network, table[i].inside, table[i].outside);
    }
}

/* Longer than any address can be written: 45 characters are the most. */
static void what_is_no_network_holds_nobody(void **state)
{
    struct sockaddr_storage four = address_of("10.0.0.1"), six = address_of("2001:db8::1");
    char long_name[64];

    (void)state;
    for (size_t length = 0; length < sizeof long_name; length++) {
        memset(long_name, '1', length);
        long_name[length] = '\0';
        assert_false(address_is_in((struct sockaddr *)&four, long_name));
        assert_false(address_is_in((struct sockaddr *)&six, long_name));
    }
    assert_false(address_is_in((struct sockaddr *)&four, "/8"));
    assert_false(address_is_in((struct sockaddr *)&four, "2001:db8::/32"));
    assert_false(address_is_in((struct sockaddr *)&six, "10.0.0.0/8"));
}

/* Sixteen are believed; nobody has so many proxies. */
static void a_long_list_of_proxies_leads_nowhere(void **state)
{
    char *text = talloc_strdup(NULL, "198.51.100.7");

    (void)state;
    for (int i = 0; i < 15; i++)
        text = talloc_asprintf_append(text, ",10.0.0.%d", i);
    assert_string_equal(client("10.0.0.1", "X-Forwarded-For", text, NULL), "198.51.100.7");
    text = talloc_strdup_append(text, ",10.0.0.99");
    assert_string_equal(client("10.0.0.1", "X-Forwarded-For", text, NULL), "?");
    talloc_free(text);
}

static int http_status(const struct http_world *world, void *mem, const char *path, const char *headers,
                       const char *body)
{
    return http_ask(world, mem, body ? "POST" : "GET", path, headers, body).status;
}

static void a_list_of_networks_goes_by_the_client_behind_the_proxy(void **state)
{
    static const char path[] = "/hook/far/" KEY, body[] = "from=13800138000&text=a";
    struct http_world *world =
        http_world_open("proxies = { \"127.0.0.0/8\" }",
                        "provider far { hook_key = \"" KEY
                        "\" in_from = from in_text = text allow = { \"203.0.113.0/24\" } }\n");

    (void)state;
    assert_int_equal(http_status(world, world, path, "X-Forwarded-For: 203.0.113.7\r\n", body), 200);
    assert_int_equal(http_status(world, world, path, "X-Forwarded-For: 203.0.113.7, 198.51.100.7\r\n", body),
                     403);
    assert_int_equal(http_status(world, world, path, "Forwarded: for=203.0.113.7\r\n", body), 403);
    assert_int_equal(http_status(world, world, path, NULL, body), 403);
    assert_int_equal(http_status(world, world, "/metrics", NULL, NULL), 200);
    assert_int_equal(http_status(world, world, "/metrics", "X-Forwarded-For: 203.0.113.7\r\n", NULL), 403);
    http_world_close(world);
}

static void nobody_is_believed_who_is_no_proxy_of_ours(void **state)
{
    static const char path[] = "/hook/far/" KEY, body[] = "from=13800138000&text=a";
    struct http_world *world =
        http_world_open("", "provider far { hook_key = \"" KEY
                            "\" in_from = from in_text = text allow = { \"203.0.113.0/24\" } }\n");

    (void)state;
    assert_int_equal(http_status(world, world, path, "X-Forwarded-For: 203.0.113.7\r\n", body), 403);
    /* whoever speaks for somebody else is not this machine */
    assert_int_equal(http_status(world, world, "/metrics", NULL, NULL), 200);
    assert_int_equal(http_status(world, world, "/metrics", "X-Forwarded-For: 127.0.0.1\r\n", NULL), 403);
    assert_int_equal(http_status(world, world, "/metrics", "Via: 1.1 proxy\r\n", NULL), 403);
    http_world_close(world);
}

static void an_address_has_so_many_connections(void **state)
{
    static const char *networks[] = { "10.0.0.0/8" };
    const struct config config = { .http_address_connections = 2,
                                   .http_proxies = networks,
                                   .n_http_proxies = 1 };
    struct peers *peers = peers_new(NULL, &config);
    struct sockaddr_storage one = address_of("198.51.100.7"), mapped = address_of("::ffff:198.51.100.7"),
                            other = address_of("198.51.100.8"), wide = address_of("2001:db8::1"),
                            same_wide = address_of("2001:db8::ffff:1"),
                            next_wide = address_of("2001:db8:0:1::1"), own = address_of("127.0.0.1"),
                            own_v6 = address_of("::1"), proxy = address_of("10.1.2.3");
    struct peer *peer;

    (void)state;
    peers_enter(peers, (struct sockaddr *)&one);
    peer = peers_enter(peers, (struct sockaddr *)&mapped);
    assert_false(peers_may_enter(peers, (struct sockaddr *)&one));
    assert_true(peers_may_enter(peers, (struct sockaddr *)&other));
    peers_leave(peers, peer);
    assert_true(peers_may_enter(peers, (struct sockaddr *)&one));
    peers_leave(peers, peer); /* the last: it is forgotten */
    for (int i = 0; i < 2; i++) {
        peers_enter(peers, (struct sockaddr *)&wide);
        peers_enter(peers, (struct sockaddr *)&own);
        peers_enter(peers, (struct sockaddr *)&own_v6);
        peers_enter(peers, (struct sockaddr *)&proxy);
    }
    assert_false(peers_may_enter(peers, (struct sockaddr *)&same_wide));
    assert_true(peers_may_enter(peers, (struct sockaddr *)&next_wide));
    assert_true(peers_may_enter(peers, (struct sockaddr *)&own));
    assert_true(peers_may_enter(peers, (struct sockaddr *)&own_v6));
    assert_true(peers_may_enter(peers, (struct sockaddr *)&proxy));
    talloc_free(peers);
}

/* An address of this machine that is not loopback; false: it has none. */
static bool find_address(struct sockaddr_in *address)
{
    struct ifaddrs *all, *one;
    bool is_found = false;

    assert_int_equal(getifaddrs(&all), 0);
    for (one = all; one && !is_found; one = one->ifa_next) {
        if (!one->ifa_addr || one->ifa_addr->sa_family != AF_INET || address_is_own(one->ifa_addr))
            continue;
        memcpy(address, one->ifa_addr, sizeof *address);
        is_found = true;
    }
    freeifaddrs(all);
    return is_found;
}

/* -1: not let in. */
static int visit(struct http_world *world, struct sockaddr_in address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    void *mem = talloc_new(NULL);
    int status = 0;

    address.sin_port = htons((uint16_t)world->port);
    assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    if (http_send(fd, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"))
        status = http_reply(mem, fd).status;
    talloc_free(mem);
    if (status == 200)
        return fd;
    close(fd);
    return -1;
}

static void one_address_does_not_take_all_connections(void **state)
{
    struct sockaddr_in address;
    struct http_world *world;
    int first, second, again = -1;

    (void)state;
    if (!find_address(&address)) {
        print_message("# left out: an address beside loopback\n");
        return;
    }
    world = http_world_open_at("0.0.0.0:0", "address_connections = 2", "");
    first = visit(world, address);
    second = visit(world, address);
    assert_true(first >= 0 && second >= 0);
    assert_int_equal(visit(world, address), -1);
    assert_int_equal(http_ask(world, world, "GET", "/healthz", NULL, NULL).status, 200);
    close(second);
    for (int i = 0; i < 4000 && again < 0; i++) {
        again = visit(world, address);
        if (again < 0)
            nanosleep(&(struct timespec){ .tv_nsec = 5000000 }, NULL);
    }
    assert_true(again >= 0);
    close(again);
    close(first);
    assert_non_null(strstr(http_ask(world, world, "GET", "/metrics", NULL, NULL).body,
                           "xiangyin_http_refused_total{reason=\"connection\"} "));
    http_world_close(world);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_a_proxy_of_ours_wrote_is_believed),
        cmocka_unit_test(a_network_ends_where_its_bits_do),
        cmocka_unit_test(what_is_no_network_holds_nobody),
        cmocka_unit_test(the_standards_header_is_read_where_it_is_configured),
        cmocka_unit_test(a_long_list_of_proxies_leads_nowhere),
        cmocka_unit_test(a_list_of_networks_goes_by_the_client_behind_the_proxy),
        cmocka_unit_test(nobody_is_believed_who_is_no_proxy_of_ours),
        cmocka_unit_test(an_address_has_so_many_connections),
        cmocka_unit_test(one_address_does_not_take_all_connections),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
