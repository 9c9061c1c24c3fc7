#include "gateway/knock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <talloc.h>
#include <unistd.h>

/* A path too long for a socket address is reached through its folder's file descriptor. */
struct door {
    struct sockaddr_un address;
    int folder; /* -1: not needed */
};

static bool fits(int n, const struct door *door)
{
    if (n >= 0 && (size_t)n < sizeof door->address.sun_path)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

static bool open_folder(struct door *door, const char *database)
{
    const char *slash = strrchr(database, '/');
    char folder[PATH_MAX] = ".";

    if (slash && snprintf(folder, sizeof folder, "%.*s/", (int)(slash - database), database) >= PATH_MAX) {
        errno = ENAMETOOLONG;
        return false;
    }
    door->folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    return door->folder >= 0 &&
           fits(snprintf(door->address.sun_path, sizeof door->address.sun_path, "/proc/self/fd/%d/%s.knock",
                         door->folder, slash ? slash + 1 : database),
                door);
}

static void leave_door(const struct door *door)
{
    int kept = errno;

    if (door->folder >= 0)
        close(door->folder);
    errno = kept;
}

static bool find_door(struct door *door, const char *database)
{
    *door = (struct door){ .address = { .sun_family = AF_UNIX }, .folder = -1 };
    if (fits(snprintf(door->address.sun_path, sizeof door->address.sun_path, "%s.knock", database), door) ||
        open_folder(door, database))
        return true;
    leave_door(door);
    return false;
}

static int open_socket(void)
{
    return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static int bind_to(const struct door *door)
{
    const struct sockaddr_un *address = &door->address;
    int fd = open_socket();

    if (fd < 0)
        return -1;
    unlink(address->sun_path);
    if (bind(fd, (const struct sockaddr *)address, sizeof *address) < 0 ||
        chmod(address->sun_path, 0600) < 0) {
        close(fd);
        return -1;
    }
    return fd;
}

int knock_open(const char *database)
{
    struct door door;
    int fd;

    if (!find_door(&door, database))
        return -1;
    fd = bind_to(&door);
    leave_door(&door);
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

bool knock_take(int fd, struct knock_question *question)
{
    char octet;
    bool is_any = false;

    for (;;) {
        *question = (struct knock_question){ .length = sizeof question->from };
        if (recvfrom(fd, &octet, 1, 0, (struct sockaddr *)&question->from, &question->length) < 0)
            break;
        if (question->length > sizeof(sa_family_t)) /* a plain knock comes from an unnamed socket */
            return true;
        is_any = true;
    }
    question->length = 0;
    return is_any;
}

void knock_answer(int fd, const struct knock_question *question, const char *words)
{
    (void)!sendto(fd, words, strlen(words), MSG_DONTWAIT | MSG_NOSIGNAL,
                  (const struct sockaddr *)&question->from, question->length);
}

/* Asks from a socket whose name the system chooses. */
static int ask(const struct door *door)
{
    const struct sockaddr_un own = { .sun_family = AF_UNIX };
    int fd = open_socket();

    if (fd >= 0 && bind(fd, (const struct sockaddr *)&own, sizeof own.sun_family) == 0 &&
        sendto(fd, "", 1, 0, (const struct sockaddr *)&door->address, sizeof door->address) == 1)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

char *knock_ask(void *mem, const char *database, int timeout_ms)
{
    enum { ANSWER_MOST = 8192 };
    struct door door;
    char answer[ANSWER_MOST];
    ssize_t n = -1;
    int fd;

    if (!find_door(&door, database))
        return NULL;
    fd = ask(&door);
    leave_door(&door);
    if (fd < 0)
        return NULL;
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    errno = ETIMEDOUT;
    if (poll(&wait, 1, timeout_ms) > 0)
        n = recv(fd, answer, sizeof answer, 0);
    close(fd);
    return n < 0 ? NULL : talloc_strndup(mem, answer, (size_t)n);
}

void knock_send(const char *database)
{
    struct door door;
    int fd;

    if (!database || !find_door(&door, database))
        return;
    fd = open_socket();
    /* a full queue means that a knock is waiting already */
    if (fd >= 0) {
        (void)!sendto(fd, "", 1, 0, (struct sockaddr *)&door.address, sizeof door.address);
        close(fd);
    }
    leave_door(&door);
}

void knock_close(int fd, const char *database)
{
    struct door door;

    close(fd);
    if (!find_door(&door, database))
        return;
    unlink(door.address.sun_path);
    leave_door(&door);
}
