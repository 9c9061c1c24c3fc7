#include "modem/port.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libserialport.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <talloc.h>
#include <termios.h>
#include <unistd.h>

#include "modem/port_holder.h"

static speed_t speed_of(int baud)
{
    static const struct {
        int baud;
        speed_t speed;
    } speeds[] = { { 1200, B1200 },     { 2400, B2400 },     { 4800, B4800 },    { 9600, B9600 },
                   { 19200, B19200 },   { 38400, B38400 },   { 57600, B57600 },  { 115200, B115200 },
                   { 230400, B230400 }, { 460800, B460800 }, { 921600, B921600 } };

    for (size_t i = 0; i < sizeof speeds / sizeof *speeds; i++)
        if (speeds[i].baud == baud)
            return speeds[i].speed;
    return B115200;
}

static int fail(char *error, size_t size, const char *path, const char *why)
{
    snprintf(error, size, "%s: %s", path, why);
    return -1;
}

/* The group that may open the port: dialout on Debian. */
static int fail_forbidden(char *error, size_t size, const char *path)
{
    struct stat status;
    struct group group, *found = NULL;
    char names[1024], why[128];

    if (stat(path, &status) == 0)
        getgrgid_r(status.st_gid, &group, names, sizeof names, &found);
    snprintf(why, sizeof why, "permission denied; the user must belong to the group %.32s",
             found ? found->gr_name : "dialout");
    return fail(error, size, path, why);
}

static int fail_busy(char *error, size_t size, const char *path)
{
    char holder[80], why[128];

    port_holder(path, holder, sizeof holder);
    snprintf(why, sizeof why, "in use by %s", *holder ? holder : "another program");
    return fail(error, size, path, why);
}

/* What libserialport has no entry for: a pseudo-terminal, a modem behind socat or ser2net. */
static int open_with_termios(const char *path, int baud, char *error, size_t size)
{
    struct termios settings;
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0 && errno == EACCES)
        return fail_forbidden(error, size, path);
    if (fd < 0)
        return errno == EBUSY ? fail_busy(error, size, path) : fail(error, size, path, strerror(errno));
    if (tcgetattr(fd, &settings) != 0) {
        fail(error, size, path, "not a serial port");
        close(fd);
        return -1;
    }
    cfmakeraw(&settings);
    settings.c_cflag |= CLOCAL | CREAD;
    cfsetspeed(&settings, speed_of(baud));
    tcsetattr(fd, TCSANOW, &settings);
    return fd;
}

static enum sp_return set_up(struct sp_port *port, int baud)
{
    struct sp_port_config *config;
    enum sp_return result = sp_new_config(&config);

    if (result != SP_OK)
        return result;
    sp_set_config_baudrate(config, baud);
    sp_set_config_bits(config, 8);
    sp_set_config_parity(config, SP_PARITY_NONE);
    sp_set_config_stopbits(config, 1);
    sp_set_config_flowcontrol(config, SP_FLOWCONTROL_NONE);
    sp_set_config_rts(config, SP_RTS_ON);
    sp_set_config_dtr(config, SP_DTR_ON);
    result = sp_set_config(port, config);
    sp_free_config(config);
    return result;
}

/* The descriptor outlives libserialport's handle: everything above works on descriptors. */
static int keep_descriptor(struct sp_port *port)
{
    int fd = -1, own = -1;

    if (sp_get_port_handle(port, &fd) == SP_OK)
        own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (own >= 0)
        fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
    return own;
}

static int open_with_library(struct sp_port *port, const char *path, int baud, char *error, size_t size)
{
    int fd = -1;

    if (sp_open(port, SP_MODE_READ_WRITE) != SP_OK) {
        int code = errno;
        char *why = sp_last_error_message();

        if (code == EACCES)
            fd = fail_forbidden(error, size, path);
        else
            fd = code == EBUSY ? fail_busy(error, size, path)
                               : fail(error, size, path, why ? why : "cannot open");
        sp_free_error_message(why);
        return fd;
    }
    if (set_up(port, baud) == SP_OK)
        fd = keep_descriptor(port);
    if (fd < 0)
        fail(error, size, path, "cannot set speed and format");
    sp_close(port);
    return fd;
}

/*
 * flock keeps our own kind out, TIOCEXCL everybody. A pseudo-terminal stays exclusive after its last user
 * died for as long as its other side lives, so there flock alone must do.
 */
static bool lock(int fd)
{
    struct stat status;

    if (flock(fd, LOCK_EX | LOCK_NB) != 0)
        return false;
    if (fstat(fd, &status) == 0 && (major(status.st_rdev) < 136 || major(status.st_rdev) > 143))
        ioctl(fd, TIOCEXCL);
    return true;
}

/* A modem that was unplugged just now may have left its number to another one, which we must not take for it.
 */
static bool still_leads_to(const char *path, const char *real)
{
    char now[PATH_MAX];

    return realpath(path, now) && strcmp(now, real) == 0;
}

int port_open(const char *path, int baud, char *error, size_t size)
{
    char real[PATH_MAX];
    struct sp_port *port = NULL;
    int fd;

    if (baud <= 0)
        baud = 115200;
    if (!realpath(path, real))
        return fail(error, size, path, strerror(errno));
    if (port_is_reserved(real, error, size))
        return -1;
    if (sp_get_port_by_name(real, &port) == SP_OK) {
        fd = open_with_library(port, real, baud, error, size);
        sp_free_port(port);
    } else {
        fd = open_with_termios(real, baud, error, size);
    }
    if (fd >= 0 && !still_leads_to(path, real)) {
        fail(error, size, path, "the port went away while it was opened");
    } else if (fd >= 0 && !lock(fd)) {
        fail_busy(error, size, real);
    } else {
        return fd;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

void port_close(int fd)
{
    if (fd < 0)
        return;
    tcflush(fd, TCIOFLUSH);
    ioctl(fd, TIOCNXCL);
    close(fd);
}
