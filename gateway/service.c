#include "gateway/service.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { TEXT_MOST = 512 };

/* The length of the address; 0 when no manager listens. */
static socklen_t find_manager(struct sockaddr_un *address)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t length = path ? strlen(path) : 0;

    if (length < 2 || length >= sizeof address->sun_path || !strchr("/@", *path))
        return 0;
    *address = (struct sockaddr_un){ .sun_family = AF_UNIX };
    memcpy(address->sun_path, path, length);
    if (*path == '@') /* an abstract name has no end of its own */
        address->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
}

bool service_listens(void)
{
    struct sockaddr_un address;

    return find_manager(&address) > 0;
}

void service_tell(const char *format, ...)
{
    struct sockaddr_un address;
    socklen_t length = find_manager(&address);
    char text[TEXT_MOST];
    va_list arguments;
    int fd, n;

    if (length == 0)
        return;
    va_start(arguments, format);
    n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || n < 0)
        return;
    (void)!sendto(fd, text, strlen(text), MSG_NOSIGNAL, (struct sockaddr *)&address, length);
    close(fd);
}

unsigned long long service_watchdog_us(void)
{
    const char *span = getenv("WATCHDOG_USEC"), *process = getenv("WATCHDOG_PID");

    if (!span || (process && strtol(process, NULL, 10) != (long)getpid()))
        return 0;
    return strtoull(span, NULL, 10);
}
