#include "tests/support/ports.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <arpa/inet.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <talloc.h>
#include <unistd.h>

enum { FIRST = 9000, PORTS = 7000, TRIES = 200 };

/* The folder of the files that are locked, from mem. */
static char *locks(void *mem)
{
    return talloc_asprintf(mem, "/tmp/xiangyin-ports-%u", getuid());
}

static bool is_free_for(int type, int port)
{
    struct sockaddr_in at = { .sin_family = AF_INET,
                              .sin_port = htons((uint16_t)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), is_reused = type == SOCK_STREAM;

    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &is_reused, sizeof is_reused);
    bool is_bound = bind(fd, (struct sockaddr *)&at, sizeof at) == 0;

    close(fd);
    return is_bound;
}

/* The lock's descriptor, which stays open; -1: another test has the port, or a program listens there. */
static int lock(int port)
{
    char *path = talloc_asprintf_append(locks(NULL), "/%d", port);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (fd < 0)
        fail_msg("%s: cannot be opened", path);
    talloc_free(path);
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && is_free_for(SOCK_DGRAM, port) && is_free_for(SOCK_STREAM, port))
        return fd;
    close(fd);
    return -1;
}

static bool lock_all(int first, int n)
{
    int *fds = talloc_array(NULL, int, (size_t)n), i = 0;

    while (i < n && (fds[i] = lock(first + i)) >= 0)
        i++;
    bool is_done = i == n;

    while (!is_done && i > 0)
        close(fds[--i]);
    talloc_free(fds);
    return is_done;
}

int ports_reserve(int n)
{
    char *folder = locks(NULL);

    mkdir(folder, 0700);
    talloc_free(folder);
    for (int i = 0; i < TRIES; i++) {
        unsigned chosen = 0;

        assert_int_equal(getrandom(&chosen, sizeof chosen, 0), sizeof chosen);
        int first = FIRST + (int)(chosen % (unsigned)(PORTS - n)) / 2 * 2;

        if (lock_all(first, n))
            return first;
    }
    fail_msg("no %d ports in a row are free", n);
    return 0;
}
