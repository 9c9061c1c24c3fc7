#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "gateway/voice/peers.h"

static int socket_at(const char *address, struct sockaddr_in *at)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    socklen_t size = sizeof *at;

    *at = (struct sockaddr_in){ .sin_family = AF_INET };
    inet_pton(AF_INET, address, &at->sin_addr);
    assert_int_equal(bind(fd, (struct sockaddr *)at, sizeof *at), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)at, &size), 0);
    return fd;
}

/* Whether a datagram from one loopback address arrives at a socket that takes these peers. */
static bool arrives(const char *words, const char *from)
{
    void *mem = talloc_new(NULL);
    char *rest = talloc_strdup(mem, words), *word;
    const char *networks[8];
    size_t n = 0;
    struct sockaddr_in to, own;
    struct peers peers;
    char octets[16];
    int receiver = socket_at("127.0.0.1", &to), sender = socket_at(from, &own);

    while (*words && (word = strsep(&rest, " ")) != NULL)
        networks[n++] = word;
    assert_int_equal(sendto(sender, "before", 6, 0, (struct sockaddr *)&to, sizeof to), 6);
    assert_null(peers_read(mem, networks, n, &peers));
    assert_true(peers_guard(&peers, receiver));
    assert_int_equal(recv(receiver, octets, sizeof octets, 0), -1);
    assert_int_equal(sendto(sender, "hello", 5, 0, (struct sockaddr *)&to, sizeof to), 5);

    bool has_come = recv(receiver, octets, sizeof octets, 0) == 5;

    assert_int_equal(has_come, peers_have(&peers, own.sin_addr));
    close(receiver);
    close(sender);
    talloc_free(mem);
    return has_come;
}

static void datagrams_of_others_never_reach_the_socket(void **state)
{
    (void)state;
    assert_true(arrives("", "127.0.0.1"));
    assert_false(arrives("", "127.0.0.2"));
    assert_true(arrives("127.0.0.2", "127.0.0.2"));
    assert_false(arrives("127.0.0.2", "127.0.0.1"));
    assert_true(arrives("10.1.2.3 192.168.0.0/16 127.1.0.0/16", "127.1.200.7"));
    assert_false(arrives("10.1.2.3 192.168.0.0/16 127.1.0.0/16", "127.2.0.1"));
    assert_true(arrives("127.0.0.0/8 10.0.0.0/8", "127.9.9.9"));
}

static void what_is_no_network_is_named(void **state)
{
    static const char *const wrong[] = { "pbx",         "10.0.0.0/0",  "10.0.0.0/33", "10.0.0.0/",
                                         "10.0.0.0/8x", "300.1.1.1/8", "::1",         "10.0.0.1/-1" };
    struct peers peers;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        void *mem = talloc_new(NULL);

        assert_non_null(peers_read(mem, &wrong[i], 1, &peers));
        talloc_free(mem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_of_others_never_reach_the_socket),
        cmocka_unit_test(what_is_no_network_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
