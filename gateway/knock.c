#include "gateway/knock.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static bool name_socket(struct sockaddr_un *address, const char *database)
{
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    int n = snprintf(address->sun_path, sizeof address->sun_path, "%s.knock", database);

    if (n < 0 || (size_t)n >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return false;
    }
    return true;
}

int knock_open(const char *database)
{
    struct sockaddr_un address;
    int fd;

    if (!name_socket(&address, database))
        return -1;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    unlink(address.sun_path);
    if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || chmod(address.sun_path, 0600) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

bool knock_wait(int fd, int timeout_ms)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    char octet;

    if (poll(&wait, 1, timeout_ms) <= 0)
        return false;
    while (recv(fd, &octet, 1, 0) >= 0)
        ;
    return true;
}

void knock_send(const char *database)
{
    struct sockaddr_un address;
    int fd;

    if (!database || !name_socket(&address, database))
        return;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return;
    /* a full queue means that a knock is waiting already */
    (void)!sendto(fd, "", 1, 0, (struct sockaddr *)&address, sizeof address);
    close(fd);
}

/* The path of a gateway that died is still there, but nobody is behind it. */
bool knock_is_heard(const char *database)
{
    struct sockaddr_un address;
    bool is_heard;
    int fd;

    if (!database || !name_socket(&address, database))
        return false;
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    is_heard = fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (fd >= 0)
        close(fd);
    return is_heard;
}

void knock_close(int fd, const char *database)
{
    struct sockaddr_un address;

    close(fd);
    if (name_socket(&address, database))
        unlink(address.sun_path);
}
